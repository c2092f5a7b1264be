"""``ckan sdi clean``: remove what a crash has left."""

from __future__ import annotations

import click

from ckanext.sdi.datastore import leftovers


@click.command(short_help="Remove what a crash has left.")
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
def clean(*, dry_run: bool) -> None:
    """Find and remove findings of checks that are gone, unfinished tables, and rows that come from
    no checked file.

    What a running check is using is left alone. Tables of resources that are gone are CKAN's own
    to remove: `ckan datastore purge`.
    """
    found = list(leftovers.find())
    for left in found:
        click.echo(f"{left.name}: {left.what}")
        if not dry_run:
            left.remove()
    if not found:
        click.secho("Nothing is left over.", fg="green")
    elif not dry_run:
        click.secho(f"{len(found)} removed.", fg="green")


commands = [clean]
