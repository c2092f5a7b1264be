"""What a crash leaves is found, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from ckan import model
from ckan.cli.cli import ckan

from ckanext.sdi.datastore import checks, findings_file, leftovers, staging, table
from ckanext.sdi.model import Check
from tests.datastore.working import rows
from tests.province import (
    BAD_CSV,
    Province,
    add_resource,
    make_dataset,
    published_dataset,
    ready_dataset,
    run_checks,
)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other tests leave findings of databases that are gone."""
    monkeypatch.setattr(findings_file, "root", lambda: tmp_path)


def _found() -> list[tuple[str, str]]:
    return [(left.what, left.name) for left in leftovers.find()]


@pytest.fixture
def loaded(province: Province) -> dict[str, Any]:
    """A resource with rows; beside it one that is published, and one whose check failed."""
    published_dataset(province)
    made = ready_dataset(province, name="siap")
    draft = make_dataset(province, name="lain")
    add_resource(province, draft["id"], BAD_CSV)
    run_checks()
    return made["resources"][0]


def test_a_sound_portal_has_nothing_left_over(loaded: dict[str, Any], cli: Any) -> None:
    assert _found() == []
    result = cli.invoke(ckan, ["sdi", "clean"])
    assert result.exit_code == 0
    assert "Nothing is left over." in result.output


def test_what_is_left_is_told_and_removed(loaded: dict[str, Any], cli: Any) -> None:
    lost = findings_file.path_of(loaded["id"], "tidak-ada")
    lost.parent.mkdir(parents=True, exist_ok=True)
    lost.write_bytes(b"x")
    part = findings_file.path_of(loaded["id"], "terputus").with_suffix(".part")
    part.write_bytes(b"x")
    unfinished = staging.name_of(loaded["id"])
    with table.get_write_engine().begin() as connection:
        connection.execute(sa.text(f'CREATE TABLE "{unfinished}" (_id integer)'))
    checks.say_nothing_is_loaded(loaded["id"])
    model.Session.commit()
    names = [str(lost), str(part), unfinished, loaded["id"]]
    said = cli.invoke(ckan, ["sdi", "clean", "--dry-run"]).output
    assert all(name in said for name in names)
    assert lost.exists()
    assert len(rows(loaded)) == 2
    said = cli.invoke(ckan, ["sdi", "clean"]).output
    assert "4 removed." in said
    model.Session.rollback()
    assert _found() == []
    assert not lost.exists()
    assert not part.exists()
    assert not table.table_exists(loaded["id"])


def test_what_is_in_use_is_left_alone(loaded: dict[str, Any]) -> None:
    check = checks.newest(loaded["id"])
    assert check is not None
    part = findings_file.path_of(loaded["id"], check.id).with_suffix(".part")
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(b"x")
    checks.say_nothing_is_loaded(loaded["id"])
    model.Session.execute(sa.update(Check).values(state="running"))
    model.Session.commit()
    assert _found() == []
    # Once it is over, what it did not finish is nobody's any more.
    model.Session.execute(sa.update(Check).values(state="superseded"))
    model.Session.commit()
    assert ("findings of a check that is gone", str(part)) in _found()


def test_published_rows_stay_in_place(province: Province) -> None:
    resource = published_dataset(province)["resources"][0]
    checks.say_nothing_is_loaded(resource["id"])
    model.Session.commit()
    assert _found() == []


def test_rows_that_were_never_checked_are_left_alone(province: Province) -> None:
    """Such rows are from before the extension came, or another extension's."""
    made = make_dataset(province, name="biasa")
    resource = province.act(
        "produsen", "resource_create", package_id=made["id"], url="http://x.example"
    )
    with table.get_write_engine().begin() as connection:
        connection.execute(sa.text(f'CREATE TABLE "{resource["id"]}" (_id integer)'))
    assert _found() == []
