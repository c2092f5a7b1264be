"""Rules on the rows of a Daftar Data, and the judges that find what breaks them.

A row is judged against ``schemas/daftar_data_row.schema.json`` after its columns are mapped; what
one row cannot show (ids used twice, ids and producers nobody knows) is judged over all rows.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from jsonschema.exceptions import ValidationError

from ckanext.sdi.rules.catalogue import N_, Example, Rule, register
from ckanext.sdi.rules.daftar_data_file import (
    ERROR,
    FORMAT_SOURCE,
    WARNING,
    dssd_example,
    ewalidata_example,
    list_example,
    told,
)
from ckanext.sdi.rules.finding import Finding
from ckanext.sdi.rules.mask import mask_loose
from ckanext.sdi.rules.schema_files import validator

_SCHEMA = "daftar_data_row.schema.json"
FROM_THE_CENTRE = {"unknown_value", "too_long"}
"""What in the centre's list is only a warning: a region cannot mend that list."""


@dataclass(frozen=True)
class Columns:
    """Where each field of the list stands in the file: the title and the letter of its column.

    Records of JSON have names and no letters.
    """

    titles: Mapping[str, str]
    letters: Mapping[str, str]
    sheet: str | None = None

    def cell(self, field: str, record: int) -> str | None:
        letter = self.letters.get(field)
        if letter is None:
            return None
        address = f"{letter}{record}"
        return f"{self.sheet}!{address}" if self.sheet else address


@dataclass(frozen=True)
class ListRow:
    """One row of the list: its number under the header, its place in the file, what it says.

    ``fields`` are the mapped values; ``written`` the cells as they were typed.
    """

    number: int
    record: int
    fields: Mapping[str, Any]
    written: Mapping[str, str]
    columns: Columns

    def place(self, field: str) -> dict[str, Any]:
        """Where a finding on a field of this row stands."""
        written = self.written.get(field)
        somewhere = str(self.record) if self.columns.letters else None
        return {
            "row": self.number,
            "field": field,
            "column": self.columns.titles.get(field, field),
            "cell": self.columns.cell(field, self.record) or somewhere,
            "value": None if not written else mask_loose(written),
        }


def _row_rule(
    rule_id: str,
    sentences: tuple[str, str, str],
    why: str,
    wrong: Example,
    steps: tuple[str, ...],
    *,
    severity: Mapping[str, str] = ERROR,
    source: str = FORMAT_SOURCE,
    right: str | None = None,
) -> Rule:
    one, many, whole = sentences
    return register(
        Rule(
            id=f"daftar_data_list.{rule_id}",
            principle="daftar_data",
            one=one,
            many=many,
            whole=whole,
            why=why,
            source=source,
            wrong=wrong,
            right=Example(csv=right or list_example(), context=wrong.context),
            steps=steps,
            severity=severity,
            blocks=severity is ERROR,
            job="walidata",
        )
    )


