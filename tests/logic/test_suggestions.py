"""Suggested values are taken task by task, never in silence, and only into the file looked over."""

from __future__ import annotations

import gzip
import io
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.datastore import files
from ckanext.sdi.lifecycle import gate, states
from ckanext.sdi.model import DatasetState
from tests.province import Province, add_resource, make_dataset, run_checks, upload

HEADER = "kode_wilayah,npwp,tahun,jumlah\n"
TEXT = (
    HEADER + '64.72,013121660091000,2025,12.0\n64.71,021832415000000,2025,"7.0"\n64.71,,2025,x1\n'
)
MENDED = HEADER + '64.72,013121660091000,2025,12\n64.71,021832415000000,2025,"7"\n64.71,,2025,x1\n'
TASK = {"rule": "integer.decimal_zero", "column": "jumlah"}


@pytest.fixture
def resource(province: Province) -> dict[str, Any]:
    made = add_resource(province, make_dataset(province)["id"], TEXT)
    run_checks()
    return made


def apply(province: Province, resource: dict[str, Any], role: str = "produsen", **more: Any) -> Any:
    call = {**TASK, "id": resource["id"], **more}
    return province.act(role, "sdi_resource_suggestions_apply", **call)


def content(resource: dict[str, Any]) -> str:
    shown = tk.get_action("resource_show")({"ignore_auth": True}, {"id": resource["id"]})
    with files.version(shown) as path:
        return path.read_text()


def test_a_dry_run_shows_the_cells_and_changes_nothing(
    province: Province, resource: dict[str, Any]
) -> None:
    looked_at = apply(province, resource, dry_run=True, limit=1, offset=1)
    check = province.act("produsen", "sdi_resource_check_show", id=resource["id"])
    assert looked_at == {
        "sha256": check["sha256"],
        "count": 2,
        "changes": [{"cell": "D3", "row": 2, "value": "7.0", "suggestion": "7"}],
        "reason": None,
    }
    assert content(resource) == TEXT


def test_all_of_a_task_are_taken_and_it_is_noted(
    province: Province, resource: dict[str, Any]
) -> None:
    sha256 = apply(province, resource, dry_run=True)["sha256"]
    assert apply(province, resource, sha256=sha256)["count"] == 2
    assert content(resource) == MENDED
    check = province.act("produsen", "sdi_resource_check_show", id=resource["id"])
    assert check["state"] == "waiting"
    run_checks()
    check = province.act("produsen", "sdi_resource_check_show", id=resource["id"])
    assert [(task["rule"], task["count"]) for task in check["tasks"]] == [("integer.form", 1)]
    assert check["compared"]["fixed"] == 2
    newest = province.act("produsen", "sdi_dataset_history", id=resource["package_id"])["results"]
    assert newest[0]["action"] == "apply_suggestions"
    assert newest[0]["user"] == province.users["produsen"]["name"]
    assert "Tabel usaha" in newest[0]["reason"]
    assert "integer.decimal_zero" in newest[0]["reason"]


def test_a_file_that_has_changed(province: Province, resource: dict[str, Any]) -> None:
    sha256 = apply(province, resource, dry_run=True)["sha256"]
    province.act("produsen", "resource_patch", id=resource["id"], upload=upload(TEXT + "\n"))
    with pytest.raises(tk.ValidationError):
        apply(province, resource)
    run_checks()
    with pytest.raises(tk.ValidationError):
        apply(province, resource, sha256=sha256)
    assert content(resource) == TEXT + "\n"


def test_a_file_that_was_changed_behind_the_check(
    province: Province, resource: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "sha256_of", lambda path: "lain")
    with pytest.raises(tk.ValidationError):
        apply(province, resource)
    model.Session.rollback()
    assert content(resource) == TEXT


