"""The catalogue's entries of the rules in ``dataset``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckanext.sdi.rules.catalogue import N_, Example, Job, Principle, Rule, register

ITEM: dict[str, Any] = {
    "nama_data": "Jumlah Penduduk",
    "status": "mengacu",
    "organization_id": "dukcapil",
    "produsen": "Dinas Kependudukan",
    "konsep": "Penduduk",
    "satuan": "jiwa",
    "klasifikasi_risiko": "terbuka",
}
TABLE: dict[str, Any] = {
    "id": "r1",
    "name": "Penduduk 2025",
    "format": "CSV",
    "url_type": "upload",
    "table_schema": {"fields": [{"name": "jumlah", "type": "integer"}]},
    "check_state": "passed",
    "file_sha256": "aa",
    "checked_sha256": "aa",
    "loaded_sha256": "aa",
    "rows": 10,
}
CONTEXT: dict[str, Any] = {
    "item": ITEM,
    "edition_agreed": True,
    "item_current": True,
    "organization_id": "dukcapil",
    "resources": [TABLE],
}
DATASET: dict[str, Any] = {
    "title": "Jumlah Penduduk 2025",
    "notes": "Penduduk menurut kabupaten/kota.",
    "owner_org": "dukcapil",
    "jenis_data": "statistik",
    "konsep": "Penduduk",
    "definisi": "Orang yang tinggal setahun atau lebih.",
    "klasifikasi": "Jenis kelamin",
    "ukuran": "Jumlah",
    "satuan": "jiwa",
    "jadwal_pemutakhiran": "tahunan",
    "periode_awal": "2025",
    "periode_akhir": "2025",
    "cakupan_wilayah": ["64"],
    "tingkat_penyajian": "kab_kota",
    "metode_pengumpulan": "kompilasi_administrasi",
    "sumber": "SIAK",
    "penanggung_jawab": "Bidang Data",
    "klasifikasi_risiko": "terbuka",
}
RIGHT = Example(dataset=DATASET, context=CONTEXT)
ERROR = {"wajib": "error", "anjuran": "error"}
SOFT = {"wajib": "error", "anjuran": "warning"}
WARNING = {"wajib": "warning", "anjuran": "info"}


def _with(
    *,
    item: Mapping[str, Any] | None = None,
    context: Mapping[str, Any] | None = None,
    table: Mapping[str, Any] | None = None,
    **dataset: Any,
) -> Example:
    """The right example with one thing wrong."""
    changed = {**CONTEXT, **(context or {})}
    if item is not None:
        changed["item"] = {**ITEM, **item}
    if table is not None:
        changed["resources"] = [{**TABLE, **table}]
    return Example(dataset={**DATASET, **dataset}, context=changed)


def _rule(
    rule_id: str,
    sentence: str,
    why: str,
    source: str,
    wrong: Example,
    *steps: str,
    principle: Principle,
    severity: Mapping[str, str] = ERROR,
    job: Job = "produsen",
) -> None:
    """A rule on a dataset: each finding has a place of its own, so the three forms are one."""
    register(
        Rule(
            id=rule_id,
            principle=principle,
            one=sentence,
            many=sentence,
            whole=sentence,
            why=why,
            source=source,
            wrong=wrong,
            right=RIGHT,
            steps=steps,
            severity=severity,
            blocks=severity["wajib"] == "error",
            job=job,
        )
    )


_LIST = "Perpres 39/2019 Pasal 1, Permen PPN/Bappenas 18/2020"
_WHY_LIST = N_("A portal publishes what the Forum's Daftar Data names, and nothing is made twice.")
_WHY_OPEN = N_("Data must be open, machine-readable and of one structure before others can use it.")
_ITEM_STEP = N_("Open the Daftar Data, find the item of your office, and choose it in the dataset.")
_ASK = N_("Ask the Koordinator of the Forum (Bappeda).")
_EDIT = N_("Open the dataset, press Edit, and fill the field named.")
_OPEN = "Perpres 39/2019 Pasal 9; Permenkominfo 1/2023"

_rule(
    "daftar_data.missing",
    N_("The dataset has no item of the Daftar Data. Choose the item that it delivers."),
    _WHY_LIST,
    _LIST,
    _with(context={"item": None}),
    _ITEM_STEP,
    N_("If the list does not name the data, ask the Forum to add it to the next edition."),
    principle="daftar_data",
)
_rule(
    "daftar_data.not_agreed",
    N_(
        "The edition of the Daftar Data with “{item}” is not agreed yet. It counts once the Forum"
        " agrees it."
    ),
    _WHY_LIST,
    _LIST,
    _with(context={"edition_agreed": False, "item_current": False}),
    _ASK,
    principle="daftar_data",
    job="walidata",
)
_rule(
    "daftar_data.not_current",
    N_(
        "“{item}” does not stand in the edition of the Daftar Data that is in force. Choose an"
        " item of that edition."
    ),
    _WHY_LIST,
    _LIST,
    _with(context={"item_current": False}),
    _ITEM_STEP,
    _ASK,
    principle="daftar_data",
)
_rule(
    "daftar_data.belum_dicek",
    N_(
        "Nobody has yet looked whether “{item}” refers to the centre's list. The Koordinator must"
        " say so first."
    ),
    N_("The regional list refers to the list that the central Forum sets."),
    _LIST,
    _with(item={"status": "belum_dicek"}),
    _ASK,
    principle="daftar_data",
    job="walidata",
)
_rule(
    "daftar_data.tidak_mengacu",
    N_(
        "“{item}” does not refer to the centre's list. The Walidata confirms that it is to be"
        " published all the same."
    ),
    N_(
        "The regional list refers to the list that the central Forum sets; a region may add its"
        " own."
    ),
    _LIST,
    _with(item={"status": "tidak_mengacu"}),
    N_("Look in the centre's list for an item that means the same."),
    N_("If there is none, the Walidata confirms when passing the dataset."),
    principle="daftar_data",
    severity=WARNING,
    job="walidata",
)
_rule(
    "daftar_data.prioritas_tidak_mengacu",
    N_("“{item}” is Data Prioritas and must refer to the centre's list, but does not."),
    N_("Data Prioritas is chosen from the centre's list, and its Pembina checks it again."),
    _LIST,
    _with(item={"status": "tidak_mengacu", "prioritas_tahun": [2025]}),
    N_(
        "The Koordinator ties the item to its item of the centre's list, or takes away its"
        " priority."
    ),
    principle="daftar_data",
    job="walidata",
)
_rule(
    "daftar_data.contradicts",
    N_("{label} is “{value}”, but the Daftar Data says “{said}”. Take over what the list says."),
    N_("What the Forum has agreed holds for every dataset of the item."),
    _LIST,
    _with(satuan="orang"),
    N_("Take over the list's value in the dataset."),
    N_("If the list is wrong, ask the Koordinator to correct it in the next edition."),
    principle="daftar_data",
)
_rule(
    "daftar_data.other_producer",
    N_("The Daftar Data names another office, {producer}, as the producer of this data."),
    N_("Each item has one Produsen Data; otherwise data is made twice and contradicts itself."),
    _LIST,
    _with(context={"organization_id": "dinkes"}),
    N_(
        "Hand the dataset over to the office that the list names, or choose the item of your"
        " office."
    ),
    principle="daftar_data",
)
_rule(
    "daftar_data.closed_item",
    N_("“{item}” is a closed item, and not one of your office. Choose the item of your office."),
    N_("Of a closed item only its own office is told what the Forum has agreed."),
    _LIST,
    _with(context={"untold": ["produsen"], "organization_id": "dinkes"}),
    N_("Choose the item of your office, or hand the dataset over to the office that owes it."),
    principle="daftar_data",
)
_rule(
    "metadata.required",
    N_("{label} is missing. Fill it in; a dash counts as empty."),
    N_("Data without complete metadata cannot be found or understood by others."),
    "Perpres 39/2019 Pasal 7-8",
    _with(periode_akhir=""),
    _EDIT,
    principle="metadata",
    severity=SOFT,
)
_rule(
    "metadata.recommended",
    N_("{label} is empty. It helps those who use the data; fill it in if you know it."),
    N_("Others judge by it whether the data serves their purpose."),
    "Perpres 39/2019 Pasal 7-8",
    _with(sumber=""),
    _EDIT,
    principle="metadata",
    severity={"wajib": "info", "anjuran": "info"},
)
_rule(
    "metadata.period_order",
    N_("The period ends ({value}) before it begins ({first}). Correct one of the two."),
    N_("Codes and lateness are judged by the period of the data."),
    "Perpres 39/2019 Pasal 7-8",
    _with(periode_awal="2025", periode_akhir="2024"),
    _EDIT,
    principle="metadata",
)
_rule(
    "standar_data.required",
    N_(
        "{label} is missing. A data standard has five parts: concept, definition, classification,"
        " measure and unit."
    ),
    N_(
        "Figures can be compared only if all say in the same way what is measured, and in which"
        " unit."
    ),
    "Perpres 39/2019 Pasal 4",
    _with(ukuran="-"),
    _EDIT,
    N_("Look in the national data standards (SDSN) whether the standard is set already."),
    principle="standar_data",
    severity=SOFT,
)
_rule(
    "interoperabilitas.no_resource",
    N_("The dataset has no table. Add the data as a CSV file or a workbook."),
    _WHY_OPEN,
    _OPEN,
    _with(context={"resources": []}),
    N_("Upload the table, as CSV (UTF-8) or as the workbook itself."),
    principle="interoperabilitas",
)
_rule(
    "interoperabilitas.not_attachment",
    N_(
        "“{resource}” is not an uploaded table. Upload the table as CSV or as a workbook, or tick"
        " that the file is an attachment."
    ),
    _WHY_OPEN,
    _OPEN,
    _with(table={"format": "PDF"}),
    N_("Upload the table, as CSV (UTF-8) or as the workbook itself, in place of the file or link."),
    N_("A document, map or picture is ticked as an attachment."),
    principle="interoperabilitas",
)
_rule(
    "interoperabilitas.no_table_schema",
    N_("“{resource}” has no column standard. Confirm the one proposed, or declare the columns."),
    _WHY_OPEN,
    _OPEN,
    _with(table={"table_schema": None}),
    N_("Open the file's page, look at the proposed column standard, correct it and confirm it."),
    principle="interoperabilitas",
)
_rule(
    "interoperabilitas.not_checked",
    N_("“{resource}” has not passed the check yet. Wait for the check to end, or start it again."),
    _WHY_OPEN,
    _OPEN,
    _with(table={"check_state": "running"}),
    N_("Open the page Check of the file and wait until it is done."),
    principle="interoperabilitas",
)
_rule(
    "interoperabilitas.check_failed",
    N_(
        "“{resource}” did not pass the check ({errors} cells or rows to mend). Mend them, and"
        " upload the file or write the rows again."
    ),
    _WHY_OPEN,
    _OPEN,
    _with(table={"check_state": "failed", "check_errors": 3}),
    N_("Open the page Check of the file, mend what it names, and upload the file again."),
    principle="interoperabilitas",
)
_rule(
    "interoperabilitas.rows_differ",
    N_("The rows in the Data API are not those of “{resource}” that were checked. Check it again."),
    N_("What is published must be what was checked."),
    _OPEN,
    _with(table={"loaded_sha256": "bb"}),
    N_("Open the page Check of the file and start the check again."),
    principle="interoperabilitas",
)
_rule(
    "kode_referensi.cakupan_wilayah",
    N_(
        "The area code “{value}” among the areas covered is not in force on {at}. Choose the area"
        " again from the list."
    ),
    N_("One code for one area is what lets data of different offices be joined."),
    "Perpres 39/2019 Pasal 10; Kepmendagri 300.2.2-2430/2025",
    _with(cakupan_wilayah=["64.99"]),
    N_("Remove the code, type part of the area's name and choose it from the list."),
    N_("If the period of the data is wrong, correct the period."),
    principle="kode_referensi",
)
_rule(
    "kode_referensi.kode_sds",
    N_("“{value}” is not a code of the national data standards (SDSN), such as SD00001.00.01."),
    N_("The code leads to the concept and definition that the standard sets."),
    "Peraturan BPS 4/2021",
    _with(kode_sds="SDX"),
    N_("Look the code up in the list of data standards, or leave the field empty."),
    principle="kode_referensi",
)
_rule(
    "data_pribadi.terbuka",
    N_(
        "Column {column} of “{resource}” identifies persons, so the data cannot be open. Remove the"
        " column, or class the data as restricted or closed in the Daftar Data."
    ),
    N_("Whoever discloses another's personal data without right is liable to punishment."),
    "UU 27/2022 Pasal 4, 65 dan 67",
    _with(table={"personal_columns": ["nik"]}),
    N_(
        "Delete the column in the file and in the column standard, or publish figures by group"
        " only."
    ),
    N_("If the column is needed, ask the Forum to class the item as restricted or closed."),
    principle="data_pribadi",
)
_rule(
    "data_pribadi.attachment",
    N_(
        "“{resource}” is declared an attachment, but it is a file ({kind}) that may hold tables,"
        " and nobody can tell whether they identify persons. Upload the table as CSV with a column"
        " standard, or remove the attachment."
    ),
    N_("Whoever discloses another's personal data without right is liable to punishment."),
    "UU 27/2022 Pasal 4, 65 dan 67",
    _with(
        context={
            "resources": [
                TABLE,
                {**TABLE, "id": "r2", "is_attachment": True, "attached_kind": "XLSX"},
            ]
        }
    ),
    N_(
        "Save the sheet as CSV, upload it, take the mark Attachment away, and declare its column"
        " standard."
    ),
    N_("If it is a document, upload it as PDF. If it is not needed, remove it."),
    principle="data_pribadi",
)
