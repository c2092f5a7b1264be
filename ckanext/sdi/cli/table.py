"""Tables that commands write for a person to look at in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from ckanext.sdi.check.write import neutral

to_file = click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False, writable=True),
    help="The file for the table. Left out: on the screen.",
)


def write(columns: Sequence[str], lines: Iterable[Mapping[str, Any]], output: Path | None) -> int:
    """Write a CSV to a file or the screen; how many lines it has."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(columns)
    number = 0
    for line in lines:
        number += 1
        writer.writerow([neutral(str(line[name])) for name in columns])
    if output is None:
        click.echo(out.getvalue(), nl=False)
    else:
        output.write_text(out.getvalue(), encoding="utf-8-sig", newline="")
    return number
