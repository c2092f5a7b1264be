"""A dump of a table whose place another takes: whole, or visibly broken off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ckanext.datastore import blueprint as core
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.datastore.load import load_table
from ckanext.sdi.views.dump import RowsReplacedError
from tests.datastore.working import NEW_CSV
from tests.province import TABLE_SCHEMA, Province, published_dataset


def test_it_never_mixes_the_rows_of_two_files(
    app: Any, province: Province, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (resource,) = published_dataset(province)["resources"]
    monkeypatch.setattr(core, "PAGINATE_BY", 1)
    address = f"/datastore/dump/{resource['id']}"
    assert app.get(address).text.count("\n") == 3
    file = tmp_path / "usaha.csv"
    file.write_text(NEW_CSV)
    pages = app.test_client().get(address, buffered=False).response
    assert b"64.72" in next(pages)
    load_table(resource["id"], file, TableSchema.from_dict(TABLE_SCHEMA))
    with pytest.raises(RowsReplacedError):
        list(pages)
    assert "64.01" in app.get(address).text