@pytest.mark.parametrize("state", [states.SUBMITTED, states.PUBLISHED])
def test_a_dataset_that_stands_still(
    province: Province, resource: dict[str, Any], state: str
) -> None:
    row = model.Session.get(DatasetState, resource["package_id"])
    assert row is not None
    row.state = state
    model.Session.commit()
    with pytest.raises(gate.GateClosed):
        apply(province, resource)
    assert content(resource) == TEXT


@pytest.mark.parametrize(
    "task",
    [
        {"rule": "integer.form", "column": "jumlah"},
        {"rule": "integer.decimal_zero", "column": "tahun"},
    ],
)
def test_a_task_without_suggestions(
    province: Province, resource: dict[str, Any], task: dict[str, str]
) -> None:
    assert apply(province, resource, dry_run=True, **task)["reason"]
    with pytest.raises(tk.ValidationError):
        apply(province, resource, **task)


def test_other_files_are_left_to_the_person(province: Province) -> None:
    packed = FileStorage(io.BytesIO(gzip.compress(TEXT.encode())), filename="usaha.csv.gz")
    made = add_resource(province, make_dataset(province)["id"], upload=packed)
    run_checks()
    looked_at = apply(province, made, dry_run=True)
    assert looked_at["count"] == 2
    assert "CSV" in looked_at["reason"]
    with pytest.raises(tk.ValidationError):
        apply(province, made)


def test_others_may_not(province: Province, resource: dict[str, Any]) -> None:
    for role in ("produsen_lain", "walidata", "pengembang"):
        for dry_run in (True, False):
            with pytest.raises(tk.NotAuthorized):
                apply(province, resource, role, dry_run=dry_run)


@pytest.mark.usefixtures("with_plugins")
class TestPage:
    def address(self, resource: dict[str, Any]) -> str:
        page = f"/dataset/jumlah-usaha/resource/{resource['id']}/pemeriksaan/usulan"
        return f"{page}?rule={TASK['rule']}&column={TASK['column']}"

    def test_it_shows_what_would_change_and_takes_it(
        self, app: Any, province: Province, resource: dict[str, Any]
    ) -> None:
        headers = province.headers("produsen")
        page = app.get(self.address(resource), headers=headers).body
        assert "2 sel akan berubah" in page
        assert '<del class="sdi-typed">12.0</del>' in page
        assert '<ins class="sdi-typed">12</ins>' in page
        sha256 = apply(province, resource, dry_run=True)["sha256"]
        answer = app.post(
            self.address(resource),
            headers=headers,
            data={**TASK, "sha256": sha256},
            follow_redirects=True,
        )
        assert "dimasukkan ke 2 sel" in answer.body
        assert content(resource) == MENDED

    def test_fifty_a_page(self, app: Any, province: Province) -> None:
        text = HEADER + "64.72,,2025,7.0\n" * 120
        made = add_resource(province, make_dataset(province)["id"], text)
        run_checks()
        headers = province.headers("produsen")
        page = app.get(f"{self.address(made)}&page=3", headers=headers).body
        assert page.count("<del") == 20
        assert "101 sampai 120 dari 120" in page
        assert "page=2" in page

    def test_a_file_that_was_not_looked_over(
        self, app: Any, province: Province, resource: dict[str, Any]
    ) -> None:
        headers = province.headers("produsen")
        answer = app.post(self.address(resource), headers=headers, data=TASK, follow_redirects=True)
        assert "bukan lagi yang diperiksa" in answer.body
        assert content(resource) == TEXT

    def test_others_may_not(self, app: Any, province: Province, resource: dict[str, Any]) -> None:
        for role in ("produsen_lain", None):
            headers = province.headers(role)
            app.get(self.address(resource), headers=headers, status=404)
            app.post(self.address(resource), headers=headers, data=TASK, status=404)

    def test_no_such_task(self, app: Any, province: Province, resource: dict[str, Any]) -> None:
        page = self.address(resource).partition("?")[0]
        app.get(page, headers=province.headers("produsen"), status=404)
