"""Names of datasets: the last part of their address."""

from __future__ import annotations

import sqlalchemy as sa

from ckan import model
from ckan.lib.munge import munge_title_to_name

LONGEST = 90


def free_name(title: str) -> str:
    """A name made from a title that no dataset has yet; empty when the title gives none."""
    stem = munge_title_to_name(title)[:LONGEST].strip("-_")
    if len(stem) < model.PACKAGE_NAME_MIN_LENGTH:
        return ""
    taken = set(
        model.Session.scalars(
            sa.select(model.Package.name).where(model.Package.name.startswith(stem))
        )
    )
    if stem not in taken:
        return stem
    return next(name for n in range(2, len(taken) + 3) if (name := f"{stem}-{n}") not in taken)
