"""Validators for this and anybody's schema: thin, they call the rule set.

Those that take a scheming field (``sdi_kode_wilayah``, ``sdi_choice``) can be given their
arguments in brackets, too: ``sdi_kode_wilayah(kab_kota)``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey, Validator

from ckanext.sdi import codes
from ckanext.sdi.check.table_schema import SchemaError, TableSchema
from ckanext.sdi.lifecycle import gate
from ckanext.sdi.logic.names import free_name
from ckanext.sdi.model import Item
from ckanext.sdi.rules.codes import judge_code
from ckanext.sdi.rules.finding import Finding
from ckanext.sdi.rules.metadata_values import judge_periode, judge_satuan

MOST_CODES = 1000
LONGEST_TABLE_SCHEMA = 200_000
_YEAR = re.compile(r"(?:19|20)\d{2}")


def _refuse(findings: list[Finding]) -> None:
    """Raise what the rules call an error, all of it in one message."""
    wrong = [finding for finding in findings if finding.severity == "error"]
    if wrong:
        raise tk.Invalid(" ".join(finding.message(tk._) for finding in wrong))


def _text(value: Any) -> str:
    """The value, which must be a text: a code that came as a number has lost its zeros.

    :raises Invalid: for a number, a list or an object
    """
    if not isinstance(value, str):
        raise tk.Invalid(tk._("Give a text in quotes, not a number or a list."))
    return value.strip()


def _code(system: str, value: Any) -> str:
    text = _text(value)
    _refuse(judge_code(system, text))
    return text


def sdi_nik(value: Any) -> str:
    """A population number (NIK)."""
    return _code("nik", value)


def sdi_nomor_kk(value: Any) -> str:
    """A family card number (Nomor KK)."""
    return _code("nomor_kk", value)


def sdi_npwp(value: Any) -> str:
    """A tax number (NPWP) of 15 or 16 digits."""
    return _code("npwp", value)


def sdi_nitku(value: Any) -> str:
    """A number of a place of business (NITKU)."""
    return _code("nitku", value)


def sdi_kode_sds(value: Any) -> str:
    """A code of the national statistical data standard (SDSN)."""
    return _code("kode_sds", value)


def sdi_kode_dssd(value: Any) -> str:
    """A code of the regional sectoral statistics (DSSD)."""
    return _code("kode_dssd", value)


def sdi_kode_wilayah(field: Mapping[str, Any] | str, _schema: Any = None) -> Validator:
    """A Kode Wilayah, of a level when one is named, or a list of them.

    A code that is out of force is a warning, which the conformity tells with the data's period.

    :param field: the level, or the scheming field: its ``level``, ``multiple`` (a list) and
        ``at_most`` (how many)
    """
    options: Mapping[str, Any] = {"level": field} if isinstance(field, str) else field
    level = options.get("level")
    many = bool(options.get("multiple"))
    at_most = int(options.get("at_most", MOST_CODES))

    def validator(
        key: FlattenKey, data: FlattenDataDict, _errors: FlattenErrorDict, _context: Context
    ) -> None:
        found = _listed(data[key]) if many else [_text(data[key])]
        if len(found) > at_most:
            raise tk.Invalid(
                tk._(
                    "Name at most {most} areas; there are {n}. When every area below one is "
                    "covered, name the one above."
                ).format(most=at_most, n=len(found))
            )
        judged: list[Finding] = []
        for code in found:
            judged += judge_code("kode_wilayah", code, level=level)
        _refuse(judged)
        written = [codes.normalise("kode_wilayah", code) for code in found]
        data[key] = json.dumps(written) if many else written[0]

    return validator


sdi_kode_wilayah.is_a_scheming_validator = True


def _listed(value: Any) -> list[str]:
    """Codes given as a list, as JSON, or as text with commas, semicolons or lines between."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise tk.Invalid(tk._("This is no JSON list of codes.")) from error
    parts: list[Any] = []
    for part in value if isinstance(value, list) else [value]:
        parts += re.split(r"[,;\s]+", part) if isinstance(part, str) else [part]
    return list(dict.fromkeys(text for part in parts if (text := _text(part))))


