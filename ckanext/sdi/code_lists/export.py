"""An edition for others: CSV, and SKOS as Turtle or JSON-LD, with addresses that resolve here."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from datetime import date

from rdflib import DCTERMS, RDF, SKOS, XSD, Graph, Literal, Namespace, URIRef

import ckan.plugins.toolkit as tk

from ckanext.sdi.codes import SYSTEMS, vocabulary
from ckanext.sdi.codes.vocabulary import Code, Edition, Vocabulary

SCHEMA = Namespace("http://schema.org/")
HEADER = ("code", "name", "level", "kind", "parent", "valid_from", "valid_to")
MIMETYPES = {
    "csv": "text/csv; charset=utf-8",
    "ttl": "text/turtle; charset=utf-8",
    "jsonld": "application/ld+json; charset=utf-8",
}


def edition(system: str, named: str | None, form: str) -> bytes:
    """An edition in a format.

    :param named: the edition's id or decree; the newest if not given
    :param form: one of ``WRITERS``
    :raises KeyError: when the system has no list, or there is no such format
    :raises LookupError: when there is no such edition
    """
    list_ = vocabulary(system)
    chosen = find(list_, named)
    return WRITERS[form](list_, chosen)


def find(list_: Vocabulary, named: str | None) -> Edition:
    """The edition of an id or decree, or the newest.

    :raises LookupError: when there is none
    """
    if not named and list_.edition is not None:
        return list_.edition
    for candidate in list_.editions:
        if named in (candidate.id, candidate.decree):
            return candidate
    raise LookupError(named)


def address(system: str, code: str = "") -> str:
    """The stable address of a system or of a code."""
    base = str(tk.config["ckan.site_url"]).rstrip("/")
    return f"{base}/sdi/kode/{system}" + (f"/{code}" if code else "")


def one(system: str, code: Code, form: str) -> bytes:
    """One code as SKOS."""
    graph = _graph(vocabulary(system))
    _add(graph, vocabulary(system), code, code.valid_to or date.max)
    return _serialised(graph, form)


def _csv(list_: Vocabulary, chosen: Edition) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    for code in _codes(list_, chosen):
        writer.writerow((code.code, code.name, code.level, code.kind, code.parent or "",
                         code.valid_from or "", code.valid_to or ""))  # fmt: skip
    return text.getvalue().encode()


def _turtle(list_: Vocabulary, chosen: Edition) -> bytes:
    return _serialised(_skos(list_, chosen), "ttl")


def _json_ld(list_: Vocabulary, chosen: Edition) -> bytes:
    return _serialised(_skos(list_, chosen), "jsonld")


def _serialised(graph: Graph, form: str) -> bytes:
    names = {"ttl": "turtle", "jsonld": "json-ld"}
    return graph.serialize(format=names[form], encoding="utf-8")


def _codes(list_: Vocabulary, chosen: Edition) -> Iterator[Code]:
    for code in list_.codes():
        if list_.in_force(code, chosen.valid_from):
            found = list_.get(code, chosen.valid_from)
            if found is not None:
                yield found


def _graph(list_: Vocabulary) -> Graph:
    graph = Graph()
    graph.bind("skos", SKOS)
    graph.bind("dcterms", DCTERMS)
    graph.bind("schema", SCHEMA)
    scheme = URIRef(address(list_.system))
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    graph.add((scheme, SKOS.prefLabel, Literal(SYSTEMS[list_.system].title, lang="id")))
    return graph


def _skos(list_: Vocabulary, chosen: Edition) -> Graph:
    graph = _graph(list_)
    scheme = URIRef(address(list_.system))
    graph.add((scheme, DCTERMS.source, Literal(chosen.decree)))
    graph.add((scheme, DCTERMS.issued, Literal(chosen.valid_from, datatype=XSD.date)))
    for code in _codes(list_, chosen):
        _add(graph, list_, code, chosen.valid_from)
        if code.parent is None:
            graph.add((scheme, SKOS.hasTopConcept, URIRef(address(list_.system, code.code))))
    return graph


def _add(graph: Graph, list_: Vocabulary, code: Code, at: date) -> None:
    concept = URIRef(address(list_.system, code.code))
    graph.add((concept, RDF.type, SKOS.Concept))
    graph.add((concept, SKOS.inScheme, URIRef(address(list_.system))))
    graph.add((concept, SKOS.notation, Literal(code.code)))
    graph.add((concept, SKOS.prefLabel, Literal(code.name, lang="id")))
    if code.parent:
        graph.add((concept, SKOS.broader, URIRef(address(list_.system, code.parent))))
    if code.valid_from:
        graph.add((concept, SCHEMA.validFrom, Literal(code.valid_from, datatype=XSD.date)))
    if code.valid_to:
        graph.add((concept, SCHEMA.validThrough, Literal(code.valid_to, datatype=XSD.date)))
    for other in list_.successors(code.code):
        graph.add((concept, DCTERMS.isReplacedBy, URIRef(address(list_.system, other))))


WRITERS: dict[str, Callable[[Vocabulary, Edition], bytes]] = {
    "csv": _csv,
    "ttl": _turtle,
    "jsonld": _json_ld,
}
