"""The pages of the Forum's list, as each role sees them."""

from __future__ import annotations

import base64
import csv
import io
import re
from typing import Any

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.daftar_data.formats import read_list
from ckanext.sdi.model import Edition
from tests.daftar_data.acting import imported
from tests.daftar_data.lists import regional, rows_of
from tests.province import Province, complete_metadata

LIST = "/sdi/daftar-data"


def agreed(province: Province, content: bytes) -> str:
    edition = province.act("koordinator", "sdi_daftar_data_import", content=content.decode())[
        "edition"
    ]["id"]
    province.act("koordinator", "sdi_daftar_data_edition_agree", id=edition)
    return edition


def upload(app: Any, province: Province, content: bytes, **form: Any) -> Any:
    data = {**form, "upload": (io.BytesIO(content), "daftar.csv")}
    return app.post(
        f"{LIST}/impor",
        headers=province.headers("koordinator"),
        data=data,
        follow_redirects=False,
        status=form.pop("status", None),
    )


def test_the_list_is_searched_and_filtered_without_login(province: Province, app: Any) -> None:
    agreed(province, regional({"Produsen Data": "Dinas Uji Coba"}, {"ID DDP": "-"}))
    page = app.get(LIST).body
    assert "Data Contoh 1" in page
    assert "Data Contoh 2" in page
    assert f"{LIST}/impor" not in page
    page = app.get(f"{LIST}?organization=dinas-uji").body
    assert "Data Contoh 1" in page
    assert "Data Contoh 2" not in page
    page = app.get(f"{LIST}?status=tidak_mengacu&q=contoh").body
    assert "Data Contoh 1" not in page
    assert "Data Contoh 2" in page
    page = app.get(f"{LIST}?tahun=2025").body
    assert "Jumlah usaha" in page
    assert "Data Contoh" not in page


def test_a_filter_that_is_none_is_told(province: Province, app: Any) -> None:
    for query in ("tahun=x", "status=x", "organization=x", "edition=x", "q=" + "x" * 300):
        assert "alert-danger" in app.get(f"{LIST}?{query}", status=200).body
    app.get(f"{LIST}?page=0", status=400)
    app.get(f"{LIST}?page=" + "9" * 30, status=200)


def test_pages(province: Province, app: Any) -> None:
    agreed(province, regional(*({} for _ in range(45))))
    first, third = app.get(LIST).body, app.get(f"{LIST}?page=3").body
    assert "Data Contoh 20<" in first
    assert "Data Contoh 21<" not in first
    assert "Data Contoh 45<" in third
    assert "page=3" in first


def test_an_import_with_faults_shows_each_by_row_and_column(province: Province, app: Any) -> None:
    content = regional({}, {"Produsen Data": ""}, {"Satuan": "x" * 501})
    answer = upload(app, province, content, title="Judul Saya")
    assert answer.status_code == 422
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", answer.body)
    assert cells[:3] == ["2", "Produsen Data", "J8"]
    assert cells[3:6] == ["3", "Satuan", "M9"]
    assert 'value="Judul Saya"' in answer.body
    assert model.Session.scalar(sa.select(sa.func.count()).select_from(Edition)) == 1


def test_of_many_faults_the_first_stand_on_the_page_and_all_in_a_file(
    province: Province, app: Any
) -> None:
    content = regional(*({"Produsen Data": ""} for _ in range(120)), {"Satuan": "=" * 501})
    page = BeautifulSoup(upload(app, province, content).body, "html.parser")
    assert len(page.select("#sdi-errors ~ div tbody tr")) == 100
    link: Any = page.select_one("a[download]")
    kind, _, encoded = link["href"].partition("base64,")
    assert kind == "data:text/csv;charset=utf-8;"
    _, *lines = csv.reader(io.StringIO(base64.b64decode(encoded).decode("utf-8-sig")))
    told = page.get_text(" ")
    assert f"100 dari {len(lines)}" in told
    assert {line[4] for line in lines[:121]} == {"Harus diperbaiki"}, (
        "what must be mended comes first"
    )
    assert lines[120][:3] == ["121", "Satuan", "M127"]
    few = upload(app, province, regional({"Produsen Data": ""})).body
    assert "data:text/csv" not in few


