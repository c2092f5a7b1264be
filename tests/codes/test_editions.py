"""Lists as files, what they change, and columns carried from one to another."""

from __future__ import annotations

from datetime import date

import pytest

from ckanext.sdi.codes import Vocabulary, guess_edition, translate, vocabulary
from ckanext.sdi.codes.editions import Difference, compare, events_of
from ckanext.sdi.codes.kode_wilayah import LAYOUT
from ckanext.sdi.codes.layouts import LAYOUTS
from ckanext.sdi.codes.list_file import read_list
from ckanext.sdi.codes.vocabulary import Edition, Event
from tests.codes.replay import replay

SMALL = "kode,nama\n11,Aceh\n11.01,KAB. ACEH SELATAN\n11.01.01,Bakongan\n11.01.01.2001,Keude\n"


def refusals(text: str | bytes, **totals: int) -> list[tuple[int, str]]:
    content = text if isinstance(text, bytes) else text.encode()
    read = read_list(content, LAYOUT, totals)
    assert read.problem_count == len(read.problems)
    return [(p.line, p.message.format(**p.params)) for p in read.problems]


@pytest.mark.parametrize(
    "text",
    [
        SMALL,
        "\ufeff" + SMALL,
        SMALL.replace(",", ";"),
        SMALL.replace("\n", "\r\n"),
        SMALL.replace("11.01.01.2001", "1101012001").replace("11.01.01,", "110101,"),
        SMALL.partition("\n")[2],
        (
            ",code,region\n0,11,Aceh\n1,11.01,KAB. ACEH SELATAN\n"
            "2,11.01.01,Bakongan\n3,11.01.01.2001,Keude\n"
        ),
        "Nama\tKode\nAceh\t11\nKAB. ACEH SELATAN\t11.01\nBakongan\t11.01.01\nKeude\t11.01.01.2001",
    ],
)
def test_lists_are_read_in_the_ways_they_come(text: str) -> None:
    read = read_list(text.encode(), LAYOUT)
    assert read.problems == []
    assert list(read.names) == ["11", "11.01", "11.01.01", "11.01.01.2001"]
    assert read.names["11.01"] == "KAB. ACEH SELATAN"


@pytest.mark.parametrize(
    ("text", "line", "part"),
    [
        (SMALL + "11.01,Lagi\n", 6, "twice"),
        (SMALL + "12.01,Nias\n", 6, "stands without 12"),
        (SMALL + "11.70,X\n", 6, "shape"),
        (SMALL + "11.00,X\n", 6, "shape"),
        (SMALL + "11.01.01.4001,Pulau\n", 6, "shape"),
        (SMALL + "1,X\n", 6, "shape"),
        (SMALL + "11.02,=HYPERLINK(1)\n", 6, "formula"),
        (SMALL + "11.02,@x\n", 6, "formula"),
        (SMALL + "11.02,\n", 6, "no name"),
        (SMALL + "11.02\n", 6, "no code or no name"),
        (SMALL + "11.02,KOTA X\n", 6, "kabupaten"),
        (SMALL + "11.71,KAB. X\n", 6, "kota"),
        (SMALL + "11.02,X\x07Y\n", 6, "control"),
        (SMALL + '11.02,"cut of', 6, "cut off"),
        ("", 0, "no codes"),
        ("kode,nama\n", 0, "no codes"),
        (SMALL.encode("utf-16"), 1, "UTF-8"),
        (SMALL.encode() + b"11.02,\xff\n", 6, "UTF-8"),
    ],
)
def test_faults_are_told_by_line(text: str | bytes, line: int, part: str) -> None:
    found = refusals(text)
    assert any(at == line and part in message for at, message in found), found


def test_every_fault_is_told_at_once_and_counted() -> None:
    found = refusals(SMALL + "x,y\n11.01,Lagi\n12.01,Nias\n")
    assert [line for line, _ in found] == [6, 7, 8]
    many = read_list(("kode,nama\n" + "x,y\n" * 5_000).encode(), LAYOUT)
    assert many.problem_count == 5_000
    assert len(many.problems) == 1_000


