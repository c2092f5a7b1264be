"""``ckan sdi gate`` and ``ckan sdi role``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.cli.table import to_file, write
from ckanext.sdi.lifecycle import conformity, presence, states, verify
from ckanext.sdi.lifecycle.gate import GOVERNED_TYPE
from ckanext.sdi.model import DatasetState
from ckanext.sdi.model.role import ROLES

LACKING = ("dataset", "title", "organization", "state", "public", "lacks")

KINDS = {
    "public": "is public in the database although it is not published",
    "index_public": "is public in the search index although it is not published",
    "index_private": "is published but not public in the search index",
}


@click.group(short_help="Compare the gate's table with database and search index.")
def gate() -> None:
    """The publication gate."""


@gate.command("verify")
@click.option("--repair", is_flag=True, help="Bring database and index into line.")
def verify_command(*, repair: bool) -> None:
    """Compare the gate's table with the database and the search index.

    Exits with 1 when something differs and was not repaired, or a needed setting is lacking.
    """
    lacking = list(presence.missing_settings())
    for line in lacking:
        click.secho(f"setting lacking: {line}", fg="yellow")
    found = 0
    for difference in verify.differences():
        found += 1
        click.echo(f"{difference.name}: {KINDS[difference.kind]}")
        if repair:
            verify.repair(difference)
    if not found:
        click.secho("Table, database and search index agree.", fg="green")
    elif repair:
        click.secho(f"{found} repaired.", fg="green")
    if lacking or (found and not repair):
        raise click.exceptions.Exit(1)


@gate.command("report")
@to_file
@click.pass_context
def report_command(context: click.Context, output: Path | None) -> None:
    """Write a CSV of the datasets that could not be published as they are, and what each lacks.

    For a portal whose gate only reports: what it would refuse once it is enforced. A line for each
    dataset that did not go through the gate; those that are public already stay so. Nothing is
    changed.
    """
    with context.meta["flask_app"].test_request_context():
        number = write(LACKING, _lacking(), output)
        click.secho(f"{number} datasets would be refused", err=True)


def _lacking() -> Iterator[dict[str, Any]]:
    query = (
        sa.select(model.Package.id)
        .outerjoin(DatasetState, DatasetState.package_id == model.Package.id)
        .where(
            model.Package.type == GOVERNED_TYPE,
            model.Package.state == model.State.ACTIVE,
            sa.or_(
                sa.func.coalesce(DatasetState.state, states.DRAFT) != states.PUBLISHED,
                DatasetState.adopted,
            ),
        )
        .order_by(model.Package.name)
    )
    for package_id in list(model.Session.scalars(query)):
        shown = tk.get_action("package_show")({"ignore_auth": True}, {"id": package_id})
        lacks = [f.message(tk._) for f in conformity.findings_of(shown) if f.blocks]
        if lacks:
            yield {
                "dataset": shown["name"],
                "title": shown.get("title") or shown["name"],
                "organization": (shown.get("organization") or {}).get("name", ""),
                "state": shown["sdi"]["state"],
                "public": "" if shown["private"] else "ya",
                "lacks": " ".join(lacks),
            }
        model.Session.remove()


@click.group(short_help="Which organisation holds which role.")
def role() -> None:
    """Portal-wide roles of organisations."""


@role.command("list")
def role_list() -> None:
    """Print the organisations that hold a role."""
    for row in tk.get_action("sdi_role_list")({"ignore_auth": True}, {})["results"]:
        kind = f" ({row['jenis_data']})" if row["jenis_data"] else ""
        click.echo(f"{row['role']}{kind}: {row['organization']['name']}")


@role.command("set")
@click.argument("organization")
@click.argument("role", type=click.Choice(ROLES))
@click.option("--jenis-data", help="The kind of data that a Pembina looks after.")
@click.option("--remove", is_flag=True, help="Take the role away.")
def role_set(organization: str, role: str, jenis_data: str | None, *, remove: bool) -> None:
    """Give ORGANIZATION the ROLE, or take it."""
    data = {
        "organization_id": organization,
        "role": role,
        "jenis_data": jenis_data or "",
        "remove": remove,
    }
    try:
        tk.get_action("sdi_role_set")({"ignore_auth": True}, data)
    except tk.ValidationError as error:
        for field, message in error.error_summary.items():
            click.secho(f"{field}: {message}", fg="red", err=True)
        raise click.exceptions.Exit(1) from error


commands = [gate, role]
