"""docs/examples/dataset_merged.yaml: a portal's own schema that took the fields over."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.province import Province, add_resource, complete_metadata, run_checks

MERGED = Path(__file__).parents[2] / "docs/examples/dataset_merged.yaml"
# CKAN's own fields, which a portal has or does without.
LEFT_TO_THE_PORTAL = {
    "title", "name", "owner_org", "notes", "tag_string", "license_id", "url", "version", "author",
    "author_email", "maintainer", "maintainer_email", "description", "format",
}  # fmt: skip


def fields(text: str, part: str) -> dict[str, dict[str, Any]]:
    return {field["field_name"]: field for field in yaml.safe_load(text)[part]}


@pytest.mark.parametrize("part", ["dataset_fields", "resource_fields"])
def test_it_has_every_field_with_its_validators_and_choices(part: str) -> None:
    own = resources.files("ckanext.sdi.schemas").joinpath("dataset.yaml").read_text("utf-8")
    ours = fields(own, part)
    merged = fields(MERGED.read_text("utf-8"), part)
    for name in set(ours) - LEFT_TO_THE_PORTAL:
        for key in ("preset", "validators", "output_validators", "multiple", "from_item"):
            assert merged[name].get(key) == ours[name].get(key), (name, key)
        choices = [one.get("choices", []) for one in (merged[name], ours[name])]
        values = [[choice["value"] for choice in some] for some in choices]
        assert values[0] == values[1], name


@pytest.mark.ckan_config("scheming.dataset_schemas", MERGED.as_uri())
@pytest.mark.usefixtures("with_plugins")
def test_a_dataset_goes_the_whole_way_in_it(app: Any, province: Province) -> None:
    made = province.act(
        "produsen", "package_create", **complete_metadata(province, nomor_rak="7", private=False)
    )
    assert (made["nomor_rak"], made["private"]) == ("7", True)
    add_resource(province, made["id"])
    run_checks()
    form = app.get(f"/dataset/edit/{made['name']}", headers=province.headers("produsen"))
    assert 'name="nomor_rak"' in form.text
    assert 'name="private"' not in form.text
    province.act("produsen", "sdi_dataset_submit", id=made["id"])
    province.act("walidata", "sdi_dataset_publish", id=made["id"])
    shown = province.act("pengembang", "package_show", id=made["id"])
    assert (shown["sdi"]["state"], shown["private"], shown["nomor_rak"]) == (
        "published",
        False,
        "7",
    )


@pytest.mark.ckan_config("scheming.dataset_schemas", MERGED.as_uri())
@pytest.mark.usefixtures("with_plugins")
def test_what_is_missing_is_told_in_it_too(province: Province) -> None:
    made = province.act(
        "produsen",
        "package_create",
        title="Setengah jadi",
        name="setengah-jadi",
        owner_org=province.office["id"],
    )
    judged = province.act("produsen", "sdi_dataset_conformity", id=made["id"])
    missing = {f["field"] for f in judged["findings"] if "field" in f}
    assert {"konsep", "periode_akhir", "cakupan_wilayah", "penanggung_jawab"} <= missing
