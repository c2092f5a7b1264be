"""The columns of a block, judged: fast where all is well, cell by cell where it may not be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from ckanext.sdi.codes import judge_column as judge_codes
from ckanext.sdi.codes import mask, mask_column, normalise, surely_right
from ckanext.sdi.rules import codes as code_rules
from ckanext.sdi.rules import values, vectors
from ckanext.sdi.rules.arrow import pc
from ckanext.sdi.rules.columnar import CellFindings, Part, as_json, unpack
from ckanext.sdi.rules.field import Field
from ckanext.sdi.rules.finding import Finding
from ckanext.sdi.rules.mask import mask_all, mask_loose, mask_text

Dates = date | Sequence[date | None] | None


Known = dict[tuple[str, date | None, bool], "_Told"]
_MOST_KNOWN = 50_000
# Of so many first texts of a block no more are different where texts come again and again.
_FIRST, _FEW = 1_000, 100


@dataclass(frozen=True)
class _Told:
    """What the rules for one value say of a text, and the value it stands for.

    Of each finding the rule, the value as it is shown, the suggestion, and the params as JSON.
    """

    findings: list[tuple[str, str | None, str | None, str | None]]
    value: Any


@dataclass(frozen=True)
class Judged:
    """A column of a block: what is wrong with its cells, and its typed values (null where wrong).

    :param column: the column's name
    """

    column: str
    found: CellFindings
    typed: pa.Array

    @property
    def findings(self) -> dict[int, list[Finding]]:
        """The findings by offset of the cell; they carry the column, not the place."""
        by_cell: dict[int, list[Finding]] = {}
        told = unpack(self.found.batch(self.column))
        for cell, finding in zip(self.found.cells.tolist(), told, strict=True):
            by_cell.setdefault(cell, []).append(finding)
        return by_cell


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
    findings = judge_column(field, texts, at=at, missing_values=missing_values).findings
    return [findings.get(index, []) for index in range(len(cells))]


def judge_column(
    field: Field,
    texts: pa.Array,
    *,
    at: Dates = None,
    missing_values: Sequence[str] = ("",),
    conceal: bool = False,
    known: Known | None = None,
) -> Judged:
    """Judge a block's column; parameters as for ``judge_cells``.

    :param conceal: the column identifies persons by its name, so its values are not repeated
    :param known: what was said of single texts of the column before; a caller with many blocks
        keeps it
    """
    texts = without_missing(texts, missing_values)
    judged = _judged(field, texts, at, conceal, {} if known is None else known)
    return replace(judged, found=_with_passing_suggestions(field, judged.found, at))


def _with_passing_suggestions(field: Field, found: CellFindings, at: Dates) -> CellFindings:
    """The findings; a value that the column would not take either is not suggested."""
    if found.suggestions.null_count == len(found):
        return found
    some = pc.is_valid(found.suggestions)
    suggested = found.suggestions.filter(some)
    if isinstance(at, Sequence):
        at = [at[cell] for cell in pc.array_filter(pa.array(found.cells), some).to_pylist()]
    again = _judged(replace(field, required=False), suggested, at, False, {}).found
    bad = again.cells[pc.equal(again.severities, "error").to_numpy(zero_copy_only=False)]
    if not len(bad):
        return found
    passing = np.ones(len(suggested), dtype=bool)
    passing[bad] = False
    told = pc.if_else(pa.array(passing), suggested, None)
    return replace(found, suggestions=pc.replace_with_mask(found.suggestions, some, told))


def _judged(field: Field, texts: pa.Array, at: Dates, conceal: bool, known: Known) -> Judged:
    look = _Look(field, texts, at, conceal, known)
    sure, typed = vectors.surely(field, texts)
    present = pc.is_valid(texts).to_numpy(zero_copy_only=False)
    open_ = present & ~(sure & vectors.within(field, texts, typed))
    parts: list[Part] = []
    if field.code_rules:
        verdict = judge_codes(field.code_rules, texts, level=field.level, at=at)
        parts += [
            Part(one.cells, one.rule, suggestions=one.suggestions, params=one.params)
            for one in verdict.broken
        ]
        if field.normalise:
            for one in verdict.broken:
                open_[one.cells] |= one.rule in code_rules.NORMALISED
        parts += look.at(verdict.look, codes=True)
        open_[verdict.look] = False
    parts += look.at(np.flatnonzero(open_), codes=False)
    if field.required and not present.all():
        parts.append(Part(np.flatnonzero(~present), "value.required"))
    return Judged(field.name, _found(field, texts, parts), _patched(field, typed, look.values))


def suspects(
    field: Field, texts: pa.Array, *, at: Dates = None, missing_values: Sequence[str] = ("",)
) -> np.ndarray:
    """The cells that ``judge_column`` may find something wrong with; parameters as there.

    :returns: their offsets; with the others nothing is wrong
    """
    texts = without_missing(texts, missing_values)
    if field.code_rules and not field.is_bound:
        sure = surely_right(field.code_rules, texts, level=field.level, at=at)
    else:
        sure = _surely_within(field, texts)
        if field.code_rules:
            sure &= surely_right(field.code_rules, texts, level=field.level, at=at)
    if texts.null_count:
        missing = pc.is_null(texts).to_numpy(zero_copy_only=False)
        sure = sure & ~missing if field.required else sure | missing
    return np.flatnonzero(~sure)


def _surely_within(field: Field, texts: pa.Array) -> np.ndarray:
    """Which texts are surely values that the column may have; of null it says nothing."""
    asked = field.type != "string" or field.is_bound
    if not asked or len(pc.unique(texts.slice(0, _FIRST))) > _FEW:
        sure, typed = vectors.surely(field, texts)
        return sure & vectors.within(field, texts, typed)
    # Values come again and again, as most do: each different one is looked at once.
    coded = texts.dictionary_encode()
    sure, typed = vectors.surely(field, coded.dictionary)
    sure = sure & vectors.within(field, coded.dictionary, typed)
    # In the end is what nulls get; there may be no values.
    places = pc.fill_null(coded.indices, len(sure)).to_numpy()
    return np.append(sure, False)[places]


def without_missing(texts: pa.Array, missing_values: Sequence[str]) -> pa.Array:
    """The texts, null where they stand for no value."""
    if not missing_values:
        return texts
    if tuple(missing_values) == ("",) and not _has_empty(texts):
        return texts
    if len(missing_values) == 1:
        missing = pc.equal(texts, missing_values[0])
    else:
        missing = pc.is_in(texts, value_set=pa.array(list(missing_values), pa.string()))
    if not pc.any(missing).as_py():
        return texts
    return pc.if_else(missing, pa.scalar(None, pa.string()), texts)


def _has_empty(texts: pa.Array) -> bool:
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int32, count=texts.offset + len(texts) + 1)
    return bool((np.diff(offsets[texts.offset :]) == 0).any())


def typed_values(field: Field, texts: pa.Array, missing_values: Sequence[str] = ("",)) -> pa.Array:
    """The values of a column whose cells are all right.

    :raises ValueError: when a cell is no value of the column
    """
    texts = without_missing(texts, missing_values)
    sure, typed = vectors.surely(field, texts)
    present = pc.is_valid(texts).to_numpy(zero_copy_only=False)
    if field.code_rules and field.normalise:
        sure = sure & surely_right(field.code_rules, texts, level=field.level)
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


def told_apart(field: Field, texts: pa.Array) -> pa.Array:
    """The texts of a column, each value in one notation: ``01`` as ``1``, as the rows will have it.

    :param texts: null where the value is missing; what is no value of the column stays as it is
    """
    if vectors.have_one_notation(field, texts):
        return texts
    typed = judge_column(field, texts, missing_values=()).typed
    return pc.coalesce(vectors.in_one_notation(field, typed), texts)


def shown(field: Field, text: str, *, conceal: bool = False) -> str:
    """A cell's text as a report may repeat it."""
    if field.code:
        return mask(field.code, text)
    return mask_all(text) if conceal else mask_loose(text)


