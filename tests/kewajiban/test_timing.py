"""What is owed, due, late and delivered: a table of cases, each a line that can be read.

A case is: the editions of the list; the schedule; what was handed in; today; and, line by line,
what holds of each period. Written are

- editions: ``2026`` names the item, ``-2026`` does not, ``2026@2026-03-15`` was agreed on that day,
  ``2026=B`` names another producer (``=-`` none), ``2026:bulanan`` another schedule;
- hand-ins: ``day about`` or ``day about > day on which it was returned`` (or withdrawn);
- lines: ``period kind``, with the days late where it is late.
"""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest

from ckanext.sdi.kewajiban import periods
from ckanext.sdi.kewajiban.obligations import (
    AgreedEdition,
    Exclusion,
    Obligation,
    expand,
    of_list,
    reigns,
)
from ckanext.sdi.kewajiban.timing import HandIn, judge
from ckanext.sdi.rules.period import Period, parse

CASES = [
    # title, editions, schedule, hand-ins, today, lines
    ("a year goes on", "2026", "tahunan", [], "2026-11-28", ["2026 running"]),
    ("its last day is still of it", "2026", "tahunan", [], "2026-12-31", ["2026 running"]),
    ("over: thirty days to hand it in", "2026", "tahunan", [], "2027-01-30",
     ["2026 due", "2027 running"]),
    ("one day too late", "2026", "tahunan", [], "2027-01-31", ["2026 late 1", "2027 running"]),
    ("on the last day", "2026", "tahunan", ["2027-01-30 2026"], "2027-06-01",
     ["2026 in_time", "2027 running"]),
    ("a day after it", "2026", "tahunan", ["2027-01-31 2026"], "2027-06-01",
     ["2026 given_late 1", "2027 running"]),
    ("handed in today, but about another year", "2026", "tahunan", ["2027-02-09 2027"],
     "2027-02-09", ["2026 late 10", "2027 in_time"]),
    ("two missed years are two lines", "2025", "tahunan", [], "2027-03-01",
     ["2025 late 395", "2026 late 30", "2027 running"]),
    ("one file about several years", "2024", "tahunan", ["2026-01-10 2024/2025"], "2026-05-01",
     ["2024 given_late 345", "2025 in_time", "2026 running"]),
    ("as things stood on its last day", "2025", "tahunan", ["2026-01-10 2025-12-31"], "2026-05-01",
     ["2025 in_time", "2026 running"]),
    ("twelve months are a year", "2025", "tahunan",
     ["2026-01-10 " + ",".join(f"2025-{month:02}" for month in range(1, 13))], "2026-02-01",
     ["2025 in_time", "2026 running"]),
    ("eleven months are none", "2025", "tahunan",
     ["2025-12-10 " + ",".join(f"2025-{month:02}" for month in range(1, 12))], "2026-02-01",
     ["2025 late 2", "2026 running"]),
    ("before its end", "2026", "tahunan", ["2026-12-20 2026"], "2026-12-21", ["2026 in_time"]),

    ("the first period starts with the edition", "2026", "triwulanan", [], "2026-05-20",
     ["2026-Q1 late 35", "2026-Q2 running"]),
    ("a list agreed late asks from then on", "2026@2026-03-15", "bulanan", [], "2026-03-25",
     ["2026-01 due", "2026-02 due", "2026-03 running"]),
    ("and is late after that", "2026@2026-03-15", "bulanan", [], "2026-03-26",
     ["2026-01 late 1", "2026-02 late 1", "2026-03 running"]),
    ("dropped: owed no more, its past stays", "2025 -2026", "semesteran", ["2026-01-05 2025-S2"],
     "2026-12-01", ["2025-S1 late 489", "2025-S2 in_time"]),
    ("dropped within the year: what had ended stays", "2026 -2026@2026-03-15", "bulanan", [],
     "2026-05-01", ["2026-01 late 80", "2026-02 late 52"]),
    ("dropped and back: nothing in between", "2024 -2025 2026", "tahunan", [], "2026-06-01",
     ["2024 late 487", "2026 running"]),
    ("new in the edition that replaced one", "-2026 2026@2026-06-20", "triwulanan", [],
     "2026-07-10", ["2026-Q2 due", "2026-Q3 running"]),
    ("no newer edition: the last one goes on", "2025", "semesteran", [], "2026-03-01",
     ["2025-S1 late 214", "2025-S2 late 30", "2026-S1 running"]),
    ("another producer from the next edition on", "2025 2026=B", "tahunan", [], "2027-02-01",
     ["2025 late 367", "2026 late 2 B", "2027 running B"]),
    ("another schedule from the next edition on", "2025 2026:bulanan", "tahunan", [],
     "2026-02-09", ["2025 late 10", "2026-01 due", "2026-02 running"]),

    ("a list agreed late takes nobody's lateness away", "2025@2025-01-10 2026@2026-08-01",
     "bulanan", ["2025-12-31 2025-01/2025-11", "2026-03-01 2025-12/2026-01"], "2026-08-02",
     [*(f"2025-{month:02} {{}}" for month in range(1, 12)), "2025-12 given_late 50",
      "2026-01 given_late 19", "2026-02 late 145", "2026-03 late 114", "2026-04 late 84",
      "2026-05 late 53", "2026-06 late 23", "2026-07 due", "2026-08 running"]),
    ("dropped by a list agreed late: until then the old one went on",
     "2025@2025-01-10 -2026@2026-03-15", "triwulanan", ["2025-12-31 2025/2025-Q3"], "2026-06-01",
     ["2025-Q1 {}", "2025-Q2 {}", "2025-Q3 {}", "2025-Q4 late 137"]),
    ("the same by month", "2025@2025-01-10 -2026@2026-03-15", "bulanan",
     ["2026-01-10 2025"], "2026-06-01",
     [*(f"2025-{month:02} {{}}" for month in range(1, 13)), "2026-01 late 111",
      "2026-02 late 83"]),
    ("moved by a list agreed late: each owes what ended in its days",
     "2025@2025-01-10 2026@2026-03-15=B", "bulanan", ["2026-01-10 2025"], "2026-04-11",
     [*(f"2025-{month:02} {{}}" for month in range(1, 13)), "2026-01 late 60", "2026-02 late 32",
      "2026-03 late 1 B", "2026-04 running B"]),
    ("moved within the year: the year is the new producer's", "2026 2026@2026-07-10=B", "tahunan",
     [], "2027-02-02", ["2026 late 3 B", "2027 running B"]),
    ("moved within the year: the half year that had ended is the old one's",
     "2026 2026@2026-07-10=B", "semesteran", [], "2026-08-01",
     ["2026-S1 late 2", "2026-S2 running B"]),
    ("new in a list agreed late, while the old one went on: asked from then on",
     "-2025@2025-01-10 2026@2026-03-15", "bulanan", [], "2026-03-26",
     ["2026-01 late 1", "2026-02 late 1", "2026-03 running"]),
    ("lists of past years, loaded together: each has its own year",
     "2024@2026-03-01 -2025@2026-03-01 2026@2026-03-01", "semesteran", [], "2026-03-20",
     ["2024-S1 due", "2024-S2 due", "2026-S1 running"]),
    ("the list of a past year, loaded last", "2026@2026-01-05 2025@2026-02-01", "semesteran", [],
     "2026-03-04", ["2025-S1 late 1", "2025-S2 late 1", "2026-S1 running"]),
    ("replaced on the very day: the first one asked nothing",
     "-2025@2025-01-10 2026@2026-02-01 -2026@2026-02-01", "bulanan", [], "2026-06-01", []),
    ("and the second one is the first that counts",
     "-2025@2025-01-10 -2026@2026-02-01 2026@2026-02-01", "bulanan", [], "2026-02-12",
     ["2026-01 late 1", "2026-02 running"]),
    ("asked for at any time before, now by month: the whole year of the list",
     "2025@2025-01-10:insidental 2026@2026-03-15", "bulanan", [], "2026-03-20",
     ["2026-01 due", "2026-02 due", "2026-03 running"]),
    ("of nobody before, now an office's", "2025@2025-01-10=- 2026@2026-03-15", "bulanan", [],
     "2026-03-20", ["2026-01 due", "2026-02 due", "2026-03 running"]),
    ("by month, then by year: the year that runs is owed whole", "2026:bulanan 2026@2026-03-15",
     "tahunan", ["2026-03-01 2026-01/2026-02"], "2027-01-31",
     ["2026-01 given_late 19", "2026-02 in_time", "2026 late 1", "2027 running"]),

    ("held by the Walidata: no day of it is late", "2025", "tahunan",
     ["2026-01-20 2025 > 2026-02-20"], "2026-03-02", ["2025 due", "2026 running"]),
    ("the days that were left have passed", "2025", "tahunan",
     ["2026-01-20 2025 > 2026-02-20"], "2026-03-03", ["2025 late 1", "2026 running"]),
    ("handed in late, then held: only one's own days", "2025", "tahunan",
     ["2026-02-04 2025 > 2026-03-04"], "2026-03-06", ["2025 late 7", "2026 running"]),
    ("held now", "2025", "tahunan", ["2026-01-20 2025"], "2026-09-01",
     ["2025 in_time", "2026 running"]),
    ("a corrected re-delivery: the first one counts", "2025", "tahunan",
     ["2026-01-20 2025 > 2026-02-20", "2026-04-30 2025"], "2026-05-01",
     ["2025 in_time", "2026 running"]),
    ("returned twice: both stays are taken off", "2025", "tahunan",
     ["2026-01-20 2025 > 2026-01-25", "2026-01-30 2025 > 2026-02-28"], "2026-03-06",
     ["2025 late 1", "2026 running"]),
    ("returned before the period was over", "2026", "bulanan",
     ["2026-01-10 2026-01 > 2026-01-20"], "2026-02-11", ["2026-01 late 1", "2026-02 running"]),
    ("published and withdrawn a year later", "2025", "tahunan",
     ["2026-01-20 2025 > 2027-01-20"], "2027-01-30",
     ["2025 due", "2026 due", "2027 running"]),
    ("there before it was noted when, and withdrawn: its days go on", "2025", "tahunan",
     ["? 2025 > 2026-06-01"], "2026-08-01",
     ["2025 late 32", "2026 running"]),
    ("two datasets of one item: one returned, the other there", "2025", "tahunan",
     ["2026-01-20 2025 > 2026-02-20", "2026-03-01 2025"], "2026-06-01",
     ["2025 in_time", "2026 running"]),
    ("two datasets of one item, both returned: days of both at once count once", "2025", "tahunan",
     ["2026-01-20 2025 > 2026-02-20", "2026-01-25 2025 > 2026-02-25"], "2026-03-07",
     ["2025 due", "2026 running"]),
    ("published as of a wrong year, withdrawn, handed in rightly", "2025", "tahunan",
     ["2026-01-20 2024 > 2026-03-01", "2026-03-05 2025"], "2026-06-01",
     ["2025 given_late 34", "2026 running"]),
    ("held over the due day, back on it", "2025", "tahunan", ["2026-01-29 2025 > 2026-01-30"],
     "2026-02-01", ["2025 late 1", "2026 running"]),
    ("handed in and returned on one day: no day was held", "2025", "tahunan",
     ["2026-01-30 2025 > 2026-01-30"], "2026-01-31", ["2025 late 1", "2026 running"]),
    ("there before it was noted when", "2025", "tahunan", ["? 2025"], "2026-09-01",
     ["2025 in_time", "2026 running"]),

    ("days", "2026", "harian", ["2026-01-02 2026-01-01", "2026-01-04 2026-01-02"], "2026-01-04",
     ["2026-01-01 in_time", "2026-01-02 given_late 1", "2026-01-03 due", "2026-01-04 running"]),
    ("weeks begin on Monday, the first whole one counts", "2026", "mingguan", [], "2026-01-15",
     ["2026-W02 late 1", "2026-W03 running"]),
    ("a week across the years", "2025", "mingguan", ["2025-12-20 2025-W01/2025-W51"],
     "2026-01-07", [*(f"2025-W{week:02} {{}}" for week in range(2, 52)), "2025-W52 late 7",
                    "2026-W01 due", "2026-W02 running"]),
    ("February of a leap year", "2024", "bulanan", ["2024-02-05 2024-01"], "2024-03-10",
     ["2024-01 in_time", "2024-02 due", "2024-03 running"]),
    ("29 February is a day", "2024 -2025", "harian",
     ["2024-02-29 2024-01-01/2024-02-28", "2024-03-01 2024-02-29", "2025-01-01 2024-03/2024-12"],
     "2025-01-02", None),
    ("quarters at the year's end", "2025 2026", "triwulanan", ["2026-01-15 2025/2025"],
     "2026-01-16", ["2025-Q1 given_late 275", "2025-Q2 given_late 184", "2025-Q3 given_late 92",
                    "2025-Q4 in_time", "2026-Q1 running"]),
    ("half years", "2026", "semesteran", ["2026-07-30 2026-S1"], "2026-08-01",
     ["2026-S1 in_time", "2026-S2 running"]),
    ("when something happens: never late", "2020", "insidental", ["2021-01-01 2020"],
     "2026-01-01", []),
    ("no schedule in the list: nothing is due", "2020", None, [], "2026-01-01", []),
]  # fmt: skip


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def hand_in(text: str) -> HandIn:
    when, about, *back = text.replace("> ", "").split()
    stretches = tuple(periods.covered(about.split(",")))
    return HandIn(None if when == "?" else day(when), stretches, day(back[0]) if back else None)


