"""The steps of a dataset, each with what it asks for."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import uploader

from ckanext.sdi.lifecycle import gate, owed
from ckanext.sdi.lifecycle import tasks as tasks_of
from ckanext.sdi.model import Edition, ItemVersion
from tests.province import (
    BAD_CSV,
    Province,
    add_resource,
    make_dataset,
    published_dataset,
    ready_dataset,
    run_checks,
    upload,
)


def refused(province: Province, package_id: str, action: str = "submit") -> set[str]:
    """The rules that stand against a step."""
    role = "produsen" if action == "submit" else "walidata"
    with pytest.raises(tk.ValidationError) as caught:
        province.act(role, f"sdi_dataset_{action}", id=package_id)
    model.Session.rollback()
    error: dict[str, Any] = caught.value.error_dict
    assert len(error["message"]) == len(error["findings"])
    return {finding["rule"] for finding in error["findings"]}


def set_item(province: Province, **changes: Any) -> None:
    version = model.Session.query(ItemVersion).filter_by(item_id=province.item_id).one()
    for name, value in changes.items():
        setattr(version, name, value)
    model.Session.commit()


def test_the_whole_way(province: Province) -> None:
    made = ready_dataset(province)
    assert province.act("produsen", "sdi_dataset_submit", id=made["id"])["state"] == "submitted"
    findings = ["Lengkapi definisi."]
    returned = province.act(
        "walidata", "sdi_dataset_return", id=made["id"], findings=findings, reason="Mohon dicek."
    )
    assert returned["state"] == "returned"
    province.act("produsen", "package_patch", id=made["id"], definisi=made["definisi"] + " ")
    province.act("produsen", "sdi_dataset_submit", id=made["id"])
    assert province.act("walidata", "sdi_dataset_approve", id=made["id"])["state"] == "approved"
    province.act("walidata", "sdi_dataset_publish", id=made["id"])
    rows = tk.get_action("datastore_search")(
        {"user": ""}, {"resource_id": made["resources"][0]["id"], "sort": "_id"}
    )["records"]
    assert [(row["kode_wilayah"], row["npwp"]) for row in rows] == [
        ("64.72", "013121660091000"),
        ("64.71", "021832415000000"),
    ]
    steps = province.act("produsen", "sdi_dataset_history", id=made["id"])["results"]
    assert [step["to_state"] for step in steps] == [
        "published",
        "approved",
        "submitted",
        "returned",
        "submitted",
    ]
    assert steps[3]["findings"] == [{"message": "Lengkapi definisi."}]
    assert steps[3]["reason"] == "Mohon dicek."


def test_an_empty_draft_is_told_all_it_lacks(province: Province) -> None:
    made = province.act(
        "produsen", "package_create", name="kosong", title="Kosong", owner_org=province.office["id"]
    )
    rules = refused(province, made["id"])
    assert {
        "daftar_data.missing",
        "metadata.required",
        "standar_data.required",
        "interoperabilitas.no_resource",
    } <= rules


def test_an_item_not_yet_checked_against_the_centre_blocks(province: Province) -> None:
    made = ready_dataset(province)
    set_item(province, status="belum_dicek")
    assert refused(province, made["id"]) == {"daftar_data.belum_dicek"}


def test_a_list_that_is_not_agreed_blocks(province: Province) -> None:
    made = ready_dataset(province)
    model.Session.query(Edition).update({"state": "draft"})
    model.Session.commit()
    assert "daftar_data.not_agreed" in refused(province, made["id"])


def test_an_item_that_the_newer_list_dropped_blocks(province: Province) -> None:
    made = ready_dataset(province)
    newer = Edition(
        level="provinsi", tahun=2026, title="Daftar Data 2026", state="agreed", checksum="baru"
    )
    model.Session.add(newer)
    model.Session.commit()
    assert refused(province, made["id"]) == {"daftar_data.not_current"}


def test_an_unchecked_file_blocks(province: Province) -> None:
    made = make_dataset(province)
    add_resource(province, made["id"])
    assert refused(province, made["id"]) == {"interoperabilitas.not_checked"}


def test_a_failed_check_blocks(province: Province) -> None:
    made = make_dataset(province)
    add_resource(province, made["id"], BAD_CSV)
    run_checks()
    assert "interoperabilitas.check_failed" in refused(province, made["id"])


def test_a_link_that_is_no_attachment_blocks(province: Province) -> None:
    made = ready_dataset(province)
    link = province.act(
        "produsen",
        "resource_create",
        package_id=made["id"],
        name="Tautan",
        url="https://example.com/a.pdf",
        format="PDF",
    )
    assert refused(province, made["id"]) == {"interoperabilitas.not_attachment"}
    province.act("produsen", "resource_patch", id=link["id"], lampiran="true")
    assert province.act("produsen", "sdi_dataset_submit", id=made["id"])["state"] == "submitted"


def test_a_file_that_is_not_the_one_loaded_blocks(province: Province) -> None:
    made = ready_dataset(province)
    resource = made["resources"][0]
    path = uploader.get_resource_uploader(resource).get_path(resource["id"])
    with open(path, "ab") as file:  # noqa: PTH123
        file.write(b"64.01,013121660091000,2025,3\n")
    assert "interoperabilitas.rows_differ" in refused(province, made["id"])


def test_a_file_changed_after_handing_in_is_not_published(province: Province) -> None:
    made = ready_dataset(province)
    province.act("produsen", "sdi_dataset_submit", id=made["id"])
    resource = made["resources"][0]
    path = uploader.get_resource_uploader(resource).get_path(resource["id"])
    with open(path, "ab") as file:  # noqa: PTH123
        file.write(b"64.01,013121660091000,2025,3\n")
    assert "interoperabilitas.rows_differ" in refused(province, made["id"], "publish")
    assert gate.state_of(made["id"]) == "submitted"


def test_identifying_columns_do_not_go_with_terbuka(province: Province) -> None:
    import json

    schema = {"fields": [{"name": "nik", "type": "string", "sdi": {"code": "nik"}}]}
    made = make_dataset(province)
    add_resource(province, made["id"], "nik\n6472010101900001\n", table_schema=json.dumps(schema))
    run_checks()
    assert refused(province, made["id"]) == {"data_pribadi.terbuka"}
    set_item(province, klasifikasi_risiko="terbatas")
    province.act("produsen", "package_patch", id=made["id"], klasifikasi_risiko="terbatas")
    assert province.act("produsen", "sdi_dataset_submit", id=made["id"])["state"] == "submitted"


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ("nik,nama\n6472010101900001,A\n", "data_pribadi.terbuka"),
        ("PK\x03\x04", "data_pribadi.attachment"),
    ],
)
def test_an_attachment_to_terbuka_holds_no_persons_and_no_closed_table(
    province: Province, content: str, rule: str
) -> None:
    made = ready_dataset(province)
    add_resource(
        province, made["id"], content, name="Lampiran", format="PDF", lampiran="true",
        table_schema="",
    )  # fmt: skip
    assert refused(province, made["id"]) == {rule}
    set_item(province, klasifikasi_risiko="terbatas")
    province.act("produsen", "package_patch", id=made["id"], klasifikasi_risiko="terbatas")
    assert province.act("produsen", "sdi_dataset_submit", id=made["id"])["state"] == "submitted"


def test_a_document_and_a_clean_table_may_be_attached(province: Province) -> None:
    made = ready_dataset(province)
    for content in ("%PDF-1.7\n", "kode,uraian\n1,Sangat baik\n"):
        add_resource(
            province, made["id"], content, name="Lampiran", lampiran="true", table_schema=""
        )
    assert province.act("produsen", "sdi_dataset_submit", id=made["id"])["state"] == "submitted"


def test_while_it_is_reviewed_nobody_changes_it(province: Province) -> None:
    made = ready_dataset(province)
    province.act("produsen", "sdi_dataset_submit", id=made["id"])
    with pytest.raises(tk.ValidationError):
        province.act("produsen", "package_patch", id=made["id"], title="Lain")
    with pytest.raises(tk.ValidationError):
        province.act(
            "produsen", "resource_patch", id=made["resources"][0]["id"], upload=upload(BAD_CSV)
        )


def test_data_prioritas_goes_through_the_pembina(province: Province) -> None:
    set_item(province, prioritas_tahun=[2025])
    made = ready_dataset(province)
    province.act("produsen", "sdi_dataset_submit", id=made["id"])
    with pytest.raises(tk.ValidationError):
        province.act("walidata", "sdi_dataset_publish", id=made["id"])
    approved = province.act("walidata", "sdi_dataset_approve", id=made["id"])
    assert approved["state"] == "pembina_review"
    with pytest.raises(tk.NotAuthorized):
        province.act("walidata", "sdi_dataset_approve", id=made["id"])
    assert province.act("pembina", "package_show", id=made["id"])["id"] == made["id"]
    back = province.act("pembina", "sdi_dataset_return", id=made["id"], reason="Cek konsep.")
    assert back["state"] == "pembina_returned"
    with pytest.raises(tk.NotAuthorized):
        province.act("pembina", "package_show", id=made["id"])
    on = province.act("walidata", "sdi_dataset_return", id=made["id"], reason="Dari Pembina.")
    assert on["state"] == "returned"
    province.act("produsen", "sdi_dataset_submit", id=made["id"])
    province.act("walidata", "sdi_dataset_approve", id=made["id"])
    assert province.act("pembina", "sdi_dataset_approve", id=made["id"])["state"] == "approved"
    assert province.act("walidata", "sdi_dataset_publish", id=made["id"])["state"] == "published"


def test_what_became_data_prioritas_since_goes_through_the_pembina(province: Province) -> None:
    """The Walidata alone approved it; then the list was corrected."""
    made = ready_dataset(province)
    province.act("produsen", "sdi_dataset_submit", id=made["id"])
    assert province.act("walidata", "sdi_dataset_approve", id=made["id"])["state"] == "approved"
    correction = {"id": province.item_id, "prioritas_tahun": [2025], "reason": "SK 9"}
    province.act("koordinator", "sdi_daftar_data_item_update", **correction)
    for role in ("walidata", "admin"):
        with pytest.raises(tk.ValidationError) as refused:
            province.act(role, "sdi_dataset_publish", id=made["id"])
        assert "state" in refused.value.error_dict
        model.Session.rollback()
    province.act("walidata", "sdi_dataset_return", id=made["id"], reason="Kini Data Prioritas.")
    province.act("produsen", "package_patch", id=made["id"], prioritas_tahun="2025")
    province.act("produsen", "sdi_dataset_submit", id=made["id"])
    assert (
        province.act("walidata", "sdi_dataset_approve", id=made["id"])["state"] == "pembina_review"
    )
    province.act("pembina", "sdi_dataset_approve", id=made["id"])
    assert province.act("walidata", "sdi_dataset_publish", id=made["id"])["state"] == "published"


def test_a_warning_is_noted_as_confirmed(province: Province) -> None:
    set_item(province, status="tidak_mengacu", id_ddp=None)
    made = published_dataset(province)
    newest = province.act("walidata", "sdi_dataset_history", id=made["id"])["results"][0]
    assert "daftar_data.tidak_mengacu" in {f["rule"] for f in newest["findings"]}


def test_a_withdrawn_dataset_can_be_mended_and_published_again(province: Province) -> None:
    made = published_dataset(province)
    with pytest.raises(tk.ValidationError):
        province.act("walidata", "sdi_dataset_withdraw", id=made["id"])
    province.act("walidata", "sdi_dataset_withdraw", id=made["id"], reason="Angka keliru")
    province.act("produsen", "package_patch", id=made["id"], title="Judul yang benar")
    province.act("produsen", "sdi_dataset_submit", id=made["id"])
    again = province.act("walidata", "sdi_dataset_publish", id=made["id"])
    assert again["state"] == "published"


@pytest.mark.parametrize("step", ["return", "approve", "publish", "withdraw"])
def test_a_step_out_of_turn_is_refused(province: Province, step: str) -> None:
    made = make_dataset(province)
    with pytest.raises(tk.ValidationError) as caught:
        province.act("walidata", f"sdi_dataset_{step}", id=made["id"], reason="x")
    assert "state" in caught.value.error_dict
    assert gate.state_of(made["id"]) == "draft"
    assert province.act("produsen", "sdi_dataset_history", id=made["id"])["count"] == 0


def test_a_return_says_why(province: Province) -> None:
    made = ready_dataset(province)
    province.act("produsen", "sdi_dataset_submit", id=made["id"])
    for findings in ([], None, [""]):
        with pytest.raises(tk.ValidationError):
            province.act("walidata", "sdi_dataset_return", id=made["id"], findings=findings)
    for findings in (5, [5], {"a": "b"} and [["x"]], ["x"] * 501):
        with pytest.raises(tk.ValidationError):
            province.act("walidata", "sdi_dataset_return", id=made["id"], findings=findings)
    with pytest.raises(tk.ValidationError):
        province.act("walidata", "sdi_dataset_return", id=made["id"], reason="x" * 4001)
    assert gate.state_of(made["id"]) == "submitted"


def test_conformity_is_in_package_show_and_in_the_index(province: Province) -> None:
    made = ready_dataset(province)
    assert made["sdi"]["conformity"]["blocks"] == 0
    assert set(made["sdi"]["conformity"]["principles"]) >= {"standar_data", "daftar_data"}
    found = province.act("produsen", "package_search", include_private=True, fq="sdi_state:draft")
    assert [row["sdi"] for row in found["results"]] == [made["sdi"]]
    province.act("produsen", "sdi_dataset_submit", id=made["id"])
    assert (
        province.act("walidata", "package_search", include_private=True, fq="sdi_state:submitted")[
            "count"
        ]
        == 1
    )


def test_tasks_of_each_role(province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owed, "today", lambda: dt.date(2026, 2, 1))
    tasks = province.act("produsen", "sdi_task_list")
    assert (tasks["role"], tasks["count"]) == ("produsen", 1)
    assert tasks["results"][0]["state"] == "not_begun"
    assert tasks["results"][0]["dataset"] is None
    made = ready_dataset(province)
    assert province.act("produsen", "sdi_task_list")["results"][0]["dataset"]["id"] == made["id"]
    assert province.act("walidata", "sdi_task_list")["count"] == 0
    province.act("produsen", "sdi_dataset_submit", id=made["id"])
    queue = province.act("walidata", "sdi_task_list")
    assert [task["dataset"]["id"] for task in queue["results"]] == [made["id"]]
    with monkeypatch.context() as purged_meanwhile:
        purged_meanwhile.setattr(tasks_of, "_details", lambda _: [])
        assert province.act("walidata", "sdi_task_list")["results"] == []
    assert province.act("produsen", "sdi_task_list", state="not_begun")["count"] == 0
    assert province.act("produsen_lain", "sdi_task_list")["count"] == 0
    assert province.act("pengembang", "sdi_task_list")["role"] is None
    with pytest.raises(tk.NotAuthorized):
        province.act("produsen", "sdi_task_list", role="walidata")
    with pytest.raises(tk.ValidationError):
        province.act("produsen", "sdi_task_list", role="raja")


def test_a_number_in_a_sentence_of_return_is_masked_and_the_task_shows_it(
    province: Province,
) -> None:
    made = ready_dataset(province)
    province.act("produsen", "sdi_dataset_submit", id=made["id"])
    nik = "6472015208900001"
    province.act(
        "walidata",
        "sdi_dataset_return",
        id=made["id"],
        findings=[f"NIK {nik} salah.", {"rule": "nik.date", "message": f"{nik} salah"}],
        reason=f"Hapus {nik}." + " Mohon dicek." * 20,
    )
    step = province.act("produsen", "sdi_dataset_history", id=made["id"])["results"][0]
    assert nik not in str(step)
    (task,) = [
        row
        for row in province.act("produsen", "sdi_task_list", state="returned")["results"]
        if row["dataset"]["id"] == made["id"]
    ]
    masked = "Hapus 6472••••••••0001." + " Mohon dicek." * 20
    assert task["dataset"]["reason"] == step["reason"] == masked


def test_the_history_in_pages(province: Province) -> None:
    made = ready_dataset(province)
    province.act("produsen", "sdi_dataset_submit", id=made["id"])
    province.act("walidata", "sdi_dataset_return", id=made["id"], reason="Mohon dicek.")
    page = province.act("produsen", "sdi_dataset_history", id=made["id"], limit=1, offset=1)
    assert page["count"] == 2
    assert [step["to_state"] for step in page["results"]] == ["submitted"]
    with pytest.raises(tk.ValidationError):
        province.act("produsen", "sdi_dataset_history", id=made["id"], limit="x")
