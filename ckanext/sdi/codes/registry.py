"""Where a process finds its vocabularies."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from ckanext.sdi.codes import kode_wilayah
from ckanext.sdi.codes.reason import Reason
from ckanext.sdi.codes.vocabulary import Vocabulary

Source = Callable[[], "Vocabulary | None"]

_sources: dict[str, Source] = {}


def vocabulary(system: str) -> Vocabulary:
    """The list of a code system, as it stands now.

    :raises KeyError: when the system has no list, or none has been loaded
    """
    source = _sources.get(system)
    found = source() if source else None
    if found is None and system == "kode_wilayah":
        found = kode_wilayah.shipped()
    if found is None:
        raise KeyError(system)
    return found


def has_vocabulary(system: str) -> bool:
    """Whether a list of the system is at hand."""
    try:
        vocabulary(system)
    except KeyError:
        return False
    return True


def listed_reasons(system: str, code: str) -> list[Reason]:
    """Whether a code, as the system writes it, is in the list, where one has been loaded."""
    if not has_vocabulary(system) or code in vocabulary(system):
        return []
    edition = vocabulary(system).edition
    return [Reason("kode.unknown", {"edition": edition.decree if edition else ""})]


def use_source(system: str, source: Source | None) -> None:
    """Take a system's list from a function from now on (``None``: as shipped).

    :param source: gives the list, the same object as long as nothing has changed, or ``None``
    """
    if source is None:
        _sources.pop(system, None)
    else:
        _sources[system] = source


def areas() -> frozenset[str]:
    """Every province, regency and district there ever was, without dots: for NIK and nomor KK."""
    return _areas(vocabulary("kode_wilayah"))


@lru_cache(maxsize=2)
def _areas(wilayah: Vocabulary) -> frozenset[str]:
    return frozenset(code.replace(".", "") for code in wilayah.codes() if len(code) <= 8)
