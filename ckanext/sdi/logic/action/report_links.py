"""Actions on links to reports: thin; ``ckanext.sdi.datastore.report_links`` does the work."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.sdi.datastore import report_links
from ckanext.sdi.logic import posted, schema
from ckanext.sdi.model import ReportLink


def sdi_report_link_create(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Make a link that shows the report of a resource's check to whoever has it.

    It shows the report alone, values masked as always, and nothing else of the dataset.

    :param id: the resource's id
    :param last_day: the last day on which it does, as ``2026-12-31``; at most a year from now
    :returns: ``{"id", "url", "last_day", "created_at"}``; the address is told only here
    :raises ckan.logic.ValidationError: when the day is none, past or too far away
    :raises ckan.logic.NotFound: when there is no such resource
    :raises ckan.logic.NotAuthorized: when the user may not change the resource
    """
    resource = posted.resource("sdi_report_link_create", context, data_dict)
    data = schema.validated(data_dict, schema.report_link(), context)
    user = model.User.get(context.get("user"))
    link, token = report_links.add(resource.id, data["last_day"], user.id if user else None)
    told = _told(link) | {"url": tk.url_for("sdi_laporan.read", token=token, _external=True)}
    model.repo.commit()
    return told


@tk.side_effect_free
def sdi_report_link_list(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """The links to a resource's report that still show it, without their addresses.

    :param id: the resource's id
    :returns: ``{"count", "results": [{"id", "last_day", "created_at"}]}``, newest first
    :raises ckan.logic.NotFound: when there is no such resource
    :raises ckan.logic.NotAuthorized: when the user may not change the resource
    """
    resource = posted.resource("sdi_report_link_list", context, data_dict)
    links = report_links.of(resource.id)
    return {"count": len(links), "results": [_told(link) for link in links]}


def sdi_report_link_delete(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Withdraw a link to a report: from now on it shows nothing.

    :param id: the resource's id
    :param link: the link's id, as ``sdi_report_link_list`` gives it
    :returns: ``{"id": of the link}``
    :raises ckan.logic.NotFound: when there is no such resource or link
    :raises ckan.logic.NotAuthorized: when the user may not change the resource
    """
    resource = posted.resource("sdi_report_link_delete", context, data_dict)
    link_id = posted.reference(data_dict, "link")
    if not report_links.remove(resource.id, link_id):
        raise tk.ObjectNotFound(tk._("There is no such link."))
    model.repo.commit()
    return {"id": link_id}


def _told(link: ReportLink) -> dict[str, Any]:
    return {
        "id": link.id,
        "last_day": link.last_day.isoformat(),
        "created_at": link.created_at.isoformat(timespec="seconds"),
    }
