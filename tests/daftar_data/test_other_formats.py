"""Lists of sectoral data, answers of E-Walidata and of portals: in, out, and each kind of wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ckanext.sdi.daftar_data.export import as_csv, as_json, as_xlsx
from ckanext.sdi.daftar_data.formats import read_list
from ckanext.sdi.daftar_data.parsed import MOST_FINDINGS, ParsedList
from ckanext.sdi.rules.daftar_data_file import dssd_example, ewalidata_example
from ckanext.sdi.rules.daftar_data_list import ListRow
from ckanext.sdi.rules.finding import Finding
from tests.daftar_data.lists import as_xlsx as workbook
from tests.daftar_data.lists import regional, rows_of

ASSUMED = ["schedule_assumed", "producer_assumed"]


def told(parsed: ParsedList) -> list[tuple[str, int | None, str | None]]:
    """The findings but for what is assumed of every list of its kind."""
    found = [(f.rule.partition(".")[2], f.row, f.cell) for f in parsed.findings]
    return [one for one in found if one[0] not in ASSUMED]


def ewalidata(*records: dict[str, Any], **options: Any) -> ParsedList:
    return read_list(ewalidata_example(*records).encode(), **options)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_list_of_sectoral_data(kind: str) -> None:
    text = dssd_example(
        {"Definisi Operasional": "SD dan MI", "Keterangan": "lama", "Ketersediaan Data": "Ada"},
        {"Kode DSSD": "101000474"},
    )
    table = [line.split(";") for line in text.splitlines()]
    parsed = read_list(text.encode() if kind == "csv" else workbook({"DSSD": table}))
    assert told(parsed) == []
    assert (parsed.format, parsed.level) == ("Data Statistik Sektoral Daerah", "provinsi")
    assert parsed.tahun == 2026
    first, second = rows_of(parsed)
    assert (first["kode_dssd"], second["kode_dssd"]) == ("1.01.000001", "1.01.000474")
    assert (first["nama_data"], first["status"]) == ("Jumlah sekolah dasar", "belum_dicek")
    assert first["definisi"] == "SD dan MI"
    assert first["jadwal_pemutakhiran"] == "tahunan"
    kept = {"Tag Urusan": "Pendidikan", "Ketersediaan Data": "Ada", "Keterangan": "lama"}
    assert first["extra"] == kept


def test_what_is_wrong_with_sectoral_data() -> None:
    parsed = read_list(
        dssd_example(
            {"Kode DSSD": "1.1.474"},
            {"Kode DSSD": ""},
            {"Kode DSSD": "1.01.000009"},
            {"Kode DSSD": "1.01.000009", "Uraian DSSD": "", "Produsen Data": ""},
        ).encode()
    )
    assert sorted(told(parsed)) == [
        ("bad_dssd", 1, "B3"),
        ("duplicate_id", 4, "B6"),
        ("empty_cell", 2, "B4"),
        ("empty_cell", 4, "C6"),
        ("empty_cell", 4, "G6"),
    ]


def test_a_code_that_the_spreadsheet_made_a_number() -> None:
    table: list[list[Any]] = [line.split(";") for line in dssd_example().splitlines()]
    table[-1][1] = 1.01
    assert ("number_id", 1, "DSSD!B3") in told(read_list(workbook({"DSSD": table})))


def test_an_answer_of_ewalidata() -> None:
    parsed = ewalidata({"kodekec": "01"}, {"status": "DISABLED"}, {"definisi_operasional": "SMP"})
    assert told(parsed) == [("disabled", None, None)]
    assert (parsed.format, parsed.level, parsed.tahun) == ("E-Walidata", "kabkota", 2026)
    first, second = rows_of(parsed)
    assert (first["kode_dssd"], second["kode_dssd"]) == ("1.01.000001", "1.01.000003")
    assert first["produsen"] == "Pendidikan"
    assert second["definisi"] == "SMP"
    assert [f.rule.partition(".")[2] for f in parsed.findings[:2]] == ASSUMED
    assert ewalidata({"kodepemda": "6400"}).level == "provinsi"
    assert ewalidata({"kodepemda": "6400"}, level="kabkota").level == "kabkota"


def test_figures_by_district_are_one_item() -> None:
    same = {"kodeindikator": "1.01.000001"}
    parsed = ewalidata({**same, "kodekec": "01"}, {**same, "kodekec": "02"})
    assert told(parsed) == []
    assert len(parsed.rows) == 1
    other = ewalidata(same, {**same, "satuan": "sekolah"})
    assert told(other) == [("duplicate_id", 2, None)]


@pytest.mark.parametrize(
    ("records", "options", "expected"),
    [
        (({}, {"tahun": "2025"}), {}, ("mixed_lists", None, None)),
        (({}, {"kodepemda": "6471"}), {}, ("mixed_lists", None, None)),
        (({},), {"tahun": 2027}, ("year", None, "#1")),
        (({"tahun": "kini"},), {}, ("year", None, "#1")),
        (({"rowtotal": "2067"},), {}, ("incomplete", None, None)),
        (({"satuan": {"a": 1}},), {}, ("not_text", 1, None)),
        (({"satuan": "a\x00b"},), {}, ("not_text", 1, None)),
        (({"kodeindikator": 1.01},), {}, ("number_id", 1, None)),
        (({"uraian_indikator": None},), {}, ("empty_cell", 1, None)),
        (({},), {"level": "pusat"}, ("other_format", None, None)),
        (({}, {}), {"most_rows": 1}, ("too_many_rows", None, None)),
    ],
)
def test_what_is_wrong_with_an_answer(
    records: tuple[dict[str, Any], ...], options: dict[str, Any], expected: Any
) -> None:
    parsed = ewalidata(*records, **options)
    assert expected in told(parsed)
    assert parsed.refused
    assert all("{" not in f.message(str) for f in parsed.findings)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (ewalidata_example({}, {})[:-40], "json_damaged"),
        ("[1, 2", "json_damaged"),
        ("[" * 5000, "json_damaged"),
        ("[]", "no_records"),
        ('{"success": false, "error": {"items": [{"message": "token"}]}}', "no_records"),
        (json.dumps([ewalidata_example()]), "no_records"),
    ],
)
def test_json_that_is_no_list(text: str, rule: str) -> None:
    parsed = read_list(text.encode())
    assert [name for name, _, _ in told(parsed)] == [rule]
    assert parsed.refused


def read_again(parsed: ParsedList, written: Callable[[Any, Any], Any]) -> ParsedList:
    edition = {
        "id": "e1",
        "level": parsed.level,
        "tahun": parsed.tahun,
        "title": "Daftar Data Contoh",
        "state": "agreed",
    }
    out = written(edition, parsed.rows)
    return read_list(out if isinstance(out, bytes) else "".join(out).encode(), level=parsed.level)


def test_a_portals_answer_reads_in_again_without_a_difference() -> None:
    first = read_list(regional({}, {"ID DDP": "-"}, {"ID DDP": ""}, {"Definisi": 'a "b"\n;c'}))
    again = read_again(first, as_json)
    assert told(again) == []
    assert (again.format, again.tahun) == ("Daftar Data portal", 2026)
    assert again.title == "Daftar Data Contoh"
    for before, after in zip(rows_of(first), rows_of(again), strict=True):
        assert {k: v for k, v in after.items() if v} == {k: v for k, v in before.items() if v}


def test_a_page_of_a_portals_answer_is_not_all_of_it() -> None:
    first = read_list(regional({}, {}))
    answer = json.loads("".join(as_json({**EDITION, "level": "provinsi"}, first.rows)))
    cut = {"success": True, "result": {**answer, "results": answer["results"][:1]}}
    assert told(read_list(json.dumps(cut).encode())) == [("incomplete", None, None)]
    answer["results"][1]["edition"]["tahun"] = 2025
    answer["results"][0]["prioritas_tahun"] = ["kini"]
    parsed = read_list(json.dumps(answer).encode())
    assert told(parsed) == [("year", 1, "#1"), ("mixed_lists", None, None)]


EDITION = {"id": "e1", "tahun": 2026, "title": "Daftar Data Contoh", "state": "agreed"}


@pytest.mark.parametrize("written", [as_csv, as_xlsx])
def test_sectoral_data_reads_in_again_without_a_difference(written: Any) -> None:
    text = dssd_example({"Keterangan": "lama"}, {"Definisi Operasional": "a\x0bb"})
    first = read_list(text.replace("\x0b", " ").encode())
    again = read_again(first, lambda edition, rows: written(edition, rows, "dssd"))
    assert told(again) == []
    assert rows_of(again) == rows_of(first)
    # The Forum's format has a column for the code, when an item has one.
    forum = read_again(first, written)
    assert not forum.refused
    assert [row["kode_dssd"] for row in forum.rows] == ["1.01.000001", "1.01.000002"]


def test_the_centres_table_has_the_items_that_refer_to_it() -> None:
    parsed = read_list(regional({}, {"ID DDP": "-"}, {"ID DDP": "06.01.002"}))
    table = "".join(as_csv({**EDITION, "level": "provinsi"}, parsed.rows, "nasional"))
    again = read_list(table.encode())
    assert [row["id_ddp"] for row in again.rows] == ["06.01.001", "06.01.002"]
    assert (again.level, again.tahun) == ("pusat", 2026)


def test_findings_without_end_are_counted_and_the_worst_are_kept() -> None:
    def known(row: ListRow) -> list[Finding]:
        mild = Finding("daftar_data_list.producer_unknown", "warning", row=row.number)
        return [mild] * (MOST_FINDINGS if row.number == 1 else 1)

    parsed = read_list(regional({}, {"Nama Data": ""}), known=known)
    assert len(parsed.findings) == MOST_FINDINGS
    assert dict(parsed.counts) == {"warning": MOST_FINDINGS + 1, "error": 1}
    assert [f.rule for f in parsed.findings if f.severity == "error"] == [
        "daftar_data_list.empty_cell"
    ]
