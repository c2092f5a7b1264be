"""What a check found: exact counts, some samples, and whether the file passes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from ckanext.sdi.rules import Finding
from ckanext.sdi.rules.columnar import unpack

SAMPLES = 10
Sink = Callable[[Finding], None]
BatchSink = Callable[[pa.RecordBatch], None]
Place = tuple[str, str]


@dataclass
class Report:
    """The outcome of one check.

    ``counts`` and ``samples`` go by rule and column ("" when the finding has none); counts are
    exact however many there are, samples are the first ten. ``layout`` says how the file was read.
    """

    rows: int = 0
    header: list[str] = field(default_factory=list)
    encoding: str = ""
    delimiter: str = ""
    layout: dict[str, Any] = field(default_factory=dict)
    blank_rows: int = 0
    counts: dict[Place, int] = field(default_factory=dict)
    severities: dict[str, int] = field(
        default_factory=lambda: {"error": 0, "warning": 0, "info": 0}
    )
    samples: dict[Place, list[Finding]] = field(default_factory=dict)
    personal_columns: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether the file has no errors."""
        return not self.severities["error"]

    @classmethod
    def unreadable(cls, finding: Finding) -> Report:
        """The report on a file that could not be read at all."""
        report = cls()
        report.add(finding)
        return report

    def add(self, finding: Finding) -> None:
        """Count a finding, and keep it if it is among the first."""
        place = (finding.rule, finding.column or "")
        self.counts[place] = self.counts.get(place, 0) + 1
        self.severities[finding.severity] += 1
        samples = self.samples.setdefault(place, [])
        if len(samples) < SAMPLES:
            samples.append(finding)

    def add_column(self, batch: pa.RecordBatch) -> None:
        """Count the findings of one column of a block, a batch of ``columnar.SCHEMA``."""
        rules = batch.column("rule").dictionary_encode()
        kinds = rules.indices.to_numpy()
        column = batch.column("column")[0].as_py()
        for kind, count in enumerate(np.bincount(kinds).tolist()):
            rule = rules.dictionary[kind].as_py()
            offsets = np.flatnonzero(kinds == kind)
            place = (rule, column)
            self.counts[place] = self.counts.get(place, 0) + count
            self.severities[batch.column("severity")[int(offsets[0])].as_py()] += count
            samples = self.samples.setdefault(place, [])
            if len(samples) < SAMPLES:
                samples += unpack(batch.take(pa.array(offsets[: SAMPLES - len(samples)])))

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON can hold it."""
        return {
            "rows": self.rows,
            "header": self.header,
            "encoding": self.encoding,
            "delimiter": self.delimiter,
            "layout": self.layout,
            "blank_rows": self.blank_rows,
            "severities": self.severities,
            "personal_columns": self.personal_columns,
            "counts": [
                {
                    "rule": rule,
                    "column": column,
                    "count": count,
                    "samples": [_pack(one) for one in self.samples[rule, column]],
                }
                for (rule, column), count in self.counts.items()
            ],
        }

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Report:
        """The report that ``as_dict`` gave."""
        names = (
            "rows", "header", "encoding", "delimiter", "layout", "blank_rows", "severities",
        )  # fmt: skip
        report = cls(**{name: raw[name] for name in names if name in raw})
        report.personal_columns = list(raw.get("personal_columns", ()))
        for entry in raw.get("counts", ()):
            place = (entry["rule"], entry["column"])
            report.counts[place] = entry["count"]
            report.samples[place] = [Finding(**one) for one in entry["samples"]]
        return report


def _pack(finding: Finding) -> dict[str, Any]:
    return {name: value for name, value in asdict(finding).items() if value not in (None, {})}
