"""How much a file may ask of this portal."""

from __future__ import annotations

from ckanext.sdi import config
from ckanext.sdi.check.table import Limits


def of_portal() -> Limits:
    """The limits as the portal's settings have them."""
    return Limits(
        unpacked=config.check_unpacked_megabytes() << 20,
        cells=config.check_cells(),
        memory=config.check_memory_megabytes() << 20,
        seconds=config.check_seconds(),
    )
