"""``ckan sdi daftar-data``: the Forum's list from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import click
from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.daftar_data import export, search
from ckanext.sdi.daftar_data.difference import LISTS
from ckanext.sdi.daftar_data.rows import EditionRows
from ckanext.sdi.model import Edition
from ckanext.sdi.model.daftar_data import LEVELS

AT_A_TIME = 10_000


@click.group("daftar-data", short_help="The Forum's list: import, agree, list, diff, export.")
def daftar_data() -> None:
    """The Daftar Data, its editions and items."""


def _act(context: click.Context, action: str, **data: Any) -> dict[str, Any]:
    """Call an action as the site's own user, in the portal's language.

    A refused input ends with exit 1 and what is wrong with it.
    """
    with context.meta["flask_app"].test_request_context():
        user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
        try:
            return tk.get_action(action)({"ignore_auth": True, "user": user["name"]}, data)
        except tk.ValidationError as error:
            model.Session.rollback()
            _complain(error.error_dict)
        except tk.ObjectNotFound as error:
            click.secho(str(error), fg="red", err=True)
        raise click.exceptions.Exit(1)


def _complain(errors: Any) -> None:
    for key, messages in errors.items():
        if key == "columns":
            titles = ", ".join(column["title"] for column in messages)
            click.secho(f"columns (see --mapping): {titles}", err=True)
        elif key != "findings":
            for message in messages:
                click.secho(str(message), fg="red", err=True)
    for finding in errors.get("findings", []):
        _say(finding, err=True)


def _say(finding: dict[str, Any], *, err: bool) -> None:
    row = f"{tk._('row')} {finding['row']}: " if finding.get("row") else ""
    click.echo(f"{finding['severity']}: {row}{finding['message']} [{finding['rule']}]", err=err)


@daftar_data.command("import")
@click.argument("file", type=click.File("rb"))
@click.option("--level", type=click.Choice(LEVELS), help="Whose list it is.")
@click.option("--tahun", type=int, help="The year the list is for.")
@click.option("--title", help="The title of the edition.")
@click.option(
    "--mapping", type=click.File(), help="What the columns are of a list in no known format: JSON."
)
@click.option("--dry-run", is_flag=True, help="Judge and compare only; write nothing.")
@click.pass_context
def import_command(
    context: click.Context,
    file: BinaryIO,
    level: str | None,
    tahun: int | None,
    title: str | None,
    mapping: TextIO | None,
    *,
    dry_run: bool,
) -> None:
    """Take a list in as a draft edition, all of it or nothing.

    FILE is the regional format, the centre's table or a list of sectoral data (DSSD), as CSV
    (UTF-8) or XLSX; or an answer of E-Walidata or of another portal, as JSON. What --mapping
    says is described in schemas/daftar_data_mapping.schema.json.
    """
    said = mapping.read() if mapping else None
    asked = {"level": level, "tahun": tahun, "title": title, "mapping": said, "dry_run": dry_run}
    result = _act(
        context,
        "sdi_daftar_data_import",
        upload=FileStorage(file, Path(file.name).name),
        source=Path(file.name).name,
        **{name: value for name, value in asked.items() if value is not None},
    )
    for finding in result["findings"]:
        _say(finding, err=False)
    counts = ", ".join(f"{name} {n}" for name, n in result["difference"]["counts"].items())
    edition = result["edition"]["id"] if result["edition"] else ""
    click.echo(" ".join(filter(None, (result["outcome"], edition))))
    if result["outcome"] != "unchanged":
        click.echo(f"rows {result['rows']}: {counts}")


@daftar_data.command("agree")
@click.argument("edition")
@click.pass_context
def agree_command(context: click.Context, edition: str) -> None:
    """Record that the Forum agreed to an edition: it counts from now on."""
    result = _act(context, "sdi_daftar_data_edition_agree", id=edition)
    click.echo(f"agreed {result['id']}")
    for closed in result["closed"]:
        click.echo(f"closed {closed}")


@daftar_data.command("list")
@click.pass_context
def list_command(context: click.Context) -> None:
    """The editions: id, level, year, state, number of items, title."""
    names = ("id", "level", "tahun", "state", "items", "title")
    number = 0
    while some := _act(context, "sdi_daftar_data_edition_list", offset=number)["results"]:
        number += len(some)
        for edition in some:
            click.echo("\t".join(str(edition[name]) for name in names))


@daftar_data.command("diff")
@click.argument("before")
@click.argument("after")
@click.pass_context
def diff_command(context: click.Context, before: str, after: str) -> None:
    """What differs between two editions, as JSON."""
    asked = {"from": before, "to": after, "limit": AT_A_TIME}
    result = _act(context, "sdi_daftar_data_diff", **asked)
    for kind in LISTS:
        while len(result[kind]) < result["counts"][kind]:
            window = {"kind": kind, "offset": len(result[kind])}
            result[kind] += _act(context, "sdi_daftar_data_diff", **asked, **window)[kind]
    click.echo(json.dumps(result, ensure_ascii=False, indent=2))


@daftar_data.command("export")
@click.argument("edition")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help="The file; a workbook when its name ends in .xlsx, JSON when in .json. Left out: CSV on"
    " the screen.",
)
@click.option("--format", "name", type=click.Choice(tuple(export.FORMATS)), help="The columns.")
@click.pass_context
def export_command(
    context: click.Context, edition: str, output: Path | None, name: str | None
) -> None:
    """An edition as CSV, XLSX or JSON, in the format of its level or the one that is asked for."""
    found = model.Session.get(Edition, edition)
    if found is None:
        click.secho(f"there is no edition {edition}", fg="red", err=True)
        context.exit(1)
        return
    given, rows = search.edition_dict(found), EditionRows(edition)
    kind = output.suffix.lower() if output else ""
    if output and kind == ".xlsx":
        output.write_bytes(export.as_xlsx(given, rows, name))
        return
    written = export.as_json(given, rows) if kind == ".json" else export.as_csv(given, rows, name)
    if output is None:
        click.echo("".join(written), nl=False)
        return
    encoding = "utf-8" if kind == ".json" else "utf-8-sig"
    with output.open("w", encoding=encoding, newline="") as file:
        file.writelines(written)


@daftar_data.command("delete")
@click.argument("edition")
@click.pass_context
def delete_command(context: click.Context, edition: str) -> None:
    """Delete a draft, with the file that it was made from."""
    _act(context, "sdi_daftar_data_edition_delete", id=edition)
    click.echo(f"deleted {edition}")


commands = [daftar_data]
