"""``sdi-check``: check a file on one's own machine, without CKAN."""

from __future__ import annotations

import argparse
import gettext
import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

from ckanext.sdi.check.memory import give_back
from ckanext.sdi.check.propose import propose_schema
from ckanext.sdi.check.report import Report
from ckanext.sdi.check.run import check_table
from ckanext.sdi.check.table import Asked, Unreadable
from ckanext.sdi.check.table_schema import SchemaError, TableSchema
from ckanext.sdi.check.tasks import Task, number, tasks_of
from ckanext.sdi.check.write import FindingsWriter
from ckanext.sdi.rules import Finding
from ckanext.sdi.rules.catalogue import N_

Translate = Callable[[str], str]
CLEAN, FOUND, UNREADABLE = 0, 1, 2
PASSED = N_("The file passes: {rows} rows, nothing that must be mended.")
FAILED = N_("The file does not pass: {count} findings in {rows} rows must be mended.")
NOT_READ = N_("The file cannot be read.")
PROPOSED = N_("No column standard was given; the file was judged by the one proposed from it.")
MUST, SHOULD, KNOW = N_("Must be mended"), N_("Should be looked at"), N_("For your information")
SHOWN = N_("{shown} of {count} shown")
NO_FILE = N_("The file {path} cannot be opened: {reason}.")
BAD_SCHEMA = N_("The column standard has faults.")
HEADINGS = {"error": MUST, "warning": SHOULD, "info": KNOW}


def translator(language: str | None = None) -> Translate:
    """The messages of the extension, in Indonesian unless another language is asked for."""
    languages = [language or os.environ.get("SDI_LANGUAGE") or "id"]
    catalogue = resources.files("ckanext.sdi").joinpath("i18n")
    with resources.as_file(catalogue) as folder:
        found = gettext.translation("ckanext-sdi", folder, languages, fallback=True)
    return found.gettext


def main(arguments: Sequence[str] | None = None) -> int:
    """Check a file.

    :returns: 0 when it passes, 1 when something must be mended, 2 when it cannot be read
    """
    give_back()
    options = _parser().parse_args(arguments)
    translate = translator(options.language)
    try:
        return _check(options, translate)
    except BrokenPipeError:
        # The reader of our output (head, less) has gone: not our failure.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FOUND
    except OSError as error:
        path = error.filename or options.file
        reason = error.strerror or str(error)
        print(translate(NO_FILE).format(path=path, reason=reason), file=sys.stderr)
        return UNREADABLE
    except SchemaError as error:
        print(translate(BAD_SCHEMA), file=sys.stderr)
        for finding in error.findings:
            print(f"- {finding.message(translate)}", file=sys.stderr)
        return UNREADABLE
    except Unreadable as unreadable:
        _tell_unreadable(unreadable.finding, options.format, translate)
        return UNREADABLE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sdi-check",
        description="Check a table (CSV, a workbook, JSON or Parquet) by the rules of"
        " Satu Data Indonesia.",
    )
    parser.add_argument("file", type=Path, help="the file")
    parser.add_argument("--schema", type=Path, help="column standard (Table Schema JSON)")
    parser.add_argument(
        "--sheet", help="the sheet of a workbook; else the one with the largest table"
    )
    parser.add_argument("--header-row", type=int, help="the row in which the column names begin")
    parser.add_argument("--format", choices=("text", "json", "csv"), default="text")
    parser.add_argument("--language", choices=("id", "en"), help="id when not given")
    return parser


def _check(options: argparse.Namespace, translate: Translate) -> int:
    said = {name: getattr(options, name) for name in ("sheet", "header_row")}
    asked = {name: value for name, value in said.items() if value is not None}
    if options.schema:
        schema = TableSchema.from_json(options.schema.read_text("utf-8-sig"))
        schema = replace(schema, layout=replace(schema.layout, **asked))
    else:
        schema = TableSchema.from_dict(propose_schema(options.file, asked=Asked(**asked)))
    if options.format == "csv":
        with FindingsWriter(sys.stdout, translate) as sink:
            report = check_table(options.file, schema, sink=sink)
    else:
        report = check_table(options.file, schema)
        told = (
            _json(report, schema, translate)
            if options.format == "json"
            else "\n".join(_text(report, translate, proposed=not options.schema))
        )
        print(told)
    sys.stdout.flush()
    return CLEAN if report.passed else FOUND


def _json(report: Report, schema: TableSchema, translate: Translate) -> str:
    told: dict[str, Any] = {
        "passed": report.passed,
        "rows": report.rows,
        "layout": report.layout,
        "severities": report.severities,
        "personal_columns": report.personal_columns,
        "table_schema": schema.as_dict(),
        "tasks": [task.as_dict() for task in tasks_of(report, translate)],
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def _text(report: Report, translate: Translate, *, proposed: bool) -> list[str]:
    rows = number(report.rows, translate)
    verdict = translate(PASSED if report.passed else FAILED)
    lines = [verdict.format(rows=rows, count=number(report.severities["error"], translate))]
    if proposed:
        lines.append(translate(PROPOSED))
    tasks = tasks_of(report, translate)
    for severity, heading in HEADINGS.items():
        chosen = [task for task in tasks if task.severity == severity]
        if chosen:
            lines += ["", translate(heading)]
            for task in chosen:
                lines += _task_lines(task, translate)
    return lines


def _task_lines(task: Task, translate: Translate) -> list[str]:
    lines = [f"- {task.sentence} [{task.rule}]"]
    if task.form == "one":
        return lines
    lines += [f"    {sample['cell']}: {sample.get('value', '')}".rstrip(": ")
              for sample in task.samples if "cell" in sample]  # fmt: skip
    if task.count > len(task.samples):
        shown = translate(SHOWN).format(
            shown=len(task.samples), count=number(task.count, translate)
        )
        lines.append(f"    ({shown})")
    return lines


def _tell_unreadable(finding: Finding, form: str, translate: Translate) -> None:
    if form == "json":
        told = {"passed": False, "rows": 0, "findings": [finding.as_dict(translate)]}
        print(json.dumps(told, ensure_ascii=False, indent=2))
    elif form == "csv":
        with FindingsWriter(sys.stdout, translate) as sink:
            sink(finding)
    else:
        print(translate(NOT_READ))
        print(f"- {finding.message(translate)} [{finding.rule}]")
