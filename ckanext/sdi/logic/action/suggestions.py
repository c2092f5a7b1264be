"""The action that takes suggested values; ``ckanext.sdi.datastore.corrections`` does the work."""

from __future__ import annotations

from typing import Any

from ckan import model
from ckan.types import Context, DataDict

from ckanext.sdi.datastore import corrections
from ckanext.sdi.lifecycle import gate
from ckanext.sdi.logic import posted, schema


def sdi_resource_suggestions_apply(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Put all suggested values of one task into a resource's CSV file.

    The corrected file is a new version of the upload: every other cell keeps its bytes, the
    dataset's history says so, and the check starts again. With ``dry_run`` nothing is changed, and
    the cells are shown as they would be.

    :param id: the resource's id
    :param rule: the rule of the task
    :param column: its column
    :param sha256: the file that was looked over; another is refused (optional)
    :param dry_run: only show the cells (default false)
    :param limit: at most so many of them (default 50, at most 500)
    :param offset: start here (default 0)
    :returns: ``{"count": cells, "check_id": of the check they come from}``; with ``dry_run``
        ``{"count", "sha256", "reason": why they cannot be taken or null, "changes": [{"cell",
        "row", "value", "suggestion"}]}``
    :raises ckan.logic.ValidationError: when the file has changed since its check, is no plain CSV,
        or the task has no suggested values
    :raises ckan.logic.NotFound: when there is no such resource
    :raises ckan.logic.NotAuthorized: when the user may not change the resource, or the dataset
        stands still
    """
    resource = posted.resource("sdi_resource_suggestions_apply", context, data_dict)
    data = schema.validated(data_dict, schema.suggestions(), context)
    place = (data["rule"], data.get("column") or "")
    if data["dry_run"]:
        return corrections.preview(resource, place, offset=data["offset"], limit=data["limit"])
    gate.locked_row_of(resource.package_id or "")
    model.Session.refresh(resource)
    reason = gate.why_not_change(resource.package_id or "")
    if reason:
        raise gate.GateClosed(reason)
    return corrections.take(context, resource, place, data.get("sha256"))
