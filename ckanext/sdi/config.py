"""One typed accessor for each option of ``config_declaration.yaml``."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

GATE = "ckanext.sdi.gate"
PROFILE = "ckanext.sdi.profile"
CHECK_UNPACKED = "ckanext.sdi.check.max_unpacked"
CHECK_CELLS = "ckanext.sdi.check.max_cells"
CHECK_MEMORY = "ckanext.sdi.check.max_memory"
CHECK_SECONDS = "ckanext.sdi.check.max_seconds"
CLOSED_ITEMS_BY_NAME = "ckanext.sdi.daftar_data.closed_items_by_name"
ALLOWED_PRIVATE_HOSTS = "ckanext.sdi.harvest.allowed_private_hosts"
HARVEST_TOKENS = "ckanext.sdi.harvest.tokens"


def gate_enforced() -> bool:
    """Whether the gate refuses (``enforce``) or only shows what it would refuse (``report``)."""
    return tk.config[GATE] == "enforce"


def profile() -> str:
    """The profile that gives each rule its severity: ``wajib`` or ``anjuran``."""
    return tk.config[PROFILE]


def allowed_private_hosts() -> frozenset[str]:
    """Hosts (``name:port``) that a harvest may fetch although their address is not public."""
    return frozenset(tk.config[ALLOWED_PRIVATE_HOSTS])


def harvest_token(host: str) -> str | None:
    """The bearer token for a host (as an address has it), when an administrator gave one."""
    given = (entry.partition("=") for entry in tk.config[HARVEST_TOKENS])
    return next((token for name, _, token in given if name.lower() == host.lower()), None)


def closed_items_by_name() -> bool:
    """Whether outsiders see of the list's items that are ``tertutup`` the name only."""
    return tk.config[CLOSED_ITEMS_BY_NAME]


def check_unpacked_megabytes() -> int:
    """The most megabytes that a packed file may have when it is unpacked."""
    return tk.config[CHECK_UNPACKED]


def check_cells() -> int:
    """The most cells that a workbook, JSON or Parquet may have."""
    return tk.config[CHECK_CELLS]


def check_memory_megabytes() -> int:
    """The most megabytes of memory that reading such a file may take."""
    return tk.config[CHECK_MEMORY]


def check_seconds() -> int:
    """The most seconds that reading such a file may take."""
    return tk.config[CHECK_SECONDS]
