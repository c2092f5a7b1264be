"""All findings of a check as a CSV file, written as they come."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from ckanext.sdi.rules import Finding

Translate = Callable[[str], str]
COLUMNS = ("severity", "rule", "column", "row", "cell", "value", "suggestion", "message", "key")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def cells_of(finding: Finding, translate: Translate) -> list[str]:
    """A finding as the cells of ``COLUMNS``."""
    told = finding.as_dict(translate)
    key = told.pop("key", None)
    cells = [str(told.get(name, "")) for name in COLUMNS[:-1]]
    cells.append(json.dumps(key, ensure_ascii=False) if key else "")
    return [neutral(cell) for cell in cells]


class FindingsWriter:
    """A sink for ``check_table`` that writes a CSV; use it as a context manager.

    :param target: a path, written gzipped when its name ends in ``.gz``, or an open text file
    :param translate: the language of the sentences
    """

    def __init__(self, target: Path | IO[str], translate: Translate) -> None:
        self._translate = translate
        self._own = isinstance(target, Path)
        self._file: Any = _opened(target) if isinstance(target, Path) else target
        self._writer = csv.writer(self._file)
        self._writer.writerow(COLUMNS)
        self.count = 0

    def __call__(self, finding: Finding) -> None:
        """Write one finding."""
        self._writer.writerow(cells_of(finding, self._translate))
        self.count += 1

    def __enter__(self) -> FindingsWriter:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._own:
            self._file.close()


def _opened(path: Path) -> IO[str]:
    # With a BOM, or spreadsheets take the letters for another encoding.
    if path.suffix == ".gz":
        return io.TextIOWrapper(gzip.open(path, "wb", 3), encoding="utf-8-sig", newline="")
    return path.open("w", encoding="utf-8-sig", newline="")
