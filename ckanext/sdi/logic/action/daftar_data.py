"""Actions on the Forum's list: thin; ``ckanext.sdi.daftar_data`` does the work."""

from __future__ import annotations

import io
import tempfile
from typing import IO, Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.sdi.daftar_data import closed, mapped, store
from ckanext.sdi.daftar_data import counts as counting
from ckanext.sdi.daftar_data import search as finding
from ckanext.sdi.daftar_data import source as source_file
from ckanext.sdi.daftar_data.correction import CORRECTIONS, corrections
from ckanext.sdi.daftar_data.difference import LISTS, Difference
from ckanext.sdi.daftar_data.found import Found
from ckanext.sdi.daftar_data.table import MAX_BYTES
from ckanext.sdi.lifecycle import coverage, judging
from ckanext.sdi.lifecycle.coverage_sums import Summing, Sums
from ckanext.sdi.lifecycle.roles import user_id_of
from ckanext.sdi.logic import daftar_data_schema as schema
from ckanext.sdi.logic.editions import (
    edition_seen,
    finish,
    is_allowed,
    sees_drafts,
    sees_names_only,
    sees_whole,
    version_seen,
)
from ckanext.sdi.logic.schema import validated, window
from ckanext.sdi.model.daftar_data import EDITION_STATES
from ckanext.sdi.rules.finding import SEVERITIES

BLOCK = 2**20


