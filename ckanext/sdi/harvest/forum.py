"""The harvester ``sdi_forum``: a list of the Forum at an address becomes a draft edition."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.harvest.harvesters import HarvesterBase
from ckanext.harvest.model import (
    HarvestJob,
    HarvestObject,
    HarvestObjectError,
    HarvestObjectExtra,
)
from ckanext.sdi.daftar_data import store
from ckanext.sdi.daftar_data.table import MAX_BYTES
from ckanext.sdi.harvest import words
from ckanext.sdi.harvest.fetch import Fetched, FetchError, fetch_bytes
from ckanext.sdi.harvest.settings import read_config
from ckanext.sdi.lifecycle.roles import user_id_of

log = logging.getLogger(__name__)

RESULT = "sdi_result"
"""The extra of a harvest object that says what its list became, for the page of its job."""


class ForumHarvester(HarvesterBase):
    """Reads a list from an http(s) address, as ``ckan sdi daftar-data import`` reads a file."""

    def info(self) -> dict[str, str]:
        """The type of source, with its title for the form."""
        return {
            "name": "sdi_forum",
            "title": tk._("Daftar Data of the Forum"),
            "description": tk._(
                "A list of the Forum (regional format or the centre's table; CSV or XLSX) at an "
                "http(s) address. It becomes a draft edition that a person agrees to."
            ),
        }

    def validate_config(self, config: str | None) -> str:
        """A source's configuration (``schemas/harvest_config.schema.json``), checked.

        :raises ValueError: with a sentence for each fault that names the field
        """
        read_config(config, tk._)
        return config or ""

    def get_original_url(self, harvest_object_id: str) -> str | None:
        """Where the list of an object is."""
        harvested: Any = model.Session.get(HarvestObject, harvest_object_id)
        return harvested.source.url if harvested else None

    def gather_stage(self, harvest_job: HarvestJob) -> list[str]:
        """Fetch the list into one harvest object; when it is as it was, the object says so."""
        source: Any = harvest_job.source
        before = _last_imported(source.id)
        known = _extras(before) if before is not None else {}
        if known.get("config", "") != (source.config or "") or known.get("url") != source.url:
            known = {}
        translate = words.translate()
        try:
            read_config(source.config, translate)
        except ValueError as error:
            self._save_gather_error(str(error), harvest_job)
            return []
        try:
            got, content = fetch_bytes(source.url, etag=known.get("etag"), max_bytes=MAX_BYTES)
            return [_gathered(harvest_job, got, content, known)]
        except FetchError as error:
            message = words.told(error)
        except Exception:
            # Whatever a server can answer: the consumer has other sources to go on with.
            model.Session.rollback()
            log.exception("Source %s could not be read", source.id)
            message = translate(words.FAULT)
        self._save_gather_error(message, harvest_job)
        return []

    def fetch_stage(self, harvest_object: HarvestObject) -> bool | str:
        """Nothing more to fetch: the list came with the gathering."""
        return "unchanged" if _extras(harvest_object).get("unchanged") else True

    def import_stage(self, harvest_object: Any) -> bool | str:
        """Import the list as a draft edition; every faulty row stands in the job's report."""
        try:
            return self._import(harvest_object)
        except Exception:
            # The list's fault or this portal's: the consumer has other sources to go on with.
            model.Session.rollback()
            log.exception("List %s could not be saved", harvest_object.guid)
            message = words.translate()(words.FAULT)
            self._save_object_error(message, harvest_object, "Import")
            return False

    def _import(self, harvest_object: Any) -> bool | str:
        config = read_config(harvest_object.source.config, words.translate())
        user_id = user_id_of(self._get_user_name())
        result = store.import_list(
            _as_bytes(harvest_object),
            level=config.get("level"),
            tahun=config.get("tahun"),
            title=config.get("title"),
            source=harvest_object.source.url,
            user_id=user_id,
        )
        if result.outcome == "refused" or result.edition is None:
            _report(harvest_object, result)
            return False
        counts = result.difference["counts"]
        told = {"edition": result.edition.id, "title": result.edition.title, "counts": counts}
        harvest_object.extras.append(HarvestObjectExtra(key=RESULT, value=json.dumps(told)))
        agreed = config.get("agree") and result.edition.state == "draft"
        if agreed:
            context: Any = {
                "ignore_auth": True,
                "user": self._get_user_name(),
                "defer_commit": True,
            }
            tk.get_action("sdi_daftar_data_edition_agree")(context, {"id": result.edition.id})
        _make_current(harvest_object)
        model.Session.commit()
        return True if agreed or result.outcome == "imported" else "unchanged"


def _gathered(job: Any, got: Fetched, content: bytes, known: Mapping[str, str]) -> str:
    """The harvest object that holds a list, by its id."""
    source = job.source
    unchanged = got.unchanged or got.sha256 == known.get("sha256")
    kept = {
        "etag": got.etag or "",
        "sha256": got.sha256,
        "config": source.config or "",
        "url": source.url,
        "unchanged": "true" if unchanged else "",
    }
    text, kept["encoding"] = ("", "") if unchanged else _as_text(content)
    gathered: Any = HarvestObject(guid=f"{source.id}/daftar-data", job=job)
    gathered.content = text
    gathered.extras = [HarvestObjectExtra(key=k, value=v) for k, v in kept.items() if v]
    gathered.save()
    return gathered.id


def _last_imported(source_id: str) -> HarvestObject | None:
    query = (
        sa.select(HarvestObject)
        .where(
            HarvestObject.harvest_source_id == source_id,
            HarvestObject.current.is_(True),
        )
        .order_by(HarvestObject.import_finished.desc())
        .limit(1)
    )
    return model.Session.scalar(query)


def _extras(harvested: Any) -> Mapping[str, str]:
    return {extra.key: extra.value for extra in harvested.extras}


def _make_current(harvest_object: Any) -> None:
    """Of a source's objects, only the last one that was imported is current."""
    model.Session.execute(
        sa.update(HarvestObject)
        .where(
            HarvestObject.harvest_source_id == harvest_object.harvest_source_id,
            HarvestObject.id != harvest_object.id,
        )
        .values(current=False)
    )
    harvest_object.current = True


def _as_text(content: bytes) -> tuple[str, str]:
    """A file as a text column can hold it, and the encoding that gives the bytes back."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return base64.b64encode(content).decode("ascii"), "base64"
    if "\x00" in text:
        return base64.b64encode(content).decode("ascii"), "base64"
    return text, "utf-8"


def _as_bytes(harvest_object: Any) -> bytes:
    text = harvest_object.content or ""
    if _extras(harvest_object).get("encoding") == "base64":
        return base64.b64decode(text)
    return text.encode("utf-8")


def _report(harvest_object: Any, result: store.Import) -> None:
    """Every fault in the job's report, with the row it stands in."""
    translate = words.translate()
    model.Session.add_all(
        HarvestObjectError(
            message=found.message(translate),
            object=harvest_object,
            stage="Import",
            line=found.row,
        )
        for found in result.findings
        if found.severity == "error"
    )
    model.Session.commit()