class _Look:
    """Cells of a block that are looked at one by one, each different text once."""

    def __init__(
        self, field: Field, texts: pa.Array, at: Dates, conceal: bool, known: Known
    ) -> None:
        self.values: dict[int, Any] = {}
        self._field, self._texts, self._at, self._conceal = field, texts, at, conceal
        self._known = known
        if len(known) > _MOST_KNOWN:
            known.clear()

    def at(self, cells: np.ndarray, *, codes: bool) -> list[Part]:
        """What is wrong with some cells; their values are known afterwards.

        :param codes: the rules on codes, too, have yet to be asked
        """
        if not len(cells):
            return []
        found: list[tuple[int, tuple[str, str | None, str | None, str | None]]] = []
        for cell, text in zip(
            cells.tolist(), self._texts.take(pa.array(cells)).to_pylist(), strict=True
        ):
            day = self._at[cell] if isinstance(self._at, Sequence) else self._at
            told = self._known.get((text, day, codes))
            if told is None:
                told = self._known[text, day, codes] = self._told(text, day, codes)
            self.values[cell] = told.value
            found += [(cell, one) for one in told.findings]
        offsets = np.array([cell for cell, _ in found], dtype=np.int64)
        columns = zip(*(one for _, one in found), strict=True) if found else [()] * 4
        rules, *texts = columns
        return [Part(offsets, rules, *(pa.array(column, pa.string()) for column in texts))]

    def _told(self, text: str, at: date | None, codes: bool) -> _Told:
        field = self._field
        found, value = _judge_text(field, text, at, codes=codes)
        # Of codes the shown values are masked all at once, and so are the suggestions.
        value_shown = None if field.code else shown(field, text, conceal=self._conceal)
        return _Told(
            [(one.rule, value_shown, self._suggested(one), as_json(one.params)) for one in found],
            value,
        )

    def _suggested(self, finding: Finding) -> str | None:
        """What a finding suggests, unless it is a person's; of codes that is looked at later."""
        text = finding.suggestion
        if text is None or self._field.code:
            return text
        return None if self._conceal or mask_text(text) != text else text


def _found(field: Field, texts: pa.Array, parts: Sequence[Part]) -> CellFindings:
    own = code_rules.own_severities(dict(field.severities), normalised=field.normalise)
    found = CellFindings.of(parts, own)
    if not field.code or not len(found):
        return found
    values = mask_column(field.code, texts.take(pa.array(found.cells)))
    suggestions = found.suggestions
    if suggestions.null_count < len(suggestions):
        # One with a person's number is not repeated.
        some = pc.is_valid(suggestions)
        told = suggestions.filter(some)
        open_ = pc.equal(mask_column(field.code, told), told)
        suggestions = pc.replace_with_mask(suggestions, some, pc.if_else(open_, told, None))
    return replace(found, values=values, suggestions=suggestions)


def _judge_text(
    field: Field, text: str, at: date | None, *, codes: bool
) -> tuple[list[Finding], Any]:
    """The findings of one cell, and its value (None when it has none)."""
    if field.code:
        found = _judge_code(field, text, at) if codes else []
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
