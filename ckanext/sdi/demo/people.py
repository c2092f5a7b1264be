"""The people and the organisations of the demo, and how they call the portal's actions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.demo.plan import Office, Plan

PASSWORD = "satudata2026"  # noqa: S105  told to everyone: a demo's
ADMIN = "admin"
PROVINCE = "64"
# The office in which the users `produsen` and `pendukung` work.
OFFICE_OF_PRODUSEN = "dinkes"


@dataclass(frozen=True)
class Role:
    """An organisation that holds a portal-wide role, and its user."""

    user: str
    role: str
    name: str
    title: str
    short: str
    jenis_data: str = ""


ROLES = (
    Role("walidata", "walidata", "diskominfo", "Dinas Komunikasi dan Informatika", "Diskominfo"),
    Role(
        "koordinator", "koordinator", "bappeda", "Badan Perencanaan Pembangunan Daerah", "Bappeda"
    ),
    Role("pembina", "pembina", "bps", "Badan Pusat Statistik Provinsi", "BPS", "statistik"),
)
FULL_NAMES = {
    "walidata": "Petugas Walidata",
    "koordinator": "Koordinator Forum",
    "pembina": "Petugas Pembina Data",
    "produsen": "Petugas Produsen Data",
    "pendukung": "Petugas Walidata Pendukung",
    "pengembang": "Pengembang Aplikasi",
}


def act(who: str, action: str, /, **data: Any) -> Any:
    """Call an action as a person does.

    :param who: the user's name; empty for the portal itself, which makes the first administrator
    """
    user = model.User.get(who) if who else None
    context: Any = {"user": who, "auth_user_obj": user} if who else {"ignore_auth": True}
    return tk.get_action(action)(context, data)


def is_there(action: str, name: str) -> bool:
    """Whether ``user_show`` or another ``…_show`` knows a name."""
    try:
        act(ADMIN, action, id=name)
    except tk.ObjectNotFound:
        return False
    return True


def producer_of(office: Office) -> str:
    """The user who delivers an office's data."""
    return "produsen" if office.name == OFFICE_OF_PRODUSEN else f"produsen-{office.name}"


def make_admin() -> None:
    """The administrator, where the portal has none of that name; one that is there is kept.

    :raises ckan.plugins.toolkit.NotAuthorized: when somebody else bears the name
    """
    user = model.User.get(ADMIN)
    if user is None:
        site: Any = act("", "get_site_user")
        context: Any = {"user": site["name"], "ignore_auth": True}
        tk.get_action("user_create")(
            context, {**_account(ADMIN), "fullname": "Administrator", "sysadmin": True}
        )
    elif not user.sysadmin:
        refusal = tk._("The user “{name}” of this portal is no administrator.")
        raise tk.NotAuthorized(refusal.format(name=ADMIN))


def make_users(plan: Plan) -> int:
    """The users of all roles, and a producer in each office that delivers something.

    :returns: how many were not there
    """
    delivering = {producer_of(dataset.item.office) for dataset in plan.datasets}
    names = sorted({*FULL_NAMES, *delivering})
    missing = [name for name in names if not is_there("user_show", name)]
    for name in missing:
        act(ADMIN, "user_create", **_account(name))
    return len(missing)


def _account(name: str) -> dict[str, str]:
    fullname = FULL_NAMES.get(name) or f"Produsen Data {name.partition('-')[2]}"
    return {
        "name": name,
        "fullname": fullname,
        "email": f"{name}@example.com",
        "password": PASSWORD,
    }


def make_organizations(plan: Plan) -> int:
    """The offices with their people, and the organisations that hold a role.

    :returns: how many were not there
    """
    delivering = {dataset.item.office.name for dataset in plan.datasets}
    made = 0
    for office in plan.offices:
        people = [(producer_of(office), "editor")] if office.name in delivering else []
        if office.name == OFFICE_OF_PRODUSEN:
            people = [("produsen", "editor"), ("pendukung", "admin")]
        text = f"Produsen data urusan {office.kategori.lower()} (peragaan)."
        made += _make_organization(office.name, office.title, office.short, text, people)
    for role in ROLES:
        text = f"Memegang peran {role.role} pada Satu Data Indonesia tingkat provinsi (peragaan)."
        made += _make_organization(role.name, role.title, role.short, text, [(role.user, "editor")])
    return made


def _make_organization(
    name: str, title: str, short: str, description: str, people: list[tuple[str, str]]
) -> int:
    if is_there("organization_show", name):
        return 0
    act(
        ADMIN,
        "organization_create",
        name=name,
        title=title,
        description=description,
        singkatan=short,
        kode_wilayah=PROVINCE,
        users=[{"name": user, "capacity": capacity} for user, capacity in people],
    )
    return 1


def give_roles() -> None:
    """Name the organisations that hold the portal-wide roles, unless others do already."""
    held = {row["role"] for row in act(ADMIN, "sdi_role_list")["results"]}
    for role in ROLES:
        if role.role not in held:
            act(
                ADMIN,
                "sdi_role_set",
                organization_id=role.name,
                role=role.role,
                jenis_data=role.jenis_data,
            )
