"""What is said of a file or picture that cannot be taken: with the limit, by every door."""

from __future__ import annotations

import html
import io
from typing import Any

import pytest
from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk

from tests.province import Province, add_resource, make_dataset

TOO_LARGE = (
    "Berkas lebih besar dari 1 MB, batas yang diterima portal ini. Bagi menjadi beberapa berkas."
)
MEGABYTE = 1 << 20
PICTURE = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00\x00\x00\x01" * 2 + b"\x08\x02\x00\x00\x00"
small = pytest.mark.ckan_config("ckan.max_resource_size", 1)


def line(size: int) -> tuple[io.BytesIO, str]:
    """A file of one line."""
    return io.BytesIO(b"a" * size), "satu-baris.csv"


def resources(province: Province, name: str) -> list[dict[str, Any]]:
    return province.act("produsen", "package_show", id=name)["resources"]


@small
class TestTooLarge:
    def test_by_the_form(self, province: Province, app: Any) -> None:
        made = make_dataset(province)
        page = app.post(
            f"/dataset/{made['name']}/resource/new",
            data={"id": "", "save": "go-metadata", "name": "Usaha", "upload": line(MEGABYTE + 1)},
            headers=province.headers("produsen"),
            content_type="multipart/form-data",
        )
        assert TOO_LARGE in html.unescape(page.body)
        assert "too large" not in page.body
        assert resources(province, made["name"]) == []

    def test_by_the_form_of_a_file_that_is_there(self, province: Province, app: Any) -> None:
        made = make_dataset(province)
        before = add_resource(province, made["id"])
        page = app.post(
            f"/dataset/{made['name']}/resource/{before['id']}/edit",
            data={"save": "go-metadata", "url_type": "upload", "upload": line(MEGABYTE + 1)},
            headers=province.headers("produsen"),
            content_type="multipart/form-data",
        )
        assert TOO_LARGE in html.unescape(page.body)
        [after] = resources(province, made["name"])
        assert (after["url"], after["last_modified"]) == (before["url"], before["last_modified"])

    @pytest.mark.parametrize("action", ["resource_create", "resource_update", "resource_patch"])
    def test_by_api(self, province: Province, app: Any, action: str) -> None:
        made = make_dataset(province)
        there = [] if action == "resource_create" else [add_resource(province, made["id"])]
        given = {"id": there[0]["id"]} if there else {"package_id": made["id"]}
        answer = app.post(
            f"/api/3/action/{action}",
            data={**given, "upload": line(MEGABYTE + 1)},
            headers=province.headers("produsen"),
            content_type="multipart/form-data",
        )
        assert (answer.status_code, answer.json["error"]["upload"]) == (409, [TOO_LARGE])
        urls = [resource["url"] for resource in resources(province, made["name"])]
        assert urls == [resource["url"] for resource in there]

    def test_with_a_dataset(self, province: Province) -> None:
        made = make_dataset(province)
        file = FileStorage(*line(MEGABYTE + 1))
        with pytest.raises(tk.ValidationError) as refused:
            province.act("produsen", "package_patch", id=made["id"], resources=[{"upload": file}])
        assert refused.value.error_dict["upload"] == [TOO_LARGE]

    def test_the_largest_is_taken_whole(self, province: Province, app: Any) -> None:
        made = make_dataset(province)
        answer = app.post(
            "/api/3/action/resource_create",
            data={"package_id": made["id"], "upload": line(MEGABYTE)},
            headers=province.headers("produsen"),
            content_type="multipart/form-data",
        )
        assert (answer.status_code, answer.json["result"]["size"]) == (200, MEGABYTE)


@pytest.mark.ckan_config("ckan.max_image_size", 1)
class TestPictures:
    @pytest.mark.parametrize(
        ("content", "name", "said"),
        [
            (PICTURE + b"a" * 2 * MEGABYTE, "foto.png", "Gambar lebih besar dari 1 MB"),
            (b"a,b\n1,2\n", "foto.csv", "Berkas ini bukan gambar yang diterima portal"),
            (b"a,b\n1,2\n", "foto.png", "Berkas ini bukan gambar yang diterima portal"),
        ],
        ids=["too large", "another type", "another type by another name"],
    )
    @pytest.mark.parametrize(
        "door", ["organization_create", "organization_update", "group_create", "user_update"]
    )
    def test_what_cannot_be_taken(
        self, province: Province, door: str, content: bytes, name: str, said: str
    ) -> None:
        file = FileStorage(io.BytesIO(content), name, content_type="image/png")
        person = province.users["produsen"]
        given: dict[str, Any] = {
            "organization_create": {"name": "dinas-baru", "title": "Dinas Baru"},
            "organization_update": {**province.office},
            "group_create": {"name": "pangan", "title": "Pangan"},
            "user_update": {**person, "email": "sari@example.com"},
        }[door]
        with pytest.raises(tk.ValidationError) as refused:
            province.act("admin", door, **given, image_upload=file)
        found: Any = refused.value.error_dict
        assert str(next(iter(found.values()))[0]).startswith(said)
