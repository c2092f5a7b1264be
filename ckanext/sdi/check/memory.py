"""How a process that checks files keeps memory."""

from __future__ import annotations

import contextlib
import ctypes

import pyarrow as pa

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
_KEPT, _APART = 1 << 20, 1 << 16


def give_back() -> None:
    """Let this process give back at once what it does not use any more.

    By default both Arrow and glibc keep more and more of what was used for the large blocks of a
    file: over a file of a million rows some 100 MiB. It costs no time that could be measured.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    # Of another C library there is nothing to ask.
    with contextlib.suppress(AttributeError, OSError):
        library = ctypes.CDLL(None)
        library.mallopt(_M_TRIM_THRESHOLD, _KEPT)
        # What numpy makes for a block is somewhat smaller than glibc maps by itself, and leaves
        # holes that the next block does not fit in.
        library.mallopt(_M_MMAP_THRESHOLD, _APART)


def give_back_rest() -> None:
    """Give back what lies between small pieces that are still used; after a check some 50 MiB."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