EMPTY_CELL = _row_rule(
    "empty_cell",
    (
        N_("“{column}” is empty (cell {cell}). Fill it in."),
        N_("“{column}” is empty in {n} rows. Fill it in."),
        N_("“{column}” is empty in every row. Fill it in."),
    ),
    N_("The list says at least what is produced, by whom and when it is updated."),
    Example(csv=list_example({"Produsen Data": ""})),
    (N_("Write the missing value into the cell."), N_("Import the file again.")),
    source=N_("Perpres 39/2019"),
)
NO_VALUE = _row_rule(
    "no_value",
    (
        N_("“{column}” (cell {cell}) shows an error, or a formula that was never calculated."),
        N_("{n} cells of “{column}” show an error, or a formula that was never calculated."),
        N_("Every cell of “{column}” shows an error, or a formula that was never calculated."),
    ),
    N_("What the cell was to say is not in the file: it would be missing in the list."),
    Example(csv=list_example({"ID DDP": "#REF!"})),
    (N_("Open the file in a spreadsheet, write the value in place of the formula, save it."),),
)
UNKNOWN_VALUE = _row_rule(
    "unknown_value",
    (
        N_("“{value}” is no value of “{column}” (cell {cell}). Write one of: {allowed}."),
        N_("{n} cells of “{column}” hold a value that is not one of: {allowed}."),
        N_("No cell of “{column}” holds one of: {allowed}."),
    ),
    N_("These columns are counted and compared; each has its fixed words."),
    Example(csv=list_example({"Jadwal Pemutakhiran": "kadang-kadang"})),
    (N_("Replace the value with one of the fixed words."),),
)
BAD_ID = _row_rule(
    "bad_id",
    (
        N_(
            "“{value}” in “{column}” (cell {cell}) is not an id. Write the id as the list has it; "
            "for an ID DDP that does not exist write “-”."
        ),
        N_("{n} cells of “{column}” hold something that is not an id."),
        N_("No cell of “{column}” holds an id."),
    ),
    N_("An item is recognised by its id from one year to the next."),
    Example(csv=list_example({"ID DDP": "belum ada"})),
    (N_("Write the id, “-” (checked, does not refer), or nothing (not yet checked)."),),
)
NUMBER_ID = _row_rule(
    "number_id",
    (
        N_(
            "“{column}” (cell {cell}) was stored by the spreadsheet as a number ({value}): zeros "
            "may be lost. Set the column to Text and type the id again."
        ),
        N_("{n} ids of “{column}” were stored as numbers: zeros may be lost."),
        N_("Every id of “{column}” was stored as a number: zeros may be lost."),
    ),
    N_("64.10 becomes 64.1 as a number, and that is another id."),
    Example(csv=list_example({"ID DDD": "64.1"}), context={"sheets": ("Daftar Data",)}),
    (N_("Set the format of the column to Text."), N_("Type the ids again.")),
)
BAD_DSSD = _row_rule(
    "bad_dssd",
    (
        N_("“{value}” in “{column}” (cell {cell}) is no DSSD code; one looks like 5.03.000001."),
        N_("{n} cells of “{column}” do not have the form of a DSSD code."),
        N_("No cell of “{column}” has the form of a DSSD code."),
    ),
    N_("An item of sectoral data is recognised by its code from one year to the next."),
    Example(csv=dssd_example({"Kode DSSD": "1.1.474"})),
    (N_("Write the code as the DSSD list has it: urusan, bidang urusan and six digits."),),
    right=dssd_example(),
)
NOT_TEXT = _row_rule(
    "not_text",
    (
        N_(
            "“{column}” (cell {cell}) holds a list, an object or signs that are no text. "
            "Write plain text."
        ),
        N_("{n} cells of “{column}” hold what is no text."),
        N_("No cell of “{column}” holds plain text."),
    ),
    N_("What cannot be read as text can be neither kept nor searched."),
    Example(csv=ewalidata_example({"satuan": ["persen"]})),
    (N_("Write plain text, and import the file again."),),
    right=ewalidata_example(),
)
TOO_LONG = _row_rule(
    "too_long",
    (
        N_("The text in “{column}” (cell {cell}) is longer than {limit} characters. Shorten it."),
        N_("{n} texts in “{column}” are longer than {limit} characters."),
        N_("Every text in “{column}” is longer than {limit} characters."),
    ),
    N_("A cell this long is a mistake of copying, and cannot be searched."),
    Example(csv=list_example({"Satuan": "persen" * 100})),
    (N_("Shorten the text."),),
)
DUPLICATE_ID = _row_rule(
    "duplicate_id",
    (
        N_("The id {value} in “{column}” (cell {cell}) stands already in cell {first}."),
        N_("{n} ids of “{column}” stand more than once."),
        N_("Every id of “{column}” stands more than once."),
    ),
    N_("Two items of one id could not be told apart."),
    Example(csv=list_example({"ID DDD": "64.001"}, {"ID DDD": "64.001"})),
    (N_("Delete one of the rows, or give it its own id."),),
)
TOO_MANY_CELLS = _row_rule(
    "too_many_cells",
    (
        N_(
            "Row {row} has more cells than there are columns: “{value}” (cell {cell}). A text with "
            "a separator in it may lack its quotation marks."
        ),
        N_("{n} rows have more cells than there are columns."),
        N_("Every row has more cells than there are columns."),
    ),
    N_("When cells shift, each value stands under a wrong name."),
    Example(csv=list_example({"Link Portal SDI": "a;b"})),
    (N_("Put the text with the separator in quotation marks, or save the file as XLSX."),),
)
PRODUCER_UNKNOWN = _row_rule(
    "producer_unknown",
    (
        N_("“{value}” (cell {cell}) is not an organisation of this portal."),
        N_("{n} producers in “{column}” are not organisations of this portal."),
        N_("No producer in “{column}” is an organisation of this portal."),
    ),
    N_("The item waits for nobody until its producer is known."),
    Example(csv=list_example({"Produsen Data": "Dinas Tak Dikenal"}), context={"known": True}),
    (
        N_("Write the name as the organisation has it on the portal,"),
        N_("or create the organisation, or give it this name as an alias."),
    ),
    severity=WARNING,
)
DDP_UNKNOWN = _row_rule(
    "ddp_unknown",
    (
        N_("The ID DDP {value} (cell {cell}) is not in the centre's list as far as it is known."),
        N_("{n} ids in “{column}” are not in the centre's list as far as it is known."),
        N_("No id in “{column}” is in the centre's list as far as it is known."),
    ),
    N_("A regional list refers to the list of the centre."),
    Example(csv=list_example({"ID DDP": "99.99.999"}), context={"known": True}),
    (N_("Compare the id with the centre's list."), N_("Import the centre's list, if it is new.")),
    severity=WARNING,
    source=N_("Perpres 39/2019"),
)


_Fault = tuple[Rule, str, tuple[tuple[str, str], ...]]


@cache
def _column_validator(field: str) -> Any:
    """The validator of one column; what its schema refers to is looked up once."""
    known: Any = validator(_SCHEMA).schema
    own = known["properties"][field]
    name = own.get("$ref", "").removeprefix("#/$defs/")
    return validator(_SCHEMA).evolve(schema=known["$defs"][name] if name else own)


