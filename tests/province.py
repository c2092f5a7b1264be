"""A made-up province for tests: offices, people with roles, an agreed list, a complete dataset."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.datastore import job
from ckanext.sdi.lifecycle import roles
from ckanext.sdi.model import Check, Edition, Item, ItemVersion

TABLE_SCHEMA = {
    "fields": [
        {
            "name": "kode_wilayah",
            "type": "string",
            "title": "Kode Wilayah",
            "constraints": {"required": True},
            "sdi": {"code": "kode_wilayah", "level": "kab_kota"},
        },
        {"name": "npwp", "type": "string", "title": "NPWP perusahaan", "sdi": {"code": "npwp"}},
        {"name": "tahun", "type": "year", "title": "Tahun"},
        {"name": "jumlah", "type": "integer", "title": "Jumlah", "sdi": {"satuan": "unit"}},
    ]
}
# The NPWPs are synthetic: sdi.md gives them as numbers whose first nine digits are in order.
GOOD_CSV = (
    "kode_wilayah,npwp,tahun,jumlah\n64.72,013121660091000,2025,12\n64.71,021832415000000,2025,7\n"
)
BAD_CSV = "kode_wilayah,npwp,tahun,jumlah\n64.99,013121660091000,2025,12\n64.71,12345,2025,tujuh\n"


@dataclass
class Province:
    """What the tests need to name."""

    office: dict[str, Any]
    other_office: dict[str, Any]
    users: dict[str, dict[str, Any]]
    item_id: str
    edition_id: str
    tokens: dict[str, str] = field(default_factory=dict)

    def act(self, who: str, action: str, /, **data: Any) -> Any:
        """Call an action as the API would for a person of this role."""
        name = self.users[who]["name"]
        context: Any = {"user": name, "auth_user_obj": model.User.get(name)}
        return tk.get_action(action)(context, data)

    def headers(self, role: str | None) -> dict[str, str]:
        """HTTP headers of a person of this role."""
        if role is None:
            return {}
        if role not in self.tokens:
            made = tk.get_action("api_token_create")(
                {"ignore_auth": True}, {"user": self.users[role]["name"], "name": "uji"}
            )
            self.tokens[role] = made["token"]
        return {"Authorization": self.tokens[role]}


def make_province() -> Province:
    """Make the province. The caller cleans the database before.

    People and offices are written as rows: the actions would take seconds for each test.
    """
    users = _users()
    office = _organization(
        "dinas-uji", "Dinas Uji Coba", (users["produsen"], "editor"), (users["pendukung"], "admin")
    )
    other = _organization("dinas-lain", "Dinas Lain", (users["produsen_lain"], "editor"))
    for role in ("walidata", "pembina", "koordinator"):
        held = _organization(f"org-{role}", f"Organisasi {role}", (users[role], "editor"))
        roles.set_role(held["id"], role, None)
    edition = Edition(
        level="provinsi", tahun=2025, title="Daftar Data 2025", state="agreed", checksum="uji"
    )
    item = Item(level="provinsi", key="DDD-001")
    model.Session.add_all([edition, item])
    model.Session.flush()
    model.Session.add(
        ItemVersion(
            edition_id=edition.id,
            item_id=item.id,
            row_number=1,
            id_ddd="DDD-001",
            id_ddp="06.01.001",
            status="mengacu",
            nama_data="Jumlah usaha menurut kabupaten dan kota",
            jenis_data="statistik",
            produsen="Dinas Uji Coba",
            organization_id=office["id"],
            klasifikasi_risiko="terbuka",
            definisi="Banyaknya usaha yang tercatat pada akhir tahun.",
            satuan="unit",
            jadwal_pemutakhiran="tahunan",
            table_schema=TABLE_SCHEMA,
        )
    )
    model.Session.commit()
    return Province(office, other, users, item.id, edition.id)


def _users() -> dict[str, dict[str, Any]]:
    made = {
        role: model.User(
            name=f"uji-{role}",
            email=f"{role}@example.com",
            sysadmin=role == "admin",
            state="active",
        )
        for role in ROLE_NAMES
    }
    model.Session.add_all(made.values())
    model.Session.flush()
    return {role: {"id": user.id, "name": user.name} for role, user in made.items()}


def _organization(name: str, title: str, *members: tuple[dict[str, Any], str]) -> dict[str, Any]:
    group = model.Group(name=name, title=title, type="organization", is_organization=True)
    model.Session.add(group)
    model.Session.flush()
    for user, capacity in members:
        model.Session.add(
            model.Member(
                group=group,
                table_name="user",
                table_id=user["id"],
                capacity=capacity,
                state="active",
            )
        )
    return {"id": group.id, "name": name, "title": title}


ROLE_NAMES = (
    "admin",
    "produsen",
    "pendukung",
    "produsen_lain",
    "walidata",
    "pembina",
    "koordinator",
    "pengembang",
)


def complete_metadata(province: Province, **changes: Any) -> dict[str, Any]:
    """A dataset's metadata with nothing missing."""
    return {
        "name": "jumlah-usaha",
        "title": "Jumlah usaha menurut kabupaten dan kota 2025",
        "owner_org": province.office["id"],
        "daftar_data_item": province.item_id,
        "notes": "Banyaknya usaha yang tercatat menurut kabupaten dan kota.",
        "jenis_data": "statistik",
        "konsep": "Kegiatan usaha di suatu wilayah.",
        "definisi": "Banyaknya usaha yang tercatat pada akhir tahun.",
        "klasifikasi": "Wilayah administrasi: kabupaten dan kota",
        "ukuran": "Jumlah",
        "satuan": "unit",
        "periode_awal": "2025",
        "periode_akhir": "2025",
        "cakupan_wilayah": ["64"],
        "tingkat_penyajian": "kab_kota",
        "metode_pengumpulan": "kompilasi_administrasi",
        "sumber": "Dinas Uji Coba",
        "jadwal_pemutakhiran": "tahunan",
        "penanggung_jawab": "Bidang Data Dinas Uji Coba",
        "klasifikasi_risiko": "terbuka",
        "tag_string": "usaha",
        **changes,
    }


