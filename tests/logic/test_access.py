"""Every action by every role: who may call what. A new action without a row fails here."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.tests import helpers

from ckanext.sdi.logic import action
from ckanext.sdi.logic.discover import functions
from tests.province import ROLE_NAMES, Province, add_resource, make_dataset

ANYONE = ("anonymous", *ROLE_NAMES)
LOGGED_IN = ROLE_NAMES
OFFICE = ("admin", "produsen", "pendukung")
LIST_WORKERS = ("admin", "koordinator", "walidata")

# Who may call an action, on a draft dataset of the office where it is about a dataset.
ALLOWED: dict[str, tuple[str, ...]] = {
    "sdi_code_check": ANYONE,
    "sdi_code_edition_diff": ANYONE,
    "sdi_code_edition_guess": ANYONE,
    "sdi_code_edition_load": ("admin", "walidata"),
    "sdi_code_edition_show": ("admin", "walidata"),
    "sdi_code_search": ANYONE,
    "sdi_code_show": ANYONE,
    "sdi_code_system_list": ANYONE,
    "sdi_code_system_show": ANYONE,
    "sdi_code_translate": ANYONE,
    "sdi_daftar_data_diff": ANYONE,
    "sdi_daftar_data_edition_agree": ("admin", "koordinator"),
    "sdi_daftar_data_edition_delete": LIST_WORKERS,
    "sdi_daftar_data_edition_list": ANYONE,
    "sdi_daftar_data_import": LIST_WORKERS,
    "sdi_daftar_data_item_update": LIST_WORKERS,
    "sdi_daftar_data_items_confirm": LIST_WORKERS,
    "sdi_daftar_data_items_propose": LIST_WORKERS,
    "sdi_daftar_data_producer_confirm": LIST_WORKERS,
    "sdi_daftar_data_producers_propose": LIST_WORKERS,
    "sdi_daftar_data_search": ANYONE,
    "sdi_daftar_data_show": ANYONE,
    "sdi_daftar_data_status": ANYONE,
    "sdi_dataset_approve": ("admin", "walidata"),
    "sdi_dataset_conformity": OFFICE,
    "sdi_dataset_history": OFFICE,
    "sdi_dataset_publish": ("admin", "walidata"),
    "sdi_dataset_return": ("admin", "walidata"),
    "sdi_dataset_submit": OFFICE,
    "sdi_dataset_withdraw": ("admin", "walidata"),
    "sdi_datastore_search": OFFICE,
    "sdi_expectation_list": LOGGED_IN,
    "sdi_file_check": LOGGED_IN,
    "sdi_remote_dataset_confirm": (*OFFICE, "walidata"),
    "sdi_remote_dataset_list": (*OFFICE, "walidata"),
    "sdi_obligation_create": LIST_WORKERS,
    "sdi_obligation_delete": LIST_WORKERS,
    "sdi_obligation_list": ANYONE,
    "sdi_report_link_create": OFFICE,
    "sdi_report_link_delete": OFFICE,
    "sdi_report_link_list": OFFICE,
    "sdi_resource_check": OFFICE,
    "sdi_resource_check_show": OFFICE,
    "sdi_resource_suggestions_apply": OFFICE,
    "sdi_role_list": ("admin",),
    "sdi_role_set": ("admin",),
    "sdi_rule_list": ANYONE,
    "sdi_table_schema_propose": OFFICE,
    "sdi_task_list": LOGGED_IN,
}


def subject(province: Province) -> dict[str, Any]:
    made = make_dataset(province)
    resource = add_resource(province, made["id"])
    return {
        "id": made["id"],
        "resource_id": resource["id"],
        "edition_id": province.edition_id,
        "item_id": province.item_id,
        "source_id": _source(province),
    }


def _source(province: Province) -> str:
    source = model.Package(name="sumber", type="harvest", owner_org=province.office["id"])
    model.Session.add(source)
    model.Session.commit()
    return source.id


# Which id an action takes, where it is not the dataset's.
ID_OF = {
    "sdi_daftar_data_edition_agree": "edition_id",
    "sdi_daftar_data_edition_delete": "edition_id",
    "sdi_daftar_data_item_update": "item_id",
    "sdi_daftar_data_show": "item_id",
    "sdi_datastore_search": "resource_id",
    "sdi_remote_dataset_confirm": "source_id",
    "sdi_remote_dataset_list": "source_id",
    "sdi_obligation_create": "item_id",
    "sdi_obligation_delete": "item_id",
    "sdi_obligation_list": "item_id",
    "sdi_report_link_create": "resource_id",
    "sdi_report_link_delete": "resource_id",
    "sdi_report_link_list": "resource_id",
    "sdi_resource_check": "resource_id",
    "sdi_resource_check_show": "resource_id",
    "sdi_resource_suggestions_apply": "resource_id",
    "sdi_table_schema_propose": "resource_id",
}


def test_every_action_has_a_row() -> None:
    own = {name for name in functions(action) if name.startswith("sdi_")}
    assert own == set(ALLOWED)


def test_each_role(province: Province) -> None:
    ids = subject(province)
    wrong = []
    for name, allowed in ALLOWED.items():
        data = {"id": ids[ID_OF.get(name, "id")]}
        for role in ANYONE:
            user = "" if role == "anonymous" else province.users[role]["name"]
            context: Any = {"user": user, "model": model}
            try:
                helpers.call_auth(name, context, **data)
                may = True
            except tk.NotAuthorized:
                may = False
            if may != (role in allowed):
                wrong.append((name, role, may))
    assert wrong == []
