"""Findings stay beside their resource and go with it."""

from __future__ import annotations

from ckanext.sdi.datastore import findings_file
from tests.province import BAD_CSV, Province, add_resource, make_dataset, run_checks


def test_findings_go_with_their_resource(province: Province) -> None:
    made = make_dataset(province)
    resource = add_resource(province, made["id"], BAD_CSV)
    run_checks()
    folder = findings_file.path_of(resource["id"], "x").parent
    assert list(folder.glob("*"))
    province.act("produsen", "resource_delete", id=resource["id"])
    assert not folder.exists()
