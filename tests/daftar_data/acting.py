"""What tests do with lists in a real database."""

from __future__ import annotations

import io
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.model import Edition, Item, ItemVersion
from tests.daftar_data.lists import DDP_EXCERPT
from tests.province import Province


def counted(*tables: Any) -> list[int]:
    model.Session.expire_all()
    count = sa.select(sa.func.count())
    return [model.Session.scalar(count.select_from(table)) or 0 for table in tables]


def everything() -> list[int]:
    return counted(Edition, Item, ItemVersion)


def imported(province: Province, content: bytes, **options: Any) -> dict[str, Any]:
    upload = FileStorage(io.BytesIO(content), "daftar.csv")
    return province.act("koordinator", "sdi_daftar_data_import", upload=upload, **options)


def agreed(province: Province, content: bytes, **options: Any) -> dict[str, Any]:
    edition = imported(province, content, **options)["edition"]
    return province.act("koordinator", "sdi_daftar_data_edition_agree", id=edition["id"])


def excerpt() -> bytes:
    if not DDP_EXCERPT.exists():
        pytest.skip(f"the sample file {DDP_EXCERPT.name} is not here")
    return DDP_EXCERPT.read_bytes()


def found(province: Province, role: str | None = None, **asked: Any) -> list[str]:
    context: Any = {"user": province.users[role]["name"] if role else ""}
    results = tk.get_action("sdi_daftar_data_search")(context, asked)
    assert results["count"] >= len(results["results"])
    return [item["id_ddd"] or item["id_ddp"] for item in results["results"]]
