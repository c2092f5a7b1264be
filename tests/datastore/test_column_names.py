"""The names that the rules let through are names that CKAN's DataStore can keep and query."""

from __future__ import annotations

import uuid
from typing import Any

import pyarrow as pa
import pytest
from sqlalchemy.exc import SQLAlchemyError

import ckan.plugins.toolkit as tk

from ckanext.sdi.datastore.staging import Column
from ckanext.sdi.datastore.table import replace_table
from tests.rules.column_names import GOOD

pytestmark = [
    pytest.mark.ckan_config("ckan.plugins", "datastore"),
    pytest.mark.usefixtures("with_plugins", "clean_datastore"),
]


def loaded(*names: str) -> str:
    resource_id = str(uuid.uuid4())
    columns = [Column(name, "text", full_text=True) for name in names]
    replace_table(resource_id, columns, [[pa.array([f"isi {n}"]) for n in range(len(names))]])
    return resource_id


def search(resource_id: str, **query: Any) -> dict[str, Any]:
    return tk.get_action("datastore_search")(
        {"ignore_auth": True}, {"resource_id": resource_id, **query}
    )


def test_every_name_that_is_let_through() -> None:
    resource_id = loaded(*GOOD)
    (record,) = search(resource_id)["records"]
    assert record == {"_id": 1, **{name: f"isi {n}" for n, name in enumerate(GOOD)}}
    assert search(resource_id, records_format="csv")["records"].count("isi ") == len(GOOD)
    for n, name in enumerate(GOOD):
        assert search(resource_id, filters={name: f"isi {n}"})["total"] == 1, name
        assert search(resource_id, q={name: "isi"})["total"] == 1, name
        assert search(resource_id, fields=[name], sort=f'"{name}" desc')["total"] == 1, name


@pytest.mark.parametrize("name", ["50% :tua", ":a", "a\\:b"])
def test_why_a_colon_before_a_word_is_refused(name: str) -> None:
    """When this fails CKAN has mended it, and the rule may go."""
    resource_id = loaded(name)
    with pytest.raises((SQLAlchemyError, tk.ValidationError)):
        search(resource_id)
