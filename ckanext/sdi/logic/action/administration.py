"""Actions of the administration: which organisation holds which role."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.sdi.lifecycle import roles
from ckanext.sdi.logic import schema


@tk.side_effect_free
def sdi_role_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Which organisations hold a portal-wide role.

    :param limit: at most this many (default 100, at most 1000)
    :param offset: start here (default 0)
    :returns: ``{"count", "results": [{"organization": {"id", "name", "title"}, "role",
        "jenis_data"}]}``
    :raises ckan.logic.NotAuthorized: when the user is no sysadmin
    """
    tk.check_access("sdi_role_list", context, data_dict)
    data = schema.validated(data_dict, schema.plain_list(), context)
    results = [
        {
            "organization": {"id": office.id, "name": office.name, "title": office.title},
            "role": row.role,
            "jenis_data": row.jenis_data,
        }
        for row in roles.assignments()
        if (office := model.Group.get(row.organization_id)) is not None
    ]
    results.sort(key=lambda result: (result["role"], result["organization"]["title"] or ""))
    return {"count": len(results), "results": schema.window(results, data)}


def sdi_role_set(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Give an organisation a portal-wide role, or take it.

    :param organization_id: id or name of the organisation
    :param role: ``walidata``, ``pembina`` or ``koordinator``
    :param jenis_data: for a Pembina the kind of data it looks after: ``statistik``,
        ``geospasial``, ``keuangan`` or ``lainnya`` (optional, default every kind)
    :param remove: true to take the role away (optional)
    :returns: what ``sdi_role_list`` gives afterwards
    :raises ckan.logic.ValidationError: when the organisation or the role is unknown, or the
        organisation has others below it
    :raises ckan.logic.NotAuthorized: when the user is no sysadmin
    """
    tk.check_access("sdi_role_set", context, data_dict)
    data = schema.validated(data_dict, schema.role_set(), context)
    if data["remove"]:
        roles.unset_role(data["organization_id"], data["role"])
    else:
        roles.set_role(data["organization_id"], data["role"], data.get("jenis_data"))
    if not context.get("defer_commit"):
        model.Session.commit()
    return tk.get_action("sdi_role_list")(Context(context), {})
