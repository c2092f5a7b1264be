"""The bridge between the area codes of BPS and of Kemendagri, as the operator loads it.

Many to many, and each pair holds in a period; no data comes with the extension.
"""

from __future__ import annotations

import csv
import io

import sqlalchemy as sa

from ckan import model

from ckanext.sdi.code_lists.store import Refused
from ckanext.sdi.codes.layouts import LAYOUTS
from ckanext.sdi.codes.list_file import MAX_PROBLEMS, Problem
from ckanext.sdi.codes.systems import N_
from ckanext.sdi.codes.translate import Status, Translation
from ckanext.sdi.model.codes import CodeBridge

COLUMNS: tuple[str, ...] = ("bps_code", "kemendagri_code", "period")
OTHER = {"kode_bps": "kode_wilayah", "kode_wilayah": "kode_bps"}


def load(content: bytes) -> int:
    """Put a bridge in place of the one there is, in a transaction that the caller commits.

    :param content: CSV with the columns ``bps_code``, ``kemendagri_code``, ``period``
    :returns: how many pairs it has
    :raises Refused: with each fault by line
    """
    pairs = _read(content)
    model.Session.execute(sa.delete(CodeBridge))
    rows = [dict(zip(COLUMNS, pair, strict=True)) for pair in sorted(pairs)]
    model.Session.execute(sa.insert(CodeBridge), rows)
    return len(rows)


def translate(system: str, values: list[str], period: str | None = None) -> list[Translation]:
    """Codes of one numbering in the other, one answer for each value in the order asked.

    :param period: of the bridge; the newest if not given
    """
    layout = LAYOUTS[system]
    normal = {value: layout.normalise(value.strip()) for value in values}
    source, target = CodeBridge.bps_code, CodeBridge.kemendagri_code
    if system == "kode_wilayah":
        source, target = target, source
    chosen = period or model.Session.scalar(sa.select(sa.func.max(CodeBridge.period)))
    wanted = sa.literal(sorted(set(normal.values())), sa.ARRAY(sa.UnicodeText))
    found: dict[str, list[str]] = {}
    for code, other in model.Session.execute(
        sa.select(source, target)
        .where(CodeBridge.period == chosen, source == sa.any_(wanted))
        .order_by(source, target)
    ):
        found.setdefault(code, []).append(other)
    return [_answer(value, found.get(normal[value], []), str(chosen)) for value in values]


def _answer(value: str, codes: list[str], period: str) -> Translation:
    status: Status = "unknown" if not codes else "translated" if len(codes) == 1 else "split"
    return Translation(value, status, tuple(codes), (period,) if codes else ())


def _read(content: bytes) -> set[tuple[str, str, str]]:
    problems: list[Problem] = []
    pairs: set[tuple[str, str, str]] = set()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(
            [Problem(0, N_("The file is not in UTF-8. Save it as CSV UTF-8."))]
        ) from error
    head = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count))
    if not set(COLUMNS) <= set(reader.fieldnames or ()):
        message = N_("The columns {columns} are needed.")
        raise Refused([Problem(1, message, {"columns": ", ".join(COLUMNS)})])
    for row in reader:
        bps = LAYOUTS["kode_bps"].normalise(row["bps_code"] or "")
        kemendagri = LAYOUTS["kode_wilayah"].normalise(row["kemendagri_code"] or "")
        for system, code in (("kode_bps", bps), ("kode_wilayah", kemendagri)):
            if not LAYOUTS[system].is_code(code) and len(problems) < MAX_PROBLEMS:
                message = N_("“{code}” does not have the shape of a code.")
                problems.append(Problem(reader.line_num, message, {"code": code[:40]}))
        pairs.add((bps, kemendagri, (row["period"] or "").strip()))
    if not pairs:
        problems.append(Problem(0, N_("The file holds no codes.")))
    if problems:
        raise Refused(problems)
    return pairs
