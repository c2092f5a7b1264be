"""What a remote can say to a harvest: every fault of it is told in the report, and none ends it."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.daftar_data import store
from ckanext.sdi.harvest import portal_import, remote, services
from ckanext.sdi.harvest.fetch import Fetched
from tests.harvest import test_forum
from tests.harvest.fake_ckan import FakeCkan
from tests.harvest.test_portal import harvest, messages, objects, source_of, taken_in
from tests.province import GOOD_CSV, Province

pytestmark = pytest.mark.usefixtures("with_plugins", "province")

PASSWORD = "rahasia-7"
LIST = "https://forum.example/daftar.csv"
# What JSON has, and what our storage has not.
ODD: list[Any] = [
    None, True, 7, -1, 1e400, 10**300, "", "\x00", "\ud800", "x" * 5000, [], [[]], {}, {"a": {}},
    [None], ["a", 1], [{}], [{"name": None}], [{"key": [], "value": {}}], "{", "%s %(a)s {title}",
    [{"id": {}, "url": []}], [{"id": "r", "url": "", "format": {}}], "../../etc/passwd",
]  # fmt: skip
FIELDS = (
    "title", "name", "notes", "tags", "extras", "resources", "satuan", "cakupan_wilayah",
    "periode_awal", "klasifikasi", "url", "type", "license_id", "kode_sds", "id_ddp",
)  # fmt: skip


@pytest.fixture
def one_file(allowed: FakeCkan) -> FakeCkan:
    allowed.files["usaha.csv"] = GOOD_CSV.encode()
    return allowed


def test_a_bad_address_is_told_and_the_next_dataset_has_its_turn(
    province: Province, one_file: FakeCkan
) -> None:
    for target in ("http://[::1", "\xff\xfe", "http://a:port/"):
        one_file.moved[f"/{len(one_file.moved)}.csv"] = target
    bad = ["http://[::1/x.csv", "http://\ud800/", "http://\x00/", "ftp://\x00/x", "http://a b/"]
    for n, url in enumerate([*bad, *(one_file.url + path for path in one_file.moved)]):
        file = {"id": "r", "name": "x", "format": "CSV", "url": url}
        one_file.has(f"a-{n}", id_ddd="DDD-001", resources=[file])
    one_file.has("b", "usaha.csv", id_ddd="DDD-001")
    told = messages(harvest(province, source_of(province, one_file)))
    assert len(told) == 8
    assert [package.title for package in taken_in()] == ["Dataset b"]


def test_a_password_in_the_address_of_a_file_is_not_told(
    province: Province, one_file: FakeCkan
) -> None:
    url = f"http://budi:{PASSWORD}@{one_file.host}/usaha.csv"
    file = {"id": "r", "name": "x", "format": "CSV", "url": url}
    one_file.has("a", id_ddd="DDD-001", resources=[file])
    (told,) = messages(harvest(province, source_of(province, one_file)))
    assert "kata sandi" in told
    assert PASSWORD not in told


def test_odd_values_are_saved_told_or_left_out(
    province: Province, allowed: FakeCkan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each field with each odd value, read and mapped; each fault is a sentence of this house."""
    for field in FIELDS:
        for n, value in enumerate(ODD):
            allowed.has(f"{field}-{n}", **{"id_ddd": "DDD-001", field: value})
    saved: list[Any] = []
    for name in ("_create", "_create_at_once", "_update"):
        monkeypatch.setattr(portal_import, name, lambda *given: saved.append(given) or _stop())
    report = harvest(province, source_of(province, allowed))
    assert report["gather_errors"] == []
    told = messages(report)
    assert len(objects()) == len(told) == len(FIELDS) * len(ODD)
    assert len(saved) > len(told) // 2
    assert not [message for message in told if "administrator" in message]


def _stop() -> None:
    raise tk.ValidationError({"title": ["here the saving begins"]})


def test_a_dataset_with_odd_names_is_saved_or_told(province: Province, allowed: FakeCkan) -> None:
    odd = ODD[6:12]
    for n, value in enumerate(odd):
        allowed.has(f"a-{n}", id_ddd="DDD-001", title=value, name=value, tags=value)
    told = messages(harvest(province, source_of(province, allowed)))
    assert len(told) + len(taken_in()) == len(odd)
    assert not [message for message in told if "administrator" in message]


