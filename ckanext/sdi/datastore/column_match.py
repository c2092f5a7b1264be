"""Which column of a file is meant by which column of a standard, as a person sees and says it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ckan import model

from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.datastore import files
from ckanext.sdi.rules import Field
from ckanext.sdi.rules.header import ignored_columns, match_columns

MOST_REMEMBERED = 20


@dataclass(frozen=True)
class Match:
    """A column of the standard and the one of the file that it is found in, if any.

    :param certain: the file has it under its very name, which nobody has to confirm
    """

    field: Field
    column: str | None
    certain: bool


class NotInFileError(ValueError):
    """A column was chosen that the file does not have, or one for two columns of the standard.

    :param columns: its name in the file
    """

    def __init__(self, column: str) -> None:
        super().__init__(column)
        self.column = column


def header_of(resource: model.Resource, schema: TableSchema) -> list[str]:
    """The names of the columns of a resource's file, read as its standard says.

    :raises ckanext.sdi.datastore.files.FileMissingError: when the file is gone
    :raises ckanext.sdi.check.table.Unreadable: when it is no table
    """
    with (
        files.version({"id": resource.id, "url": resource.url}) as path,
        files.as_table(path, resource.url, schema) as table,
    ):
        return table.header


def matches(schema: TableSchema, header: Sequence[str]) -> list[Match]:
    """For each column of the standard where the file has it."""
    places = match_columns(header, schema.fields)
    return [
        Match(field, None if place is None else header[place], field.name in header)
        for field, place in zip(schema.fields, places, strict=True)
    ]


def undeclared(schema: TableSchema, header: Sequence[str]) -> dict[str, bool]:
    """The columns of the file that the standard does not ask for, and whether they are ignored."""
    found = set(match_columns(header, schema.fields))
    ignored = ignored_columns(header, schema.fields, schema.ignored)
    return {
        name: place in ignored
        for place, name in enumerate(header)
        if place not in found and name.strip()
    }


def remembered(
    schema: TableSchema,
    header: Sequence[str],
    chosen: Mapping[str, str],
    ignored: Sequence[str] = (),
) -> dict[str, Any]:
    """The standard with what a person has said of the columns, for this file and the next ones.

    :param chosen: for columns of the standard, by name, their name in the file; empty for those
        that the file does not provide
    :param ignored: of the file's other columns those that are left out of the rows
    :returns: a Table Schema
    :raises NotInFileError: when a choice cannot be
    """
    taken = [name for name in chosen.values() if name]
    for name in (*taken, *ignored):
        if name not in header or taken.count(name) > 1:
            raise NotInFileError(name)
    fields = [
        _with_names(raw, match, chosen[match.field.name], taken)
        if match.field.name in chosen and not match.certain
        else raw
        for raw, match in zip(schema.source["fields"], matches(schema, header), strict=True)
    ]
    sdi = {name: said for name, said in schema.source.get("sdi", {}).items() if name != "ignored"}
    # What is said of columns that this file does not have stays for the next one.
    names = [name for name in schema.ignored if not ignored_columns(header, schema.fields, [name])]
    names += [name for name in undeclared(schema, header) if name in ignored]
    if names := [name for name in names if name not in taken]:
        sdi["ignored"] = names
    kept = {name: said for name, said in schema.source.items() if name != "sdi"}
    return {**kept, "fields": fields, **({"sdi": sdi} if sdi else {})}


def _with_names(
    raw: Mapping[str, Any], match: Match, column: str, taken: Sequence[str]
) -> dict[str, Any]:
    """A field with the name first that its column has in the file, and without those of others."""
    # What the file calls it otherwise is no name of it any more.
    gone = {match.column, *taken}
    kept = [name for name in match.field.kolom if name not in gone]
    names = ([column] if column else []) + kept
    sdi = {key: value for key, value in raw.get("sdi", {}).items() if key != "kolom"}
    if names:
        sdi["kolom"] = names[:MOST_REMEMBERED]
    field = {key: value for key, value in raw.items() if key != "sdi"}
    return {**field, "sdi": sdi} if sdi else field
