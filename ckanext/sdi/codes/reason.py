"""Why a value is not a right code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing wrong with a value.

    :param rule: id of the rule in the catalogue
    :param params: what fills the placeholders of its sentence; never digits that identify a person
    :param suggestion: the value as it could be, for a person to take
    """

    rule: str
    params: Mapping[str, str] = field(default_factory=dict)
    suggestion: str | None = None
