"""The rows of an edition as they are written out: read as often as asked, never all at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.sdi.daftar_data import closed
from ckanext.sdi.daftar_data.difference import COMPARED
from ckanext.sdi.model import ItemVersion

_COLUMNS = (*COMPARED, "item_id", "row_number", "extra")
_AT_A_TIME = 1000


@dataclass(frozen=True)
class EditionRows:
    """What an edition says of its items, or of those of one office, with all that came with them.

    :param edition_id: the edition
    :param organization_id: the office
    :param outsider: of an item that is ``tertutup`` what ``closed`` leaves of it, which does not
        tell whose it is
    """

    edition_id: str
    organization_id: str | None = None
    outsider: bool = False

    def __iter__(self) -> Iterator[dict[str, Any]]:
        office = (model.Group.id, model.Group.name, model.Group.title)
        query = (
            sa.select(*(getattr(ItemVersion, name) for name in _COLUMNS), *office)
            .outerjoin(model.Group, model.Group.id == ItemVersion.organization_id)
            .where(ItemVersion.edition_id == self.edition_id)
        )
        if self.organization_id:
            query = query.where(ItemVersion.organization_id == self.organization_id)
            named_only = closed.named_only([]) if self.outsider else None
            query = query if named_only is None else query.where(sa.not_(named_only))
        window = query.order_by(ItemVersion.row_number).execution_options(yield_per=_AT_A_TIME)
        for *row, office_id, name, title in model.Session.execute(window):
            fields: dict[str, Any] = dict(zip(_COLUMNS, row, strict=True))
            named = {"id": office_id, "name": name, "title": title}
            fields["organization"] = named if office_id else None
            yield closed.item(fields) if self.outsider else fields
