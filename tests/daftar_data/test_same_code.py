"""One item under two ids: a list of the Forum with DSSD codes, and one with the codes alone."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from ckan import model

from ckanext.sdi.daftar_data import notes
from ckanext.sdi.daftar_data.matching import Matcher
from ckanext.sdi.model import Item, ItemVersion
from ckanext.sdi.rules.daftar_data_file import COLUMNS, dssd_example
from tests.daftar_data.acting import agreed, imported
from tests.daftar_data.lists import as_csv, records, regional, rows
from tests.province import TABLE_SCHEMA, Province

CODE = "1.01.000001"
OTHER = "1.01.000002"


def with_codes(*changes: dict[str, str]) -> bytes:
    """A list of the Forum that has the codes beside its ids."""
    return as_csv(records(rows(*changes), columns=(*COLUMNS, "Kode DSSD")))


def items_of(edition: dict[str, Any]) -> dict[str, str]:
    """The key of the item of each row, by its code of sectoral data."""
    query = (
        sa.select(ItemVersion.kode_dssd, Item.key)
        .join(Item)
        .where(ItemVersion.edition_id == edition["id"])
    )
    return {row.kode_dssd: row.key for row in model.Session.execute(query)}


def test_a_list_of_codes_names_the_items_of_the_forums_list(province: Province) -> None:
    first = agreed(province, with_codes({"Kode DSSD": CODE}, {"Kode DSSD": "9.09.000009"}))
    standard = sa.update(ItemVersion).where(ItemVersion.kode_dssd == CODE)
    model.Session.execute(standard.values(table_schema=TABLE_SCHEMA))
    model.Session.commit()
    result = imported(province, dssd_example({}, {}).encode())
    assert items_of(result["edition"]) == {CODE: "64.001", OTHER: OTHER}
    assert result["difference"]["counts"]["new"] == 1
    assert result["difference"]["counts"]["gone"] == 1
    version = model.Session.scalars(
        sa.select(ItemVersion).where(
            ItemVersion.edition_id == result["edition"]["id"], ItemVersion.kode_dssd == CODE
        )
    ).one()
    assert version.table_schema == TABLE_SCHEMA
    # The item that was made for the row is gone again.
    assert model.Session.scalar(sa.select(Item).where(Item.key == CODE)) is None
    assert first["id"] != result["edition"]["id"]


def test_the_forums_list_names_the_items_of_a_list_of_codes(province: Province) -> None:
    agreed(province, dssd_example({}, {}).encode())
    first = agreed(province, with_codes({"Kode DSSD": CODE}, {}))
    assert items_of(first) == {CODE: "64.001", None: "64.002"}
    shown = province.act("koordinator", "sdi_daftar_data_show", id="64.001")
    # By its id it is known to a list that has no codes, and by its code to one of codes alone.
    after = imported(province, regional(tahun=2027))["edition"]
    query = sa.select(ItemVersion.item_id).where(ItemVersion.edition_id == after["id"])
    assert model.Session.scalars(query).all() == [shown["id"]]
    again = imported(province, dssd_example({}).encode())["edition"]
    assert items_of(again) == {CODE: "64.001"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        # There the code stands for two items.
        ([{"Kode DSSD": CODE}, {"Kode DSSD": CODE}], [{"ID DDD": "", "Kode DSSD": CODE}]),
        # The list names the item itself.
        ([{"Kode DSSD": CODE}], [{"Kode DSSD": OTHER}, {"ID DDD": "", "Kode DSSD": CODE}]),
        # The list has an id of its own for it.
        ([{"ID DDD": "64.001", "Kode DSSD": CODE}], [{"ID DDD": "65.1", "Kode DSSD": CODE}]),
        # Here it stands for two.
        (
            [{"Kode DSSD": CODE}],
            [{"ID DDD": "65.1", "Kode DSSD": CODE}, {"ID DDD": "65.2", "Kode DSSD": CODE}],
        ),
    ],
)
def test_a_code_that_does_not_tell_which_one_joins_nothing(
    province: Province, before: list[dict[str, str]], after: list[dict[str, str]]
) -> None:
    agreed(province, with_codes(*before))
    result = imported(province, with_codes(*after))
    assert items_of(result["edition"])[CODE] in (CODE, "65.1", "65.2")


def test_two_ids_with_one_code_are_two_items_and_the_doubt_is_told(
    province: Province, app: Any
) -> None:
    agreed(province, with_codes({"Kode DSSD": CODE}, {"Kode DSSD": OTHER}))
    after = ({"ID DDD": "65.1", "Kode DSSD": CODE}, {"ID DDD": "64.002", "Kode DSSD": OTHER})
    result = imported(province, with_codes(*after, {"ID DDD": "65.3"}))
    counts = result["difference"]["counts"]
    assert (counts["new"], counts["gone"], counts["changed"] + counts["unchanged"]) == (2, 1, 1)
    edition = result["edition"]["id"]
    (note,) = (note for note in notes.of_edition(edition) if note["kind"] == "code")
    assert (note["row_number"], note["value"], note["others"]) == (1, CODE, "64.001")
    page = app.get(
        f"/sdi/daftar-data/edisi/{edition}", headers=province.headers("koordinator")
    ).body
    assert f"Kode {CODE} juga kode 64.001" in page


def test_two_ids_with_one_code_in_one_list(province: Province) -> None:
    result = imported(
        province,
        with_codes({"Kode DSSD": CODE}, {"Kode DSSD": CODE}, {"Kode DSSD": OTHER}),
    )
    found = [n for n in notes.of_edition(result["edition"]["id"]) if n["kind"] == "code"]
    assert [(n["row_number"], n["others"]) for n in found] == [(1, "64.002"), (2, "64.001")]


def test_a_dataset_names_its_item_by_the_code(province: Province) -> None:
    name = province.office["title"]
    agreed(
        province,
        with_codes(
            {"Kode DSSD": CODE, "Produsen Data": name},
            {"Kode Indikator": OTHER, "Produsen Data": name},
        ),
    )
    matcher = Matcher(province.office["id"])
    named = [matcher.named({"kode_dssd": code}) for code in (CODE, "101000001", OTHER, "1.01.9")]
    found = [(matcher.item(item_id or "") or {}).get("id_ddd") for item_id in named]
    assert found == ["64.001", "64.001", "64.002", None]


def test_an_item_is_found_for_the_office_that_has_it_now(province: Province) -> None:
    said = {"Kode DSSD": CODE}
    agreed(province, with_codes({**said, "Produsen Data": province.office["title"]}))
    before, after = (Matcher(o["id"]) for o in (province.office, province.other_office))
    assert before.named({"kode_dssd": CODE})
    assert after.named({"kode_dssd": CODE}) is None
    agreed(province, with_codes({**said, "Produsen Data": province.other_office["title"]}))
    before, after = (Matcher(o["id"]) for o in (province.office, province.other_office))
    assert before.named({"kode_dssd": CODE}) is None
    assert after.named({"kode_dssd": CODE})
