"""Other loaders, where they are installed, keep their hands off governed resources."""

from __future__ import annotations

import contextlib
import importlib
from typing import Any

from ckan import model

from ckanext.datapusher.interfaces import IDataPusher
from ckanext.sdi import config
from ckanext.sdi.datastore.guard import is_governed_resource


def _interfaces() -> tuple[type, ...]:
    """What the loaders ask their plugins by; xloader need not be installed."""
    found: list[type] = [IDataPusher]
    with contextlib.suppress(ImportError):
        found.append(importlib.import_module("ckanext.xloader.interfaces").IXloader)
    return tuple(found)


class HandsOff(*_interfaces()):
    """Answers xloader and DataPusher for the plugin."""

    def can_upload(self, resource_id: str) -> bool:
        """Whether another loader may write the resource's rows.

        While the gate only reports, they load what has no column standard, as before.
        """
        if not is_governed_resource(resource_id):
            return True
        return not config.gate_enforced() and not _has_standard(resource_id)


def _has_standard(resource_id: str) -> bool:
    resource: Any = model.Resource.get(resource_id)
    return bool(resource and resource.extras.get("table_schema"))
