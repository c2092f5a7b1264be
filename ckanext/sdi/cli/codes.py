"""``ckan sdi codes``: editions of code lists, and columns of codes in files."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi import codes as reference
from ckanext.sdi.code_lists import bridge, export, recheck, store
from ckanext.sdi.code_lists.source import forget
from ckanext.sdi.logic.action.code_editions import problem_text

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
SYSTEM = click.option("--system", default="kode_wilayah", show_default=True, help="Code system.")
AT_ONCE = 10_000


@click.group(short_help="Editions of code lists, and columns of codes.")
def codes() -> None:
    """Reference codes."""


def _call(name: str, **data: Any) -> dict[str, Any]:
    """An action as the site's own user; a refusal ends with exit 1 and every fault."""
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    try:
        return tk.get_action(name)({"user": user, "ignore_auth": True}, data)
    except tk.ValidationError as error:
        for field, messages in error.error_dict.items():
            for message in messages if isinstance(messages, list) else [messages]:
                click.secho(f"{field}: {message}", fg="red", err=True)
    except tk.ObjectNotFound as error:
        click.secho(str(error) or "not found", fg="red", err=True)
    raise click.exceptions.Exit(1)


@codes.command("list")
@click.argument("system", required=False)
def list_command(system: str | None) -> None:
    """Print the code systems, or the editions of one."""
    if system is None:
        for found in _call("sdi_code_system_list")["results"]:
            edition = found["edition"]
            click.echo(f"{found['id']}\t{found['kind']}\t{edition['decree'] if edition else '-'}")
        return
    for edition in _call("sdi_code_system_show", id=system).get("editions", ()):
        number = edition["codes"] or ""
        click.echo(f"{edition['id']}\t{edition['valid_from']}\t{edition['decree']}\t{number}")


def _list_options(command: Any) -> Any:
    for option in (
        click.argument("file", type=FILE),
        SYSTEM,
        click.option("--totals", help="The decree's numbers: provinsi=38,kab_kota=514,…"),
        click.option("--successors", type=FILE, help="CSV of old and new codes, from the annex."),
        click.option("--from-empty", is_flag=True, help="Begin without the shipped list."),
    ):
        command = option(command)
    return command


def _list_data(file: Path, successors: Path | None, **data: Any) -> dict[str, Any]:
    if successors is not None:
        data["successors"] = successors.read_text(encoding="utf-8-sig")
    given = {name: value for name, value in data.items() if value}
    return {**given, "content": file.read_bytes()}


@codes.command("diff")
@_list_options
def diff_command(file: Path, successors: Path | None, **data: Any) -> None:
    """Show what loading a list would change; nothing is written."""
    _print_difference(_call("sdi_code_edition_diff", **_list_data(file, successors, **data)))


@codes.command("load")
@_list_options
@click.option("--edition", required=True, help="The decree.")
@click.option("--valid-from", required=True, help="The day from which it is in force.")
@click.option("--source", help="Where the list was taken from.")
def load_command(file: Path, successors: Path | None, **data: Any) -> None:
    """Load a list as the newest edition, all of it or nothing."""
    answer = _call("sdi_code_edition_load", **_list_data(file, successors, **data))
    _print_counts(answer["counts"])
    click.secho(f"{answer['edition']['decree']}: {answer['edition']['codes']} codes.", fg="green")
    if answer["resources"]:
        click.echo(f"{answer['resources']} resources are looked at again in the background.")


def _print_difference(found: dict[str, Any]) -> None:
    _print_counts(found["counts"])
    for code in found["gone"]:
        click.echo(f"- {code['code']} {code['name']} -> {', '.join(code['successors']) or '?'}")
    for code in found["new"]:
        click.echo(f"+ {code['code']} {code['name']}")
    for code in found["renamed"]:
        click.echo(f"~ {code['code']} {code['before']} -> {code['after']}")


def _print_counts(counts: dict[str, Any]) -> None:
    for level, of_level in counts["levels"].items():
        click.echo(
            f"{level}: {of_level['new']} new, {of_level['gone']} gone"
            f" ({of_level['successors']} with a successor)"
        )
    click.echo(f"{counts['renamed']} renamed, {counts['respelled']} spelled otherwise")


