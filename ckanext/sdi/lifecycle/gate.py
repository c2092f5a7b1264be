"""The gate: whether a dataset may be public, from the extension's own table and nothing else.

Three layers rest on this module: the chained ``package_create`` and ``package_update``, the
validator of the schema's ``private`` field, and the ``before_flush`` listener.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from typing import Any

import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi import config
from ckanext.sdi.lifecycle import states
from ckanext.sdi.model import DatasetState, Item
from ckanext.sdi.model.base import now

GOVERNED_TYPE = "dataset"
OPEN = "terbuka"
CREATED = "sdi_created"
"""In the context of ``package_create``: what is to be told the id of the dataset it makes."""

# Datasets whose published state the lifecycle itself is changing right now. A context key could
# be set by calling code and is lost in fresh contexts; this cannot be set by a client.
_opened: ContextVar[frozenset[str]] = ContextVar("sdi_opened", default=frozenset())


class GateClosed(tk.NotAuthorized):
    """Something that the gate does not let through: 403 from the API and on a page."""


@contextlib.contextmanager
def opened(package_id: str) -> Iterator[None]:
    """Within it the lifecycle may change a dataset that otherwise stands still."""
    token = _opened.set(_opened.get() | {package_id})
    try:
        yield
    finally:
        _opened.reset(token)


def is_opened(package_id: str) -> bool:
    return package_id in _opened.get()


def row_of(package_id: str) -> DatasetState | None:
    """The dataset's row; ``None`` means a draft."""
    return model.Session.get(DatasetState, package_id)


def locked_row_of(package_id: str) -> DatasetState | None:
    """The dataset's row as the database has it now; whoever else asks waits for this transaction.

    A change to a dataset and a step of its lifecycle begin with it, so that neither is decided by
    what the other is about to change.
    """
    package = sa.select(model.Package.id).where(model.Package.id == package_id)
    # Not the strongest lock: rows that refer to the dataset may be written meanwhile.
    model.Session.execute(package.with_for_update(key_share=True))
    return model.Session.scalar(
        sa.select(DatasetState)
        .where(DatasetState.package_id == package_id)
        .execution_options(populate_existing=True)
    )


def state_of(package_id: str) -> str:
    """The dataset's state."""
    row = row_of(package_id)
    return row.state if row else states.DRAFT


def has_governed_type(package_id: str | None) -> bool:
    """Whether there is such a dataset, of the type that the gate is for."""
    package = model.Package.get(package_id) if package_id else None
    return package is not None and package.type == GOVERNED_TYPE


def is_governed(package_id: str) -> bool:
    """Whether the gate looks after this dataset: of our type, and not merely adopted."""
    return has_governed_type(package_id) and not is_adopted(package_id)


def is_adopted(package_id: str) -> bool:
    """Whether the dataset is public from before the extension came, never handed in since."""
    row = row_of(package_id)
    return bool(row and row.adopted)


def governs(resource: model.Resource) -> bool:
    """Whether the gate looks after a resource's rows.

    Of an adopted dataset it does so once the resource was given a column standard: whoever gives
    one means to hand the dataset in, for which its rows have to be those of its checked file.
    """
    if not resource.package_id or not has_governed_type(resource.package_id):
        return False
    return not is_adopted(resource.package_id) or bool(resource.extras.get("table_schema"))


def may_be_public(package: model.Package) -> bool:
    """Whether the dataset may be seen by everyone.

    Published and ``terbuka`` when it was published; or public from before the extension came and
    never handed in since.
    """
    row = row_of(package.id)
    if row is None or row.state != states.PUBLISHED:
        return False
    if row.adopted:
        return not package.private
    return row.klasifikasi_risiko == OPEN


def derived_private(package_id: str | None, posted: Any) -> bool:
    """The value of ``private`` that follows from the state, whatever was posted.

    An adopted dataset may be made private by its owner, but not public again.

    :param package_id: the dataset, ``None`` while it is being created
    :param posted: what the client sent
    """
    package = model.Package.get(package_id) if package_id else None
    if posted in (None, "", tk.missing):
        posted_private = bool(package and package.private)
    else:
        posted_private = _means_private(posted)
    if not config.gate_enforced():
        return posted_private
    if package is None or not may_be_public(package):
        return True
    row = row_of(package.id)
    return posted_private if row and row.adopted else False


def _means_private(posted: Any) -> bool:
    """What was posted as a truth value; what is none hides rather than shows."""
    try:
        return tk.asbool(posted)
    except ValueError:
        return True


def standing_still(package_id: str) -> bool:
    """Whether the dataset was published through the gate, so that nobody may change it now."""
    row = row_of(package_id)
    return bool(
        row
        and row.state == states.PUBLISHED
        and not row.adopted
        and config.gate_enforced()
        and not is_opened(package_id)
    )


def with_reviewer(package_id: str) -> bool:
    """Whether the dataset lies with a reviewer, so that its producer may not change it now."""
    return (
        state_of(package_id) in states.WITH_REVIEWER
        and config.gate_enforced()
        and not is_opened(package_id)
    )


def why_not_change(package_id: str) -> str | None:
    """Why a dataset cannot be changed now, in a sentence that says how to go on; ``None``: it can.

    What was published through the gate stands still; what is under review waits for its reviewer.
    """
    if standing_still(package_id):
        return tk._(
            "This dataset is published and stands still. To change or delete it, ask the Walidata "
            "to withdraw it first, then hand it in again."
        )
    if with_reviewer(package_id):
        return tk._(
            "This dataset was handed in and is being reviewed. To change it, ask the Walidata to "
            "return it first."
        )
    return None


def tell_created(context: Any, package_id: str) -> None:
    """Tell who makes a dataset its id, for what they write of it in the same transaction."""
    if CREATED in context:
        context[CREATED](package_id)


def record(pkg_dict: Mapping[str, Any]) -> None:
    """Keep the dataset's row up to date after a save, in the save's own transaction."""
    package = model.Session.get(model.Package, pkg_dict["id"])
    if package is None or package.type != GOVERNED_TYPE:
        return
    row = row_of(package.id)
    if row is None:
        row = DatasetState(package_id=package.id, state=states.DRAFT, adopted=False)
        model.Session.add(row)
        # Indexing looks the row up by its key, which finds only what is written.
        model.Session.flush()
    item_id = pkg_dict.get("daftar_data_item") or None
    if item_id and model.Session.get(Item, item_id) is None:
        item_id = None
    row.item_id = item_id
    if row.adopted and package.private:
        row.state, row.adopted, row.changed_at = states.DRAFT, False, now()
    elif not config.gate_enforced() and not is_opened(package.id):
        _record_reported(row, package)


def _record_reported(row: DatasetState, package: model.Package) -> None:
    """While the gate only reports, what people publish counts like what was there before.

    So does what they change of a dataset that went through the gate: what is public now is not
    what was handed in.
    """
    through_the_gate = row.state == states.PUBLISHED and not row.adopted
    if not package.private and (row.state != states.PUBLISHED or through_the_gate):
        row.state, row.adopted, row.changed_at = states.PUBLISHED, True, now()
    elif through_the_gate:
        row.state, row.changed_at = states.DRAFT, now()
