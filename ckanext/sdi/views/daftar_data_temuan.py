"""What is wrong with a list that was refused: the first of it on the page, all of it in a file.

Nothing of a refused list is kept, so the file is part of the page.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.sdi.rules.finding import SEVERITIES
from ckanext.sdi.views.aturan import SEVERITIES as SEVERITY_LABELS
from ckanext.sdi.views.daftar_data_cakupan import as_csv

FIRST = 100


def shown(findings: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What the page shows: errors before what should only be known, each kind by row."""
    ordered = sorted(findings, key=lambda found: SEVERITIES.index(found["severity"]))
    more = len(ordered) > FIRST
    return {
        "findings": ordered[:FIRST],
        "findings_count": len(ordered),
        "findings_file": _file(ordered) if more else "",
    }


def _file(findings: Sequence[dict[str, Any]]) -> str:
    """All of them, as an address that holds the file itself."""
    head = [tk._("Row"), tk._("Column"), tk._("Cell"), tk._("Value")]
    head += [tk._("Severity"), tk._("What is wrong, and how to mend it")]
    names = ("row", "column", "cell", "value")
    rows = [
        [
            *(found.get(name, "") for name in names),
            tk._(SEVERITY_LABELS[found["severity"]]),
            found["message"],
        ]
        for found in findings
    ]
    content = base64.b64encode(as_csv([head, *rows])).decode("ascii")
    return f"data:text/csv;charset=utf-8;base64,{content}"