def owed(editions: str, schedule: str | None) -> list[Obligation]:
    agreed, named = [], []
    for number, text in enumerate(editions.split()):
        found = re.fullmatch(r"(-?)(\d{4})(?:@([\d-]+))?(?:=([\w-]))?(?::(\w+))?", text)
        assert found, text
        dropped, year, when, producer, other = found.groups()
        agreed_on = day(when) if when else None
        agreed.append(AgreedEdition(str(number), int(year), f"Daftar {year}", agreed_on))
        if not dropped:
            office = None if producer == "-" else producer or "A"
            named.append((str(number), office, other or schedule))
    return of_list(reigns(agreed), named)


def judged(obligations: list[Obligation], given: list[str], today: str) -> list[str]:
    hand_ins = [hand_in(text) for text in given]
    lines = []
    for expectation in expand(obligations, [], day(today)):
        found = judge(expectation, hand_ins, day(today))
        parts = [periods.code(expectation.schedule, expectation.period), found.kind]
        parts += [str(found.days)] if found.days else []
        parts += [expectation.producer] if expectation.producer != "A" else []
        lines.append(" ".join(parts))
    return lines


@pytest.mark.parametrize(
    ("editions", "schedule", "given", "today", "lines"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_a_case(
    editions: str, schedule: str | None, given: list[str], today: str, lines: list[str] | None
) -> None:
    found = judged(owed(editions, schedule), given, today)
    if lines is None:  # every day of a leap year, none of them missing
        assert len(found) == 366
        assert [line for line in found if line.startswith("2024-02-29")] == ["2024-02-29 in_time"]
        return
    # Of these lines it matters that they are there.
    kinds = [line.partition(" ")[0] + " {}" if "{}" in lines[n] else line
             for n, line in enumerate(found[: len(lines)])]  # fmt: skip
    assert kinds + found[len(lines) :] == lines


SINCE = (dt.date(2025, 1, 1), dt.date(2025, 1, 1), dt.date.max)
ASKED = Obligation("A", "tahunan", *SINCE, None, "Daftar 2025")


@pytest.mark.parametrize(
    ("producer", "first", "last", "kinds"),
    [
        ("A", "2025-06-01", "2026-06-01", ["excluded", "late"]),
        (None, "2025-06-01", "9999-12-31", ["excluded", "excluded"]),
        ("B", "2025-06-01", "9999-12-31", ["late", "late"]),
        ("A", "2026-01-01", "2026-12-30", ["late", "late"]),
    ],
)
def test_an_exclusion(producer: str | None, first: str, last: str, kinds: list[str]) -> None:
    rule = Exclusion(producer, day(first), day(last), "Gempa bumi")
    found = expand([ASKED], [rule], day("2027-06-01"))[:2]
    assert [judge(one, [], day("2027-06-01")).kind for one in found] == kinds
    assert [one.excluded for one in found] == ["Gempa bumi" if k == "excluded" else None
                                               for k in kinds]  # fmt: skip


def test_what_is_recorded_stands_in_place_of_the_list() -> None:
    since = day("2025-01-01")
    decree = Obligation("A", "tahunan", since, since, day("2025-12-31"), None, "SK 12", 90, True)
    other = Obligation(
        "B", "semesteran", since, since, day("2025-06-30"), None, "SK 13", None, True
    )
    found = expand([decree, ASKED, other], [], day("2026-02-01"))
    assert [(one.producer, one.due.isoformat(), one.why) for one in found] == [
        ("B", "2025-07-30", "SK 13"),
        ("A", "2026-03-31", "SK 12"),
        ("A", "2027-01-30", "Daftar 2025"),
    ]


UNREACHABLE = [
    # title, the days without an answer, hand-ins, today, what holds of 2025 (due 2026-01-30)
    ("down now", ("2026-01-20", "9999-12-31"), [], "2026-03-01", "unreachable 0 2026-03-12"),
    ("late before it went down", ("2026-02-10", "9999-12-31"), [], "2026-03-01",
     "unreachable 10 2026-02-19"),
    ("up again: the days are given back", ("2026-01-20", "2026-01-24"), [], "2026-02-04",
     "due 0 2026-02-04"),
    ("and then it is late", ("2026-01-20", "2026-01-24"), [], "2026-02-05", "late 1 2026-02-04"),
    ("down before the period was over", ("2025-12-01", "2025-12-31"), [], "2026-01-31",
     "late 1 2026-01-30"),
    ("handed in meanwhile by hand", ("2026-01-20", "2026-02-20"), ["2026-02-02 2025"],
     "2026-03-01", "in_time 0 2026-02-12"),
    ("went down after the hand-in", ("2026-02-20", "9999-12-31"), ["2026-02-02 2025"],
     "2026-03-01", "given_late 3 2026-01-30"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("days", "given", "today", "line"),
    [case[1:] for case in UNREACHABLE],
    ids=[case[0] for case in UNREACHABLE],
)
def test_a_source_that_does_not_answer_is_no_late_office(
    days: tuple[str, str], given: list[str], today: str, line: str
) -> None:
    expectation = expand([ASKED], [], day(today))[0]
    down = [Period(day(days[0]), day(days[1]))]
    found = judge(expectation, map(hand_in, given), day(today), unreachable=down)
    assert f"{found.kind} {found.days} {found.due}" == line


@pytest.mark.parametrize(
    ("moment", "zone", "local"),
    [
        ("2026-12-31T15:59:59", "Asia/Makassar", "2026-12-31"),
        ("2026-12-31T16:00:00", "Asia/Makassar", "2027-01-01"),
        ("2026-12-31T16:00:00", "Asia/Jakarta", "2026-12-31"),
        ("2026-12-31T17:00:00", "Asia/Jakarta", "2027-01-01"),
        ("2026-12-31T15:00:00", "Asia/Jayapura", "2027-01-01"),
        ("2024-02-28T15:30:00", "Asia/Jayapura", "2024-02-29"),
        ("2026-12-31T23:00:00+07:00", "Asia/Jayapura", "2027-01-01"),
    ],
)
def test_the_day_of_a_moment_is_the_portals(moment: str, zone: str, local: str) -> None:
    at = dt.datetime.fromisoformat(moment)
    assert periods.local_day(at, ZoneInfo(zone)).isoformat() == local


@pytest.mark.parametrize(
    ("schedule", "text", "said"),
    [
        ("harian", "2026-03-05", "5 March 2026"),
        ("mingguan", "2027-W01", "week 1 of 2027"),
        ("mingguan", "2020-W53", "week 53 of 2020"),
        ("bulanan", "2026-03", "March 2026"),
        ("triwulanan", "2026-Q3", "quarter III 2026"),
        ("semesteran", "2026-S1", "half year I 2026"),
        ("semesteran", "2026-S2", "half year II 2026"),
        ("tahunan", "2026", "2026"),
    ],
)
def test_the_name_of_a_period(schedule: str, text: str, said: str) -> None:
    period = parse(text)
    assert period is not None
    assert periods.code(schedule, period) == text
    assert list(periods.periods(schedule, period.first, period.first)) == [period]
    assert periods.words(schedule, period, str) == said
