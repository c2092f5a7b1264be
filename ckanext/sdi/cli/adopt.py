"""``ckan sdi adopt``: the datasets of a portal from before the extension, and their items."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.cli.table import to_file, write
from ckanext.sdi.daftar_data.matching import ID_COLUMNS, Matcher
from ckanext.sdi.daftar_data.store import current_version
from ckanext.sdi.harvest.mapping import map_dataset
from ckanext.sdi.lifecycle import conformity
from ckanext.sdi.model import DatasetState

COLUMNS = (
    *("dataset", "title", "organization", "item", "item_name", "by", "likeness"),
    *("others", "lacks", "confirmed"),
)
YES = frozenset({"ya", "y", "yes", "x", "1", "true"})


@click.command("adopt", short_help="Give an existing portal's datasets their items.")
@click.argument(
    "table", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False
)
@to_file
@click.option("--dry-run", is_flag=True, help="Look at the table only.")
@click.pass_context
def adopt(
    context: click.Context, table: Path | None, output: Path | None, *, dry_run: bool
) -> None:
    """Give the datasets that were public before the extension came their items of the list.

    Without TABLE: a CSV with a line for each of them that has no item of the agreed list: the item
    that is proposed, by the ids in its fields or by its title, and what the dataset lacks. Nothing
    is changed.

    With TABLE, that CSV after a person has looked at it: the lines with "ya" in the column
    "confirmed" are carried out; another item can be written in the column "item" before. Everyone
    sees the datasets as before. Exits with 1 when a line cannot be carried out.
    """
    with context.meta["flask_app"].test_request_context():
        if table is None:
            _propose(output)
        elif not _carry_out(table, dry_run=dry_run):
            raise click.exceptions.Exit(1)


def _propose(output: Path | None) -> None:
    number = write(COLUMNS, _proposals(), output)
    click.secho(f"{number} datasets without an item", err=True)


def _proposals() -> Iterator[dict[str, Any]]:
    """A line for each adopted dataset whose item is none of the agreed list."""
    matchers: dict[str, Matcher] = {}
    query = sa.select(DatasetState.package_id).where(DatasetState.adopted.is_(True))
    for package_id in list(model.Session.scalars(query)):
        shown = tk.get_action("package_show")({"ignore_auth": True}, {"id": package_id})
        item_id = shown.get("daftar_data_item")
        if shown["state"] != "active" or (item_id and current_version(item_id)):
            continue
        owner = shown.get("owner_org") or ""
        if owner not in matchers:
            matchers[owner] = Matcher(owner)
        yield _line(shown, matchers[owner])
        model.Session.remove()


def _line(shown: dict[str, Any], matcher: Matcher) -> dict[str, Any]:
    organization = shown.get("organization") or {}
    title = shown.get("title") or shown["name"]
    named = matcher.named(map_dataset(shown).ids)
    alike = matcher.proposals(title, organization.get("title"))
    found: dict[str, Any] = {}
    if named is not None:
        found = {**(matcher.item(named) or {}), "by": "id", "likeness": ""}
    elif alike:
        found = {**alike[0], "by": "name"}
    others = [item for item in alike if item["id"] != found.get("id")]
    return {
        "dataset": shown["name"],
        "title": title,
        "organization": organization.get("name", ""),
        "item": _key(found) if found else "",
        "item_name": found.get("nama_data", ""),
        "by": found.get("by", ""),
        "likeness": found.get("likeness", ""),
        "others": "; ".join(f"{_key(item)} {item['nama_data']}" for item in others),
        "lacks": " ".join(f.message(tk._) for f in conformity.findings_of(shown) if f.blocks),
        "confirmed": "",
    }


def _key(item: dict[str, Any]) -> str:
    """What a person knows an item by: its id in the list, else that of this portal."""
    return next((item[column] for column in ID_COLUMNS if item[column]), item["id"])


def _carry_out(table: Path, *, dry_run: bool) -> bool:
    """Carry out the confirmed lines of a table; whether all of them could be."""
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    done, faults = 0, 0
    try:
        text = table.read_text(encoding="utf-8-sig")
        sign = ";" if ";" in text.partition("\n")[0] else ","
        lines = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=sign))
    except (UnicodeDecodeError, csv.Error):
        click.secho(f"{table} is not a CSV file in UTF-8", fg="red", err=True)
        return False
    for number, line in enumerate(lines, start=2):
        if (line.get("confirmed") or "").strip().lower() not in YES:
            continue
        fault = _bind(line, user, dry_run=dry_run)
        if fault:
            faults += 1
            click.secho(f"line {number}: {line.get('dataset')}: {fault}", fg="red", err=True)
        else:
            done += 1
    click.echo(f"{'would be bound' if dry_run else 'bound'} {done}, not {faults}")
    return not faults


def _bind(line: dict[str, Any], user: str, *, dry_run: bool) -> str | None:
    """Give one dataset its item; the reason when it cannot be."""
    package = model.Package.get((line.get("dataset") or "").strip())
    row = model.Session.get(DatasetState, package.id) if package is not None else None
    if package is None or row is None or not row.adopted:
        return "there is no dataset of this name from before the extension"
    key = (line.get("item") or "").strip()
    matcher = Matcher(package.owner_org or "")
    keys = (matcher.named({column: key}) for column in ID_COLUMNS)
    item_id = key if matcher.item(key) else next((found for found in keys if found), None)
    if item_id is None:
        return f"the agreed list has no one item “{key}” for its organization"
    others = [] if item_id == key else matcher.mistakable(key)
    if others:
        was = ", ".join(others)
        return (
            f"“{key}” may have been {was} before a spreadsheet wrote it: "
            f"write the id at the end of the item's own address, as {item_id}"
        )
    if not dry_run:
        data = {"id": package.id, "daftar_data_item": item_id}
        try:
            tk.get_action("package_patch")({"ignore_auth": True, "user": user}, data)
        except tk.ValidationError as error:
            model.Session.rollback()
            return "; ".join(f"{name}: {told}" for name, told in error.error_summary.items())
    return None


commands = [adopt]