def sdi_daftar_data_import(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Take a list in as a draft edition, all of it or nothing.

    Read are the regional "Format Daftar Data Daerah" (19 columns), the national table and lists of
    sectoral data (DSSD), as CSV (UTF-8) or XLSX; answers of E-Walidata (``get_dssd_final``) and of
    another portal (``sdi_daftar_data_search``), as JSON. The same file for the same level and year
    a second time changes nothing.

    :param upload: the file, as a multipart upload; or
    :param content: its content, as text
    :param level: ``pusat``, ``provinsi`` or ``kabkota`` (optional: the format tells)
    :param tahun: the year the list is for (optional: its title rows tell)
    :param title: the edition's title (optional)
    :param source: where the file came from (optional: its name)
    :param mapping: what the columns are of a list in no known format (optional):
        ``{"columns": {title: field or None}, "values": {field: value}, "id_prefix": …}``, by
        ``schemas/daftar_data_mapping.schema.json``; JSON
    :param dry_run: true to judge and compare only (optional)
    :returns: ``{"outcome": "imported" | "unchanged" | "checked", "edition": {…} | None, "rows",
        "findings": […], "counts": {"error", "warning", "info"}, "difference": {"counts", "new",
        "gone", "changed"}}``; at most 10,000 findings are listed, the counts are of all
    :raises ckan.logic.ValidationError: with ``findings``, each with row and column, when the list
        is faulty; nothing is written then. Of a list in no known format also ``columns``:
        ``[{"title", "field"}]``, ``field`` being what is proposed for ``mapping``
    :raises ckan.logic.NotAuthorized: when the user is neither Koordinator nor Walidata
    """
    tk.check_access("sdi_daftar_data_import", context, data_dict)
    data = validated(data_dict, schema.list_import(), context)
    with tempfile.TemporaryFile() as file:
        name = _received(data_dict, file)
        result = store.import_list(
            file,
            level=data.get("level"),
            tahun=data.get("tahun"),
            title=data.get("title"),
            source=data.get("source") or name,
            user_id=user_id_of(context.get("user")),
            dry_run=data["dry_run"],
            mapping=data.get("mapping"),
        )
    findings: list[Any] = [found.as_dict(tk._) for found in result.findings]
    if result.outcome == "refused":
        model.Session.rollback()
        errors = result.parsed.counts["error"]
        text = tk.ungettext(
            "The list was not imported: {n} error. Nothing was changed.",
            "The list was not imported: {n} errors. Nothing was changed.",
            errors,
        ).format(n=errors)
        errors_told: dict[str, Any] = {"message": [text], "findings": findings}
        if result.parsed.titles:
            errors_told["columns"] = mapped.propose(result.parsed.titles)
        raise tk.ValidationError(errors_told)
    if not context.get("defer_commit"):
        model.Session.commit()
    return {
        "outcome": result.outcome,
        "edition": finding.edition_dict(result.edition) if result.edition else None,
        "rows": len(result.parsed.rows),
        "findings": findings,
        "counts": {name: result.parsed.counts[name] for name in SEVERITIES},
        "difference": result.difference,
    }


def _received(data_dict: DataDict, target: IO[bytes]) -> str | None:
    """Write the file of an upload or of a text down, no more of it than is read; its name."""
    upload: Any = data_dict.get("upload")
    content = data_dict.get("content")
    name = None
    if hasattr(upload, "stream"):
        source, name = upload.stream, upload.filename
    elif isinstance(content, bytes):
        source = io.BytesIO(content)
    elif isinstance(content, str) and content:
        source = io.BytesIO(content.encode("utf-8", "surrogatepass"))
    else:
        raise tk.ValidationError({"upload": [tk._("Choose the file that holds the list.")]})
    left = MAX_BYTES + 1
    while left and (block := source.read(min(left, BLOCK))):
        target.write(block)
        left -= len(block)
    return name


@tk.side_effect_free
def sdi_daftar_data_edition_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """The editions of the list. Drafts are shown to the Koordinator and the Walidata.

    :param id: only the one with this id (optional)
    :param level: only those of a level (optional)
    :param tahun: only those of a year (optional)
    :param state: ``draft``, ``agreed`` or ``closed`` (optional)
    :param limit: at most so many (100, not more than 1000)
    :param offset: after so many
    :returns: ``{"count", "results": [{"id", "level", "tahun", "title", "state", "items", …}]}``,
        newest first; of the one that is asked for by its id also ``judged``: ``{"done", "of"}``
        while its datasets are being judged anew, after the Forum agreed to it
    :raises ckan.logic.ValidationError: for a level, year or state that is none
    """
    tk.check_access("sdi_daftar_data_edition_list", context, data_dict)
    data = validated(data_dict, schema.edition_list(), context)
    drafts = sees_drafts(context)
    states = EDITION_STATES if drafts else finding.PUBLIC_STATES
    if data.get("state"):
        states = tuple(state for state in states if state == data["state"])
    asked = {name: data.get(name) for name in ("level", "tahun")}
    found = finding.editions(states=states, edition_id=data.get("id"), **asked)
    results = [
        {**finding.edition_dict(edition, people=drafts), "items": number}
        for edition, number in window(found, data)
    ]
    if data.get("id"):
        results = [{**one, "judged": judging.how_far(one["id"])} for one in results]
    return {"count": len(found), "results": results}


def sdi_daftar_data_edition_agree(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Record that the Forum agreed to an edition: it counts from now on.

    The edition of the same level and year that counted before is closed.

    :param id: the edition's id
    :returns: the edition, with ``closed``: the ids of the editions that were closed
    :raises ckan.logic.NotFound: when there is no such edition
    :raises ckan.logic.ValidationError: when the edition is closed
    :raises ckan.logic.NotAuthorized: when the user is not the Koordinator
    """
    tk.check_access("sdi_daftar_data_edition_agree", context, data_dict)
    asked = validated(data_dict, schema.named(), context)["id"]
    edition = edition_seen(context, asked)
    store.lock(edition.level, edition.tahun)
    # As it is by now: another may have agreed to it, or deleted it, just before.
    model.Session.expire(edition)
    edition = edition_seen(context, asked)
    if edition.state == "closed":
        raise tk.ValidationError(
            {"id": [tk._("This edition is closed: a newer one counts in its place.")]}
        )
    if edition.state == "agreed":
        return {**finding.edition_dict(edition), "closed": []}
    closed = [other.id for other in store.agree(edition, user_id_of(context.get("user")))]
    result = {**finding.edition_dict(edition), "closed": closed}
    finish(context, finding.item_ids([edition.id, *closed]), edition_id=edition.id)
    return result


def sdi_daftar_data_edition_delete(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Delete a draft, with the file that it was made from. What was agreed to once stays.

    :param id: the edition's id
    :returns: the edition as it was
    :raises ckan.logic.NotFound: when there is no such edition
    :raises ckan.logic.ValidationError: when the edition is no draft
    :raises ckan.logic.NotAuthorized: when the user is neither Koordinator nor Walidata
    """
    tk.check_access("sdi_daftar_data_edition_delete", context, data_dict)
    edition = edition_seen(context, validated(data_dict, schema.named(), context)["id"])
    given = finding.edition_dict(edition)
    if not store.delete_draft(edition.id):
        raise tk.ValidationError({"id": [tk._("The Forum agreed to this edition: it stays.")]})
    if not context.get("defer_commit"):
        model.Session.commit()
    source_file.remove(given["id"])
    return given


@tk.side_effect_free
def sdi_daftar_data_search(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Search the items of the agreed editions that are in force, or of one edition.

    :param q: words; each begins one in the name, indicator, definition, producer or id; where
        there is no item of which that is so, each stands anywhere in these
    :param organization: id or name of the organisation that produces the data
    :param produsen: part of the producer's name as the list has it
    :param tahun: the year of the list; items of the centre's list also by the years they are
        marked for
    :param status: ``belum_dicek``, ``mengacu`` or ``tidak_mengacu``
    :param jenis_data: ``statistik``, ``geospasial``, ``keuangan`` or ``lainnya``
    :param klasifikasi_risiko: ``terbuka``, ``terbatas`` or ``tertutup``
    :param jadwal_pemutakhiran: ``harian``, ``mingguan``, ``bulanan``, ``triwulanan``,
        ``semesteran``, ``tahunan`` or ``insidental``
    :param prioritas_tahun: a year for which the items are priority data
    :param level: ``pusat``, ``provinsi`` or ``kabkota``
    :param edition: the id of one edition, in place of those in force
    :param facets: true to be told also how many items each value of a filter has
    :param limit: at most so many results (20, not more than 1000)
    :param offset: after so many
    :returns: ``{"count", "results": [item, …]}``; an item has the columns of the list, its
        ``level``, ``organization`` and ``edition``; with ``facets`` also ``{name: [{"value",
        "count"}]}`` for ``organization`` and each filter that has fixed values
    :raises ckan.logic.ValidationError: for a value that a filter does not have
    :raises ckan.logic.NotFound: when the edition is not there or not public yet
    """
    tk.check_access("sdi_daftar_data_search", context, data_dict)
    data = validated(data_dict, schema.search(), context)
    if data.get("edition"):
        edition_seen(context, data["edition"])
    found = Found(data, named_only=_named_only(context))
    results = found.page(limit=data["limit"], offset=data["offset"])
    if not sees_drafts(context):
        results = [_as_seen(context, item) for item in results]
    answer = {"count": found.count, "results": results}
    return {**answer, "facets": found.facets()} if data["facets"] else answer


@tk.side_effect_free
def sdi_daftar_data_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """An item as it counts now, with its column standard and the editions that name it.

    :param id: the item's id; or its regional id or DDP id
    :param edition: the item as this edition has it (optional)
    :returns: the item as in ``sdi_daftar_data_search``, with ``current`` (whether the list in
        force names it), ``table_schema``, ``extra``, ``centre`` (the centre's item it refers to),
        ``editions`` and ``corrections`` (when, field, before, after, reason)
    :raises ckan.logic.NotFound: when there is no such item, or only in a draft
    """
    tk.check_access("sdi_daftar_data_show", context, data_dict)
    data = validated(data_dict, schema.named_in_edition(), context)
    drafts = sees_drafts(context)
    version = version_seen(context, data["id"], data.get("edition"))
    current = store.current_version(version.item_id)
    refers = version.status == "mengacu" and version.edition.level != "pusat"
    centre = finding.centre_item(version.id_ddp or "") if refers else None
    states = EDITION_STATES if drafts else finding.PUBLIC_STATES
    history = [
        entry if drafts else {name: value for name, value in entry.items() if name != "by"}
        for entry in corrections(version)
    ]
    shown = {
        **finding.item_dict(version, finding.organization_of(version)),
        "current": current is not None and current.id == version.id,
        "table_schema": version.table_schema,
        "extra": {k: v for k, v in version.extra.items() if k != CORRECTIONS},
        "centre": _as_seen(context, centre) if centre else None,
        "editions": finding.editions_of(version.item_id, states=states),
        "corrections": history,
    }
    return _as_seen(context, shown)


def _named_only(context: Context) -> Any:
    """Which items the asker sees the name of only; none when all of them are told whole."""
    if not sees_names_only(context):
        return None
    asked = {"permission": "update_dataset"}
    # Without a user, the action would answer for whoever the request is of.
    user: Any = {"user": context.get("user")}
    mine = tk.get_action("organization_list_for_user")(user, asked) if user["user"] else []
    return closed.named_only([office["id"] for office in mine])


def _as_seen(context: Context, item: dict[str, Any]) -> dict[str, Any]:
    """An item as the asker sees it."""
    office = item["organization"]
    return item if sees_whole(context, item, office and office["id"]) else closed.item(item)


@tk.side_effect_free
def sdi_daftar_data_diff(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """What differs between two editions.

    :param from: the id of the edition before
    :param to: the id of the edition after
    :param kind: only these: ``new``, ``gone`` or ``changed``; of the changed, ``moved`` (to another
        producer) or ``lowered`` (open to more people than before)
    :param limit: at most so many of each list (1000, not more than 10000)
    :param offset: of each list, after so many
    :returns: ``{"counts": {"new", "gone", "changed", "unchanged", "moved", "lowered"}, "new",
        "gone", "changed": [{"key", "id", "nama_data", "produsen", "fields": {name: [before,
        after]}, "moved", "lowered"}]}``; the counts are of all, whatever the window and the kind
    :raises ckan.logic.NotFound: when one of them is not there or not public yet
    :raises ckan.logic.ValidationError: for a kind that is none
    """
    tk.check_access("sdi_daftar_data_diff", context, data_dict)
    data = validated(data_dict, schema.diff(), context)
    before, after = (edition_seen(context, data[name]) for name in ("from", "to"))
    kinds = (data["kind"],) if data.get("kind") else LISTS
    compared = Difference(before.id, after.id, by_name=sees_names_only(context))
    return compared.as_dict(kinds, limit=data["limit"], offset=data["offset"])


@tk.side_effect_free
def sdi_daftar_data_status(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """How far each organisation is with what the regional list asks of it.

    :param tahun: the year of the list (optional: the list in force)
    :param limit: at most so many (100, not more than 1000)
    :param offset: after so many
    :returns: ``{"count", "results": [{"organization", "reported", "asked", "belum_dicek",
        "mengacu", "tidak_mengacu", "with_dataset", "delivered", "passed", "published"}]}``;
        ``organization`` is None for items whose producer is no organisation of the portal;
        ``reported`` are the items that lists of the year name, agreed to or not, ``asked`` those of
        the agreed one. Koordinator and Walidata are also told ``late`` (items with a late period)
        and ``periods`` (how many of them end in the year, by how timely they are). An item of which
        the asker sees the name only is in no number: they would tell whose it is
    :raises ckan.logic.ValidationError: for a year that is none
    """
    tk.check_access("sdi_daftar_data_status", context, data_dict)
    data = validated(data_dict, schema.status(), context)
    named_only = _named_only(context)
    tahun = data.get("tahun") or coverage.year_in_force()
    reported = counting.reported_by_organization(
        tahun, drafts=sees_drafts(context), named_only=named_only
    )
    timely: dict[str | None, Sums] | None = None
    if is_allowed("sdi_coverage", context):
        timely = Summing().by_office(tahun)
    also = reported.keys() | (timely or {}).keys()
    found = counting.status_by_organization(tahun, also=also, named_only=named_only)
    results = []
    for row in window(found, data):
        office = row["organization"]["id"] if row["organization"] else None
        sums = None if timely is None else timely.get(office, Sums())
        more = {} if sums is None else {"late": sums.late, "periods": sums.periods}
        results.append({**row, "reported": reported.get(office, 0), **more})
    return {"count": len(found), "results": results}