@lru_cache(maxsize=5000)
def _value_faults(field: str, value: str) -> tuple[_Fault, ...]:
    """What is wrong with a value of a column; the same value stands in many rows."""
    return tuple(_fault(error, field) for error in _column_validator(field).iter_errors(value))


@cache
def _absence_faults(level: str, fields: frozenset[str]) -> tuple[_Fault, ...]:
    """Which columns a row of a level lacks, by those that it has."""
    known: Any = validator(_SCHEMA).schema
    parts = ("required", "if", "then", "else")
    presence = validator(_SCHEMA).evolve(schema={name: known[name] for name in parts})
    row = {**dict.fromkeys(fields, ""), "level": level}
    needed: list[Any] = [error.validator_value for error in presence.iter_errors(row)]
    lacking = [field for names in needed for field in names if field not in row]
    return tuple((EMPTY_CELL, field, ()) for field in lacking)


def _fault(error: ValidationError, field: str) -> _Fault:
    """The rule and the placeholders for what jsonschema found in a column."""
    told_by: Any = error.validator_value
    if error.validator == "enum":
        return UNKNOWN_VALUE, field, (("allowed", ", ".join(told_by)),)
    if error.validator == "maxLength":
        return TOO_LONG, field, (("limit", str(told_by)),)
    return BAD_DSSD if field == "kode_dssd" else BAD_ID, field, ()


def field_schema(name: str) -> dict[str, Any]:
    """What a column may hold, as JSON Schema: ``type``, ``enum`` or ``maxLength``."""
    known: Any = validator(_SCHEMA).schema
    return {"type": "string", **known["properties"][name]}


def is_id(value: str) -> bool:
    """Whether a value could be an id of the list."""
    known: Any = validator(_SCHEMA).schema
    return validator(_SCHEMA).evolve(schema=known["$defs"]["id"]).is_valid(value)


def judge_row(row: ListRow, level: str) -> list[Finding]:
    """What is wrong with one row, by the schema of a row.

    In the centre's list a value that is not known is a warning, as the region cannot mend it.
    """
    filled = {name: value for name, value in row.fields.items() if value not in (None, [])}
    faults = list(_absence_faults(level, frozenset(filled)))
    for name, value in filled.items():
        if isinstance(value, str):
            faults += _value_faults(name, value)
    found: dict[tuple[str, str], Finding] = {}
    for rule, field, params in faults:
        mild = level == "pusat" and rule.id.rpartition(".")[2] in FROM_THE_CENTRE
        place = row.place(_id_column(row) if field == "id_ddd" else field)
        finding = told(rule, "warning" if mild else None, **place, **dict(params))
        found.setdefault((rule.id, field), finding)
    found |= {
        (NOT_TEXT.id, name): told(NOT_TEXT, **{**row.place(name), "value": None})
        for name, written in row.written.items()
        if "\0" in written
    }
    return list(found.values())


def _id_column(row: ListRow) -> str:
    """The column that should hold the id of a row: a list of sectoral data has only its code."""
    titles = row.columns.titles
    return "kode_dssd" if "kode_dssd" in titles and "id_ddd" not in titles else "id_ddd"


IDENTITY = ("id_ddd", "kode_dssd", "id_ddp")
"""The ids by which an item is known over editions: the first of them that it has.

The centre's id is the last: a person may give it to an item later, and it is the same item then.
"""


def identity(fields: Mapping[str, Any]) -> tuple[str, str] | None:
    """The name and the value of the id by which an item is known."""
    return next(((name, fields[name]) for name in IDENTITY if fields.get(name)), None)


class UniqueIds:
    """Tells of ids by which two rows of a list would be known."""

    def __init__(self) -> None:
        self._first: dict[str, tuple[str, int]] = {}

    def judge(self, row: ListRow) -> Iterator[Finding]:
        """What is wrong with the id of the next row."""
        known = identity(row.fields)
        if known is None:
            return
        field, value = known
        before, record = self._first.setdefault(value, (field, row.record))
        if record != row.record:
            first = row.columns.cell(before, record) or f"#{record}"
            yield told(DUPLICATE_ID, **row.place(field), first=first)


def judge_references(
    rows: Iterable[ListRow], *, producers: Container[str], ddp: Collection[str] | None
) -> list[Finding]:
    """Producers that are no organisation, and DDP ids that the centre's list does not have.

    :param producers: the producers' names that were matched to an organisation
    :param ddp: the ids of the centre's list; None when no such list is there
    """
    found = []
    for row in rows:
        producer, id_ddp = row.fields.get("produsen"), row.fields.get("id_ddp")
        if producer and producer not in producers:
            found.append(told(PRODUCER_UNKNOWN, **row.place("produsen")))
        if id_ddp and ddp is not None and id_ddp not in ddp:
            found.append(told(DDP_UNKNOWN, **row.place("id_ddp")))
    return found
