"""The bytes of a resource's uploaded file, whatever storage keeps them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, BinaryIO

import file_keeper as fk

from ckan.lib import files, uploader

from ckanext.sdi.check.table import Table, open_table
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.datastore import limits

CHUNK = 1 << 20


class FileMissingError(Exception):
    """The resource has no uploaded file, or it is gone."""


class TooLargeError(Exception):
    """The file has more bytes than are taken."""


@contextlib.contextmanager
def version(resource: Mapping[str, Any]) -> Iterator[Path]:
    """The file as it is now, under a path that keeps naming these bytes.

    A new upload takes the place of the old file. The handle that is held here keeps the old bytes
    readable under the path until the end, without a copy that a crash could leave behind.

    :param resource: its ``id`` and ``url``
    :raises FileMissingError: when there is none
    """
    with _opened(resource) as file:
        yield _path_of(file)


def as_table(path: Path, url: str | None, schema: TableSchema) -> Table:
    """A resource's file as a table, read as its column standard says.

    :param path: the file
    :param url: the resource's, which ends with what the person's computer calls the file
    :raises ckanext.sdi.check.table.Unreadable: when it is no table
    """
    return open_table(
        path, limits=limits.of_portal(), asked=schema.layout, name=Path(url or "").name
    )


@contextlib.contextmanager
def received(file: IO[bytes], limit: int) -> Iterator[Path]:
    """A file that comes in, under a path that is gone with the context.

    It never has a name on the disk, so that not even a crash leaves it behind.

    :param file: read from where it stands
    :param limit: the most bytes that it may have
    :raises TooLargeError: when it has more
    """
    with tempfile.TemporaryFile() as copy:
        size = 0
        while chunk := file.read(CHUNK):
            size += len(chunk)
            if size > limit:
                raise TooLargeError(limit)
            copy.write(chunk)
        copy.flush()
        yield _path_of(copy)


def _path_of(file: Any) -> Path:
    return Path(f"/proc/{os.getpid()}/fd/{file.fileno()}")


def sha256_of(path: Path) -> str:
    """The sha256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


@contextlib.contextmanager
def _opened(resource: Mapping[str, Any]) -> Iterator[BinaryIO]:
    location = _location(resource)
    if isinstance(location, Path):
        try:
            file: BinaryIO = location.open("rb")
        except OSError as error:
            raise FileMissingError(resource["id"]) from error
        with file:
            yield file
        return
    storage, place = location
    with tempfile.TemporaryFile() as copy:
        try:
            for chunk in storage.stream(files.FileData(place)):
                copy.write(chunk)
        except (files.exc.MissingFileError, files.exc.LocationError) as error:
            raise FileMissingError(resource["id"]) from error
        copy.flush()
        yield copy


def _location(resource: Mapping[str, Any]) -> Path | tuple[fk.Storage, files.Location]:
    """A path of this machine, or a storage and the place in it."""
    upload = uploader.get_resource_uploader(dict(resource))
    place = upload.get_path(resource["id"])
    storage = getattr(upload, "storage", None)
    if isinstance(storage, fk.Storage):
        return storage, files.Location(place)
    return Path(place)
