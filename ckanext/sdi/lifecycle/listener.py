"""The gate's last layer: what a session is about to write is looked at before it is written.

It catches what passes neither an action nor a validator: ``package.private = False`` in
somebody's code, or a change to what stands published.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import get_history

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi import config
from ckanext.sdi.lifecycle import gate

# What core writes of itself and what says nothing about the content.
UNGUARDED = frozenset({"metadata_modified", "plugin_data"})
PARTS = (model.Resource, model.PackageTag)


def listen() -> None:
    """Start listening, once a process."""
    if not event.contains(model.Session, "before_flush", _before_flush):
        event.listen(model.Session, "before_flush", _before_flush)


def _before_flush(session: Session, _flush_context: Any, _instances: Any) -> None:
    if not p.plugin_loaded("sdi") or not config.gate_enforced():
        return
    with session.no_autoflush:
        for thing in session.new | session.dirty:
            if isinstance(thing, model.Package) and thing.type == gate.GOVERNED_TYPE:
                _look_at_package(thing)
            elif isinstance(thing, PARTS) and session.is_modified(thing):
                _refuse_standing_still(thing.package_id)
        for thing in session.deleted:
            if isinstance(thing, model.Package):
                _refuse_standing_still(thing.id)
            elif isinstance(thing, PARTS):
                _refuse_standing_still(thing.package_id)


def _look_at_package(package: model.Package) -> None:
    if _becomes_public(package) and not gate.may_be_public(package):
        raise gate.GateClosed(tk._("A dataset becomes public only when the Walidata publishes it."))
    if _changed(package) - UNGUARDED:
        _refuse_standing_still(package.id)


def _becomes_public(package: model.Package) -> bool:
    if package.private or package.state != "active":
        return False
    return "private" in _changed(package)


def _changed(package: model.Package) -> set[str]:
    mapper: Any = sa.inspect(model.Package, raiseerr=True)
    names = [column.key for column in mapper.column_attrs]
    return {name for name in names if get_history(package, name).has_changes()}


def _refuse_standing_still(package_id: str | None) -> None:
    if package_id and gate.standing_still(package_id):
        raise gate.GateClosed(tk._("This dataset is published and stands still."))
