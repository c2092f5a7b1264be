"""``ckan sdi recheck``: check files again, after a decree, a new rule or a crash."""

from __future__ import annotations

import click
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.code_lists import recheck as code_recheck
from ckanext.sdi.datastore import check_job, check_queue


@click.command(short_help="Check resources' files again.")
@click.argument("ids", nargs=-1)
@click.option("--stalled", is_flag=True, help="Only those that nobody works on any more.")
def recheck(*, ids: tuple[str, ...], stalled: bool) -> None:
    """Start the checks of files again, in the background.

    IDS are datasets (id or name) or resources (id); without any, every file that is checked at
    all. Rows that are loaded stay where nothing is wrong with them.

    Exits with 1 when an id is unknown or its file cannot be checked.
    """
    if stalled:
        some = [resource.id for resource in _resources(ids)] if ids else None
        click.echo(f"{check_queue.take_up_stalled(some)} checks started again.")
        if some is None and (editions := code_recheck.take_up_stalled()):
            click.echo(f"{editions} code lists' changes looked at again.")
        return
    refused = 0
    started = 0
    for resource in _resources(ids):
        if not ids and check_job.why_not(resource) is not None:
            continue
        try:
            check_job.restart(resource)
        except tk.ValidationError as error:
            refused += 1
            click.secho(f"{resource.id}: {error.error_summary}", fg="yellow", err=True)
        else:
            started += 1
            # Before the next: a worker may take it up at once.
            model.Session.commit()
    click.echo(f"{started} checks started.")
    if refused:
        raise click.exceptions.Exit(1)


def _resources(ids: tuple[str, ...]) -> list[model.Resource]:
    active = sa.select(model.Resource).where(model.Resource.state == model.State.ACTIVE)
    if not ids:
        return list(model.Session.scalars(active.order_by(model.Resource.id)))
    found: list[model.Resource] = []
    for name in ids:
        package = model.Package.get(name)
        where = model.Resource.package_id == package.id if package else model.Resource.id == name
        some = list(model.Session.scalars(active.where(where)))
        if not some and package is None:
            click.secho(f"{name}: there is no such dataset or resource", fg="red", err=True)
            raise click.exceptions.Exit(1)
        found += some
    return found


commands = [recheck]