def test_totals_must_be_the_decrees() -> None:
    assert refusals(SMALL, provinsi=1, kab_kota=1, kecamatan=1, desa=1) == []
    ((line, message),) = refusals(SMALL, provinsi=2)
    assert line == 0
    assert "1" in message
    assert "2" in message


def test_more_lines_than_a_list_has_are_not_read_to_the_end() -> None:
    lines = "".join(f"SD{n:05}.{m:02}.00,x\n" for m in range(6) for n in range(100_000))
    found = read_list(("kode,nama\n" + lines).encode(), LAYOUTS["kode_sds"])
    assert found.problem_count == 1
    assert "500000" in found.problems[0].message.format(**found.problems[0].params)


OLD = {"11": "A", "11.01": "B", "11.01.01": "C", "11.02": "D", "11.03": "E", "12": "F"}
NEW = {"11": "A", "11.01": "b", "11.01.01": "Lain", "12": "F", "12.05": "D", "12.06": "G"}


def test_what_a_list_changes() -> None:
    found = compare(OLD, NEW)
    assert found.new == {"12.05": "D", "12.06": "G"}
    assert found.gone == {"11.02": "D", "11.03": "E"}
    assert found.renamed == {"11.01.01": ("C", "Lain")}
    assert found.respelled == {"11.01": ("B", "b")}
    assert found.successors == {"11.02": ("12.05",)}
    assert not compare(OLD, OLD)


def test_successors_that_a_person_entered_go_first() -> None:
    found = compare(OLD, NEW, {"11.03": ["12.05", "12.06"]})
    assert found.successors == {"11.02": ("12.05",), "11.03": ("12.05", "12.06")}


def test_events_and_the_list_again_from_them() -> None:
    found = compare(OLD, NEW, {"11.03": ["12.05", "12.06"]})
    day = date(2025, 4, 25)
    events = list(events_of(found, "Kep X", day, LAYOUT))
    kinds = {(event.kind, event.old, event.new) for event in events}
    assert kinds == {
        ("merge", "11.02", "12.05"),
        ("split", "11.03", "12.05"),
        ("split", "11.03", "12.06"),
        ("rename", "11.01.01", "11.01.01"),
        ("respell", "11.01", "11.01"),
    }
    assert replay(OLD, events, NEW) == NEW
    with pytest.raises(ValueError, match="not in the list"):
        replay({"11": "A"}, events, NEW)


def test_the_shipped_events_lead_from_2019_to_today() -> None:
    wilayah = vocabulary("kode_wilayah")
    before, today = (wilayah.names_at(date.fromisoformat(d)) for d in ("2019-10-08", "2025-04-25"))
    assert (len(before), len(today)) == (91_219, 91_599)
    later = [event for event in wilayah.events() if event.date > date(2019, 10, 8)]
    assert replay(before, later, today) == today
    found = compare(before, today)
    counts = {level: sum(LAYOUT.level(c) == level for c in found.gone) for level in LAYOUT.levels}
    assert counts == {"provinsi": 0, "kab_kota": 26, "kecamatan": 588, "desa": 6028}
    regencies = [code for code in found.successors if LAYOUT.level(code) == "kab_kota"]
    assert len(regencies) == 26


def test_a_difference_of_nothing_is_false() -> None:
    assert not Difference()


DAYS = (date(2015, 1, 1), date(2020, 1, 1), date(2025, 1, 1))


@pytest.fixture(scope="module")
def history() -> Vocabulary:
    """11 is renumbered twice; 12 is split; 13 goes; 14 comes back for another place."""
    eve2, eve3 = date(2019, 12, 31), date(2024, 12, 31)
    return Vocabulary(
        "kode_wilayah",
        LAYOUT,
        [
            ("11", "A", None, eve2),
            ("12", "B", None, eve2),
            ("13", "C", None, eve3),
            ("14", "D", None, eve2),
            ("14", "Lain", DAYS[2], None),
            ("15", "E", None, None),
            ("21", "A", DAYS[1], eve3),
            ("22", "B1", DAYS[1], None),
            ("23", "B2", DAYS[1], None),
            ("24", "D", DAYS[1], None),
            ("31", "A", DAYS[2], None),
        ],
        [
            Event(DAYS[1], "Kep 2", "recode", "11", "21"),
            Event(DAYS[1], "Kep 2", "split", "12", "22"),
            Event(DAYS[1], "Kep 2", "split", "12", "23"),
            Event(DAYS[1], "Kep 2", "recode", "14", "24"),
            Event(DAYS[2], "Kep 3", "abolish", "13", ""),
            Event(DAYS[2], "Kep 3", "recode", "21", "31"),
            Event(DAYS[2], "Kep 3", "new", "", "14"),
        ],
        [Edition(str(n), f"Kep {n}", day, "", "full", 0) for n, day in enumerate(DAYS, 1)],
    )