@codes.command("export")
@SYSTEM
@click.option("--edition", help="Its id or decree; the newest if not given.")
@click.option(
    "--format", "form", type=click.Choice(sorted(export.FORMS)), default="csv", show_default=True
)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file.")
def export_command(system: str, edition: str | None, form: str, output: Path | None) -> None:
    """Write an edition as CSV, Turtle or JSON-LD."""
    try:
        content = export.edition(system, edition, form)
    except (KeyError, LookupError) as error:
        click.secho(f"There is no such list or edition: {error}", fg="red", err=True)
        raise click.exceptions.Exit(1) from error
    if output is None:
        sys.stdout.buffer.write(content)
    else:
        output.write_bytes(content)


def _column(file: Path, column: str) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        head = lines.readline()
        lines.seek(0)
        reader = csv.DictReader(lines, delimiter=max(",;\t", key=head.count))
        if column not in (reader.fieldnames or ()):
            names = ", ".join(reader.fieldnames or ())
            click.secho(f"There is no column {column}. There are: {names}", fg="red", err=True)
            raise click.exceptions.Exit(1)
        yield from reader


@codes.command("translate")
@click.argument("file", type=FILE)
@click.option("--column", required=True, help="The column with the codes.")
@SYSTEM
@click.option("--from", "since", help="The edition or day of the codes in the file.")
@click.option("--to", help="The edition or day to carry them to; the newest if not given.")
def translate_command(
    file: Path, column: str, system: str, since: str | None, to: str | None
) -> None:
    """Write a CSV with its column of codes carried to an edition, and what became of each code.

    Two columns are added: the code there, and its status. Exits with 1 when a code could not be
    decided (a split, gone without a successor, unknown); they are listed on standard error.
    """
    writer: Any = None
    undecided: dict[str, str] = {}
    rows: list[dict[str, str]] = []

    def flush() -> None:
        nonlocal writer
        values = [row[column] or "" for row in rows]
        data = {"system": system, "values": values, "from": since or "", "to": to or ""}
        for row, answer in zip(rows, _call("sdi_code_translate", **data)["results"], strict=True):
            options = ", ".join(code["code"] for code in answer["codes"])
            if answer["status"] not in ("unchanged", "translated"):
                undecided[row[column]] = f"{answer['status']} {options}".strip()
            out = {**row, f"{column}_baru": answer["code"] or "", "status": answer["status"]}
            if writer is None:
                writer = csv.DictWriter(sys.stdout, list(out), extrasaction="ignore")
                writer.writeheader()
            writer.writerow(out)
        rows.clear()

    for row in _column(file, column):
        rows.append(row)
        if len(rows) == AT_ONCE:
            flush()
    if rows:
        flush()
    for code, why in undecided.items():
        click.secho(f"{code}: {why}", fg="yellow", err=True)
    if undecided:
        raise click.exceptions.Exit(1)


@codes.command("guess")
@click.argument("file", type=FILE)
@click.option("--column", required=True, help="The column with the codes.")
@SYSTEM
def guess_command(file: Path, column: str, system: str) -> None:
    """Say which edition a column of a CSV was written in, and how sure that is."""
    different = sorted({(row[column] or "").strip() for row in _column(file, column)} - {""})
    if not reference.has_vocabulary(system):
        click.secho("There is no such list.", fg="red", err=True)
        raise click.exceptions.Exit(1)
    found = reference.guess_edition(reference.vocabulary(system), different)
    for guess in found.ranking:
        click.echo(f"{guess.share:7.2%}  {guess.matched} of {guess.of}  {guess.edition.decree}")
    click.echo(f"certainty: {found.certainty} ({found.deciding} codes decide)")


@codes.command("bridge")
@click.argument("file", type=FILE)
def bridge_command(file: Path) -> None:
    """Load the bridge between area codes of BPS and Kemendagri: bps_code,kemendagri_code,period."""
    try:
        count = bridge.load(file.read_bytes())
    except store.Refused as refused:
        for problem in refused.problems:
            click.secho(problem_text(problem), fg="red", err=True)
        raise click.exceptions.Exit(1) from refused
    model.Session.commit()
    click.secho(f"{count} pairs.", fg="green")


@codes.command("recheck")
@click.argument("edition")
def recheck_command(edition: str) -> None:
    """Look at the resources that an edition's load noted and that still wait."""
    done = recheck.run(edition)
    forget()
    click.echo(f"{done} looked at.")


commands = [codes]
