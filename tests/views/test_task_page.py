"""The page of one task: its cells in the rows that they stand in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup

from tests.province import Province, add_resource, make_dataset, run_checks

pytestmark = pytest.mark.usefixtures("with_plugins")


def page(
    app: Any, province: Province, text: str, fields: list[dict[str, Any]], task: str
) -> BeautifulSoup:
    resource = add_resource(
        province,
        make_dataset(province)["id"],
        text,
        table_schema=json.dumps({"fields": fields}),
    )
    run_checks()
    address = f"/dataset/jumlah-usaha/resource/{resource['id']}/pemeriksaan?{task}"
    answer = app.get(address, headers=province.headers("produsen"))
    return BeautifulSoup(answer.body, "html.parser")


def test_the_cell_is_marked_in_its_row(app: Any, province: Province) -> None:
    fields = [
        {"name": "nik", "type": "string", "sdi": {"code": "nik"}},
        {"name": "usaha", "type": "string"},
        {"name": "jumlah", "type": "integer"},
    ]
    text = (
        "nik,usaha,jumlah\n3171014513900001,Toko <b>,5.0\n,Warung 3171014513900002,7.0\n,Kios,3\n"
    )
    found = page(app, province, text, fields, "rule=integer.decimal_zero&column=jumlah")
    table: Any = found.find("table", class_="sdi-grid")
    rows = [
        [cell.get_text(strip=True) for cell in row.find_all(["th", "td"])[:4]]
        for row in table.tbody.find_all("tr")
    ]
    assert rows == [
        ["C2", "•••", "Toko <b>", "Salah:5.0"],
        ["C3", "•••", "Warung 3171••••••••0002", "Salah:7.0"],
    ]
    assert [one["id"] for one in table.find_all("th", tabindex="-1")] == ["sel-1", "sel-2"]
    assert found.find("a", href="#sel-1")
    assert "2 sel" in found.get_text()
    assert found.select("a[href*='/usulan?']")


def test_of_many_columns_some_are_shown_and_it_says_so(app: Any, province: Province) -> None:
    names = [f"k{n}" for n in range(40)]
    fields = [{"name": name, "type": "string"} for name in names[:-1]]
    fields.append({"name": names[-1], "type": "integer"})
    text = ",".join(names) + "\n" + ",".join(["a"] * 39 + ["tujuh"]) + "\n"
    found = page(app, province, text, fields, "rule=integer.form&column=k39")
    table: Any = found.find("table", class_="sdi-grid")
    heads = [head.get_text() for head in table.thead.find_all("th")][1:-1]
    assert heads == [*names[:11], "k39"]
    assert "12 dari 40 kolom ditampilkan" in found.get_text()


def test_a_task_on_the_whole_file_has_no_rows(app: Any, province: Province) -> None:
    fields = [{"name": "a", "type": "string"}, {"name": "b", "type": "string"}]
    fields[1]["constraints"] = {"required": True}  # type: ignore[assignment]
    found = page(app, province, "a\n1\n", fields, "rule=table.column_missing&column=b")
    assert found.find("table", class_="sdi-grid") is None
    assert found.find(id="sel-1")
