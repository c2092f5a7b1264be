"""Rules on files that are not plain text: workbooks, packed files, JSON and Parquet."""

from __future__ import annotations

import gzip
import io
import zipfile

from ckanext.sdi.rules.catalogue import N_, Example
from ckanext.sdi.rules.small_workbook import workbook_of
from ckanext.sdi.rules.table import (
    LOOK,
    RIGHT,
    SAVE_CSV,
    SCHEMA,
    UPLOAD,
    WARNING,
    WHY_ONE,
    WHY_READ,
    as_csv,
    table_rule,
)

WHY_LIMITS = N_("A file that asks for too much would take the portal away from everyone else.")
SPLIT = N_("Split the table into several files, or save it as CSV, which has no such limit.")
SAVE_AGAIN = N_("Open the file in the program that made it and save it again.")


def _binary(data: bytes, **told: str) -> Example:
    return Example(data=data, table_schema=SCHEMA, told=told or None)


def _json(text: str, **told: str) -> Example:
    return Example(csv=text, table_schema=SCHEMA, told=told)


def _zipped(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("_", "."), data)
    return target.getvalue()


# Two cells, in the first and in the last row and column that there can be.
_FAR_APART = workbook_of(
    {
        "Data": '<sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData>'
    }
)

table_rule(
    "name",
    N_("The file's name ends in {ending}, but it is {kind}. It was read as what it is."),
    N_("Programs go by the name, and open a file that is called wrongly not at all or wrongly."),
    _json('{"kode": "64.72", "jumlah": 5}\n', ending=".csv", kind="JSON"),
    N_("Give the file the ending of what it is, or save it anew as what its name says."),
    severity=WARNING,
)
table_rule(
    "damaged",
    N_("The file is {kind}, but damaged or incomplete: it cannot be opened. Save it again."),
    WHY_READ,
    as_csv("PK\x03\x04 xl/workbook.xml"),
    SAVE_AGAIN,
    UPLOAD,
)
table_rule(
    "encrypted",
    N_("The file is locked with a password. Save it without one."),
    N_("What is open to all cannot be locked."),
    _binary(b"\xd0\xcf\x11\xe0" + bytes(508) + "EncryptedPackage".encode("utf-16-le")),
    N_("Open the file with its password, take the password away, and save it."),
    UPLOAD,
)
table_rule(
    "archive",
    N_("An archive must hold just one table; this one holds {n} files that can be read."),
    N_("A resource is one table; from an archive with several nobody can tell which."),
    _binary(_zipped(a_csv=RIGHT.encode(), b_csv=RIGHT.encode())),
    N_("Upload each table as a resource of its own."),
)
table_rule(
    "too_large",
    N_("Unpacked the file has more than {limit}, the most that is taken."),
    WHY_LIMITS,
    _binary(gzip.compress(RIGHT.encode() + b"64.72,5\n" * 30_000, mtime=0)),
    SPLIT,
    UPLOAD,
)
table_rule(
    "too_costly",
    N_(
        "Reading the file takes more than {memory} of memory or {seconds} seconds, the most that"
        " is given. Often a single cell far from the table makes a sheet that large."
    ),
    WHY_LIMITS,
    _binary(_FAR_APART, memory="1 GB", seconds="120"),
    N_("Copy the table alone into a new sheet, or save it as CSV."),
    UPLOAD,
)
table_rule(
    "too_many_cells",
    N_("The table has more than {limit} cells, the most that is taken in this format."),
    WHY_LIMITS,
    _json('{"kode": "64.72", "jumlah": 5}\n' * 6_000, limit="100,000,000"),
    SPLIT,
    UPLOAD,
)
table_rule(
    "cell_too_long",
    N_("A cell of row {line} is longer than {limit}."),
    WHY_LIMITS,
    _json('{"kode": "' + "x" * 20_000 + '"}\n', line="1", limit="2 MB"),
    N_("Shorten the text, or keep it in a file of its own."),
    UPLOAD,
)
table_rule(
    "nul_cell",
    (
        N_("A cell of row {line} holds a NUL sign, which no text can have. Save the table anew."),
        N_(
            "{n} cells of column {column} hold a NUL sign, which no text can have (the first:"
            " {cell}). Save the table anew."
        ),
        N_("Every cell of column {column} holds a NUL sign, which no text can have."),
    ),
    WHY_READ,
    Example(csv='{"kode": "64\\u0000"}\n', table_schema=SCHEMA, told={"line": "1"}),
    SAVE_CSV,
    UPLOAD,
)
table_rule(
    "json",
    N_(
        "The JSON is no list of records, or has a fault at record {record}. It must be a list of"
        " objects, each with the names of the columns and their values, or one such object a line."
    ),
    WHY_READ,
    _json('[{"kode": "64.72", "jumlah": 5},\n', record="2"),
    LOOK,
    UPLOAD,
)
table_rule(
    "nested",
    N_(
        "The column “{name}” holds lists or objects within a cell (the first: record {record})."
        " A cell has one value."
    ),
    WHY_ONE,
    _json('{"kode": {"kab": "64.72"}, "jumlah": 5}\n', name="kode", record="1"),
    N_("Write each part into a column of its own."),
    UPLOAD,
)
