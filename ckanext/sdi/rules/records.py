"""Rules on records that a call of the Data API sends, beside those on the cells in them."""

from __future__ import annotations

from typing import Any

from ckanext.sdi.rules.catalogue import N_, Example, Rule, register
from ckanext.sdi.rules.code_entry import WHY_SHEET
from ckanext.sdi.rules.table import ERROR, SEVERITIES

_CODE: dict[str, Any] = {"fields": [{"name": "kode", "sdi": {"code": "kode_wilayah"}}]}
_KEY: dict[str, Any] = {"fields": [{"name": "kode"}], "primaryKey": "kode"}
SEVERITIES["key_unknown"] = ERROR
_AGAIN = N_("Send the call again: of a call that was refused nothing was written.")

register(
    Rule(
        id="kode.json_number",
        principle="kode_referensi",
        one=N_(
            "Cell {cell}, column {column}: “{value}” was sent as a number. Codes are texts: put it"
            " in quotation marks."
        ),
        many=N_(
            "In column {column}, {n} codes were sent as numbers (the first: {cell}). Put them in"
            " quotation marks."
        ),
        whole=N_(
            "All {n} codes of column {column} were sent as numbers. Put them in quotation marks."
        ),
        why=WHY_SHEET,
        source="Perpres 39/2019 Pasal 10",
        wrong=Example(records=[{"kode": 64.72}], table_schema=_CODE),
        right=Example(records=[{"kode": "64.72"}], table_schema=_CODE),
        steps=(
            N_("Let the program that sends the records keep codes as texts from their source on."),
            _AGAIN,
        ),
        severity=ERROR,
        blocks=True,
        job="produsen",
    )
)
register(
    Rule(
        id="table.key_unknown",
        principle="interoperabilitas",
        one=N_("Record {row}: there is no row with this key ({column}), so none can be changed."),
        many=N_("{n} records name a key ({column}) that no row has (the first: record {row})."),
        whole=N_("All {n} records name a key ({column}) that no row has."),
        why=N_("A change must meet the very row that is meant."),
        source="Perpres 39/2019 Pasal 9",
        wrong=Example(records=[{"_id": 9, "kode": "a"}], table_schema=_KEY),
        right=Example(records=[{"kode": "a"}], table_schema=_KEY),
        steps=(
            N_("Look the row up with datastore_search, or add it with the method insert."),
            _AGAIN,
        ),
        severity=ERROR,
        blocks=True,
        job="produsen",
    )
)
