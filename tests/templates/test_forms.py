"""The pages a Produsen fills in and reads: without scripts, as the server sends them."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from ckan import model
from ckan.tests import factories, helpers

from ckanext.sdi.lifecycle import states
from ckanext.sdi.model import DatasetState, Edition, Item, ItemVersion, Transition

pytestmark = pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")

TABLE_SCHEMA = {
    "fields": [
        {"name": "kode_kab", "title": "Kabupaten", "sdi": {"code": "kode_wilayah"}},
        {"name": "jumlah", "type": "integer", "sdi": {"satuan": "jiwa"}},
    ]
}


@pytest.fixture
def produsen() -> dict[str, Any]:
    return factories.UserWithToken()


@pytest.fixture
def office(produsen: dict[str, Any]) -> dict[str, Any]:
    return factories.Organization(
        title="Dinas Sosial", users=[{"name": produsen["name"], "capacity": "editor"}]
    )


@pytest.fixture
def item(office: dict[str, Any]) -> ItemVersion:
    edition = Edition(
        level="provinsi", tahun=2026, title="Daftar Data 2026", state="agreed", checksum="x"
    )
    version = ItemVersion(
        edition=edition,
        item=Item(level="provinsi", key="DDD-001"),
        row_number=1,
        id_ddd="DDD-001",
        nama_data="Jumlah Penduduk Miskin",
        organization_id=office["id"],
        produsen="Dinas Sosial",
        jenis_data="statistik",
        definisi="Penduduk di bawah garis kemiskinan",
        satuan="jiwa",
        jadwal_pemutakhiran="tahunan",
        klasifikasi_risiko="terbuka",
        table_schema=TABLE_SCHEMA,
    )
    model.Session.add(version)
    model.Session.commit()
    return version


def page(app: Any, url: str, user: dict[str, Any] | None = None) -> BeautifulSoup:
    headers = {"Authorization": user["token"]} if user else {}
    response = app.get(url, headers=headers)
    assert response.status_code == 200
    return BeautifulSoup(response.text, "html.parser")


def named(soup: BeautifulSoup, name: str) -> Tag:
    found = soup.select_one(f'[name="{name}"]')
    assert found is not None, name
    return found


def form_values(soup: BeautifulSoup, form_id: str) -> dict[str, Any]:
    """What a browser without scripts would send for a form, its first save button pressed."""
    form = soup.find(id=form_id)
    assert isinstance(form, Tag)
    values: dict[str, Any] = {}
    for field in form.select("input[name], textarea[name], select[name]"):
        name = str(field["name"])
        if field.name == "select":
            chosen = field.select_one("option[selected]") or field.select_one("option")
            values[name] = chosen["value"] if chosen else ""
        elif field.name == "textarea":
            values[name] = field.text
        elif field.get("type") == "checkbox":
            if field.has_attr("checked"):
                values[name] = field["value"]
        elif field.get("type") != "file":
            values[name] = field.get("value", "")
    return values


def send(app: Any, url: str, user: dict[str, Any], values: dict[str, Any]) -> Any:
    return app.post(
        url,
        headers={"Authorization": user["token"]},
        data=values,
        follow_redirects=False,
        content_type="multipart/form-data",
    )


def new_form(app: Any, user: dict[str, Any], item: ItemVersion) -> BeautifulSoup:
    return page(app, f"/dataset/new?daftar_data_item={item.item_id}", user)


def test_the_form_is_filled_from_the_item(
    app: Any, produsen: dict[str, Any], item: ItemVersion
) -> None:
    soup = new_form(app, produsen, item)
    assert named(soup, "title")["value"] == "Jumlah Penduduk Miskin"
    assert named(soup, "notes").text.strip() == "Penduduk di bawah garis kemiskinan"
    for name, value in {
        "owner_org": item.organization_id,
        "satuan": "jiwa",
        "jadwal_pemutakhiran": "tahunan",
        "klasifikasi_risiko": "terbuka",
        "jenis_data": "statistik",
    }.items():
        field = named(soup, name)
        assert (field["type"], field["value"]) == ("hidden", value)
    chosen = named(soup, "daftar_data_item").select_one("option[selected]")
    assert chosen is not None
    assert (chosen["value"], chosen.text) == (item.item_id, item.nama_data)
    assert named(soup, "name")["value"] == "jumlah-penduduk-miskin"
    assert "Dinas Sosial" in soup.get_text()
    # What the item does not say is asked.
    assert named(soup, "konsep").name == "textarea"


def test_the_form_has_five_groups_and_no_way_to_make_public(
    app: Any, produsen: dict[str, Any], item: ItemVersion
) -> None:
    soup = new_form(app, produsen, item)
    assert len(soup.select("#dataset-edit fieldset.sdi-group > legend")) == 5
    assert soup.select('[name="private"]') == []
    saves = [button.get("value") for button in soup.select('#dataset-edit [name="save"]')]
    assert saves == ["go-metadata"]


def test_every_field_of_the_plain_form_has_a_label_and_none_is_visibility(
    app: Any, produsen: dict[str, Any], office: dict[str, Any]
) -> None:
    soup = page(app, "/dataset/new", produsen)
    assert named(soup, "owner_org").name == "select"
    assert soup.select('[name="private"]') == []
    for field in soup.select("#dataset-edit input, #dataset-edit textarea, #dataset-edit select"):
        if field.get("type") != "hidden":
            assert soup.select_one(f'label[for="{field["id"]}"]'), field["id"]


def test_saving_makes_a_private_dataset_and_asks_for_the_file(
    app: Any, produsen: dict[str, Any], item: ItemVersion
) -> None:
    values = form_values(new_form(app, produsen, item), "dataset-edit")
    values |= {
        "name": "penduduk-miskin",
        "save": "go-metadata",
        "private": "False",
        "cakupan_wilayah": "64\r\n64.72",
    }
    answer = send(app, "/dataset/new", produsen, values)
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("/dataset/penduduk-miskin/resource/new")
    made = helpers.call_action("package_show", id="penduduk-miskin")
    assert (made["private"], made["state"]) == (True, "active")
    assert made["cakupan_wilayah"] == ["64", "64.72"]
    assert made["satuan"] == "jiwa"
    assert made["sdi"]["item"] == item.item_id


def test_a_wrong_code_comes_back_with_its_sentence_and_what_was_typed(
    app: Any, produsen: dict[str, Any], item: ItemVersion
) -> None:
    values = form_values(new_form(app, produsen, item), "dataset-edit")
    values |= {"name": "penduduk", "save": "go-metadata", "cakupan_wilayah": "99"}
    answer = send(app, "/dataset/new", produsen, values)
    assert answer.status_code == 200
    soup = BeautifulSoup(answer.text, "html.parser")
    assert soup.select_one(".error-explanation") is not None
    assert named(soup, "cakupan_wilayah").text.strip() == "99"
    assert model.Session.query(model.Package).count() == 0


@pytest.fixture
def dataset(app: Any, produsen: dict[str, Any], item: ItemVersion) -> dict[str, Any]:
    values = form_values(new_form(app, produsen, item), "dataset-edit")
    send(app, "/dataset/new", produsen, values | {"name": "miskin", "save": "go-metadata"})
    return helpers.call_action("package_show", id="miskin")


def upload(app: Any, user: dict[str, Any], name: str = "miskin") -> dict[str, Any]:
    soup = page(app, f"/dataset/{name}/resource/new", user)
    values = form_values(soup, "resource-edit") | {"save": "go-dataset-complete"}
    values["upload"] = (io.BytesIO(b"kode_kab,jumlah\n64.72,10\n"), "miskin 2024.csv")
    answer = send(app, f"/dataset/{name}/resource/new", user, values)
    assert answer.status_code == 302
    return helpers.call_action("package_show", id=name)["resources"][-1]


def test_the_file_form_offers_the_items_column_standard_and_plain_inputs(
    app: Any, produsen: dict[str, Any], dataset: dict[str, Any]
) -> None:
    soup = page(app, "/dataset/miskin/resource/new", produsen)
    assert json.loads(named(soup, "table_schema").text) == TABLE_SCHEMA
    assert [row.th.text for row in soup.select("#resource-edit tbody tr") if row.th] == [
        "kode_kab",
        "jumlah",
    ]
    assert named(soup, "upload")["type"] == "file"
    assert named(soup, "url")["type"] == "url"
    saves = [button.get("value") for button in soup.select('#resource-edit [name="save"]')]
    assert saves == ["again", "go-dataset-complete"]


def test_an_uploaded_file_keeps_its_name_and_column_standard(
    app: Any, produsen: dict[str, Any], dataset: dict[str, Any]
) -> None:
    resource = upload(app, produsen)
    assert resource["url_type"] == "upload"
    assert resource["table_schema"] == TABLE_SCHEMA
    assert resource["name"].endswith(".csv")


def test_saving_the_file_form_again_keeps_the_file(
    app: Any, produsen: dict[str, Any], dataset: dict[str, Any]
) -> None:
    resource = upload(app, produsen)
    url = f"/dataset/miskin/resource/{resource['id']}/edit"
    values = form_values(page(app, url, produsen), "resource-edit")
    answer = send(app, url, produsen, values | {"save": "go-dataset-complete", "lampiran": "true"})
    assert answer.status_code == 302
    kept = helpers.call_action("resource_show", id=resource["id"])
    assert (kept["url"], kept["url_type"], kept["lampiran"]) == (resource["url"], "upload", "true")
    assert kept["table_schema"] == TABLE_SCHEMA


def test_editing_keeps_what_the_form_does_not_ask(
    app: Any, produsen: dict[str, Any], office: dict[str, Any]
) -> None:
    made = factories.Dataset(
        owner_org=office["id"],
        author="Seksi Statistik",
        version="3",
        extras=[{"key": "guid", "value": "abc"}, {"key": "Lama", "value": "ya"}],
    )
    url = f"/dataset/edit/{made['name']}"
    soup = page(app, url, produsen)
    assert [b.get("value") for b in soup.select('#dataset-edit [name="save"]')] == ["go-metadata"]
    answer = send(app, url, produsen, form_values(soup, "dataset-edit") | {"save": "go-metadata"})
    assert answer.status_code == 302
    kept = helpers.call_action("package_show", id=made["id"])
    assert (kept["author"], kept["version"]) == ("Seksi Statistik", "3")
    assert {extra["key"]: extra["value"] for extra in kept["extras"]} == {
        "guid": "abc",
        "Lama": "ya",
    }


def test_a_dataset_that_contradicts_its_item_is_told_so_in_the_form(
    app: Any, produsen: dict[str, Any], office: dict[str, Any], item: ItemVersion
) -> None:
    made = factories.Dataset(
        owner_org=office["id"], daftar_data_item=item.item_id, satuan="rumah tangga"
    )
    soup = page(app, f"/dataset/edit/{made['name']}", produsen)
    assert "rumah tangga" in soup.select_one("#dataset-edit").get_text()  # pyright: ignore[reportOptionalMemberAccess]
    assert named(soup, "satuan")["value"] == "jiwa"


def test_the_dataset_page_says_where_it_stands_to_its_makers(
    app: Any, produsen: dict[str, Any], dataset: dict[str, Any]
) -> None:
    soup = page(app, "/dataset/miskin", produsen)
    panel = soup.select_one(".sdi-panel")
    assert panel is not None
    assert panel.select_one(".sdi-state-draft") is not None
    assert panel.select_one('a[href$="/dataset/miskin/kesesuaian"]') is not None


@pytest.mark.parametrize("state", sorted(states.LABELS))
def test_every_state_is_told_to_its_makers(
    app: Any, produsen: dict[str, Any], dataset: dict[str, Any], state: str
) -> None:
    row = model.Session.get(DatasetState, dataset["id"])
    assert row is not None
    row.state = state
    model.Session.add(
        Transition(
            package_id=dataset["id"],
            action="return",
            from_state="submitted",
            to_state=state,
            reason="Satuan belum jelas",
        )
    )
    model.Session.commit()
    panel = page(app, "/dataset/miskin", produsen).select_one(".sdi-panel")
    assert panel is not None
    assert panel.select_one(f"h2 .sdi-state-{state}") is not None
    assert "Satuan belum jelas" in panel.get_text()
    can_add = panel.select_one('a[href$="/resource/new"]') is not None
    assert can_add == (state in ("draft", "returned", "withdrawn"))


def test_a_name_is_made_from_the_title_when_none_is_sent(
    app: Any, produsen: dict[str, Any], dataset: dict[str, Any], item: ItemVersion
) -> None:
    values = form_values(new_form(app, produsen, item), "dataset-edit")
    answer = send(app, "/dataset/new", produsen, values | {"name": "", "save": "go-metadata"})
    assert answer.headers["Location"].endswith("/dataset/jumlah-penduduk-miskin/resource/new")
    again = send(app, "/dataset/new", produsen, values | {"name": "", "save": "go-metadata"})
    assert again.headers["Location"].endswith("/dataset/jumlah-penduduk-miskin-2/resource/new")


def test_the_dataset_page_shows_only_filled_fields_in_groups(
    app: Any, produsen: dict[str, Any], dataset: dict[str, Any]
) -> None:
    soup = page(app, "/dataset/miskin", produsen)
    table = soup.select_one(".additional-info table")
    assert table is not None
    cells = [cell.get_text(strip=True) for cell in table.select("td.dataset-details")]
    assert all(cells)
    assert "jiwa" in cells
    assert len(table.select('th[scope="colgroup"]')) >= 3


def test_the_resource_page_shows_the_column_standard_and_the_way_to_the_report(
    app: Any, produsen: dict[str, Any], dataset: dict[str, Any]
) -> None:
    resource = upload(app, produsen)
    soup = page(app, f"/dataset/miskin/resource/{resource['id']}", produsen)
    assert soup.find("th", string="kode_kab") is not None
    assert soup.select_one(f'a[href$="/resource/{resource["id"]}/pemeriksaan"]') is not None
    assert soup.find("th", string="Datastore active") is None


def test_the_bulk_page_has_no_buttons_for_visibility(
    app: Any, office: dict[str, Any], dataset: dict[str, Any]
) -> None:
    admin = factories.SysadminWithToken()
    soup = page(app, f"/organization/bulk_process/{office['name']}", admin)
    names = [str(button.get("name")) for button in soup.select("form button")]
    assert "bulk_action.delete" in names
    assert not {"bulk_action.public", "bulk_action.private"} & set(names)


def test_the_home_page_counts_what_the_public_finds(app: Any, dataset: dict[str, Any]) -> None:
    soup = page(app, "/")
    assert [number.text.strip() for number in soup.select(".sdi-numbers strong")] == ["0", "0"]


def test_tasks_are_in_the_header_for_those_who_are_logged_in(
    app: Any, produsen: dict[str, Any]
) -> None:
    assert page(app, "/").select('a[href$="/sdi/tugas"]') == []
    assert page(app, "/", produsen).select('header a[href$="/sdi/tugas"]') != []
