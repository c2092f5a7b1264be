"""The columns of a block, judged: fast where all is well, cell by cell where it may not be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from ckanext.sdi.codes import judge_column as judge_codes
from ckanext.sdi.codes import mask, normalise
from ckanext.sdi.rules import codes as code_rules
from ckanext.sdi.rules import values, vectors
from ckanext.sdi.rules.arrow import pc
from ckanext.sdi.rules.field import Field
from ckanext.sdi.rules.finding import Finding
from ckanext.sdi.rules.mask import mask_all, mask_loose

Dates = date | Sequence[date | None] | None


@dataclass(frozen=True)
class Judged:
    """A column of a block: its findings by index, and its typed values (null where wrong)."""

    findings: dict[int, list[Finding]]
    typed: pa.Array


def judge_cells(
    field: Field,
    cells: Sequence[str | None],
    *,
    at: Dates = None,
    missing_values: Sequence[str] = ("",),
) -> list[list[Finding]]:
    """Judge cells of one column, wherever they come from.

    :param field: the column's declaration
    :param cells: the cells' texts; None is a missing value
    :param at: the date at which codes are judged, for all or for each; None is today
    :param missing_values: texts that stand for no value
    :returns: for each cell its findings, in the order asked; they carry the column, not the place
    """
    texts = pa.array(cells, pa.string())
    judged = judge_column(field, texts, at=at, missing_values=missing_values)
    return [judged.findings.get(index, []) for index in range(len(cells))]


def judge_column(
    field: Field,
    texts: pa.Array,
    *,
    at: Dates = None,
    missing_values: Sequence[str] = ("",),
    conceal: bool = False,
) -> Judged:
    """Judge a block's column; parameters as for ``judge_cells``.

    :param conceal: the column identifies persons by its name, so its values are not repeated
    """
    texts = without_missing(texts, missing_values)
    sure, typed = vectors.surely(field, texts)
    sure = sure & vectors.within(field, texts, typed)
    if field.code_rules:
        sure &= _surely_codes(field, texts, at)
    present = pc.is_valid(texts).to_numpy(zero_copy_only=False)
    findings: dict[int, list[Finding]] = {}
    patches: dict[int, Any] = {}
    for index in np.flatnonzero(present & ~sure).tolist():
        text = texts[index].as_py()
        found, value = _judge_text(field, text, at[index] if isinstance(at, Sequence) else at)
        if found:
            findings[index] = [_told(one, field, text, conceal=conceal) for one in found]
        patches[index] = value
    if field.required and not present.all():
        empty = _finding("value.required").at(column=field.name)
        findings.update((index, [empty]) for index in np.flatnonzero(~present).tolist())
    return Judged(findings, _patched(field, typed, patches))


def without_missing(texts: pa.Array, missing_values: Sequence[str]) -> pa.Array:
    """The texts, null where they stand for no value."""
    if not missing_values:
        return texts
    if len(missing_values) == 1:
        missing = pc.equal(texts, missing_values[0])
    else:
        missing = pc.is_in(texts, value_set=pa.array(list(missing_values), pa.string()))
    if not pc.any(missing).as_py():
        return texts
    return pc.if_else(missing, pa.scalar(None, pa.string()), texts)


def typed_values(field: Field, texts: pa.Array, missing_values: Sequence[str] = ("",)) -> pa.Array:
    """The values of a column whose cells are all right.

    :raises ValueError: when a cell is no value of the column
    """
    texts = without_missing(texts, missing_values)
    sure, typed = vectors.surely(field, texts)
    present = pc.is_valid(texts).to_numpy(zero_copy_only=False)
    if field.code_rules and field.normalise:
        sure = sure & _surely_codes(field, texts, None)
    open_cells = np.flatnonzero(present & ~sure).tolist()
    if field.code:
        return _patched(
            field, typed, {index: _code_value(field, texts[index].as_py()) for index in open_cells}
        )
    try:
        patches = {index: values.parse(field, texts[index].as_py()) for index in open_cells}
    except values.Misread as misread:
        raise ValueError(f"column {field.name}: {misread.rule}") from misread
    return _patched(field, typed, patches)


def shown(field: Field, text: str, *, conceal: bool = False) -> str:
    """A cell's text as a report may repeat it."""
    if field.code:
        return mask(field.code, text)
    return mask_all(text) if conceal else mask_loose(text)


