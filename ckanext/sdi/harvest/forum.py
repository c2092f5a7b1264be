"""The harvester ``sdi_forum``: a list of the Forum at an address becomes a draft edition."""

from __future__ import annotations

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
from ckanext.sdi.daftar_data import source as source_file
from ckanext.sdi.daftar_data import store
from ckanext.sdi.daftar_data.formats import checksum_of
from ckanext.sdi.harvest import services, waiting, words
from ckanext.sdi.harvest.fetch import FetchError
from ckanext.sdi.harvest.settings import read_config
from ckanext.sdi.lifecycle.roles import user_id_of
from ckanext.sdi.model import Edition
from ckanext.sdi.rules.catalogue import N_

log = logging.getLogger(__name__)

RESULT = "sdi_result"
"""The extra of a harvest object that says what its list became, for the page of its job."""

_NOT_HERE = N_(
    "The list was fetched, but its file is not there any more: harvest the source once more."
)
_MORE_FAULTS = N_("{n} more faults are not listed here: mend these first.")


class ForumHarvester(HarvesterBase):
    """Reads a list from an http(s) address, as ``ckan sdi daftar-data import`` reads a file."""

    def info(self) -> dict[str, str]:
        """The type of source, with its title for the form."""
        return {
            "name": "sdi_forum",
            "title": tk._("Daftar Data of the Forum"),
            "description": tk._(
                "A list of the Forum at an http(s) address: a file (CSV, XLSX or JSON), the "
                "service of E-Walidata (…/get_dssd_final), or a portal like this one (its address "
                "alone). It becomes a draft edition that a person agrees to."
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
            config = read_config(source.config, translate)
        except ValueError as error:
            self._save_gather_error(str(error), harvest_job)
            return []
        # A long list takes its time: nothing of the database is held meanwhile.
        model.Session.commit()
        try:
            with waiting.arriving(source.id) as file:
                got, number = services.save(source.url, config, file, etag=known.get("etag"))
                if got.unchanged or (sha256 := checksum_of(file)[0]) == known.get("sha256"):
                    kept = {**known, RESULT: json.dumps(_unchanged(before))}
                    return [_gathered(harvest_job, kept, unchanged="true")]
                kept = {"etag": got.etag or "", "sha256": sha256, "records": str(number or "")}
                gathered = _gathered(harvest_job, kept)
                waiting.keep(file, source.id, gathered)
                return [gathered]
        except FetchError as error:
            model.Session.rollback()
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
        source_id, object_id = harvest_object.harvest_source_id, harvest_object.id
        try:
            return self._import(harvest_object)
        except Exception:
            # The list's fault or this portal's: the consumer has other sources to go on with.
            model.Session.rollback()
            log.exception("List %s could not be saved", harvest_object.guid)
            message = words.translate()(words.FAULT)
            self._save_object_error(message, harvest_object, "Import")
            return False
        finally:
            waiting.remove(source_id, object_id)

    def _import(self, harvest_object: Any) -> bool | str:
        # ckanext-harvest sends an object once more that takes long.
        model.Session.refresh(harvest_object, with_for_update=True)
        if before := _extras(harvest_object).get(RESULT):
            return _outcome(json.loads(before))
        source = harvest_object.source
        config = read_config(source.config, words.translate())
        path = waiting.path_of(source.id, harvest_object.id)
        if not path.exists():
            self._save_object_error(words.translate()(_NOT_HERE), harvest_object, "Import")
            return False
        with path.open("rb") as file:
            result = store.import_list(
                file,
                level=config.get("level"),
                tahun=config.get("tahun"),
                title=config.get("title"),
                mapping=config.get("mapping"),
                source=source.url,
                user_id=user_id_of(self._get_user_name()),
            )
        if result.outcome == "refused" or result.edition is None:
            _report(harvest_object, result)
            return False
        edition = _same_list(source.id, result)
        if edition is None:
            edition, told = result.edition, _told(result.outcome, result.edition)
            told |= {"rows": len(result.parsed.rows), "counts": result.difference["counts"]}
        else:
            told = _told("unchanged", edition)
        agreed = config.get("agree") and edition.state == "draft"
        if agreed:
            context: Any = {
                "ignore_auth": True,
                "user": self._get_user_name(),
                "defer_commit": True,
            }
            tk.get_action("sdi_daftar_data_edition_agree")(context, {"id": edition.id})
        _tell(harvest_object, {**told, "agreed": bool(agreed)})
        _make_current(harvest_object)
        model.Session.commit()
        return _outcome({**told, "agreed": agreed})


def _gathered(job: Any, kept: Mapping[str, str], **more: str) -> str:
    """The harvest object that stands for a list, by its id; the list waits in a file."""
    source = job.source
    extras = {**kept, "config": source.config or "", "url": source.url, **more}
    gathered: Any = HarvestObject(guid=f"{source.id}/daftar-data", job=job)
    # What a person sees who opens the object: a list may be far too long for a page.
    names = ("url", "sha256", "records")
    gathered.content = json.dumps({name: extras[name] for name in names if extras.get(name)})
    gathered.extras = [HarvestObjectExtra(key=k, value=v) for k, v in extras.items() if v]
    gathered.save()
    return gathered.id


def _outcome(told: Mapping[str, Any]) -> bool | str:
    """What ckanext-harvest is told: whether an object came to something new."""
    if told["outcome"] == "refused":
        return False
    return True if told.get("agreed") or told["outcome"] == "imported" else "unchanged"


def _told(outcome: str, edition: Edition) -> dict[str, Any]:
    return {"outcome": outcome, "edition": edition.id, "title": edition.title}


def _unchanged(before: Any) -> dict[str, Any]:
    """What there is to tell of a list that is as it was: the edition that it became then."""
    told = json.loads(_extras(before).get(RESULT, "{}"))
    return {**told, "outcome": "unchanged", "agreed": False}


def _tell(harvest_object: Any, told: Mapping[str, Any]) -> None:
    harvest_object.extras.append(HarvestObjectExtra(key=RESULT, value=json.dumps(told)))


def _same_list(source_id: str, result: store.Import) -> Edition | None:
    """The edition that the source brought before, when the new one says the same.

    A workbook that a server makes anew each time has other bytes, and no other list.
    """
    before = _last_imported(source_id)
    told = json.loads(_extras(before).get(RESULT, "{}")) if before is not None else {}
    edition = model.Session.get(Edition, told.get("edition", ""))
    made = result.edition
    if result.outcome != "imported" or edition is None or edition.state == "closed":
        return None
    if made is None or (edition.level, edition.tahun) != (made.level, made.tahun):
        return None
    if store.differ(edition.id, made.id):
        return None
    store.delete_draft(made.id)
    source_file.remove(made.id)
    return edition


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


def _report(harvest_object: Any, result: store.Import) -> None:
    """Every fault in the job's report, with the row it stands in."""
    translate = words.translate()
    faults = [found for found in result.findings if found.severity == "error"]
    sentences = [(found.message(translate), found.row) for found in faults]
    more = result.parsed.counts["error"] - len(faults)
    if more > 0:
        sentences.append((translate(_MORE_FAULTS).format(n=more), None))
    model.Session.add_all(
        HarvestObjectError(message=message, object=harvest_object, stage="Import", line=row)
        for message, row in sentences
    )
    _tell(harvest_object, {"outcome": "refused", "rows": len(result.parsed.rows)})
    model.Session.commit()
