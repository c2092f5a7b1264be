"""The names of codes beside the rows of the DataStore, as they were when the data was so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ckan import model

from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.codes import has_vocabulary, vocabulary
from ckanext.sdi.codes.vocabulary import today
from ckanext.sdi.datastore.types import schema_of
from ckanext.sdi.rules import period

SUFFIX = "_nama"


@dataclass(frozen=True)
class CodeNames:
    """What is needed to name the codes of one resource's rows.

    :param systems: the code system of each column that is to be named
    :param day_column: the column with the reference date of each row, if there is one
    :param day: the reference date of all rows where no column has it
    """

    systems: Mapping[str, str]
    day_column: str | None
    day: date

    @classmethod
    def of(cls, resource: model.Resource, columns: Sequence[str]) -> CodeNames:
        """The names of some columns of a resource.

        :raises KeyError: with the first column that holds no codes of a list
        """
        standard = schema_of(resource)
        lists = _lists(standard)
        systems = {column: lists[column] for column in columns}
        return cls(
            systems=systems,
            day_column=standard.reference_column if standard else None,
            day=_day_of(standard, resource.extras.get("periode_data")),
        )

    def add_to(self, records: Iterable[dict[str, Any]]) -> None:
        """Put ``<column>_nama`` into each record.

        The name that was in force on the record's reference date; the code's last name where it
        was not in force then, ``None`` where it never was.
        """
        for record in records:
            day = self.day
            if self.day_column:
                day = period.last_day(record.get(self.day_column)) or day
            for column, system in self.systems.items():
                text = record.get(column)
                code = vocabulary(system).get(text, day) if isinstance(text, str) else None
                record[column + SUFFIX] = code.name if code else None


def columns_with_names(resource: model.Resource) -> list[str]:
    """The columns of a resource that hold codes of a list."""
    return list(_lists(schema_of(resource)))


def _lists(standard: TableSchema | None) -> dict[str, str]:
    fields = standard.fields if standard else ()
    return {field.name: field.code for field in fields if field.code and has_vocabulary(field.code)}


def _day_of(standard: TableSchema | None, periode_data: Any) -> date:
    named = standard.reference_date if standard else None
    return named or period.last_day(periode_data) or today()