def _told(finding: Finding, field: Field, text: str, *, conceal: bool) -> Finding:
    """A finding with its column and the cell's text, as far as it may be told."""
    value = finding.value if field.code and finding.value else shown(field, text, conceal=conceal)
    suggestion = None if conceal and not field.code else finding.suggestion
    return finding.at(column=field.name, value=value, suggestion=suggestion)


def _judge_text(field: Field, text: str, at: date | None) -> tuple[list[Finding], Any]:
    """The findings of one cell, and its value (None when it has none)."""
    if field.code:
        found = _judge_code(field, text, at)
        value = _code_value(field, text)
        return [*found, *_constraints(field, value, value)], value
    try:
        value = values.parse(field, text)
    except values.Misread as misread:
        return [_finding(misread.rule, misread.suggestion)], None
    return list(_constraints(field, text, value)), value


def _judge_code(field: Field, text: str, at: date | None) -> list[Finding]:
    if not field.code_rules:
        return []
    return code_rules.judge_code(
        field.code_rules,
        text,
        level=field.level,
        at=at,
        severities=dict(field.severities),
        normalised=field.normalise,
    )


def _code_value(field: Field, text: str) -> str:
    """A code as it is kept: as it was typed, unless the column says to normalise it."""
    if not field.code_rules or not field.normalise:
        return text
    found = code_rules.judge_code(field.code_rules, text, normalised=True)
    repaired = any(finding.rule in code_rules.NORMALISED for finding in found)
    return normalise(field.code_rules, text) if repaired else text


def _finding(rule: str, suggestion: str | None = None, **params: str) -> Finding:
    return Finding(rule=rule, severity="error", params=params, suggestion=suggestion)


def _constraints(field: Field, text: str, value: Any) -> Iterator[Finding]:
    if field.enum and value not in [values.bound(field, allowed) for allowed in field.enum]:
        listed = ", ".join(str(allowed) for allowed in field.enum[:10])
        more = ", …" if len(field.enum) > 10 else ""
        yield _finding("value.enum", _same_letters(field, text), allowed=listed + more)
    if field.minimum is not None and value < values.bound(field, field.minimum):
        yield _finding("value.minimum", limit=str(field.minimum))
    if field.maximum is not None and value > values.bound(field, field.maximum):
        yield _finding("value.maximum", limit=str(field.maximum))
    if field.pattern is not None:
        matches = pc.match_substring_regex(pa.scalar(text), vectors.full_pattern(field.pattern))
        if not matches.as_py():
            yield _finding("value.pattern")
    least, most = field.min_length or 0, field.max_length
    if len(text) < least or (most is not None and len(text) > most):
        allowed = f"{least}–{most}" if most is not None else f"≥ {least}"
        yield _finding("value.length", length=str(len(text)), allowed=allowed)


def _same_letters(field: Field, text: str) -> str | None:
    """The one allowed value that differs in case or blanks only."""
    plain = " ".join(text.split()).casefold()
    same = [str(a) for a in field.enum if " ".join(str(a).split()).casefold() == plain]
    return same[0] if len(same) == 1 else None


def _patched(field: Field, typed: pa.Array, patches: dict[int, Any]) -> pa.Array:
    """The typed values with those that the slow path read."""
    if not patches:
        return typed
    mask_array = np.zeros(len(typed), dtype=bool)
    mask_array[list(patches)] = True
    ordered = [patches[index] for index in sorted(patches)]
    if field.type == "number":
        ordered = [None if value is None else format(value, "f") for value in ordered]
    return pc.replace_with_mask(typed, pa.array(mask_array), pa.array(ordered, typed.type))


def _surely_codes(field: Field, texts: pa.Array, at: Dates) -> np.ndarray:
    """Cells whose code is surely right."""
    sure = np.ones(len(texts), dtype=bool)
    sure[judge_codes(str(field.code), texts, level=field.level, at=at).bad] = False
    return sure