def test_odd_answers_are_told(province: Province, allowed: FakeCkan) -> None:
    source = source_of(province, allowed)
    for results in (
        "[[]]", "[1]", '"a"', "null", "[null]", '[{"id": null}]', '[{"id": "a\\u0000"}]',
        '[{"id": "a", "n": ' + "9" * 5000 + "}]",
        '[{"id": "a", "x": ' + "[" * 990 + "]" * 990 + "}]",
    ):  # fmt: skip
        allowed.home_page = f'{{"success": true, "result": {{"results": {results}}}}}'.encode()
        assert harvest(province, source)["gather_errors"], results[:50]
        assert objects() == []


def test_a_fault_of_this_portal_is_an_error_of_the_object(
    province: Province, allowed: FakeCkan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: Any) -> None:
        raise TypeError(PASSWORD)

    allowed.has("a", id_ddd="DDD-001")
    monkeypatch.setattr(portal_import, "map_dataset", broken)
    source = source_of(province, allowed)
    (told,) = messages(harvest(province, source))
    assert "administrator" in told
    assert PASSWORD not in told


def test_a_fault_while_gathering_leaves_what_came_before_it(
    province: Province, allowed: FakeCkan, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(listing: Any) -> Any:
        yield [{"id": "a"}]
        raise AttributeError(listing)

    monkeypatch.setattr(remote.Listing, "__iter__", broken)
    (error,) = harvest(province, source_of(province, allowed))["gather_errors"]
    assert "administrator" in error["message"]
    assert [found.guid for found in objects()] == ["a"]


def test_a_fault_with_a_list_is_told(province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: Any, **options: Any) -> Any:
        raise AttributeError

    source = test_forum.make_source(province, LIST)
    monkeypatch.setattr(services, "save", broken)
    (error,) = test_forum.harvest(province, source)["gather_errors"]
    assert "administrator" in error["message"]

    def saved(url: str, config: Any, target: Any, **options: Any) -> tuple[Fetched, None]:
        target.write(b"a")
        return Fetched(url, "", 1, None, "text/csv"), None

    monkeypatch.setattr(services, "save", saved)
    monkeypatch.setattr(store, "import_list", broken)
    report = test_forum.harvest(province, source)
    ((_, errors),) = report["object_errors"].items()
    assert "administrator" in errors["errors"][0]["message"]


@pytest.mark.parametrize("kind", ["sdi_forum", "sdi_portal"])
@pytest.mark.parametrize(
    "url", [f"https://budi:{PASSWORD}@opd.example/", f"budi:{PASSWORD}@opd.example", "http://[::1"]
)
def test_a_source_has_no_password_in_its_address(kind: str, url: str, province: Province) -> None:
    data = {"name": "sumber", "title": "Sumber", "source_type": kind, "type": "harvest"}
    data["owner_org"] = province.office["id"]
    for action in ("harvest_source_create", "package_create"):
        with pytest.raises(tk.ValidationError) as refused:
            province.act("admin", action, **data, url=url)
        assert list(refused.value.error_dict) == ["url"]
        assert PASSWORD not in str(refused.value)
        assert PASSWORD not in str(refused.value.error_dict)
    source = province.act("admin", "harvest_source_create", **data, url="https://opd.example/a")
    for action in ("harvest_source_update", "package_update", "package_patch"):
        changed = {**data, "id": source["id"], "url": url}
        with pytest.raises(tk.ValidationError) as refused:
            province.act("admin", action, **changed)
        assert list(refused.value.error_dict) == ["url"]
    with pytest.raises(tk.ValidationError):
        province.act("admin", "package_patch", id=source["id"], url=url)
    with pytest.raises(tk.NotAuthorized):
        tk.get_action("package_create")({"user": ""}, {**data, "name": "b", "url": url})
    model.Session.rollback()
    assert province.act("admin", "harvest_source_show", id=source["id"])["url"].endswith("/a")


def test_the_form_shows_what_is_wrong_with_the_address(province: Province, app: Any) -> None:
    data = {"name": "sumber", "title": "Sumber", "source_type": "sdi_portal", "save": "Save"}
    data |= {"url": f"https://budi:{PASSWORD}@opd.example/", "owner_org": province.office["id"]}
    page = app.post("/harvest/new", data=data, headers=province.headers("admin"))
    assert "nama pengguna atau kata sandi" in html.unescape(page.body)


def files_of(there: FakeCkan, *paths: str) -> list[dict[str, str]]:
    return [
        {"id": f"r{n}", "name": f"Berkas {n}", "format": "CSV", "url": f"{there.url}/{path}"}
        for n, path in enumerate(paths)
    ]


def test_an_address_is_fetched_once_for_a_dataset(province: Province, one_file: FakeCkan) -> None:
    one_file.has("a", id_ddd="DDD-001", resources=files_of(one_file, *["usaha.csv"] * 3))
    assert messages(harvest(province, source_of(province, one_file))) == []
    assert one_file.asked.count("/usaha.csv") == 1
    (package,) = taken_in()
    resources = province.act("admin", "package_show", id=package.id)["resources"]
    assert [resource["size"] for resource in resources] == [len(GOOD_CSV.encode())] * 3


def test_the_files_of_a_dataset_have_a_time(
    province: Province, one_file: FakeCkan, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_file.has("a", "usaha.csv", id_ddd="DDD-001")
    one_file.has("b", id_ddd="DDD-001")
    monkeypatch.setattr(remote, "FILES_SECONDS", 0.0)
    source = source_of(province, one_file)
    (told,) = messages(harvest(province, source))
    assert "menit" in told
    assert [package.title for package in taken_in()] == ["Dataset b"]


def test_more_files_than_the_limit_are_left_out_and_told(
    province: Province, one_file: FakeCkan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "MOST_FILES", 2)
    one_file.has("a", id_ddd="DDD-001", resources=files_of(one_file, *["usaha.csv"] * 4))
    (told,) = messages(harvest(province, source_of(province, one_file)))
    assert "2 berkas" in told
    assert "Berkas 2, Berkas 3" in told
    (package,) = taken_in()
    assert len(package.resources) == 2


def test_what_is_here_stays_when_there_is_no_room_for_its_change(
    province: Province, one_file: FakeCkan, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_file.files["lain.csv"] = one_file.files["lagi.csv"] = GOOD_CSV.encode()
    dataset = one_file.has("a", id_ddd="DDD-001")
    dataset["resources"] = files_of(one_file, "usaha.csv", "lain.csv", "lagi.csv")
    source = source_of(province, one_file)
    assert messages(harvest(province, source)) == []
    before = [resource.id for resource in taken_in()[0].resources]
    one_file.asked.clear()
    monkeypatch.setattr(remote, "MOST_BYTES", len(GOOD_CSV.encode()))
    dataset["title"] = "Judul baru"
    (told,) = messages(harvest(province, source))
    assert "Berkas 1, Berkas 2" in told
    assert [resource.id for resource in taken_in()[0].resources] == before
    assert "/lagi.csv" not in one_file.asked
    monkeypatch.undo()


def test_a_file_is_no_larger_than_a_harvest_takes(
    province: Province, one_file: FakeCkan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "ckan.max_resource_size", 200)
    monkeypatch.setattr(remote, "MAX_BYTES", 2**20)
    one_file.files["besar.csv"] = b"a,b\n" + b"1,2\n" * 300_000
    one_file.has("a", "besar.csv", id_ddd="DDD-001")
    (told,) = messages(harvest(province, source_of(province, one_file)))
    assert "1 MB" in told


def test_a_page_has_a_limit(
    province: Province, allowed: FakeCkan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "MAX_ANSWER", 2**20)
    allowed.home_page = json.dumps({"success": True, "x": "0" * 2**21}).encode()
    (error,) = harvest(province, source_of(province, allowed))["gather_errors"]
    assert "1 MB" in error["message"]
    assert objects() == []
