"""The extension's own tables, all named ``sdi_…`` and made by alembic migrations."""

from __future__ import annotations

from ckanext.sdi.model.check import Check
from ckanext.sdi.model.codes import (
    CodeBridge,
    CodeEdition,
    CodeEvent,
    CodeRecheck,
    CodeVersion,
)
from ckanext.sdi.model.daftar_data import Edition, Item, ItemVersion, ProducerAlias
from ckanext.sdi.model.lifecycle import DatasetState, Transition
from ckanext.sdi.model.obligation import RecordedObligation, Reminder
from ckanext.sdi.model.remote_dataset import RemoteDataset, RemotePortal
from ckanext.sdi.model.report_link import ReportLink
from ckanext.sdi.model.role import OrganizationRole

__all__ = [
    "Check",
    "CodeBridge",
    "CodeEdition",
    "CodeEvent",
    "CodeRecheck",
    "CodeVersion",
    "DatasetState",
    "Edition",
    "Item",
    "ItemVersion",
    "OrganizationRole",
    "ProducerAlias",
    "RecordedObligation",
    "Reminder",
    "RemoteDataset",
    "RemotePortal",
    "ReportLink",
    "Transition",
]