def test_no_file_and_no_list(province: Province, app: Any) -> None:
    headers = province.headers("koordinator")
    assert app.post(f"{LIST}/impor", headers=headers, data={}, status=422)
    assert upload(app, province, b"<html></html>").status_code == 422
    assert upload(app, province, regional({}), tahun="besok").status_code == 422


def test_from_the_import_to_the_agreement(province: Province, app: Any) -> None:
    agreed(province, regional({}, {}))
    answer = upload(
        app,
        province,
        regional(
            {"Satuan": "orang"},
            {"Produsen Data": "Dinas Tak Ada", "ID DDP": "-"},
            {"Klasifikasi Data sesuai Risiko": "Terbatas"},
        ),
    )
    assert answer.status_code == 302
    place = re.sub("^http://[^/]+", "", answer.headers["Location"])
    assert app.get(place, status=404)
    headers = province.headers("koordinator")
    page = app.get(place, headers=headers).body
    assert "csrf" in page
    assert "Dinas Tak Ada" in page
    assert "orang" in page
    walidata = app.get(place, headers=province.headers("walidata")).body
    assert f"{place}/sepakati" in page
    assert f"{place}/sepakati" not in walidata
    for role in ("walidata", "produsen"):
        app.post(f"{place}/sepakati", headers=province.headers(role), status=403)
    app.post(f"{place}/sepakati", headers=headers, follow_redirects=False, status=302)
    edition = model.Session.get(Edition, place.rpartition("/")[2])
    assert edition is not None
    model.Session.refresh(edition)
    assert edition.state == "agreed"
    assert app.get(place, status=200)


def test_an_edition_is_downloaded_and_reads_in_again(province: Province, app: Any) -> None:
    lists = regional({"Produsen Data": "Dinas Uji Coba"}, {"Produsen Data": "Dinas Lain"})
    place = f"{LIST}/edisi/{agreed(province, lists)}"
    page = app.get(place).body
    for form in ("csv", "xlsx"):
        assert f"{place}/daftar.{form}" in page
        answer = app.get(f"{place}/daftar.{form}")
        parsed = read_list(answer.data)
        assert rows_of(parsed) == rows_of(read_list(lists))
        one = read_list(app.get(f"{place}/daftar.{form}?organization=dinas-lain").data)
        assert [row["id_ddd"] for row in one.rows] == ["64.002"]
    for wrong in ("daftar.pdf", "daftar.csv?organization=tak-ada", "daftar.csv?organization=%00"):
        app.get(f"{place}/{wrong}", status=404)
    draft = upload(app, province, regional({})).headers["Location"].rpartition("/")[2]
    app.get(f"{LIST}/edisi/{draft}/daftar.xlsx", status=404)
    headers = province.headers("walidata")
    assert app.get(f"{LIST}/edisi/{draft}/daftar.xlsx", headers=headers).data[:2] == b"PK"


def test_others_do_not_import(province: Province, app: Any) -> None:
    for role in ("produsen", "pembina", "pengembang"):
        headers = province.headers(role)
        app.get(f"{LIST}/impor", headers=headers, status=403)
        app.post(f"{LIST}/impor", headers=headers, status=403)
        place = f"{LIST}/{province.item_id}/koreksi"
        app.get(place, headers=headers, status=403)
        app.post(place, headers=headers, data={"status": "x"}, status=403)


def test_who_is_not_logged_in_is_sent_to_the_login(province: Province, app: Any) -> None:
    answer = app.get(f"{LIST}/impor", follow_redirects=False, status=302)
    assert "/user/login" in answer.headers["Location"]


def test_an_item_with_its_column_standard_and_its_datasets(province: Province, app: Any) -> None:
    place = f"{LIST}/{province.item_id}"
    dataset = province.act("produsen", "package_create", **complete_metadata(province))
    for role in (None, "produsen", "produsen_lain"):
        page = app.get(place, headers=province.headers(role)).body
        assert "Banyaknya usaha yang tercatat" in page
        assert "Kode Wilayah" in page
        new = f"/dataset/new?daftar_data_item={province.item_id}"
        assert (new in page) is (role == "produsen")
        assert (f"/dataset/{dataset['name']}" in page) is (role == "produsen")
        assert f"{place}/koreksi" not in page
    assert f"{place}/koreksi" in app.get(place, headers=province.headers("koordinator")).body
    assert app.get(f"{LIST}/tak-ada", status=404)
    assert app.get(f"{LIST}/{province.item_id}?edition=tak-ada", status=404)


