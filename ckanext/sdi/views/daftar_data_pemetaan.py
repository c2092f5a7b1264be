"""The part of the import form in which a person says what the columns of a list are."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict

from ckanext.sdi.daftar_data.columns import LABELS

LEFT_OUT = "-"
VALUES = ("produsen", "jadwal_pemutakhiran", "klasifikasi_risiko", "jenis_data", "satuan")
"""What may hold for every row of a list that has no column for it."""

Form = MultiDict[str, str]


def columns_of(form: Form) -> list[dict[str, Any]]:
    """The columns as the form shows them: each title with what it was said to be."""
    pairs = zip(form.getlist("judul"), form.getlist("kolom"), strict=False)
    return [{"title": title, "field": name} for title, name in pairs]


def mapping_of(form: Form) -> dict[str, Any] | None:
    """What a person said of the columns, as ``sdi_daftar_data_import`` takes it."""
    columns = columns_of(form)
    if not columns:
        return None
    said = {c["title"]: None if c["field"] == LEFT_OUT else c["field"] for c in columns}
    values = {name: form.get(f"nilai-{name}", "").strip() for name in VALUES}
    mapping: dict[str, Any] = {
        "columns": {title: name for title, name in said.items() if name != ""},
        "values": {name: value for name, value in values.items() if value},
    }
    if prefix := form.get("id_prefix", "").strip():
        mapping["id_prefix"] = prefix
    return mapping


def shown(form: Form, columns: list[dict[str, Any]]) -> dict[str, Any]:
    """What the form needs to ask what the columns are, when there are such to ask of."""
    return {
        "columns": columns,
        "column_fields": LABELS,
        "left_out": LEFT_OUT,
        "values": {name: form.get(f"nilai-{name}", "") for name in VALUES},
        "id_prefix": form.get("id_prefix", ""),
    }