@pytest.mark.parametrize(
    ("value", "to", "since", "status", "codes", "decrees"),
    [
        ("15", 2, None, "unchanged", ("15",), ()),
        ("11", 2, None, "translated", ("31",), ("Kep 2", "Kep 3")),
        ("11", 1, None, "translated", ("21",), ("Kep 2",)),
        ("11", 0, None, "unchanged", ("11",), ()),
        ("12", 2, None, "split", ("22", "23"), ("Kep 2",)),
        ("13", 2, None, "gone", (), ("Kep 3",)),
        ("99", 2, None, "unknown", (), ()),
        ("x", 2, None, "unknown", (), ()),
        ("14", 2, None, "unchanged", ("14",), ()),
        ("14", 2, 0, "translated", ("24",), ("Kep 2",)),
        ("31", 1, None, "translated", ("21",), ("Kep 3",)),
        ("31", 0, 2, "translated", ("11",), ("Kep 3", "Kep 2")),
        ("22", 0, None, "translated", ("12",), ("Kep 2",)),
        ("11", 2, 0, "translated", ("31",), ("Kep 2", "Kep 3")),
        ("15", 2, 0, "unchanged", ("15",), ()),
    ],
)
def test_translate(
    history: Vocabulary,
    value: str,
    to: int,
    since: int | None,
    status: str,
    codes: tuple[str, ...],
    decrees: tuple[str, ...],
) -> None:
    (found,) = translate(history, [value], DAYS[to], None if since is None else DAYS[since])
    assert (found.status, found.codes, found.decrees) == (status, codes, decrees)


def test_translate_keeps_order_and_repeats(history: Vocabulary) -> None:
    values = ["11", "15", "11", "99"]
    assert [t.value for t in translate(history, iter(values), DAYS[2])] == values


def test_translate_what_became_of_papua_and_kaltara() -> None:
    wilayah = vocabulary("kode_wilayah")
    found = translate(wilayah, ["91.01", "64.04", "6404", "64.72", "92.71"], date(2025, 4, 25))
    assert [t.codes for t in found] == [("93.01",), ("65.01",), ("65.01",), ("64.72",), ("96.71",)]
    back = translate(wilayah, ["93.01"], date(2019, 10, 8))
    assert back[0].codes == ("91.01",)


@pytest.mark.parametrize(
    ("values", "edition", "certainty"),
    [
        (["11", "15"], "1", "sure"),
        (["21", "15"], "2", "sure"),
        (["31", "14"], "3", "sure"),
        (["15"], None, "undecided"),
        (["31", "15", "99"], "3", "likely"),
        (["99"], None, "none"),
        ([], None, "none"),
    ],
)
def test_guess(history: Vocabulary, values: list[str], edition: str, certainty: str) -> None:
    found = guess_edition(history, values)
    assert found.certainty == certainty
    if edition:
        assert found.ranking[0].edition.id == edition


def test_guess_a_real_column() -> None:
    wilayah = vocabulary("kode_wilayah")
    for day, edition in (("2019-10-08", "2019"), ("2025-04-25", "2025")):
        codes = [c for c in wilayah.names_at(date.fromisoformat(day)) if len(c) == 5]
        found = guess_edition(wilayah, codes)
        assert (found.ranking[0].edition.id, found.certainty) == (edition, "sure")
        assert found.unknown == 0
    mixed = guess_edition(wilayah, ["91.01", "93.01", "64.72"])
    assert mixed.deciding == 2
    assert mixed.certainty == "undecided"
