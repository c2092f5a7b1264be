"""A packed file, and a text in another encoding, as a plain one in a file without a name."""

from __future__ import annotations

import errno
import gzip
import os
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from ckanext.sdi.check.sniff import CHUNK, Limits, size_text, unreadable

# All that zipfile is known to raise.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error,
    EOFError, LookupError, OverflowError, RuntimeError, ValueError,
)  # fmt: skip
# What archive programs put in beside the person's own file.
_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# So much a small file may unpack to whatever its ratio is.
_SMALL = 64 << 20


@contextmanager
def opened_zip(path: Path, kind: str) -> Iterator[zipfile.ZipFile]:
    """A ZIP archive; whatever is wrong with it in the context is told as one verdict.

    :param kind: what it is called in that
    :raises ckanext.sdi.check.sniff.Unreadable: when it is damaged
    """
    with path.open("rb") as file:
        try:
            with zipfile.ZipFile(file) as archive:
                yield archive
        except _DAMAGED as error:
            raise unreadable("damaged", kind=kind) from error
        except OSError as error:
            # A damaged archive makes zipfile look before the file's begin.
            if error.errno != errno.EINVAL:
                raise
            raise unreadable("damaged", kind=kind) from error


def nameless(stack: ExitStack) -> tuple[IO[bytes], Path]:
    """A new file that has no name, so that not even a crash leaves it behind, and a path to it."""
    file = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
    return file, Path(f"/proc/{os.getpid()}/fd/{file.fileno()}")


def gunzip(path: Path, limits: Limits, stack: ExitStack) -> Path:
    """The content of a gzip file.

    :param stack: holds the new file
    :raises ckanext.sdi.check.sniff.Unreadable: when it is damaged or too large
    """
    try:
        with path.open("rb") as packed, gzip.GzipFile(fileobj=packed) as content:
            return _kept(_pieces(content), path.stat().st_size, limits, stack)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise unreadable("damaged", kind="gzip") from error


def unzip(path: Path, limits: Limits, stack: ExitStack) -> tuple[Path, str]:
    """The one file of an archive, and its name.

    :raises ckanext.sdi.check.sniff.Unreadable: when it has not just one that can be read
    """
    with opened_zip(path, "ZIP") as archive:
        member = _only_one(archive)
        with archive.open(member) as content:
            kept = _kept(_pieces(content), member.compress_size, limits, stack)
        return kept, member.filename


def _only_one(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = [one for one in archive.infolist() if not one.is_dir() and not _is_litter(one)]
    if len(members) != 1:
        raise unreadable("archive", n=str(len(members)))
    if members[0].flag_bits & 1:
        raise unreadable("encrypted")
    if stat.S_ISLNK(members[0].external_attr >> 16) or members[0].compress_type not in _METHODS:
        raise unreadable("archive", n="0")
    return members[0]


def _is_litter(member: zipfile.ZipInfo) -> bool:
    name = member.filename
    return name.startswith(_LITTER[0]) or PurePosixPath(name).name in _LITTER


def judge_workbook_size(path: Path, kind: str, limits: Limits) -> None:
    """Look at how large a workbook says that its parts are.

    :raises ckanext.sdi.check.sniff.Unreadable: when that is too large
    """
    with opened_zip(path, kind) as archive:
        members = archive.infolist()
    _judge_size(sum(one.file_size for one in members), path.stat().st_size, limits)


def _judge_size(size: int, packed: int, limits: Limits) -> None:
    most = min(limits.unpacked, max(packed * limits.ratio, _SMALL))
    if size > most:
        raise unreadable("too_large", limit=size_text(most))


def _pieces(content: IO[bytes] | gzip.GzipFile) -> Iterator[bytes]:
    while piece := content.read(CHUNK):
        yield piece


def _kept(pieces: Iterable[bytes], packed: int, limits: Limits, stack: ExitStack) -> Path:
    file, path = nameless(stack)
    size = 0
    for piece in pieces:
        size += len(piece)
        _judge_size(size, packed, limits)
        file.write(piece)
    file.flush()
    return path


def as_utf8(path: Path, encoding: str, stack: ExitStack) -> Path:
    """A text of another encoding in UTF-8.

    :raises ckanext.sdi.check.sniff.Unreadable: when it is not throughout of that encoding
    """
    file, kept = nameless(stack)
    try:
        with path.open(encoding=encoding, newline="") as text:
            while piece := text.read(CHUNK):
                file.write(piece.encode())
    except UnicodeError as error:
        raise unreadable("encoding") from error
    file.flush()
    return kept
