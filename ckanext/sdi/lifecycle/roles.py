"""Who holds which role.

Portal-wide roles are membership of an organisation that a sysadmin has named; in every other
organisation an editor is the Produsen and an admin the Walidata Pendukung.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import authz, model

from ckanext.sdi.model import OrganizationRole
from ckanext.sdi.model.role import ROLES
from ckanext.sdi.rules.catalogue import N_

WALIDATA, PEMBINA, KOORDINATOR = ROLES
NO_PARENT = N_(
    "An organization that holds a role of the portal has none below it: its admins could otherwise"
    " edit the data they review."
)


def assignments() -> list[OrganizationRole]:
    """Every organisation that holds a role; one that was deleted holds none."""
    return list(model.Session.scalars(_active()))


def _active() -> sa.Select[tuple[OrganizationRole]]:
    return (
        sa.select(OrganizationRole)
        .join(model.Group, model.Group.id == OrganizationRole.organization_id)
        .where(model.Group.state == model.State.ACTIVE)
    )


def held_by(user_id: str) -> list[OrganizationRole]:
    """The roles that a user holds by membership."""
    return list(
        model.Session.scalars(
            _active()
            .join(model.Member, model.Member.group_id == OrganizationRole.organization_id)
            .where(
                model.Member.table_name == "user",
                model.Member.table_id == user_id,
                model.Member.state == "active",
            )
        )
    )


def any_holds_a_role(names: Collection[str]) -> bool:
    """Whether one of some organisations, given by id or name, holds a role."""
    named = sa.or_(model.Group.id.in_(names), model.Group.name.in_(names))
    return model.Session.scalar(_active().where(named).limit(1)) is not None


def roles_of(user_id: str) -> frozenset[str]:
    """The names of the portal-wide roles that a user holds."""
    return frozenset(row.role for row in held_by(user_id))


def user_id_of(name_or_id: str | None) -> str | None:
    """The id of a user named in a context, ``None`` for an anonymous one."""
    user = model.User.get(name_or_id) if name_or_id else None
    return user.id if user else None


def has_role(user: str | None, *roles: str) -> bool:
    """Whether a user (name or id) holds one of the roles; a sysadmin holds none by that alone."""
    user_id = user_id_of(user)
    return bool(user_id and roles_of(user_id) & set(roles))


def is_produsen(user: str | None, organization_id: str | None) -> bool:
    """Whether a user (name or id) delivers data for an organisation (editor or admin of it)."""
    if not user or not organization_id:
        return False
    return authz.has_user_permission_for_group_or_org(organization_id, user, "update_dataset")


def set_role(organization_id: str, role: str, jenis_data: str | None) -> None:
    """Give an organisation a role.

    :raises ckan.logic.ValidationError: when the organisation has others below it, whose data its
        admins could then edit
    """
    if _has_children(organization_id):
        raise tk.ValidationError(
            {
                "organization_id": [
                    tk._(
                        "This organization has others below it. Choose an organization without "
                        "children: its admins could otherwise edit the data they review."
                    )
                ]
            }
        )
    row = model.Session.get(OrganizationRole, (organization_id, role))
    if row is None:
        row = OrganizationRole(organization_id=organization_id, role=role)
        model.Session.add(row)
    row.jenis_data = jenis_data


def unset_role(organization_id: str, role: str) -> None:
    """Take a role from an organisation."""
    row = model.Session.get(OrganizationRole, (organization_id, role))
    if row is not None:
        model.Session.delete(row)


def _has_children(organization_id: str) -> bool:
    query = sa.select(model.Member.id).where(
        model.Member.table_name == "group",
        model.Member.table_id == organization_id,
        model.Member.state == "active",
    )
    return model.Session.scalar(query.limit(1)) is not None
