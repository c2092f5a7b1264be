"""A report as tasks: one for each rule and column, told in a sentence, the worst first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from ckanext.sdi.check.report import Report
from ckanext.sdi.check.table_schema import TableSchema
from ckanext.sdi.rules import Finding, get_rule
from ckanext.sdi.rules.catalogue import N_, Form
from ckanext.sdi.rules.finding import SEVERITIES
from ckanext.sdi.rules.header import match_columns

Translate = Callable[[str], str]
# How a language writes a thousand: its sign between the digits is taken from the translation.
THOUSAND = N_("1,000")


@dataclass(frozen=True)
class Task:
    """What is to be mended together.

    :param form: the form of the sentence: one cell, many, or every row of the column
    :param share: the part of the rows that it concerns; None when it is not about rows
    :param samples: the first findings, at most ten of ``count``
    """

    rule: str
    column: str
    severity: str
    principle: str
    job: str
    blocks: bool
    form: Form
    count: int
    share: float | None
    first_cell: str | None
    sentence: str
    why: str
    source: str
    steps: list[str]
    samples: list[dict[str, Any]]

    def as_dict(self) -> dict[str, Any]:
        """The task as the API gives it."""
        return asdict(self)


def number(value: int, translate: Translate) -> str:
    """A number with the thousands sign of the language."""
    return f"{value:,}".replace(",", translate(THOUSAND)[1:-3])


def tasks_of(report: Report, translate: Translate) -> list[Task]:
    """The tasks of a report: errors first, then in the order of the file's columns."""
    order = {name: place for place, name in enumerate(report.header)}

    def rank(task: Task) -> tuple[int, int, int]:
        return SEVERITIES.index(task.severity), order.get(task.column, -1), -task.count

    tasks = [
        _task(report, rule, column, count, translate)
        for (rule, column), count in report.counts.items()
    ]
    return sorted(tasks, key=rank)


def clean_columns(report: Report, schema: TableSchema) -> list[str]:
    """The columns of the standard that the file has and in which nothing is wrong, by name."""
    touched: set[str] = set()
    for (_, column), samples in report.samples.items():
        if samples[0].severity != "info":
            # What is about several columns, such as a key, names them all.
            touched |= {column, *column.split(", ")}
    places = match_columns(report.header, schema.fields)
    return [
        field.name
        for field, place in zip(schema.fields, places, strict=True)
        if place is not None and touched.isdisjoint((field.name, report.header[place]))
    ]


def _task(report: Report, rule_id: str, column: str, count: int, translate: Translate) -> Task:
    rule = get_rule(rule_id)
    samples = report.samples[rule_id, column]
    first = samples[0]
    form = _form(first, count, report.rows)
    return Task(
        rule=rule_id,
        column=column,
        severity=first.severity,
        principle=rule.principle,
        job=rule.job,
        blocks=first.blocks,
        form=form,
        count=count,
        share=min(count / report.rows, 1.0) if first.row and report.rows else None,
        first_cell=first.cell,
        sentence=first.message(translate, form, n=number(count, translate)),
        why=translate(rule.why),
        source=rule.source,
        steps=[translate(step) for step in rule.steps],
        samples=[sample.as_dict(translate) for sample in samples],
    )


def _form(first: Finding, count: int, rows: int) -> Form:
    if count == 1:
        return "one"
    return "whole" if first.row is not None and count >= rows else "many"