def test_an_item_is_corrected(province: Province, app: Any) -> None:
    headers = province.headers("koordinator")
    item = f"{LIST}/{province.item_id}"
    place = f"{item}/koreksi?edition={province.edition_id}"
    form = _fields(app.get(place, headers=headers).body)
    assert form["definisi"] == "Banyaknya usaha yang tercatat pada akhir tahun."
    app.post(place, headers=headers, data=form, status=302, follow_redirects=False)
    assert _shown(province)["corrections"] == []

    wrong = {**form, "id_ddp": "belum ada", "reason": "Rapat"}
    answer = app.post(place, headers=headers, data=wrong, status=422)
    assert 'value="belum ada"' in answer.body
    change = {**form, "status": "tidak_mengacu", "id_ddp": "", "satuan": "usaha"}
    answer = app.post(place, headers=headers, data=change, status=422)
    assert 'id="sdi-error-reason"' in answer.body
    change["reason"] = "Surat Bappeda <12>"
    app.post(place, headers=headers, data=change, follow_redirects=False, status=302)
    shown = _shown(province)
    assert (shown["status"], shown["id_ddp"], shown["satuan"]) == ("tidak_mengacu", None, "usaha")
    assert len(shown["corrections"]) == 3

    page = app.get(item, headers=headers).body
    assert "Surat Bappeda &lt;12&gt;" in page
    assert "uji-koordinator" in page
    page = app.get(item).body
    assert "Surat Bappeda &lt;12&gt;" in page
    assert "uji-koordinator" not in page


def _shown(province: Province) -> dict[str, Any]:
    return tk.get_action("sdi_daftar_data_show")({"user": ""}, {"id": province.item_id})


def _fields(page: str) -> dict[str, str]:
    """The fields of the page's form as a browser would send them, with its own line breaks."""
    soup = BeautifulSoup(page, "html.parser")
    form: Any = soup.find("form", action=re.compile("koreksi"))
    fields = {}
    for field in form.find_all(["input", "textarea", "select"]):
        if field.get("type") == "radio" and not field.has_attr("checked"):
            continue
        chosen = field.find("option", selected=True) if field.name == "select" else field
        text = field.text if field.name == "textarea" else (chosen or {}).get("value", "")
        fields[field["name"]] = text.replace("\n", "\r\n")
    return {name: value for name, value in fields.items() if not name.startswith("_")}


def test_every_form_that_changes_something_has_its_token(province: Province, app: Any) -> None:
    edition = upload(app, province, regional({})).headers["Location"].rpartition("/")[2]
    for place in ("impor", f"edisi/{edition}", f"{province.item_id}/koreksi"):
        page = app.get(f"{LIST}/{place}", headers=province.headers("koordinator")).body
        own = [form for form in re.findall("<form.*?</form>", page, re.DOTALL) if LIST in form]
        assert own
        assert all('name="_csrf_token"' in form for form in own if 'method="post"' in form)


@pytest.mark.parametrize(
    ("module", "path"), [("daftar_data_pusat", "pusat"), ("daftar_data_produsen", "produsen")]
)
def test_what_waits_for_a_word_has_further_pages(
    province: Province, app: Any, monkeypatch: pytest.MonkeyPatch, module: str, path: str
) -> None:
    monkeypatch.setattr(f"ckanext.sdi.views.{module}.PER_PAGE", 1)
    strangers = [{"ID DDP": "", "Produsen Data": f"Balai {n}"} for n in range(3)]
    edition = imported(province, regional(*strangers))["edition"]["id"]
    address = f"{LIST}/edisi/{edition}/{path}"
    page = app.get(address, headers=province.headers("koordinator")).body
    assert f"{address}?page=2" in page
    assert app.get(f"{address}?page=2", headers=province.headers("koordinator")).status_code == 200
