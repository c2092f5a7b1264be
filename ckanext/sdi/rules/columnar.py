"""Many findings at once, as columns: a file of millions of rows may have as many bad cells.

A finding becomes a ``Finding``, and that a sentence, only where someone reads it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from ckanext.sdi.rules.catalogue import get_rule
from ckanext.sdi.rules.finding import Finding

SCHEMA = pa.schema(
    [
        ("rule", pa.string()),
        ("severity", pa.string()),
        ("column", pa.string()),
        ("row", pa.int64()),
        ("cell", pa.string()),
        ("value", pa.string()),
        ("suggestion", pa.string()),
        ("key", pa.string()),
        ("params", pa.string()),
    ]
)
"""Findings on a file: of ``key`` and ``params`` the JSON, null for what a finding does not have."""


def pack(findings: Sequence[Finding]) -> pa.RecordBatch:
    """Findings as a batch of ``SCHEMA``."""
    rows = [
        (
            one.rule,
            one.severity,
            one.column,
            one.row,
            one.cell,
            one.value,
            one.suggestion,
            as_json(one.key),
            as_json(one.params),
        )
        for one in findings
    ]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(SCHEMA)
    arrays = [pa.array(column, kind.type) for column, kind in zip(columns, SCHEMA, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def unpack(batch: pa.RecordBatch) -> Iterator[Finding]:
    """The findings of a batch."""
    for told in batch.to_pylist():
        key, params = told.pop("key"), told.pop("params")
        yield Finding(
            **told,
            key=json.loads(key) if key else None,
            params=json.loads(params) if params else {},
        )


def as_json(value: Any) -> str | None:
    """What ``SCHEMA`` keeps as JSON; null when there is nothing in it."""
    return json.dumps(dict(value), ensure_ascii=False) if value else None


@dataclass(frozen=True)
class Part:
    """Some findings on cells of one column: a rule that many break, or each with a rule of its own.

    :param cells: offsets into the block
    """

    cells: np.ndarray
    rules: str | Sequence[str]
    values: pa.Array | None = None
    suggestions: pa.Array | None = None
    params: pa.Array | None = None


@dataclass(frozen=True)
class CellFindings:
    """What is wrong with the cells of one column of a block, in the order of the cells.

    :param cells: for each finding the offset of its cell in the block; the other columns are as in
        ``SCHEMA``
    """

    cells: np.ndarray
    rules: pa.Array
    severities: pa.Array
    values: pa.Array
    suggestions: pa.Array
    params: pa.Array

    @classmethod
    def of(cls, parts: Sequence[Part], severities: Mapping[str, str]) -> CellFindings:
        """Of a cell that stands in several parts the first is told first.

        :param severities: those that the column sets for itself
        """
        cells = np.concatenate([part.cells for part in parts] or [np.zeros(0, dtype=np.int64)])
        order = np.argsort(cells, kind="stable")
        places = pa.array(order)
        rules = _joined([_rules(part) for part in parts]).take(places)
        return cls(
            cells[order],
            rules,
            _severities(rules, severities),
            *(
                _joined([_or_null(part, texts) for part, texts in column]).take(places)
                for column in (
                    [(part, part.values) for part in parts],
                    [(part, part.suggestions) for part in parts],
                    [(part, part.params) for part in parts],
                )
            ),
        )

    def __len__(self) -> int:
        return len(self.cells)

    def batch(
        self,
        column: str,
        rows: np.ndarray | None = None,
        addresses: pa.Array | None = None,
        keys: pa.Array | None = None,
    ) -> pa.RecordBatch:
        """The findings as a batch of ``SCHEMA``.

        :param column: the column's name in its standard
        :param rows: for each finding the number of its row
        :param addresses: for each its cell as a spreadsheet calls it
        :param keys: for each the key of its row as JSON, or null
        """
        none = pa.nulls(len(self), pa.string())
        return pa.RecordBatch.from_arrays(
            [
                self.rules,
                self.severities,
                pa.repeat(column, len(self)),
                pa.nulls(len(self), pa.int64()) if rows is None else pa.array(rows, pa.int64()),
                none if addresses is None else addresses,
                self.values,
                self.suggestions,
                none if keys is None else keys,
                self.params,
            ],
            schema=SCHEMA,
        )


def _severities(rules: pa.Array, own: Mapping[str, str]) -> pa.Array:
    coded = rules.dictionary_encode()
    # Column standards are binding.
    told = [
        own.get(rule) or get_rule(rule).severity["wajib"] for rule in coded.dictionary.to_pylist()
    ]
    return pa.array(told, pa.string()).take(coded.indices)


def _rules(part: Part) -> pa.Array:
    if isinstance(part.rules, str):
        return pa.repeat(part.rules, len(part.cells))
    return pa.array(part.rules, pa.string())


def _or_null(part: Part, texts: pa.Array | None) -> pa.Array:
    return pa.nulls(len(part.cells), pa.string()) if texts is None else texts


def _joined(arrays: Sequence[pa.Array]) -> pa.Array:
    return pa.concat_arrays(arrays) if arrays else pa.array([], pa.string())
