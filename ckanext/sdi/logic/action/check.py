"""Actions of the check of a resource's file: thin; ``ckanext.sdi.datastore`` does the work."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict, Schema

from ckanext.sdi.datastore import check_job, guard, outcome, standard
from ckanext.sdi.logic import posted, schema

chained_with = {"datastore": guard.chained}


def sdi_resource_check(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Check a resource's file anew, in the background.

    A check is started by itself whenever a file is uploaded or its column standard changes; this
    is for a check that stopped, or for new rules and code lists.

    :param id: the resource's id
    :returns: as ``sdi_resource_check_show``
    :raises ckan.logic.ValidationError: when the resource is nothing that is checked, with the
        reason
    :raises ckan.logic.NotFound: when there is no such resource
    :raises ckan.logic.NotAuthorized: when the user may not change the resource
    """
    resource = posted.resource("sdi_resource_check", context, data_dict)
    check_job.restart(resource)
    if not context.get("defer_commit"):
        model.repo.commit()
    return outcome.of(resource)


@tk.side_effect_free
def sdi_resource_check_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """How the newest check of a resource's file stands, and what it found.

    One whose worker is gone is started again by it.

    :param id: the resource's id
    :returns: ``state`` (``none``, ``waiting``, ``running``, ``passed``, ``failed``,
        ``unreadable``, ``error`` or ``superseded``), ``stalled`` (nobody works on it any more,
        and the queue does not answer; else it is started again by itself), ``rows_done`` and
        ``share`` (of 1) while it runs; ``rows``, ``layout`` (how the file was read),
        ``severities`` (exact counts), ``tasks`` (rule by column, with exact counts and samples),
        ``causes`` (each a ``sentence`` with the rules and columns of the ``tasks`` it explains),
        ``clean_columns`` (the columns of the standard in which nothing is wrong),
        ``compared`` (how many findings of the check before are mended, remain and are new,
        ``null`` for the first), ``loaded`` (whether the rows in the DataStore are those of this
        file), ``sha256``, ``message`` and the moments of it.
        ``reason`` says why a resource is not checked; ``rows_by`` whether its rows come by its
        ``file`` or by the Data ``api``: then the table as it stands is checked, anew after each
        write, ``sha256`` tells its rows, and a finding's ``row`` is the row's ``_id``.
    :raises ckan.logic.NotFound: when there is no such resource
    :raises ckan.logic.NotAuthorized: when the user may not see the resource
    """
    return outcome.of(posted.resource("sdi_resource_check_show", context, data_dict))


@tk.side_effect_free
def sdi_table_schema_propose(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Propose a column standard for a resource. Nothing is applied: a person takes it by writing
    it to the resource's ``table_schema``.

    :param id: the resource's id
    :param source: ``item`` for the standard of the dataset's Daftar Data item, ``file`` for one
        made from the file's header and values, ``previous`` for that of the newest other file of
        the dataset, else of the datasets that the office made of the same item (optional; by
        default the item's, where it has one)
    :returns: ``{"source": "item" | "file" | "previous", "table_schema": {…}}``
    :raises ckan.logic.ValidationError: when there is no such standard, or the file cannot be read
    :raises ckan.logic.NotFound: when there is no such resource
    :raises ckan.logic.NotAuthorized: when the user may not change the resource
    """
    resource = posted.resource("sdi_table_schema_propose", context, data_dict)
    source = schema.validated(data_dict, _propose_schema(), context).get("source")
    return standard.propose(resource, source or None)


def _propose_schema() -> Schema:
    one_of: Any = tk.get_validator("one_of")
    return {
        "source": [tk.get_validator("ignore_missing"), one_of(list(standard.SOURCES))],
        "__extras": [tk.get_validator("ignore")],
    }
