"""A check of a file that is handed in to nothing: the verdict of its handing in, and no trace."""

from __future__ import annotations

import io
import json
import random
import tempfile
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.datastore.backend.postgres import get_write_engine
from ckanext.sdi.check.report import SAMPLES
from ckanext.sdi.datastore import file_check, outcome
from ckanext.sdi.model import ItemVersion
from tests.province import (
    BAD_CSV,
    GOOD_CSV,
    TABLE_SCHEMA,
    Province,
    add_resource,
    make_dataset,
    run_checks,
    upload,
)

pytestmark = pytest.mark.usefixtures("with_plugins")

HEADER = GOOD_CSV.splitlines()[0]
NIK = "3171014513900001"
PARTS = ("state", "rows", "severities", "tasks")


def check(province: Province, text: str = BAD_CSV, who: str = "pengembang", **more: Any) -> Any:
    return province.act(who, "sdi_file_check", upload=upload(text), **more)


def cells(findings: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted((f["rule"], f.get("row", 0), f.get("cell", ""), f["message"]) for f in findings)


class TestVerdict:
    def test_by_a_given_standard(self, province: Province) -> None:
        told = check(province, table_schema=TABLE_SCHEMA)
        assert (told["state"], told["rows"], told["count"]) == ("failed", 2, 3)
        assert told["severities"]["error"] == 3
        assert [finding["cell"] for finding in told["findings"]] == ["A2", "B3", "D3"]
        assert (told["table_schema"], told["proposed"]) == (TABLE_SCHEMA, False)
        assert check(province, table_schema=json.dumps(TABLE_SCHEMA)) == told

    def test_by_the_standard_of_an_item(self, province: Province) -> None:
        told = check(province, item=province.item_id)
        assert told == check(province, table_schema=TABLE_SCHEMA)
        passed = check(province, GOOD_CSV, item="DDD-001")
        assert (passed["state"], passed["findings"]) == ("passed", [])

    def test_by_a_proposed_standard(self, province: Province) -> None:
        told = check(province, GOOD_CSV)
        assert (told["state"], told["proposed"]) == ("passed", True)
        codes = [field.get("sdi", {}).get("code") for field in told["table_schema"]["fields"]]
        assert codes == ["kode_wilayah", "npwp", None, None]

    @pytest.mark.parametrize("text", ["", HEADER + "\n", "<!DOCTYPE html><html></html>"])
    @pytest.mark.parametrize("table_schema", [None, TABLE_SCHEMA])
    def test_what_is_no_table(self, province: Province, text: str, table_schema: Any) -> None:
        told = check(province, text, table_schema=table_schema)
        assert told["state"] == "unreadable"
        assert [finding["message"] for finding in told["findings"]] == [
            task["sentence"] for task in told["tasks"]
        ]
        assert told["table_schema"] == table_schema

    def test_codes_are_judged_at_the_period_of_the_data(self, province: Province) -> None:
        standard = {"fields": [{"name": "kode", "sdi": {"code": "kode_wilayah"}}]}

        def rules(periode: str) -> list[str]:
            given = {"table_schema": standard, "periode_data": periode}
            told = check(province, "kode\n65.01\n64.04\n", **given)
            return [finding["rule"] for finding in told["findings"]]

        # Bulungan went from Kalimantan Timur to the new Kalimantan Utara in 2012.
        assert rules("2011") == ["kode_wilayah.not_yet"]
        assert rules("2025") == ["kode_wilayah.retired"]

    def test_counts_are_exact_where_findings_are_cut(self, province: Province) -> None:
        rows = 2 * file_check.MOST_FINDINGS
        text = f"{HEADER}\n" + "64.99,,2025,x\n" * rows
        told = check(province, text, table_schema=TABLE_SCHEMA)
        assert told["count"] == told["severities"]["error"] == 2 * rows
        assert {task["count"] for task in told["tasks"]} == {rows}
        assert {len(task["samples"]) for task in told["tasks"]} == {SAMPLES}
        assert len(told["findings"]) == file_check.MOST_FINDINGS
        assert told["findings"][-1]["row"] == file_check.MOST_FINDINGS // 2, "the first rows"

    def test_values_that_identify_a_person_are_masked(self, province: Province) -> None:
        standard = {"fields": [{"name": "nik", "sdi": {"code": "nik"}}]}
        for given in (standard, None):
            told = check(province, f"nik\n{NIK}\n3171011708450001\n", table_schema=given)
            assert told["state"] == "failed"
            assert told["personal_columns"] == ["nik"]
            assert NIK not in json.dumps(told)
            assert "3171••••••••0001" in json.dumps(told, ensure_ascii=False)


def made_up(dice: random.Random) -> str:
    """A file with a fault here and there."""
    codes = ["64.72", "64.71", "6472", "64.99", "64", "", "11.01.01", "-", " 64.72"]
    npwps = ["013121660091000", "021832415000000", "12345", "", "02.183.241.5-000.000"]
    years = ["2025", "2024", "2025.0", "dua ribu", "", "20255"]
    numbers = ["12", "7", "tujuh", "1.200", "1,5", "-", "", "=1+1", "9" * 25]
    sign = dice.choice(",;\t|")
    kinds = [HEADER.split(","), HEADER.split(",")[::-1], [*HEADER.split(","), "lain"]]
    header = dice.choice([*kinds, HEADER.upper().split(","), HEADER.split(",")[:3]])
    lines = [sign.join(header)]
    for _ in range(dice.randint(0, 40)):
        row = {
            "kode_wilayah": dice.choice(codes),
            "npwp": dice.choice(npwps),
            "tahun": dice.choice(years),
            "jumlah": dice.choice(numbers),
        }
        line = [row.get(name.lower(), "x") for name in header]
        lines.append(sign.join(f'"{one}"' if sign in one else one for one in line))
        if dice.random() < 0.05:
            lines.append(dice.choice(["", "a", sign * 9, '"']))
    return dice.choice(["\n", "\r\n"]).join(lines) + "\n"


def test_the_verdict_is_that_of_handing_in(province: Province) -> None:
    """Files made at random: the same report, and the same cells, either way."""
    dice = random.Random(39)
    resource = add_resource(province, make_dataset(province)["id"], periode_data="2025")
    states: set[str] = set()
    for text in (GOOD_CSV, f"{HEADER}\n", *(made_up(dice) for _ in range(25))):
        province.act("produsen", "resource_patch", id=resource["id"], upload=upload(text))
        run_checks()
        model.Session.rollback()
        handed_in = province.act("produsen", "sdi_resource_check_show", id=resource["id"])
        alone = check(province, text, table_schema=TABLE_SCHEMA, periode_data="2025")
        if alone["state"] == "unreadable":
            handed_in["rows"] = 0
            found = [sample for task in handed_in["tasks"] for sample in task["samples"]]
        else:
            _, found = outcome.cells(handed_in, rule=None, column=None, offset=0, limit=10_000)
        assert [handed_in[part] for part in PARTS] == [alone[part] for part in PARTS], text
        assert cells(found) == cells(alone["findings"]), text
        assert handed_in["sha256"] == alone["sha256"]
        states.add(alone["state"])
    assert states == {"passed", "failed", "unreadable"}


class TestNothingIsKept:
    @pytest.mark.parametrize("text", [GOOD_CSV, BAD_CSV, ""])
    def test_no_trace(
        self, province: Province, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        before = traces()
        check(province, text, who="produsen", table_schema=TABLE_SCHEMA)
        model.Session.commit()
        assert traces() == before
        assert list(tmp_path.iterdir()) == []

    def test_not_even_while_it_runs(
        self, province: Province, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        named: list[list[Path]] = []

        def broken(*_: Any, **__: Any) -> None:
            named.append(list(tmp_path.iterdir()))
            raise ZeroDivisionError

        monkeypatch.setattr(file_check, "judge_file", broken)
        with pytest.raises(ZeroDivisionError):
            check(province, table_schema=TABLE_SCHEMA)
        assert named == [[]]
        assert list(tmp_path.iterdir()) == []


def traces() -> dict[str, Any]:
    """What is in the databases and the storage."""
    found: dict[str, Any] = {}
    engines = {"ckan": model.meta.engine, "datastore": get_write_engine()}
    for name, engine in engines.items():
        tables = sa.inspect(engine).get_table_names()
        with engine.connect() as connection:
            for table in tables:
                count = sa.select(sa.func.count()).select_from(sa.table(table))
                found[f"{name}.{table}"] = connection.scalar(count)
    storage = Path(tk.config["ckan.storage_path"])
    found["files"] = sorted(
        str(path) for path in storage.rglob("*") if "webassets" not in str(path)
    )
    return found


class TestRefused:
    @pytest.mark.parametrize("value", [None, "", "a,b\n1,2\n", 7, ["x"], {"a": 1}])
    def test_no_file(self, province: Province, value: Any) -> None:
        with pytest.raises(tk.ValidationError) as caught:
            province.act("pengembang", "sdi_file_check", upload=value)
        assert list(caught.value.error_dict) == ["upload"]

    def test_no_file_chosen_in_the_form(self, province: Province) -> None:
        empty = FileStorage(io.BytesIO(b""), filename="")
        with pytest.raises(tk.ValidationError):
            province.act("pengembang", "sdi_file_check", upload=empty)

    @pytest.mark.ckan_config("ckan.max_resource_size", 1)
    def test_a_file_that_is_too_large(self, province: Province) -> None:
        fits = f"{HEADER}\n".ljust(1 << 20, "x")
        assert check(province, fits, table_schema=TABLE_SCHEMA)["rows"] == 1
        with pytest.raises(tk.ValidationError) as caught:
            check(province, f"{fits}x")
        assert "1 MB" in str(caught.value.error_dict["upload"])

    @pytest.mark.parametrize(
        ("table_schema", "said"),
        [
            ("{", "JSON"),
            ("[]", "table_schema"),
            ({}, "fields"),
            ([{"name": "a"}], "JSON"),
            (7, "JSON"),
            ({"fields": [{"name": "nik", "type": "teks"}]}, "fields.nik.type"),
            ({"fields": [{"name": "_id"}]}, "fields._id.name"),
            ({"fields": [{"name": "a\x00"}]}, "name"),
            ("[" * 100_000, "JSON"),
        ],
    )
    def test_a_faulty_standard(self, province: Province, table_schema: Any, said: str) -> None:
        with pytest.raises(tk.ValidationError) as caught:
            check(province, table_schema=table_schema)
        assert said in str(caught.value.error_dict["table_schema"])

    @pytest.mark.parametrize("item", ["tidak-ada", "a\x00", "\ud800", "x" * 300, 7, ["x"]])
    def test_an_item_that_is_none(self, province: Province, item: Any) -> None:
        with pytest.raises((tk.ObjectNotFound, tk.ValidationError)):
            check(province, item=item)

    def test_an_item_without_a_standard(self, province: Province) -> None:
        model.Session.execute(sa.update(ItemVersion).values(table_schema=None))
        model.Session.commit()
        with pytest.raises(tk.ValidationError) as caught:
            check(province, item=province.item_id)
        assert "item" in caught.value.error_dict

    def test_standard_and_item_together(self, province: Province) -> None:
        with pytest.raises(tk.ValidationError) as caught:
            check(province, item=province.item_id, table_schema=TABLE_SCHEMA)
        assert "table_schema" in caught.value.error_dict

    def test_a_period_that_is_none(self, province: Province) -> None:
        with pytest.raises(tk.ValidationError) as caught:
            check(province, periode_data="kemarin")
        assert "periode_data" in caught.value.error_dict

    def test_nobody(self, province: Province) -> None:
        with pytest.raises(tk.NotAuthorized):
            tk.get_action("sdi_file_check")({"user": ""}, {"upload": upload(GOOD_CSV)})


class TestOverHttp:
    ADDRESS = "/api/3/action/sdi_file_check"

    def test_as_a_client_sends_it(self, app: Any, province: Province) -> None:
        data = {
            "upload": (io.BytesIO(BAD_CSV.encode()), "usaha.csv"),
            "table_schema": json.dumps(TABLE_SCHEMA),
        }
        answer = app.post(self.ADDRESS, headers=province.headers("pengembang"), data=data)
        assert answer.json["result"]["count"] == 3

    @pytest.mark.parametrize(
        ("more", "status"),
        [
            ({"item": "tidak-ada"}, 404),
            ({"table_schema": "{"}, 409),
            ({"table_schema": (io.BytesIO(b"{}"), "standar.json")}, 409),
        ],
    )
    def test_bad_input(self, app: Any, province: Province, more: Any, status: int) -> None:
        data = {"upload": (io.BytesIO(GOOD_CSV.encode()), "usaha.csv"), **more}
        headers = province.headers("pengembang")
        answer = app.post(self.ADDRESS, headers=headers, data=data, status=status)
        assert answer.json["success"] is False

    def test_only_by_post(self, app: Any, province: Province) -> None:
        answer = app.get(self.ADDRESS, headers=province.headers("pengembang"))
        assert answer.status_code == 400

    def test_nobody(self, app: Any, province: Province) -> None:
        data = {"upload": (io.BytesIO(GOOD_CSV.encode()), "usaha.csv")}
        answer = app.post(self.ADDRESS, data=data, status=403)
        assert answer.json["error"]["__type"] == "Authorization Error"
