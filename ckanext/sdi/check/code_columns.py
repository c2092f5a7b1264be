"""What the columns of codes of a file look like as a whole, and what two of them say together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import numpy as np
import pyarrow as pa

from ckanext.sdi.check.table import Block, Places
from ckanext.sdi.check.unique import Uniqueness
from ckanext.sdi.codes import mask
from ckanext.sdi.codes.doubts import ColumnDoubts
from ckanext.sdi.rules import Field, Finding
from ckanext.sdi.rules.arrow import pc
from ckanext.sdi.rules.catalogue import get_rule

_FAMILY, _MEMBER = 17, 19
_HEAD = "01"


class CodeColumns:
    """The columns of a file that hold codes.

    :param fields: the fields of the standard with their place in the file
    :param places: where the columns stand in it
    """

    def __init__(self, fields: Sequence[tuple[Field, int | None]], places: Places) -> None:
        self._places = places
        known = [(field, place) for field, place in fields if place is not None]
        self._doubts = [
            (field, place, ColumnDoubts(field.code))
            for field, place in known
            if field.code in ("nik", "nomor_kk", "kode_wilayah")
        ]
        register = [(field, place) for field, place in known if field.code_rules == "id_dtks"]
        # Only two such columns can be a family's and a member's.
        self._register = register if len(register) == 2 else []
        self._heads: Uniqueness | None = None
        self._member: tuple[Field, int] | None = None

    def prepare(self, stack: ExitStack) -> None:
        """Make ready what goes on over blocks."""
        if self._register:
            self._heads = stack.enter_context(Uniqueness())

    def see(self, block: Block) -> Iterator[Finding]:
        """Take in a block; gives the rows whose family and member do not fit."""
        for _, place, doubts in self._doubts:
            doubts.add(block.columns[place])
        if self._register:
            yield from self._families(block)

    def found(self, header_line: int) -> Iterator[Finding]:
        """What is odd at the end of the file."""
        for field, place, doubts in self._doubts:
            for reason in doubts.doubts():
                yield Finding(
                    rule=reason.rule,
                    severity=get_rule(reason.rule).severity["wajib"],
                    params=reason.params,
                    column=field.name,
                    cell=self._places.cell(place, header_line),
                )
        if self._heads is not None and self._member is not None:
            field, place = self._member
            for repeat in self._heads.repeats():
                yield Finding(
                    rule="id_dtks.heads",
                    severity="warning",
                    params={"first_row": str(repeat.first_row)},
                    column=field.name,
                    row=repeat.row,
                    cell=self._places.cell(place, repeat.line),
                    value="•••",
                )

    def _families(self, block: Block) -> Iterator[Finding]:
        columns = [block.columns[place] for _, place in self._register]
        lengths = [pc.fill_null(pc.binary_length(column), 0) for column in columns]
        for family, member in ((0, 1), (1, 0)):
            both = pc.and_(
                pc.equal(lengths[family], _FAMILY), pc.equal(lengths[member], _MEMBER)
            ).to_numpy(zero_copy_only=False)
            if not both.any():
                continue
            self._member = self._register[member]
            begins = pc.utf8_slice_codeunits(columns[member], 0, _FAMILY)
            same = pc.fill_null(pc.equal(begins, columns[family]), False)
            wrong = np.flatnonzero(both & ~same.to_numpy(zero_copy_only=False))
            yield from self._unfitting(block, columns[member], wrong)
            self._count_heads(block, columns[member], both)

    def _unfitting(self, block: Block, members: pa.Array, rows: np.ndarray) -> Iterator[Finding]:
        field, place = self._member or self._register[1]
        for index in rows.tolist():
            yield Finding(
                rule="id_dtks.family",
                severity="error",
                column=field.name,
                row=int(block.rows[index]),
                cell=self._places.cell(place, int(block.lines[index])),
                value=mask("id_dtks", members[index].as_py()),
            )

    def _count_heads(self, block: Block, members: pa.Array, both: np.ndarray) -> None:
        if self._heads is None:
            return
        ends = pc.utf8_slice_codeunits(members, _FAMILY, _MEMBER)
        heads = pc.and_(pa.array(both), pc.fill_null(pc.equal(ends, _HEAD), False))
        families = pc.if_else(heads, members, pa.scalar(None, pa.string()))
        self._heads.add([families], block.rows, block.lines)
