"""One rule set: the same made-up rows are judged alike by whatever door they come."""

from __future__ import annotations

import csv
import io
import random
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.datastore import checks, file_check, findings_file
from ckanext.sdi.model import ItemVersion
from ckanext.sdi.rules import Finding
from ckanext.sdi.rules.columnar import unpack
from tests.harvest.fake_ckan import FakeCkan
from tests.harvest.test_portal import harvest, source_of
from tests.province import Province, add_resource, make_dataset, run_checks, upload

pytestmark = pytest.mark.usefixtures("with_plugins", "province")

STANDARD: dict[str, Any] = {
    "fields": [
        {"name": "kode", "sdi": {"code": "kode_wilayah", "level": "kab_kota", "normalise": True}},
        {"name": "npwp", "sdi": {"code": "npwp"}},
        {"name": "nomor", "type": "integer", "constraints": {"minimum": 0}},
        {"name": "luas", "type": "number", "decimalChar": ",", "groupChar": "."},
        {"name": "sejak", "type": "date", "format": "%d/%m/%Y"},
        {"name": "tahun", "type": "year"},
        {"name": "aktif", "type": "boolean"},
        {"name": "jenis", "constraints": {"enum": ["Negeri", "Swasta"]}},
        {"name": "nama", "constraints": {"required": True, "maxLength": 12}},
    ],
    "primaryKey": ["kode", "nomor"],
    "sdi": {"reference_date": {"column": "tahun"}, "ignored": ["catatan"]},
}
RIGHT = {
    "kode": ("64.72", "6471", "64-72"),
    "npwp": ("013121660091000", ""),
    "nomor": ("1", "01", "2", "3", "40", "50"),
    "luas": ("1.234,50", "7", ""),
    "sejak": ("31/12/2025", ""),
    "tahun": ("2025", "2024"),
    "aktif": ("Ya", "Tidak", ""),
    "jenis": ("Negeri", "Swasta"),
    "nama": ("Toko A", "CV Dua"),
}
WRONG = {
    "kode": ("64", "64.00", "64.04", "99.99", "Samarinda", "", "64.720", "'64.72"),
    "npwp": ("12345", "013121660091001", "1.3E+14", "13121660091000"),
    "nomor": ("-1", "1.0", "satu", "", "9" * 25, "1.000"),
    "luas": ("1.5", "1,234.5", "-", "x"),
    "sejak": ("31/02/2025", "2025-12-31", "31 Desember 2025"),
    "tahun": ("20255", "dua ribu", "1999"),
    "aktif": ("mungkin", "y"),
    "jenis": ("negeri", "Lainnya", "#REF!"),
    "nama": ("", "#N/A", "Toko dengan nama panjang", "a\u00a0b" * 9),
}
FILES, ROWS = 3, 30


def made_up(dice: random.Random) -> list[dict[str, str]]:
    """Rows with faults in about one cell of six."""
    return [
        {
            name: dice.choice(WRONG[name] if dice.random() < 0.16 else right)
            for name, right in RIGHT.items()
        }
        for _ in range(ROWS)
    ]


def as_csv(records: list[dict[str, str]]) -> str:
    text = io.StringIO()
    # A column more in the files: ignored, it is a warning beside the same findings.
    writer = csv.DictWriter(text, [*RIGHT, "Catatan"], restval="#REF!", quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue()


def told(findings: Iterable[Finding]) -> list[tuple[Any, ...]]:
    """All that a finding says of a place."""
    return sorted(
        (one.row or 0, one.column or "", one.rule, one.severity, one.value or "",
         one.suggestion or "", one.cell or "")
        for one in findings
    )  # fmt: skip


def told_by_api(findings: Iterable[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted(
        (one.get("row", 0), one.get("column", ""), one["rule"], one["severity"],
         one.get("value", ""), one.get("suggestion", ""), one.get("cell", ""))
        for one in findings
    )  # fmt: skip


def kept(resource: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What the check of a resource has found."""
    model.Session.rollback()
    check = checks.newest(resource["id"])
    assert check is not None
    batches = findings_file.every(resource["id"], check.id)
    return told(one for batch in batches for one in unpack(batch))


def by_form(province: Province, texts: list[str]) -> dict[str, Any]:
    """A dataset with the files, as an office uploads them."""
    dataset = make_dataset(province)
    for number, text in enumerate(texts):
        add_resource(province, dataset["id"], text, name=f"Berkas {number}", table_schema=STANDARD)
    run_checks()
    return province.act("produsen", "package_show", id=dataset["id"])


def by_harvest(province: Province, there: FakeCkan, texts: list[str]) -> dict[str, Any]:
    """The dataset that a harvest makes of the files."""
    for number, text in enumerate(texts):
        there.files[f"{number}.csv"] = text.encode()
    names = [f"{number}.csv" for number in range(len(texts))]
    there.has("ada", *names, extras=[{"key": "id_ddd", "value": "DDD-001"}])
    report = harvest(province, source_of(province, there))
    assert report["object_errors"] == {}
    (package,) = model.Session.query(model.Package).filter_by(title="Dataset ada").all()
    return province.act("produsen", "package_show", id=package.id)


def refused(province: Province, action: str, **call: Any) -> dict[str, Any]:
    with pytest.raises(tk.ValidationError) as caught:
        province.act("produsen", action, **call)
    model.Session.rollback()
    return caught.value.error_dict


def test_five_doors_say_the_same(
    province: Province, allowed: FakeCkan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_check, "MOST_FINDINGS", 10_000)
    model.Session.execute(sa.update(ItemVersion).values(table_schema=STANDARD))
    model.Session.commit()
    dice = random.Random(5)
    files = [made_up(dice) for _ in range(FILES)]
    texts = [as_csv(records) for records in files]

    alone = [
        province.act("pengembang", "sdi_file_check", upload=upload(text), table_schema=STANDARD)
        for text in texts
    ]
    expected = [told_by_api(one["findings"]) for one in alone]
    assert all(len(one) > ROWS for one in expected), "there is much to find"

    own = by_form(province, texts)
    assert [kept(resource) for resource in own["resources"]] == expected

    harvested = by_harvest(province, allowed, texts)
    assert [kept(resource) for resource in harvested["resources"]] == expected

    for records, found in zip(files, expected, strict=True):
        resource = {"package_id": own["id"], "table_schema": STANDARD}
        error = refused(province, "datastore_create", resource=resource, records=records)
        by_call = told_by_api(error["findings"])
        # A call is refused for its errors only, and its records have no cells.
        errors = [(*one[:-1], "") for one in found if one[3] == "error"]
        assert by_call == sorted(errors)
        assert [one["record"] + 1 for one in error["findings"]] == [
            one["row"] for one in error["findings"]
        ]

    handed_in = refused(province, "sdi_dataset_submit", id=own["id"])["findings"]
    for resource, found in zip(own["resources"], expected, strict=True):
        (of_file,) = [one for one in handed_in if one.get("resource_id") == resource["id"]]
        errors = [one for one in found if one[3] == "error"]
        assert (of_file["rule"], of_file["blocks"]) == ("interoperabilitas.check_failed", True)
        assert f"({len(errors)} " in of_file["message"]
        shown = province.act("produsen", "sdi_resource_check_show", id=resource["id"])
        assert {(one["rule"], one["column"]): one["count"] for one in shown["tasks"]} == Counter(
            (one[2], one[1]) for one in found
        )