def upload(text: str, name: str = "usaha.csv") -> FileStorage:
    """A file as a form sends it."""
    return FileStorage(io.BytesIO(text.encode()), filename=name)


def make_dataset(province: Province, role: str = "produsen", **changes: Any) -> dict[str, Any]:
    """A draft with complete metadata and no resource."""
    return province.act(role, "package_create", **complete_metadata(province, **changes))


def add_resource(
    province: Province,
    package_id: str,
    csv: str = GOOD_CSV,
    role: str = "produsen",
    **changes: Any,
) -> dict[str, Any]:
    """Upload a file to a dataset, without waiting for its check."""
    import json

    data = {
        "package_id": package_id,
        "name": "Tabel usaha",
        "format": "CSV",
        "upload": upload(csv),
        "url": "usaha.csv",
        "table_schema": json.dumps(TABLE_SCHEMA),
        **changes,
    }
    return province.act(role, "resource_create", **data)


def run_checks() -> None:
    """Do what the worker does with the checks that wait."""
    waiting = model.Session.scalars(sa.select(Check.id).where(Check.state == "waiting")).all()
    model.Session.commit()
    for check_id in waiting:
        job.run(check_id)


def ready_dataset(province: Province, **changes: Any) -> dict[str, Any]:
    """A dataset that can be handed in: complete, its file checked and loaded."""
    made = make_dataset(province, **changes)
    add_resource(province, made["id"])
    run_checks()
    return province.act("produsen", "package_show", id=made["id"])


def published_dataset(province: Province, **changes: Any) -> dict[str, Any]:
    """A dataset that went the whole way."""
    made = ready_dataset(province, **changes)
    province.act("produsen", "sdi_dataset_submit", id=made["id"])
    province.act("walidata", "sdi_dataset_publish", id=made["id"])
    return province.act("produsen", "package_show", id=made["id"])
