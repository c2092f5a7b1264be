"""The harvester ``sdi_portal``: another CKAN's datasets, as far as the list names them.

A dataset of the remote that names an item of an agreed list, and an item of the office that owns
the source, becomes a private draft: whatever the remote says of ``private``, ``state`` or ``type``.
Every other one is refused, with the reason in the job's report.
"""

from __future__ import annotations

import logging
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.harvest.harvesters import HarvesterBase
from ckanext.harvest.model import HarvestJob, HarvestObject
from ckanext.sdi.daftar_data.matching import Matcher
from ckanext.sdi.harvest import portal_import, words
from ckanext.sdi.harvest.fetch import FetchError
from ckanext.sdi.harvest.gathering import Gathering
from ckanext.sdi.harvest.settings import PORTAL, read_config
from ckanext.sdi.harvest.which_item import RefusedError
from ckanext.sdi.model.remote_dataset import FAILED
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
        """A source's configuration (``schemas/portal_config.schema.json``), checked.

        :raises ValueError: with a sentence for each fault that names the field
        """
        read_config(config, tk._, PORTAL)
        return config or ""

    def get_original_url(self, harvest_object_id: str) -> str | None:
        """The page of the dataset on the other portal."""
        harvested: Any = model.Session.get(HarvestObject, harvest_object_id)
        return f"{harvested.source.url.rstrip('/')}/dataset/{harvested.guid}" if harvested else None

    def gather_stage(self, harvest_job: HarvestJob) -> list[str]:
        """A harvest object for each dataset of the remote that is to be looked at."""
        job: Any = harvest_job
        job_id, source_id = job.id, job.source_id
        office = portal_import.office_of(source_id)
        if office is None:
            self._save_gather_error(words.translate()(portal_import.NO_OFFICE), harvest_job)
            return []
        gathering = Gathering(job_id, source_id, job.source.url, Matcher(office.id))
        try:
            gathering.run()
        except FetchError as error:
            gathering.faults.append(error)
        except Exception:
            # Whatever a remote can answer: the consumer has other sources to go on with.
            model.Session.rollback()
            log.exception("Source %s could not be read", source_id)
            gathering.faults.append(FetchError(words.FAULT))
        for fault in gathering.faults:
            self._save_gather_error(words.told(fault), HarvestJob.get(job_id))
        return gathering.ids

    def fetch_stage(self, harvest_object: HarvestObject) -> bool | str:
        """Nothing more to fetch: the dataset came with the gathering."""
        _next_saves_wait(harvest_object, 2)
        return True

    def import_stage(self, harvest_object: Any) -> bool | str:
        """Save the dataset as a private draft, or say in the report why not."""
        params: dict[str, str] = {}
        state = FAILED
        try:
            outcome = portal_import.import_dataset(harvest_object, self._get_user_name())
        except RefusedError as refused:
            state, reason, params = refused.state, refused.message, refused.params
            message = words.translate()(reason).format_map(params)
        except FetchError as error:
            reason, params = error.message, error.params
            message = words.told(error)
        except tk.ValidationError as error:
            message = portal_import.sentence_of(error)
            reason, params = "{told}", {"told": message}
        except Exception:
            # This dataset's fault or this portal's: the next dataset has its turn all the same.
            model.Session.rollback()
            log.exception("Dataset %s could not be saved", harvest_object.guid)
            reason, message = NOT_SAVED, words.translate()(NOT_SAVED)
        else:
            if outcome is True:
                _next_saves_wait(harvest_object, 1)
            return outcome
        model.Session.rollback()
        portal_import.settle(harvest_object, state, reason, params)
        self._save_object_error(message, harvest_object, "Import")
        return False


def _next_saves_wait(harvest_object: Any, number: int) -> None:
    """Leave the next things that ckanext-harvest notes of an object to the commit after them.

    It saves an object five times, and each is a commit that says no more than the one soon after.
    """

    def add() -> None:
        nonlocal number
        harvest_object.add()
        number -= 1
        if not number:
            del harvest_object.save

    harvest_object.save = add
