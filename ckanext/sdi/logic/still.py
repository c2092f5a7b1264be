"""What the wrapped actions of CKAN share: a look at what was sent, and at what stands still."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from ckanext.sdi.lifecycle import gate
from ckanext.sdi.logic import posted

Next = Callable[[Context, DataDict], Any]


def governed(name_or_id: str | None) -> model.Package | None:
    """The dataset of this name or id, if it is of the gate's type."""
    named = isinstance(name_or_id, str) and posted.is_storable(name_or_id)
    package = model.Package.get(name_or_id) if named else None
    return package if package is not None and package.type == gate.GOVERNED_TYPE else None


def why_not(
    action: str, context: Context, data_dict: DataDict, package: model.Package
) -> str | None:
    """Why an action may not change a dataset now, in a sentence; ``None``: it may.

    :raises ckan.logic.NotAuthorized: when the person may not change it anyway
    """
    reason = gate.why_not_change(package.id)
    if reason:
        # Who may not change it anyway learns that, and nothing of how it stands.
        tk.check_access(action, context, data_dict)
    return reason


def unless_still(
    action: str,
    next_action: Next,
    context: Context,
    data_dict: DataDict,
    package: model.Package | None,
) -> Any:
    """Go on with CKAN's own action, unless the dataset stands still.

    :param package: the dataset that would be changed, ``None`` when it is none of the gate's
    :raises GateClosed: when it stands still
    """
    posted.check(data_dict)
    if package is not None:
        gate.locked_row_of(package.id)
        reason = why_not(action, context, data_dict, package)
        if reason:
            raise gate.GateClosed(reason)
    return next_action(context, data_dict)


def looked_at(name: str) -> Any:
    """CKAN's own action, before which what was sent is looked at."""

    @tk.chained_action
    def looked_at(next_action: Next, context: Context, data_dict: DataDict) -> Any:
        posted.check(data_dict)
        return next_action(context, data_dict)

    looked_at.__name__ = name
    looked_at.__doc__ = f"As ``{name}`` of CKAN; what it could not look at is refused."
    return looked_at
