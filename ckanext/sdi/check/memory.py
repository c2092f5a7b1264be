"""How a process that checks files keeps memory."""

from __future__ import annotations

import contextlib
import ctypes

import pyarrow as pa

_M_TRIM_THRESHOLD = -1
_KEPT = 1 << 20


def give_back() -> None:
    """Let this process give back at once what it does not use any more.

    By default both Arrow and glibc keep more and more of what was used for the large blocks of a
    file: over a file of a million rows some 100 MiB. It costs no time that could be measured.
    """
    pa.set_memory_pool(pa.system_memory_pool())
    # Of another C library there is nothing to ask.
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).mallopt(_M_TRIM_THRESHOLD, _KEPT)


def give_back_rest() -> None:
    """Give back what lies between small pieces that are still used; after a check some 50 MiB."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