def sdi_code_list_output(value: Any) -> Any:
    """A stored list of codes as a list; a single code stays the text it is."""
    if isinstance(value, str) and value.startswith("["):
        return json.loads(value)
    return value


def sdi_daftar_data_item(value: Any) -> str:
    """The id of an item of the Daftar Data."""
    item_id = _text(value)
    if model.Session.get(Item, item_id) is None:
        raise tk.Invalid(
            tk._("There is no such item in the Daftar Data. Choose the item from the list.")
        )
    return item_id


def sdi_table_schema(value: Any) -> str:
    """A column standard: a Table Schema, as an object or as JSON text; kept as JSON text."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if len(text) > LONGEST_TABLE_SCHEMA:
        raise tk.Invalid(_too_long(LONGEST_TABLE_SCHEMA, len(text)))
    try:
        schema = TableSchema.from_json(text)
    except SchemaError as error:
        _refuse(error.findings)
        raise
    return json.dumps(schema.as_dict(), ensure_ascii=False)


def sdi_satuan(value: Any) -> str:
    """A unit of measurement."""
    text = _text(value)
    _refuse(judge_satuan(text))
    return text


def sdi_periode(value: Any) -> str:
    """A period: a year, half year, quarter, month, week, day, or two of them from/to."""
    text = str(value) if isinstance(value, int) else _text(value)
    _refuse(judge_periode(text))
    return text


def sdi_years(value: Any) -> str:
    """Years, from a list or a text in any of the ways people write them, as ``2025,2026``."""
    text = " ".join(map(str, value)) if isinstance(value, list) else str(value)
    years = re.findall(r"\d+", text)
    wrong = [year for year in years if not _YEAR.fullmatch(year)]
    if wrong or (text.strip() and not years):
        raise tk.Invalid(tk._("Write years of four digits with a comma between: 2025,2026."))
    return ",".join(sorted(set(years)))


def sdi_choice(field: Mapping[str, Any], _schema: Any) -> Validator:
    """One of the field's choices, by its value or its label, in any letter case."""
    choices: list[Mapping[str, str]] = field["choices"]

    def validator(value: Any) -> str:
        text = str(value).strip().lower()
        for choice in choices:
            if text in (choice["value"].lower(), tk._(choice["label"]).lower()):
                return choice["value"]
        raise tk.Invalid(
            tk._("“{value}” is none of the choices. Choose one of: {choices}.").format(
                value=str(value)[:100],
                choices=", ".join(f"{tk._(c['label'])} ({c['value']})" for c in choices),
            )
        )

    return validator


sdi_choice.is_a_scheming_validator = True


def sdi_at_most(most: int) -> Validator:
    """A text of at most so many characters."""

    def validator(value: Any) -> Any:
        if isinstance(value, str) and len(value) > most:
            raise tk.Invalid(_too_long(most, len(value)))
        return value

    return validator


def _too_long(most: int, length: int) -> str:
    return tk._("Write at most {most} characters; this has {n}.").format(most=most, n=length)


def sdi_checkbox(value: Any) -> str:
    """A tick box: ``true`` or ``false``."""
    try:
        return "true" if value == "on" or tk.asbool(value) else "false"
    except ValueError as error:
        raise tk.Invalid(tk._("Say true or false.")) from error


def sdi_name_from_file(
    key: FlattenKey, data: FlattenDataDict, _errors: FlattenErrorDict, _context: Context
) -> None:
    """Name a resource after its file when it has no name."""
    if data.get(key) in (None, "", tk.missing):
        path = urlsplit(str(data.get((*key[:-1], "url")) or "")).path
        data[key] = PurePosixPath(unquote(path)).name


def sdi_name_from_title(
    key: FlattenKey, data: FlattenDataDict, _errors: FlattenErrorDict, _context: Context
) -> None:
    """Make a dataset's name from its title when it has none; a form without scripts has none."""
    title = data.get(("title",))
    if data.get(key) in (None, "", tk.missing) and isinstance(title, str):
        data[key] = free_name(title)


def sdi_private(
    key: FlattenKey, data: FlattenDataDict, _errors: FlattenErrorDict, context: Context
) -> None:
    """Visibility follows from the lifecycle's own table, whatever was posted."""
    package = context.get("package")
    data[key] = gate.derived_private(package.id if package else None, data.get(key))
