"""Coverage: each number is the number of rows of the list that it links to; berita acara; CSV."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.tests import factories

from ckanext.sdi.kewajiban import timing
from ckanext.sdi.lifecycle import coverage, owed
from ckanext.sdi.lifecycle.tasks import STATE_LABELS
from ckanext.sdi.model import Edition, Item, ItemVersion
from tests.daftar_data.acting import imported
from tests.daftar_data.lists import regional
from tests.lifecycle.test_owed import ABOUT_2025, add_item, record, step
from tests.province import Province, make_dataset

PAGE = "/sdi/daftar-data/cakupan"
MINUTES = [f"/berita-acara/{name}" for name in ("dinas-uji", "dinas-uji.csv", "semua.csv")]


@pytest.fixture
def filled(province: Province, monkeypatch: pytest.MonkeyPatch) -> Province:
    """On 1 March 2026: an item published in time, one half a year of which is late, one excused,
    one that is never due.
    """
    monkeypatch.setattr(owed, "today", lambda: dt.date(2026, 3, 1))
    made = make_dataset(province)
    step(made["id"], "submitted", "2026-01-10T00:00:00", ABOUT_2025)
    step(made["id"], "published", "2026-02-10T00:00:00")
    add_item("Setengah tahun", "semesteran")
    record(add_item("Triwulan", "triwulanan"), "excused", "2025-01-01")
    add_item("=Bila ada", "insidental")
    return province


def page(app: Any, province: Province, address: str, role: str = "koordinator") -> Any:
    response = app.get(address, headers=province.headers(role))
    assert response.status_code == 200
    return BeautifulSoup(response.body, "html.parser")


def test_each_number_is_that_of_its_list(app: Any, filled: Province) -> None:
    # A draft of the same year: one item of the agreed list, one of a producer that is no office.
    twice, nobody = {"ID DDD": "DDD-001", "Produsen Data": "Dinas Uji Coba"}, {"Produsen Data": "X"}
    imported(filled, regional(twice, nobody, tahun=2025))
    shown = page(app, filled, PAGE)
    links = [link for link in shown.select("main a, [role=main] a") if "/daftar?" in link["href"]]
    numbers = {}
    for link in links:
        parts = urlsplit(link["href"])
        listed = page(app, filled, f"{parts.path}?{parts.query}")
        assert len(listed.select("[role=main] tbody tr")) == int(link.text), link["href"]
        lines = app.get(
            f"{parts.path}.csv?{parts.query}", headers=filled.headers("koordinator")
        ).body
        assert len(list(csv.reader(io.StringIO(lines)))) - 1 == int(link.text)
        numbers[parts.query.replace(filled.office["id"], "x")] = int(link.text)
    assert numbers == {
        "tahun=2025&far=reported": 5,
        "tahun=2025&far=asked": 4,
        "tahun=2025&far=delivered": 1,
        "tahun=2025&far=passed": 1,
        "tahun=2025&far=published": 1,
        "tahun=2025&timing=late": 2,
        "tahun=2025&timing=in_time": 1,
        "tahun=2025&timing=excluded": 4,
        "tahun=2025&organization=x&far=reported": 4,
        "tahun=2025&organization=x&far=asked": 4,
        "tahun=2025&organization=x&far=delivered": 1,
        "tahun=2025&organization=x&far=passed": 1,
        "tahun=2025&organization=x&far=published": 1,
        "tahun=2025&organization=x&timing=late": 2,
        "tahun=2025&organization=-&far=reported": 1,
    }


@pytest.fixture
def tangled(filled: Province) -> Province:
    """Besides: an item of nobody, one of a draft only, one that another office owes by a decree,
    one whose dataset is another office's by now, one whose dataset was deleted, an office that is
    no more, and a list that was agreed to after another of the same year.
    """
    there = filled.other_office["id"]
    (old,) = model.Session.scalars(sa.select(Edition))
    nobodys = version_of(add_item("Tanpa OPD", "bulanan"))
    nobodys.organization_id = None
    decreed = add_item("Menurut SK", "triwulanan")
    of_decree = version_of(decreed)
    record(decreed, "owed", "2025-01-01", organization_id=there, last=dt.date(2025, 6, 30))
    moved = make_dataset(filled, name="pindah", daftar_data_item=add_item("Pindah", "tahunan"))
    step(moved["id"], "submitted", "2026-01-12T00:00:00", ABOUT_2025)
    gone = make_dataset(filled, name="hilang", daftar_data_item=add_item("Hilang", "tahunan"))
    step(gone["id"], "submitted", "2026-01-12T00:00:00", ABOUT_2025)
    of_no_more = factories.Organization(name="dinas-bubar", title="Dinas Bubar")["id"]
    version_of(add_item("Bubar", "semesteran")).organization_id = of_no_more
    newer = Edition(level="provinsi", tahun=2025, title="Perubahan", state="agreed", checksum="b")
    draft = Edition(level="provinsi", tahun=2025, title="Usulan", state="draft", checksum="c")
    old.state, old.agreed_at = "closed", dt.datetime.fromisoformat("2025-01-10")
    newer.agreed_at = dt.datetime.fromisoformat("2025-08-01")
    model.Session.add_all([newer, draft])
    for version in model.Session.scalars(sa.select(ItemVersion)).all():
        if version.nama_data != "Setengah tahun":
            copied = copy_of(version, newer)
            if version.nama_data == "Triwulan":
                copied.organization_id = there
    proposed = Item(level="provinsi", key="usul")
    model.Session.add(proposed)
    model.Session.flush()
    copy_of(of_decree, draft).item_id = proposed.id
    model.Session.execute(
        sa.text("UPDATE package SET owner_org = :office WHERE id = :id"),
        {"office": there, "id": moved["id"]},
    )
    model.Session.execute(
        sa.text("UPDATE package SET state = 'deleted' WHERE id = :id"), {"id": gone["id"]}
    )
    model.Session.execute(
        sa.text("UPDATE \"group\" SET state = 'deleted' WHERE id = :id"), {"id": of_no_more}
    )
    model.Session.commit()
    return filled


def version_of(item_id: str) -> ItemVersion:
    return model.Session.scalars(sa.select(ItemVersion).filter_by(item_id=item_id)).one()


def copy_of(version: ItemVersion, edition: Edition) -> ItemVersion:
    """The same in another edition."""
    names = ("item_id", "row_number", "status", "nama_data", "organization_id")
    said = {name: getattr(version, name) for name in (*names, "jadwal_pemutakhiran")}
    copied = ItemVersion(edition=edition, **said)
    model.Session.add(copied)
    return copied


def test_whatever_happened_every_number_is_that_of_its_list(app: Any, tangled: Province) -> None:
    """Page, years, status, both files, minutes, expectations: one number each."""
    status = tangled.act("koordinator", "sdi_daftar_data_status", tahun=2025)["results"]
    by_office = {row["organization"] and row["organization"]["id"]: row for row in status}
    shown = page(app, tangled, f"{PAGE}?tahun=2025")
    links = shown.select("[role=main] a[href*='/daftar?']")
    followed: dict[str, int] = {}
    for link in links:
        parts = urlsplit(link["href"])
        if link.text.strip().isdigit():
            listed = page(app, tangled, f"{parts.path}?{parts.query}")
            rows = len(listed.select("[role=main] tbody tr"))
            assert rows == int(link.text), link["href"]
            assert rows == lines_of(app, tangled, f"{parts.path}.csv?{parts.query}"), link["href"]
            followed[parts.query] = rows
    names = ("reported", "asked", "delivered", "passed", "published")
    for office, row in by_office.items():
        queries = {name: f"tahun=2025&organization={office or '-'}&far={name}" for name in names}
        assert {name: followed.get(query, 0) for name, query in queries.items()} == {
            name: row[name] for name in names
        }, row
        late = f"tahun=2025&organization={office or '-'}&timing=late"
        assert followed.get(late, 0) == row["periods"]["late"], row
        if office:
            if row["organization"]["name"] != "dinas-bubar":
                assert expected(tangled, organization=office) == row["periods"]
            missing = sum(row["periods"][kind] for kind in ("late", "due", "unreachable"))
            minutes = f"{PAGE}/berita-acara/{office}"
            assert len(page(app, tangled, f"{minutes}?tahun=2025").select("tbody tr")) == missing
            assert lines_of(app, tangled, f"{minutes}.csv?tahun=2025") == missing
    # Each number stands at an office, and adds up to that of all.
    whole = {name: sum(row[name] for row in status) for name in names}
    assert whole == {name: followed.get(f"tahun=2025&far={name}", 0) for name in names}
    periods = {kind: sum(row["periods"][kind] for row in status) for kind in status[0]["periods"]}
    assert expected(tangled) == periods
    assert {kind: n for kind, n in periods.items() if n} == {
        kind: followed[f"tahun=2025&timing={kind}"] for kind, n in periods.items() if n
    }
    summary = app.get(f"{PAGE}/ringkasan.csv?tahun=2025", headers=tangled.headers("walidata")).body
    told = list(csv.reader(io.StringIO(summary.removeprefix("\ufeff"))))[1:]
    rows_of = [
        [*(str(row[name]) for name in names), *map(str, row["periods"].values())] for row in status
    ]
    assert sorted(line[1:] for line in told) == sorted(rows_of)
    assert "Dinas Bubar" in [line[0] for line in told]
    years = page(app, tangled, f"{PAGE}/tahun")
    for link in years.select("a[href*='/daftar?']"):
        query = urlsplit(link["href"]).query
        assert followed[query] == int(link.text), query


def test_what_is_counted_of_a_tangled_year(app: Any, tangled: Province) -> None:
    here, there = tangled.office["id"], tangled.other_office["id"]
    status = tangled.act("koordinator", "sdi_daftar_data_status", tahun=2025)["results"]
    by_office = {row["organization"] and row["organization"]["id"]: row for row in status}
    mine, theirs, nobodys = by_office[here], by_office[there], by_office[None]
    # In the draft there is one more; the list before had one that is dropped and one that moved.
    assert (mine["reported"], mine["asked"], mine["published"]) == (8, 5, 1)
    assert (mine["delivered"], mine["with_dataset"]) == (2, 2), "not the deleted dataset"
    assert (theirs["asked"], theirs["periods"]["late"]) == (1, 2), "quarters I and II by a decree"
    assert (nobodys["reported"], nobodys["asked"]) == (1, 1)
    # The half year had ended before the list dropped the item: that stays; the year handed in by
    # what is another office's by now is there.
    late = tangled.act("koordinator", "sdi_expectation_list", timing="late", organization=here)
    named = sorted((row["item"]["nama_data"], row["period"]) for row in late["results"])
    assert named == [
        ("Hilang", "2025"),
        *(("Menurut SK", f"2025-Q{n}") for n in (1, 2, 3, 4)),
        ("Setengah tahun", "2025-S1"),
    ]
    cells = page(app, tangled, f"{PAGE}?tahun=2025&ukuran=waktu").select(".sdi-cells a")
    assert "L" in [cell.text for cell in cells if "Setengah tahun" in cell["title"]]


def expected(province: Province, **asked: Any) -> dict[str, int]:
    """How many periods of 2025 the action lists, by how timely they are."""
    act = province.act
    return {
        kind: act("koordinator", "sdi_expectation_list", timing=kind, tahun=2025, **asked)["count"]
        for kind in timing.LABELS
    }


def lines_of(app: Any, province: Province, address: str) -> int:
    """How many lines a file has under its head."""
    text = app.get(address, headers=province.headers("koordinator")).body
    return len(list(csv.reader(io.StringIO(text)))) - 1


def test_both_filters_of_a_list_count(app: Any, filled: Province) -> None:
    for far, number in (("", 2), ("&far=none", 2), ("&far=published", 0)):
        listed = page(app, filled, f"{PAGE}/daftar?timing=late{far}")
        assert len(listed.select("[role=main] tbody tr")) == number, far
    heading: Any = listed.h1
    assert heading.text == "Daftar Data 2025: Terlambat · Dipublikasikan"


def test_the_matrix_says_in_letters_what_it_says_in_colours(app: Any, filled: Province) -> None:
    for measure, signs in (("jauh", "T000"), ("waktu", "TLX0")):
        shown = page(app, filled, f"{PAGE}?ukuran={measure}")
        cells = shown.select(".sdi-cells a")
        assert "".join(cell.text for cell in cells) == signs
        entries = [
            entry.text.split(None, 1) for entry in shown.select("#matriks ~ ul.list-inline li")
        ]
        legend = {letter: words.strip() for letter, words in entries}
        for cell in cells:
            assert cell["title"] == cell["aria-label"]
            assert cell["title"].endswith(f": {legend[cell.text]}")


def test_the_status_by_office_tells_the_same(app: Any, filled: Province) -> None:
    (row,) = filled.act("koordinator", "sdi_daftar_data_status")["results"]
    counts = {name: row[name] for name in ("reported", "asked", "delivered", "passed", "published")}
    assert counts == {"reported": 4, "asked": 4, "delivered": 1, "passed": 1, "published": 1}
    assert row["late"] == 1
    assert {kind: n for kind, n in row["periods"].items() if n} == {
        "late": 2,
        "in_time": 1,
        "excluded": 4,
    }
    (public,) = filled.act("pengembang", "sdi_daftar_data_status")["results"]
    assert {"late", "periods"} & set(public) == set()


def test_the_minutes_name_what_is_missing_and_by_when(app: Any, filled: Province) -> None:
    address = f"{PAGE}/berita-acara/dinas-uji?tahun=2025"
    shown = page(app, filled, address)
    rows = [
        [cell.text.strip() for cell in row.select("td, th")] for row in shown.select("tbody tr")
    ]
    assert [row[1:5] for row in rows] == [
        ["Setengah tahun (Setengah tahun)", "Semester I 2025", "30 Juli 2025", "214"],
        ["Setengah tahun (Setengah tahun)", "Semester II 2025", "30 Januari 2026", "30"],
    ]
    assert {row[6] for row in rows} == {"8 Maret 2026"}
    assert len(shown.select(".sdi-sign")) == 2
    later = page(app, filled, f"{address}&tindak_lanjut=2026-04-01")
    assert later.select_one("tbody tr td:last-child").text == "1 April 2026"
    # A telephone shows each line as a card.
    assert all(cell["data-label"] for cell in shown.select("tbody td, tbody th"))


def test_the_minutes_as_a_file_of_one_office_and_of_all(app: Any, filled: Province) -> None:
    headers = filled.headers("walidata")
    query = "?tahun=2025&tindak_lanjut=2026-04-01"
    for name in ("dinas-uji", "semua"):
        text = app.get(f"{PAGE}/berita-acara/{name}.csv{query}", headers=headers).body
        head, *lines = csv.reader(io.StringIO(text.lstrip("\ufeff")))
        assert head[-1] == "Diserahkan paling lambat"
        assert [line[3:6] for line in lines] == [
            ["Semester I 2025", "2025-07-30", "214"],
            ["Semester II 2025", "2026-01-30", "30"],
        ]
        assert {line[-1] for line in lines} == {"2026-04-01"}
    shown = page(app, filled, f"{PAGE}/berita-acara/dinas-uji{query}")
    assert shown.select_one(f"a[href$='berita-acara/dinas-uji.csv{query}']")


def test_nothing_is_to_be_delivered_before_it_is_due(
    app: Any, filled: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owed, "today", lambda: dt.date(2026, 1, 10))
    shown = page(app, filled, f"{PAGE}/berita-acara/dinas-uji?tahun=2025")
    found = [[cell.text for cell in row.select("td")[-1:]] for row in shown.select("tbody tr")]
    assert found == [["17 Januari 2026"], ["30 Januari 2026"]]


def test_a_file_has_no_formula(app: Any, filled: Province) -> None:
    text = app.get(f"{PAGE}/daftar.csv", headers=filled.headers("walidata")).body
    assert "'=Bila ada" in text


def test_only_who_watches_sees_it(app: Any, province: Province) -> None:
    for path in ("", "/ringkasan.csv", "/daftar", "/daftar.csv", *MINUTES):
        for role in ("produsen", "pengembang", "pembina"):
            assert app.get(PAGE + path, headers=province.headers(role)).status_code == 403
        assert app.get(PAGE + path, follow_redirects=False).status_code == 302


def test_what_is_asked_wrongly_breaks_nothing(app: Any, province: Province) -> None:
    headers = province.headers("koordinator")
    for query in ("tahun=x", "tahun=9999", "far=x&timing=x", "ukuran=x&page=9", "tahun=%00"):
        for path in ("", "/daftar"):
            assert app.get(f"{PAGE}{path}?{query}", headers=headers).status_code < 500, query


def test_recording_on_the_items_page(app: Any, province: Province) -> None:
    address = f"/sdi/daftar-data/{province.item_id}/kewajiban"
    headers = province.headers("koordinator")
    form = {"kind": "excused", "first": "2025-01-01", "reason": "Gempa"}
    wrong = app.post(address, data={**form, "first": ""}, headers=headers)
    assert (wrong.status_code, "alert-danger" in wrong.body) == (422, True)
    assert "Gempa" in app.post(address, data=form, headers=headers).body
    shown = page(app, province, address, "produsen")
    assert shown.select("form[action$=kewajiban], form[action$=cabut]") == []
    assert "dikecualikan: Gempa" in shown.text
    (take_back,) = page(app, province, address).select("form[action$=cabut]")
    assert app.post(take_back["action"], headers=province.headers("produsen")).status_code == 403
    assert "dikecualikan" not in app.post(take_back["action"], headers=headers).body
    assert app.get(f"{address}x", headers=headers).status_code == 404
    # Who does not see the periods is told who does.
    assert "Walidata, dan Koordinator" in app.get(address).body


def test_year_by_year_each_number_is_that_of_its_list(app: Any, filled: Province) -> None:
    office = f"?organization={filled.office['id']}"
    for query in ("", office):
        shown = page(app, filled, f"{PAGE}/tahun{query}")
        (row,) = shown.select("[role=main] tbody tr")
        cells = [cell.text.strip() for cell in row.select("th, td")]
        assert cells == ["2025", "4", "4", "1", "1", "1", "25 %", "25 %", "33 %", "2"]
        for link in row.select("a[href*='/daftar?']"):
            listed = page(app, filled, link["href"])
            assert len(listed.select("[role=main] tbody tr")) == int(link.text), link["href"]
        # The bars are for the eye alone; what they say stands in the table.
        chart: Any = shown.select_one("svg.sdi-years")
        assert chart["aria-hidden"] == "true"
        assert [int(bar["height"]) for bar in chart.select("rect")] == [50, 50, 66]
    other = page(app, filled, f"{PAGE}/tahun?organization={filled.other_office['id']}")
    assert [cell.text.strip() for cell in other.select("tbody td")][:2] == ["0", "0"]


def test_how_good_and_how_timely_never_share_a_tag(app: Any, filled: Province) -> None:
    good = {tk._(label) for _, label in coverage.FAR.values()} | {
        tk._(label) for label in STATE_LABELS.values()
    }
    timely = {tk._(label) for label in timing.LABELS.values()}
    assert good & timely == set()
    seen = set()
    for role, address in (
        ("produsen", "/sdi/tugas"),
        ("produsen", f"/sdi/daftar-data/{filled.item_id}/kewajiban"),
        ("koordinator", f"{PAGE}/daftar"),
        ("koordinator", f"{PAGE}/daftar?timing=in_time"),
    ):
        tags = page(app, filled, address, role).select(".badge, .sdi-state, .sdi-timing")
        for tag in tags:
            text = tag.get_text(" ", strip=True)
            rest = text
            # "Diserahkan" is how far it is, "Diserahkan tepat waktu" how timely.
            for words in sorted(timely, key=len, reverse=True):
                rest = rest.replace(words, "")
            said = [0] * any(words in rest for words in good) + [1] * (rest != text)
            assert len(said) <= 1, tag
            seen.update(said)
    assert seen == {0, 1}
