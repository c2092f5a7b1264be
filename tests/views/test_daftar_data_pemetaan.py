"""A list in no known format by the form: refused, its columns said by a person, taken in."""

from __future__ import annotations

import io
from typing import Any

import sqlalchemy as sa

from ckan import model

from ckanext.sdi.model import Edition, ItemVersion
from tests.province import Province

LIST = "Bidang Urusan;Nama Data;Satuan\nPendidikan;Angka Kelulusan;persen\n"
SAID = {
    "level": "kabkota",
    "tahun": "2026",
    "judul": ["Bidang Urusan", "Nama Data", "Satuan"],
    "nilai-jadwal_pemutakhiran": "tahunan",
}


def post(app: Any, province: Province, **form: Any) -> Any:
    data = {"upload": (io.BytesIO(LIST.encode()), "daftar.csv"), **form}
    headers = province.headers("koordinator")
    url = "/sdi/daftar-data/impor"
    return app.post(url, data=data, headers=headers, follow_redirects=False)


def test_a_person_says_what_the_columns_are(province: Province, app: Any) -> None:
    refused = post(app, province)
    assert refused.status_code == 422
    assert 'name="judul" value="Bidang Urusan"' in refused.body
    assert '<option value="nama_data" selected>' in refused.body
    said = {**SAID, "kolom": ["produsen", "nama_data", "-"]}
    faulty = post(app, province, **said)
    assert faulty.status_code == 422
    # What was said is still there, for one more try.
    assert '<option value="produsen" selected>' in faulty.body
    assert '<option value="-" selected>' in faulty.body
    taken = post(app, province, **said, id_prefix="RKPD")
    assert taken.status_code == 302
    edition = model.Session.scalars(sa.select(Edition).where(Edition.level == "kabkota")).one()
    item = model.Session.scalars(
        sa.select(ItemVersion).where(ItemVersion.edition_id == edition.id)
    ).one()
    assert (item.produsen, item.nama_data, item.satuan) == ("Pendidikan", "Angka Kelulusan", None)
    assert (item.jadwal_pemutakhiran, (item.id_ddd or "")[:5]) == ("tahunan", "RKPD-")


def test_the_same_list_said_otherwise_is_another_draft(province: Province, app: Any) -> None:
    count = sa.select(sa.func.count()).select_from(Edition).where(Edition.level == "kabkota")
    said = {**SAID, "kolom": ["produsen", "nama_data", "satuan"], "id_prefix": "RKPD"}
    numbers = []
    for more in ({}, {}, {"nilai-jadwal_pemutakhiran": "bulanan"}):
        post(app, province, **{**said, **more})
        numbers.append(model.Session.scalar(count))
    assert numbers == [1, 1, 2]


def test_a_mapping_that_is_none(province: Province, app: Any) -> None:
    refused = post(app, province, **SAID, kolom=["", "", ""])
    assert refused.status_code == 422
    assert "minProperties" not in refused.body
    assert "Sebutkan isi" in refused.body
    refused = post(app, province, **SAID, kolom=["produsen", "nama_data", ""], id_prefix="a b")
    assert refused.status_code == 422
    assert "$.id_prefix" not in refused.body
    assert "ID diawali" in refused.body
    twice = post(app, province, **SAID, kolom=["nama_data", "nama_data", ""])
    assert twice.status_code == 422
    assert "Lebih dari satu kolom" in twice.body
