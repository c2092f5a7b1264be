"""The list of a source between its fetching and its import: a file, as long lists cost memory."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import ckan.plugins.toolkit as tk

_PART = "part"


def _folder(source_id: str) -> Path:
    return Path(tk.config["ckan.storage_path"]) / "sdi" / "harvest" / source_id


def path_of(source_id: str, object_id: str) -> Path:
    """Where the list of a harvest object waits."""
    return _folder(source_id) / object_id


@contextmanager
def arriving(source_id: str) -> Iterator[IO[bytes]]:
    """A file for a list that is being fetched; it is gone unless it is kept.

    A source has one job at a time: what an earlier one left has nobody waiting for it.
    """
    folder = _folder(source_id)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / _PART
    try:
        with part.open("w+b") as file:
            yield file
    finally:
        part.unlink(missing_ok=True)
        # Not empty when the list was kept.
        with suppress(OSError):
            folder.rmdir()


def keep(file: IO[bytes], source_id: str, object_id: str) -> None:
    """Let the list that arrived wait for the import of a harvest object."""
    file.flush()
    (_folder(source_id) / _PART).replace(path_of(source_id, object_id))


def remove(source_id: str, object_id: str) -> None:
    """Remove the list of a harvest object; that of a later one of the source stays."""
    path_of(source_id, object_id).unlink(missing_ok=True)
    with suppress(OSError):
        _folder(source_id).rmdir()
