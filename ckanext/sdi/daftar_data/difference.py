"""What differs between two editions of a list, computed where the editions are: in the database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.sdi.daftar_data.columns import CLOSED, OF_CLOSED
from ckanext.sdi.model import Item, ItemVersion

COMPARED = (
    "id_ddd",
    "id_ddp",
    "kode_dssd",
    "status",
    "sumber_referensi",
    "kode_indikator",
    "nama_indikator",
    "nama_data",
    "jenis_data",
    "jenis",
    "kode_sds",
    "produsen",
    "klasifikasi_risiko",
    "konsep",
    "definisi",
    "satuan",
    "ukuran",
    "klasifikasi",
    "jadwal_pemutakhiran",
    "kategori",
    "kode_metadata",
    "link_portal_daerah",
    "link_portal_sdi",
    "metode_pengumpulan",
    "periode_data",
    "penanggung_jawab",
    "prioritas_tahun",
)

OPENNESS = ("tertutup", "terbatas", "terbuka")
LISTS = ("new", "gone", "changed")
FLAGS = ("moved", "lowered")
KINDS = (*LISTS, *FLAGS)

_SHOWN = (*COMPARED, "organization_id")
_AT_A_TIME = 1000


@dataclass(frozen=True)
class Difference:
    """Two editions compared, item by item and field by field.

    :param before: the id of the edition before; None compares with an empty list
    :param after: the id of the edition after
    :param by_name: of a version that is ``tertutup`` only its name is compared and told
    """

    before: str | None
    after: str
    by_name: bool = False

    @cached_property
    def _pairs(self) -> sa.Subquery:
        """Each item of either edition once, with what became of it and both its versions."""
        (old, old_key), (new, new_key) = (
            _version_of(edition_id, by_name=self.by_name)
            for edition_id in (self.before, self.after)
        )
        changed = sa.or_(
            _moved_office(old, new),
            *(old[f].is_distinct_from(new[f]) for f in COMPARED),
        )
        kind = sa.case(
            (old.id.is_(None), "new"),
            (new.id.is_(None), "gone"),
            (changed, "changed"),
            else_="unchanged",
        )
        both = sa.and_(old.id.is_not(None), new.id.is_not(None))
        query = sa.select(
            sa.func.coalesce(new_key, old_key).label("key"),
            kind.label("kind"),
            sa.and_(both, _moved(old, new)).label("moved"),
            sa.and_(both, _lowered(old, new)).label("lowered"),
            sa.func.coalesce(new.item_id, old.item_id).label("item_id"),
            sa.func.coalesce(new.nama_data, old.nama_data).label("nama_data"),
            sa.func.coalesce(new.row_number, old.row_number).label("row_number"),
            *(v[f].label(f"{when}_{f}") for when, v in _both(old, new) for f in _SHOWN),
        )
        return query.select_from(
            # By key, not by item: the lists may be of two levels.
            sa.join(old_key.table, new_key.table, onclause=old_key == new_key, full=True)
        ).subquery()

    def counts(self) -> dict[str, int]:
        """How many items are of each kind; they are never capped."""
        pairs = self._pairs.c

        def number(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
            return sa.func.count().filter(condition)

        query = sa.select(
            *(number(pairs.kind == kind).label(kind) for kind in (*LISTS, "unchanged")),
            *(number(pairs[flag]).label(flag) for flag in FLAGS),
        )
        return dict(model.Session.execute(query).one()._mapping)

    def rows(
        self, kind: str, *, limit: int | None = None, offset: int = 0
    ) -> Iterator[dict[str, Any]]:
        """The items of a kind, in the order of the list.

        :param kind: ``new``, ``gone`` or ``changed``; ``moved`` and ``lowered`` are changed too
        :result: ``key``, ``id``, ``nama_data``, ``produsen``; of those that changed also
            ``fields`` (name to the value before and after), ``moved`` and ``lowered``
        """
        pairs = self._pairs.c
        wanted = pairs[kind] if kind in FLAGS else pairs.kind == kind
        query = sa.select(self._pairs).where(wanted).order_by(pairs.row_number, pairs.item_id)
        window = query.limit(limit).offset(offset).execution_options(yield_per=_AT_A_TIME)
        for row in model.Session.execute(window):
            yield _given({str(name): value for name, value in row._mapping.items()})

    def as_dict(self, kinds: tuple[str, ...], *, limit: int, offset: int = 0) -> dict[str, Any]:
        """The counts, and a window of each list that one of these kinds is in."""
        lists: dict[str, Any] = {name: [] for name in LISTS}
        for kind in kinds:
            name = "changed" if kind in FLAGS else kind
            lists[name] = list(self.rows(kind, limit=limit, offset=offset))
        return {"counts": self.counts(), **lists}


def is_closed(version: Any) -> sa.ColumnElement[bool]:
    """Whether an item is ``tertutup``: false, not NULL, of one that says nothing of it."""
    return sa.func.coalesce(version.klasifikasi_risiko == CLOSED, sa.false())


def _version_of(edition_id: str | None, *, by_name: bool) -> tuple[Any, Any]:
    """The items of an edition, and the id that each is known by."""
    told = {name: getattr(ItemVersion, name) for name in _SHOWN}
    if by_name:
        for name in set(_SHOWN) - OF_CLOSED:
            told[name] = sa.case((is_closed(ItemVersion), sa.null()), else_=told[name])
    of_edition = (
        sa.select(
            ItemVersion.id,
            ItemVersion.item_id,
            ItemVersion.row_number,
            *(column.label(name) for name, column in told.items()),
            Item.key.label("item_key"),
        )
        .join(Item)
        .where(ItemVersion.edition_id == edition_id)
        .subquery()
    )
    return of_edition.c, of_edition.c.item_key


def _both(old: Any, new: Any) -> tuple[tuple[str, Any], tuple[str, Any]]:
    return ("old", old), ("new", new)


def _plain(text: Any) -> sa.ColumnElement[str]:
    """As ``columns.plain``: another way to write a name is no other office."""
    return sa.func.btrim(sa.func.regexp_replace(sa.func.lower(text), r"[\W_]+", " ", "g"))


def _moved_office(old: Any, new: Any) -> sa.ColumnElement[bool]:
    """Whether two organisations are known and differ; as NULL it is not so."""
    return sa.func.coalesce(old.organization_id != new.organization_id, sa.false())


def _moved(old: Any, new: Any) -> sa.ColumnElement[bool]:
    other_name = _plain(old.produsen).is_distinct_from(_plain(new.produsen))
    known = sa.and_(old.organization_id.is_not(None), new.organization_id.is_not(None))
    return sa.case(
        (known, old.organization_id != new.organization_id),
        # Whose it is may not be told of one of them, which says nothing of a move.
        (sa.or_(*(_hides_producer(version) for version in (old, new))), sa.false()),
        else_=other_name,
    )


def _hides_producer(version: Any) -> sa.ColumnElement[bool]:
    return sa.and_(is_closed(version), version.produsen.is_(None))


def _lowered(old: Any, new: Any) -> sa.ColumnElement[bool]:
    """Whether more people may see it than before."""
    rank = {name: number for number, name in enumerate(OPENNESS)}
    before, after = (sa.case(rank, value=v.klasifikasi_risiko, else_=None) for v in (old, new))
    return sa.func.coalesce(after > before, sa.false())


def _given(row: Mapping[str, Any]) -> dict[str, Any]:
    kind = row["kind"]
    when = "old" if kind == "gone" else "new"
    item = {
        "key": row["key"],
        "id": row["item_id"],
        "nama_data": row["nama_data"],
        "produsen": row[f"{when}_produsen"],
    }
    if kind in ("new", "gone"):
        return item
    fields = {
        name: [row[f"old_{name}"] or None, row[f"new_{name}"] or None]
        for name in COMPARED
        if row[f"old_{name}"] != row[f"new_{name}"]
    }
    offices = [row["old_organization_id"], row["new_organization_id"]]
    if None not in offices and offices[0] != offices[1]:
        fields["organization_id"] = offices
    return {**item, "fields": fields, "moved": row["moved"], "lowered": row["lowered"]}
