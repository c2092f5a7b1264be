"""Actions on the producers of a list that are no organisation: proposals, and a person's word."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

from ckanext.sdi.daftar_data import producers
from ckanext.sdi.lifecycle.roles import user_id_of
from ckanext.sdi.logic import daftar_data_schema as schema
from ckanext.sdi.logic.editions import edition_seen, finish
from ckanext.sdi.logic.schema import validated, window


@tk.side_effect_free
def sdi_daftar_data_producers_propose(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """The producers of an edition that are no organisation, with those that may be meant.

    :param edition: the id of a regional edition
    :param limit: at most so many names (20, not more than 100)
    :param offset: after so many
    :returns: ``{"count", "results": [{"produsen", "items", "proposals": [{"id", "name", "title",
        "likeness"}]}]}``, those with most items first; ``likeness`` from 0 to 100
    :raises ckan.logic.NotFound: when there is no such edition
    :raises ckan.logic.NotAuthorized: when the user is neither Koordinator nor Walidata
    """
    tk.check_access("sdi_daftar_data_producers_propose", context, data_dict)
    data = validated(data_dict, schema.items_propose(), context)
    edition = edition_seen(context, data["edition"])
    names = [] if edition.level == "pusat" else producers.unmatched(edition.id)
    known = producers.Producers()
    results = [
        {"produsen": name, "items": number, "proposals": known.propose(name)}
        for name, number in window(names, data)
    ]
    return {"count": len(names), "results": results}


def sdi_daftar_data_producer_confirm(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Say which organisation a producer's name stands for, now and in the lists to come.

    Items of the name that no organisation has, in drafts and in agreed editions, are given to it;
    so are those that it had by an earlier word on this name. The names of an organisation itself
    come first.

    :param produsen: the name as the list has it
    :param organization: id or name of the organisation
    :returns: ``{"produsen", "organization", "items"}``: the id of the organisation, and how many
        items it was given
    :raises ckan.logic.ValidationError: for a name without letters, or no such organisation
    :raises ckan.logic.NotAuthorized: when the user is neither Koordinator nor Walidata
    """
    tk.check_access("sdi_daftar_data_producer_confirm", context, data_dict)
    data = validated(data_dict, schema.producer_confirm(), context)
    user_id = user_id_of(context.get("user"))
    taken = producers.confirm(data["produsen"], data["organization"], user_id)
    finish(context, taken)
    return {
        "produsen": data["produsen"],
        "organization": data["organization"],
        "items": len(taken),
    }
