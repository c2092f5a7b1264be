"""Offices whose own portal could not be reached by the harvest: that is not their lateness."""

from __future__ import annotations

import datetime as dt
from datetime import date, timedelta
from itertools import groupby

import sqlalchemy as sa

import ckan.plugins as p
from ckan import model

from ckanext.sdi.kewajiban.periods import local_day
from ckanext.sdi.rules.period import Period

# A job that found no dataset and noted an error did not reach its source.
_JOBS = sa.text(
    """
    SELECT package.owner_org, job.source_id, job.created,
           source.active AND package.state = 'active' AS active,
           EXISTS (SELECT 1 FROM harvest_gather_error AS error WHERE error.harvest_job_id = job.id)
           AND NOT EXISTS (SELECT 1 FROM harvest_object AS object
                           WHERE object.harvest_job_id = job.id) AS failed
    FROM harvest_job AS job
    JOIN harvest_source AS source ON source.id = job.source_id
    JOIN package ON package.id = source.id
    WHERE source.type = 'sdi_portal'
      AND job.status = 'Finished' AND package.owner_org IS NOT NULL
    ORDER BY job.source_id, job.created
    """
)


def unreachable(zone: dt.tzinfo) -> dict[str, list[Period]]:
    """The days on which the harvest did not reach an office's portal, by the office's id.

    They last from the first job that did not reach it to the day before one did; where none has
    done so, they go on; of a source that is harvested no more, to the last day it was tried.
    """
    if not p.plugin_loaded("harvest"):
        return {}
    found: dict[str, list[Period]] = {}
    jobs = model.Session.execute(_JOBS).all()
    for (office, _source, active), of_source in groupby(
        jobs, key=lambda job: (job.owner_org, job.source_id, job.active)
    ):
        since = day = date.min
        down = False
        for job in of_source:
            day = local_day(job.created, zone)
            if job.failed:
                since = since if down else day
            elif down:
                found.setdefault(office, []).append(Period(since, day - timedelta(days=1)))
            down = job.failed
        if down:
            found.setdefault(office, []).append(Period(since, date.max if active else day))
    return found
