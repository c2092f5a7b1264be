"""One typed accessor for each option of ``config_declaration.yaml``."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

GATE = "ckanext.sdi.gate"
PROFILE = "ckanext.sdi.profile"
ALLOWED_PRIVATE_HOSTS = "ckanext.sdi.harvest.allowed_private_hosts"


def gate_enforced() -> bool:
    """Whether the gate refuses (``enforce``) or only shows what it would refuse (``report``)."""
    return tk.config[GATE] == "enforce"


def profile() -> str:
    """The profile that gives each rule its severity: ``wajib`` or ``anjuran``."""
    return tk.config[PROFILE]


def allowed_private_hosts() -> frozenset[str]:
    """Hosts (``name:port``) that a harvest may fetch although their address is not public."""
    return frozenset(tk.config[ALLOWED_PRIVATE_HOSTS])
