"""The harvester ``sdi_portal``: another CKAN's datasets, as far as the list names them.

A dataset of the remote that names an item of an agreed list, and an item of the office that owns
the source, becomes a private draft: whatever the remote says of ``private``, ``state`` or ``type``.
Every other one is refused, with the reason in the job's report.
"""

from __future__ import annotations

import json
import logging
from typing import Any

import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.harvest.harvesters import HarvesterBase
from ckanext.harvest.model import HarvestJob, HarvestObject
from ckanext.sdi.harvest import portal_import, remote, words
from ckanext.sdi.harvest.fetch import FetchError
from ckanext.sdi.harvest.portal_import import RefusedError
from ckanext.sdi.model.base import new_id, now
from ckanext.sdi.rules.catalogue import N_

log = logging.getLogger(__name__)


NOT_SAVED = N_(
    "The dataset could not be saved because of a fault in this portal. It is tried again the next "
    "time; if it fails once more, tell the portal's administrator."
)


class PortalHarvester(HarvesterBase):
    """Takes in the datasets of another CKAN that the list names for the source's office."""

    def info(self) -> dict[str, str]:
        """The type of source, with its title for the form."""
        return {
            "name": "sdi_portal",
            "title": tk._("Datasets of another CKAN, under the Daftar Data"),
            "description": tk._(
                "The address of a CKAN portal. Taken in are the datasets that name an item of the "
                "agreed Daftar Data (id_ddd, id_ddp or the DSSD code) of this organization. They "
                "come as private drafts; their CSV files are checked and loaded."
            ),
        }

    def validate_config(self, config: str | None) -> str:
        """There is nothing to configure.

        :raises ValueError: when something is configured nevertheless
        """
        if (config or "").strip() not in ("", "{}"):
            raise ValueError(tk._("A source of this type takes no configuration: leave it empty."))
        return ""

    def get_original_url(self, harvest_object_id: str) -> str | None:
        """The page of the dataset on the other portal."""
        harvested: Any = model.Session.get(HarvestObject, harvest_object_id)
        return f"{harvested.source.url.rstrip('/')}/dataset/{harvested.guid}" if harvested else None

    def gather_stage(self, harvest_job: HarvestJob) -> list[str]:
        """One harvest object for each public dataset of the remote, a page at a time."""
        job: Any = harvest_job
        if portal_import.office_of(job.source_id) is None:
            self._save_gather_error(words.translate()(portal_import.NO_OFFICE), harvest_job)
            return []
        ids: list[str] = []
        try:
            for page in remote.datasets(job.source.url):
                ids += _add_objects(job.id, job.source_id, page)
        except FetchError as error:
            message = words.told(error)
        except Exception:
            # Whatever a remote can answer: the consumer has other sources to go on with.
            model.Session.rollback()
            log.exception("Source %s could not be read", job.source_id)
            message = words.translate()(words.FAULT)
        else:
            return ids
        # What was gathered would wait for ever, and the job with it.
        gathered = HarvestObject.harvest_job_id == job.id
        model.Session.execute(sa.delete(HarvestObject).where(gathered))
        model.Session.commit()
        self._save_gather_error(message, harvest_job)
        return []

    def fetch_stage(self, harvest_object: HarvestObject) -> bool | str:
        """Nothing more to fetch: the dataset came with the gathering."""
        return "unchanged" if portal_import.is_unchanged(harvest_object) else True

    def import_stage(self, harvest_object: Any) -> bool | str:
        """Save the dataset as a private draft, or say in the report why not."""
        translate = words.translate()
        try:
            outcome = portal_import.import_dataset(harvest_object, self._get_user_name())
        except RefusedError as refused:
            message = translate(refused.message).format_map(refused.params)
        except FetchError as error:
            message = words.told(error)
        except tk.ValidationError as error:
            message = portal_import.sentence_of(error)
        except Exception:
            # This dataset's fault or this portal's: the next dataset has its turn all the same.
            model.Session.rollback()
            log.exception("Dataset %s could not be saved", harvest_object.guid)
            message = translate(NOT_SAVED)
        else:
            return outcome
        model.Session.rollback()
        self._save_object_error(message, harvest_object, "Import")
        return False


def _add_objects(job_id: str, source_id: str, page: list[dict[str, Any]]) -> list[str]:
    rows = [
        {
            "id": new_id(),
            "guid": dataset["id"],
            "content": json.dumps(dataset, sort_keys=True),
            "harvest_job_id": job_id,
            "harvest_source_id": source_id,
            "state": "WAITING",
            "current": False,
            "retry_times": 0,
            "gathered": now(),
        }
        for dataset in page
    ]
    model.Session.execute(sa.insert(HarvestObject), rows)
    model.Session.commit()
    return [row["id"] for row in rows]
