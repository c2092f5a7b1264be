"""Reference codes for programs: files, SKOS, and tags for what is kept."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from rdflib import DCTERMS, SKOS, Graph, Literal, URIRef

import ckan.plugins.toolkit as tk

pytestmark = pytest.mark.usefixtures("clean_db")

LIST = "/sdi/kode/kode_wilayah/unduh"


def uri(code: str) -> URIRef:
    return URIRef(f"{tk.config['ckan.site_url']}/sdi/kode/kode_wilayah/{code}")


def test_csv_of_the_newest_and_of_an_older_edition(app: Any) -> None:
    response = app.get(f"{LIST}.csv")
    rows = list(csv.DictReader(io.StringIO(response.body)))
    assert len(rows) == 91_599
    assert rows[0]["code"] == "11"
    assert "attachment" in response.headers["Content-Disposition"]
    older = list(csv.DictReader(io.StringIO(app.get(f"{LIST}.csv?edition=2019").body)))
    assert len(older) == 91_219
    assert "91.01" in {row["code"] for row in older}


@pytest.mark.parametrize(("form", "name"), [("ttl", "turtle"), ("jsonld", "json-ld")])
def test_skos(app: Any, form: str, name: str) -> None:
    graph = Graph().parse(data=app.get(f"{LIST}.{form}?parent=64.72").body, format=name)
    samarinda, palaran = uri("64.72"), uri("64.72.01")
    assert (samarinda, SKOS.notation, Literal("64.72")) in graph
    assert (samarinda, SKOS.prefLabel, Literal("Kota Samarinda", lang="id")) in graph
    assert (palaran, SKOS.broader, samarinda) in graph
    assert len(set(graph.subjects(SKOS.notation))) == 70


@pytest.mark.parametrize(
    ("mimetype", "name"), [("text/turtle", "turtle"), ("application/ld+json", "json-ld")]
)
def test_the_address_of_a_code_resolves(app: Any, mimetype: str, name: str) -> None:
    response = app.get("/sdi/kode/kode_wilayah/64.04", headers={"Accept": mimetype})
    assert response.headers["Content-Type"].startswith(mimetype)
    assert "Accept" in response.headers["Vary"]
    graph = Graph().parse(data=response.body, format=name)
    assert (uri("64.04"), DCTERMS.isReplacedBy, uri("65.01")) in graph
    assert "text/html" in app.get("/sdi/kode/kode_wilayah/64.04").headers["Content-Type"]
    app.get("/sdi/kode/kode_wilayah/99", headers={"Accept": mimetype}, status=404)


@pytest.mark.parametrize(
    "address", [f"{LIST}.xlsx", "/sdi/kode/nik/unduh.csv", f"{LIST}.csv?edition=1999"]
)
def test_what_is_not_there_is_a_404(app: Any, address: str) -> None:
    app.get(address, status=404)


@pytest.mark.parametrize(
    "address",
    [
        f"{LIST}.csv?parent=64.72",
        "/api/3/action/sdi_code_search?q=samarinda",
        "/api/action/sdi_code_show?system=kode_wilayah&code=64.72",
    ],
)
def test_what_has_not_changed_is_not_sent_again(app: Any, address: str) -> None:
    first = app.get(address)
    tag = first.headers["ETag"]
    again = app.get(address, headers={"If-None-Match": tag}, status=304)
    assert again.body == ""
    other = app.get(address, headers={"If-None-Match": '"x"'})
    assert other.body == first.body


def test_a_check_has_no_tag(app: Any) -> None:
    response = app.post("/api/3/action/sdi_code_check", json={"system": "nik", "values": ["1"]})
    assert "ETag" not in response.headers
    assert json.loads(response.body)["success"]
