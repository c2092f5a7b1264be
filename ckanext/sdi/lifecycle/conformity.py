"""Kesesuaian: what a dataset lacks, per principle, judged by the one rule set."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import search

from ckanext.sdi import config
from ckanext.sdi.check.attachment import Attached, look_into
from ckanext.sdi.daftar_data import closed
from ckanext.sdi.daftar_data.columns import OF_CLOSED
from ckanext.sdi.daftar_data.difference import COMPARED
from ckanext.sdi.daftar_data.fill import item_dict
from ckanext.sdi.daftar_data.store import current_version
from ckanext.sdi.datastore import files, rows
from ckanext.sdi.lifecycle import gate
from ckanext.sdi.model import Check, DatasetState, Edition, ItemVersion
from ckanext.sdi.rules import DatasetContext, Finding, ResourceFacts, judge_dataset
from ckanext.sdi.rules.catalogue import N_
from ckanext.sdi.rules.dataset import ROWS_BY_API
from ckanext.sdi.rules.dataset_persons import is_open

# The principles of Satu Data Indonesia (Perpres 39/2019 article 3), and what else is judged.
PRINCIPLES = {
    "standar_data": N_("Data standard"),
    "metadata": N_("Metadata"),
    "interoperabilitas": N_("Interoperability"),
    "kode_referensi": N_("Reference codes"),
    "daftar_data": N_("Daftar Data"),
    "data_pribadi": N_("Personal data"),
}

_NOT_OF_CLOSED = frozenset(COMPARED) - OF_CLOSED


def findings_of(
    pkg_dict: Mapping[str, Any],
    *,
    strict: bool = False,
    sees_whole: Callable[[Mapping[str, Any]], bool] | None = None,
) -> list[Finding]:
    """All that keeps a dataset from being published, and what a reviewer should know.

    Of a closed item, findings quote to no other office what the list says.

    :param pkg_dict: the dataset as ``package_show`` gives it
    :param strict: read the files again, compare their checksums with those checked and loaded,
        and look into the attachments of what is to be open
    :param sees_whole: whether the reader is told all of an item; left out, who made the dataset
        reads
    """
    context = context_of(pkg_dict, strict=strict)
    if context.item and sees_whole and not sees_whole(context.item):
        context = replace(context, untold=_NOT_OF_CLOSED.union(context.untold))
    return judge_dataset(pkg_dict, context, profile=config.profile())


def context_of(pkg_dict: Mapping[str, Any], *, strict: bool = False) -> DatasetContext:
    """The facts that the rules need beside the metadata."""
    item_id = pkg_dict.get("daftar_data_item")
    current = current_version(item_id) if item_id else None
    version = current or version_of(item_id)
    resources = pkg_dict.get("resources") or []
    checks = newest_checks([resource["id"] for resource in resources])
    looks = strict and is_open(pkg_dict)
    facts = [_facts(r, checks.get(r["id"]), strict=strict) for r in resources]
    owner = pkg_dict.get("owner_org")
    return DatasetContext(
        item=item_facts(version) if version else None,
        edition_agreed=version is not None and version.edition.state == "agreed",
        item_current=current is not None,
        organization_id=owner,
        untold=_untold(version, owner) if version else (),
        resources=[
            _with_content(one, resource) if looks and one.is_attachment else one
            for one, resource in zip(facts, resources, strict=True)
        ],
    )


def _untold(version: ItemVersion, organization_id: str | None) -> frozenset[str]:
    """The columns of an item that an office which names it is not told."""
    if is_told_to(version, organization_id):
        return frozenset()
    return frozenset(COMPARED) if version.edition.state == "draft" else _NOT_OF_CLOSED


def is_told_to(version: ItemVersion, organization_id: str | None) -> bool:
    """Whether an office is told all that the list says of an item."""
    if version.edition.state == "draft":
        return False
    own = organization_id is not None and version.organization_id == organization_id
    return own or not closed.is_hidden(item_dict(version))


def version_of(item_id: str | None) -> ItemVersion | None:
    """What the newest agreed edition says of an item; failing that, what any edition says."""
    if not item_id:
        return None
    agreed_first = sa.case((Edition.state == "agreed", 0), (Edition.state == "closed", 1), else_=2)
    return model.Session.scalar(
        sa.select(ItemVersion)
        .join(Edition)
        .where(ItemVersion.item_id == item_id)
        .order_by(agreed_first, Edition.tahun.desc(), Edition.created_at.desc())
        .limit(1)
    )


def item_facts(version: ItemVersion) -> dict[str, Any]:
    """An item version as the rules take it.

    An item of the centre's own list does not have to refer to the centre.
    """
    level = version.edition.level
    return {
        **item_dict(version),
        "level": level,
        "tahun": version.edition.tahun,
        "status": "mengacu" if level == "pusat" else version.status,
    }


def newest_checks(resource_ids: Sequence[str]) -> dict[str, Check]:
    """The newest check of each resource, in one query."""
    if not resource_ids:
        return {}
    newest = (
        sa.select(Check)
        .where(Check.resource_id.in_(resource_ids))
        .distinct(Check.resource_id)
        .order_by(Check.resource_id, Check.created_at.desc())
    )
    return {check.resource_id: check for check in model.Session.scalars(newest)}


def _facts(resource: Mapping[str, Any], check: Check | None, *, strict: bool) -> ResourceFacts:
    report = check.report if check else {}
    severities = report.get("severities", {})
    return ResourceFacts(
        id=resource["id"],
        name=resource.get("name") or resource["id"],
        format=resource.get("format") or "",
        url=resource.get("url") or "",
        url_type=resource.get("url_type") or "",
        # Rows that come by the Data API are a table, whatever else they are called.
        is_attachment=resource.get("url_type") not in ROWS_BY_API
        and tk.asbool(resource.get("lampiran") or False),
        table_schema=resource.get("table_schema") or None,
        check_state=check.state if check else None,
        check_errors=severities.get("error", 0),
        check_warnings=severities.get("warning", 0),
        file_sha256=_file_sha256(resource, check, strict=strict),
        checked_sha256=check.sha256 if check else None,
        loaded_sha256=check.loaded_sha256 if check else None,
        rows=check.rows if check else None,
        personal_columns=report.get("personal_columns", []),
        name_columns=[
            one["column"] for one in report.get("counts", []) if one["rule"] == "data_pribadi.names"
        ],
    )


def _with_content(facts: ResourceFacts, resource: Mapping[str, Any]) -> ResourceFacts:
    """The facts of an attachment with what its file holds."""
    if facts.url_type != "upload":
        return facts
    try:
        with files.version(resource) as path:
            found = look_into(path)
    except files.FileMissingError:
        found = Attached()
    return replace(facts, attached_kind=found.kind, personal_columns=found.personal_columns)


def _file_sha256(resource: Mapping[str, Any], check: Check | None, *, strict: bool) -> str | None:
    if not strict:
        return check.sha256 if check else None
    if resource.get("url_type") in ROWS_BY_API:
        return rows.fingerprint(resource["id"])
    if resource.get("url_type") != "upload":
        return None
    try:
        with files.version(resource) as path:
            return files.sha256_of(path)
    except files.FileMissingError:
        return None


def summary(findings: Sequence[Finding]) -> dict[str, Any]:
    """Counts for lists, badges and the search index."""
    principles = dict.fromkeys(PRINCIPLES, "ok")
    for finding in findings:
        if finding.severity == "error":
            principles[finding.principle] = "error"
        elif finding.severity == "warning" and principles[finding.principle] == "ok":
            principles[finding.principle] = "warning"
    return {
        "errors": sum(f.severity == "error" for f in findings),
        "warnings": sum(f.severity == "warning" for f in findings),
        "blocks": sum(f.blocks for f in findings),
        "principles": principles,
    }


def refresh(pkg_dict: Mapping[str, Any]) -> None:
    """Judge a dataset anew and keep the summary in its row, in the running transaction."""
    row = gate.row_of(pkg_dict["id"])
    if row is not None:
        row.conformity = summary(findings_of(pkg_dict))


def datasets_of_items(item_ids: Sequence[str]) -> list[str]:
    """The ids of the datasets that belong to some items."""
    return list(
        model.Session.scalars(
            sa.select(DatasetState.package_id).where(DatasetState.item_id.in_(item_ids))
        )
    )


def refresh_and_index(package_ids: Sequence[str]) -> None:
    """Judge datasets anew after something beside them changed, and bring the index up to date.

    Indexing a dataset judges it (``presence.index``), so that both always agree.
    """
    for package_id in package_ids:
        search.rebuild(package_id)
        model.Session.commit()
