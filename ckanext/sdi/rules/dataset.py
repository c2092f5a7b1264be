"""A dataset judged: metadata, Daftar Data, resources, codes of coverage, personal data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from ckanext.sdi import codes
from ckanext.sdi.rules import dataset_persons, filled, metadata_values, period
from ckanext.sdi.rules.catalogue import get_rule
from ckanext.sdi.rules.dataset_facts import DatasetContext, ResourceFacts
from ckanext.sdi.rules.finding import Finding

STANDARD_FIELDS = ("konsep", "definisi", "klasifikasi", "ukuran", "satuan")
REQUIRED_FIELDS = (
    "title",
    "notes",
    "owner_org",
    "jenis_data",
    "jadwal_pemutakhiran",
    "periode_awal",
    "periode_akhir",
    "cakupan_wilayah",
    "penanggung_jawab",
    "klasifikasi_risiko",
)
TABLES = frozenset(
    [
        *("csv", "tsv", "txt", "xlsx", "xlsm", "xlsb", "xls", "ods"),
        *("json", "jsonl", "ndjson", "parquet", "gz", "gzip", "zip"),
    ]
)
"""What files with a table are called."""
ROWS_BY_API = ("datastore", "tabledesigner")
"""Resources whose rows come by the Data API, as CKAN and its Table Designer mark them."""
RECOMMENDED_FIELDS = ("tingkat_penyajian", "metode_pengumpulan", "sumber")


def judge_dataset(
    dataset: Mapping[str, Any], context: DatasetContext, *, profile: str = "wajib"
) -> list[Finding]:
    """Judge a dataset by every rule there is for it.

    :param dataset: the metadata, as ``package_show`` gives it
    :param context: what is known beside it
    :returns: all findings, those of one principle together
    """
    told = [
        *_daftar_data(dataset, context),
        *_completeness(dataset),
        *metadata_values.judge_values(dataset, profile=profile),
        *_period_order(dataset),
        *_codes(dataset),
        *_resources(context.resources),
        *dataset_persons.judge_persons(dataset, context.resources),
    ]
    return [told_one.at(severity=get_rule(told_one.rule).severity[profile]) for told_one in told]


def _find(rule: str, **place: Any) -> Finding:
    # The severity is the profile's; judge_dataset sets it.
    return Finding(rule=rule, severity="error", **place)


def is_filled(value: Any) -> bool:
    """Whether a metadata field says anything; a dash says nothing."""
    if isinstance(value, str):
        return value.strip().lower() not in metadata_values.PLACEHOLDERS | {"", "[]"}
    return bool(value)


def as_list(value: Any) -> list[str]:
    """A list field, whether it comes as a list, as JSON or with commas."""
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("["):
            try:
                value = json.loads(text)
            except ValueError:
                return [text]
        else:
            value = text.strip("{}").split(",")
    if not isinstance(value, list | tuple):
        return []
    return [str(one).strip() for one in value if str(one).strip()]


def _daftar_data(dataset: Mapping[str, Any], context: DatasetContext) -> Iterator[Finding]:
    item = context.item
    if item is None:
        yield _find("daftar_data.missing", field="daftar_data_item")
        return
    name = {"item": context.told("nama_data", str(item.get("nama_data") or ""))}
    if not context.edition_agreed:
        yield _find("daftar_data.not_agreed", field="daftar_data_item", params=name)
    elif not context.item_current:
        yield _find("daftar_data.not_current", field="daftar_data_item", params=name)
    status = item.get("status")
    if status == "belum_dicek":
        yield _find("daftar_data.belum_dicek", field="daftar_data_item", params=name)
    elif status == "tidak_mengacu":
        priority = item.get("prioritas_tahun") and "prioritas_tahun" not in context.untold
        rule = "prioritas_tidak_mengacu" if priority else "tidak_mengacu"
        yield _find(f"daftar_data.{rule}", field="daftar_data_item", params=name)
    yield from _producer(item, context)
    yield from _contradictions(dataset, item, context)


def _producer(item: Mapping[str, Any], context: DatasetContext) -> Iterator[Finding]:
    producer, office = item.get("organization_id"), context.organization_id
    if not office or producer == office:
        return
    if "produsen" not in context.untold:
        if producer:
            params = {"producer": str(item.get("produsen") or "")}
            yield _find("daftar_data.other_producer", field="owner_org", params=params)
    elif context.edition_agreed:
        params = {"item": str(item.get("nama_data") or "")}
        yield _find("daftar_data.closed_item", field="daftar_data_item", params=params)


def _contradictions(
    dataset: Mapping[str, Any], item: Mapping[str, Any], context: DatasetContext
) -> Iterator[Finding]:
    for name, said in filled.binding(item).items():
        value = dataset.get(name)
        if name == "owner_org" or not is_filled(value) or _same(name, value, said):
            continue
        # That a value is another one would let it be guessed.
        if name in context.untold:
            continue
        yield _find(
            "daftar_data.contradicts",
            field=name,
            value=str(value)[:120],
            suggestion=said,
            params={"said": said[:120]},
        )


def _same(name: str, value: Any, said: str) -> bool:
    if name == "prioritas_tahun":
        return sorted(as_list(value)) == sorted(as_list(said))
    return " ".join(str(value).split()) == " ".join(said.split())


def _completeness(dataset: Mapping[str, Any]) -> Iterator[Finding]:
    for rule, fields in (
        ("standar_data.required", STANDARD_FIELDS),
        ("metadata.required", REQUIRED_FIELDS),
        ("metadata.recommended", RECOMMENDED_FIELDS),
    ):
        for name in fields:
            if not is_filled(dataset.get(name)):
                yield _find(rule, field=name)


def _last_day(dataset: Mapping[str, Any]) -> date | None:
    """The day by which codes of coverage are judged."""
    found = period.parse(str(dataset.get("periode_akhir") or ""))
    return found.last if found else None


def _period_order(dataset: Mapping[str, Any]) -> Iterator[Finding]:
    first = period.parse(str(dataset.get("periode_awal") or ""))
    last = period.parse(str(dataset.get("periode_akhir") or ""))
    if first and last and last.last < first.first:
        yield _find(
            "metadata.period_order",
            field="periode_akhir",
            value=str(dataset["periode_akhir"]),
            params={"first": str(dataset["periode_awal"])},
        )


def _codes(dataset: Mapping[str, Any]) -> Iterator[Finding]:
    at = _last_day(dataset)
    for code in as_list(dataset.get("cakupan_wilayah")):
        reasons = codes.judge("kode_wilayah", code, at=at)
        if not reasons:
            continue
        yield _find(
            "kode_referensi.cakupan_wilayah",
            field="cakupan_wilayah",
            value=code[:40],
            suggestion=reasons[0].suggestion,
            params={"at": at.isoformat() if at else date.today().isoformat()},  # noqa: DTZ011
        )
    kode_sds = dataset.get("kode_sds")
    if is_filled(kode_sds) and codes.judge("kode_sds", str(kode_sds).strip()):
        yield _find("kode_referensi.kode_sds", field="kode_sds", value=str(kode_sds)[:40])


def _resources(resources: Sequence[ResourceFacts]) -> Iterator[Finding]:
    tables = [resource for resource in resources if not resource.is_attachment]
    if not tables:
        yield _find("interoperabilitas.no_resource")
    for resource in tables:
        rule = _resource_fault(resource)
        if rule:
            params = {"resource": resource.name, "errors": str(resource.check_errors)}
            yield _find(f"interoperabilitas.{rule}", resource_id=resource.id, params=params)


def _resource_fault(resource: ResourceFacts) -> str | None:
    """The first thing that keeps a table from being published; the later ones follow from it."""
    by_api = resource.url_type in ROWS_BY_API
    if not by_api and (resource.url_type != "upload" or not _may_be_table(resource)):
        return "not_attachment"
    if not resource.table_schema:
        return "no_table_schema"
    if resource.check_state in ("failed", "unreadable"):
        return "check_failed"
    if resource.check_state != "passed":
        return "not_checked"
    shas = {resource.file_sha256, resource.checked_sha256, resource.loaded_sha256}
    if None in shas or len(shas) > 1:
        return "rows_differ"
    return None


def _may_be_table(resource: ResourceFacts) -> bool:
    """Whether a file is called as tables are; what is in it, its check tells."""
    name = resource.format.strip() or PurePosixPath(resource.url).suffix
    return name.lower().removeprefix(".") in TABLES
