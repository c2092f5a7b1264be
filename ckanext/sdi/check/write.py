"""All findings of a check as a CSV file, written as they come."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import pyarrow as pa
import pyarrow.csv as pa_csv
from isal import igzip

from ckanext.sdi.check.report import BatchSink
from ckanext.sdi.rules import Finding
from ckanext.sdi.rules.columnar import SCHEMA, pack

Translate = Callable[[str], str]
COLUMNS = ("severity", "rule", "column", "row", "cell", "value", "suggestion", "message", "key")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def neutral(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def as_it_was(text: str) -> str:
    """A text before ``neutral`` made it one."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


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


@contextmanager
def batch_writer(path: Path) -> Iterator[BatchSink]:
    """Write all findings as they come many at once: gzipped CSV, one line a finding.

    The columns are those of ``rules.columnar.SCHEMA``, without a header: not the sentence stands
    there but what it is made of, so that each reader is told in their own language.

    :returns: what ``check_table`` gives its batches to
    """
    options = pa_csv.WriteOptions(include_header=False, batch_size=1 << 16)
    with (
        # The standard library's gzip would take as long as two of the columns take to judge.
        igzip.open(path, "wb", compresslevel=1) as file,
        pa_csv.CSVWriter(file, SCHEMA, write_options=options) as writer,
        ThreadPoolExecutor(1) as thread,
    ):
        # A batch is written while the check goes on.
        written = thread.submit(writer.write_batch, pack([]))

        def sink(batch: pa.RecordBatch) -> None:
            nonlocal written
            written.result()
            written = thread.submit(writer.write_batch, batch)

        yield sink
        written.result()


def read_batches(path: Path) -> Iterator[pa.RecordBatch]:
    """What ``batch_writer`` wrote, some thousands of findings at a time.

    :raises FileNotFoundError: when there is no such file
    """
    with cast("igzip.IGzipFile", igzip.open(path, "rb")) as file:
        if not file.peek(1):
            return
        options = pa_csv.ConvertOptions(
            column_types=SCHEMA,
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        )
        reading = pa_csv.ReadOptions(column_names=SCHEMA.names, use_threads=False)
        parsing = pa_csv.ParseOptions(newlines_in_values=True)
        with pa_csv.open_csv(
            file, read_options=reading, parse_options=parsing, convert_options=options
        ) as batches:
            yield from batches


def _opened(path: Path) -> IO[str]:
    # With a BOM, or spreadsheets take the letters for another encoding.
    if path.suffix == ".gz":
        return io.TextIOWrapper(gzip.open(path, "wb", 3), encoding="utf-8-sig", newline="")
    return path.open("w", encoding="utf-8-sig", newline="")
