"""What is known of a dataset and its resources beside their metadata, as they are judged by."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

UNTOLD = "…"
"""What stands in a sentence for what its reader may not know."""


@dataclass(frozen=True)
class ResourceFacts:
    """What is known of a resource beside its metadata.

    :param name_columns: columns that seem to hold names of persons and nothing else of them
    :param attached_kind: what an attachment is when it may hold tables that nobody looked at
    """

    id: str
    name: str
    format: str = ""
    url: str = ""
    url_type: str = ""
    is_attachment: bool = False
    table_schema: Mapping[str, Any] | str | None = None
    check_state: str | None = None
    check_errors: int = 0
    check_warnings: int = 0
    file_sha256: str | None = None
    checked_sha256: str | None = None
    loaded_sha256: str | None = None
    rows: int | None = None
    personal_columns: Sequence[str] = ()
    name_columns: Sequence[str] = ()
    attached_kind: str = ""


@dataclass(frozen=True)
class DatasetContext:
    """What is known of a dataset beside its metadata.

    :param item: the Daftar Data item as the newest edition has it
    :param edition_agreed: whether that edition counts
    :param item_current: whether the item stands in the edition in force
    :param organization_id: the organisation that delivers the dataset
    :param untold: columns of the item that not all who read the findings may know
    """

    item: Mapping[str, Any] | None = None
    edition_agreed: bool = False
    item_current: bool = False
    organization_id: str | None = None
    untold: Collection[str] = ()
    resources: Sequence[ResourceFacts] = field(default_factory=tuple)

    def told(self, column: str, said: str) -> str:
        """What a sentence says of the item."""
        return UNTOLD if column in self.untold else said
