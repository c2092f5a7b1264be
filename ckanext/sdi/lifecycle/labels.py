"""Read access of reviewers to private datasets: one permission label for each role."""

from __future__ import annotations

from ckan import model

from ckanext.sdi.lifecycle import gate, roles, states

WALIDATA = "sdi-walidata"
PEMBINA = "sdi-pembina"
JENIS_DATA = ("statistik", "geospasial", "keuangan", "lainnya")


def of_dataset(package: model.Package) -> list[str]:
    """The labels that let reviewers read a dataset as it stands now."""
    if package.type != gate.GOVERNED_TYPE:
        return []
    row = gate.row_of(package.id)
    if row is None or (not package.private and package.state == "active"):
        return []
    found = []
    if row.state in states.SEEN_BY_WALIDATA:
        found.append(WALIDATA)
    if row.state == states.PEMBINA_REVIEW:
        found.append(_of_pembina((package.extras or {}).get("jenis_data") or ""))
    return found


def of_user(user: model.User | None) -> list[str]:
    """The labels that a user's roles give."""
    if user is None or user.is_anonymous:
        return []
    found = []
    for held in roles.held_by(user.id):
        if held.role == roles.WALIDATA:
            found.append(WALIDATA)
        elif held.role == roles.PEMBINA and held.jenis_data:
            found.append(_of_pembina(held.jenis_data))
        elif held.role == roles.PEMBINA:
            found += [_of_pembina(jenis) for jenis in ("", *JENIS_DATA)]
    return found


def _of_pembina(jenis_data: str) -> str:
    return f"{PEMBINA}-{jenis_data}" if jenis_data else PEMBINA
