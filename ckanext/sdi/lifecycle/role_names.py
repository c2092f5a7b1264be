"""The names that the law gives to the roles of an organisation's members."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.model import OrganizationRole
from ckanext.sdi.rules.catalogue import N_

NAMES = {"admin": N_("Walidata Pendukung"), "editor": N_("Produsen Data")}


def role_names(organization: model.Group | None) -> dict[str, str]:
    """What the roles ``admin`` and ``editor`` are called in an organisation.

    :param organization: the organisation whose members are named
    :returns: the names in the reader's language by role; none for a group, nor for an organisation
        that holds a portal-wide role: its editors review data and produce none
    """
    if organization is None or not organization.is_organization:
        return {}
    held = model.Session.query(OrganizationRole).filter_by(organization_id=organization.id)
    return {} if held.count() else {role: tk._(name) for role, name in NAMES.items()}
