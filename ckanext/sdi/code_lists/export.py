"""An edition for others: CSV, and SKOS as Turtle or JSON-LD, with addresses that resolve here."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator

from rdflib import DCTERMS, RDF, SKOS, XSD, Graph, Literal, Namespace, URIRef

import ckan.plugins.toolkit as tk

from ckanext.sdi.codes import SYSTEMS, vocabulary
from ckanext.sdi.codes.vocabulary import Code, Edition, Vocabulary

SCHEMA = Namespace("http://schema.org/")
HEADER = ("code", "name", "level", "kind", "parent", "valid_from", "valid_to")
_PIECE = 2000
MIMETYPES = {
    "csv": "text/csv; charset=utf-8",
    "ttl": "text/turtle; charset=utf-8",
    "jsonld": "application/ld+json; charset=utf-8",
}


def edition(system: str, named: str | None, form: str) -> bytes:
    """An edition in a format, whole; see :func:`stream`."""
    list_ = vocabulary(system)
    return b"".join(stream(list_, find(list_, named), form))


def stream(
    list_: Vocabulary, chosen: Edition, form: str, parent: str | None = None
) -> Iterator[bytes]:
    """An edition in a format, in pieces: the whole of it as one graph would take a gigabyte.

    :param form: one of ``FORMS``
    :param parent: only this code and what belongs to it
    :raises KeyError: when there is no such format
    """
    return FORMS[form](list_, chosen, _pieces(list_, chosen, parent))


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
    _add(graph, vocabulary(system), code)
    return _serialised(graph, form)


def _pieces(list_: Vocabulary, chosen: Edition, parent: str | None) -> Iterator[list[Code]]:
    piece: list[Code] = []
    under = list_.layout.normalise(parent) if parent else ""
    for code in list_.codes():
        if code.startswith(under) and list_.in_force(code, chosen.valid_from):
            found = list_.get(code, chosen.valid_from)
            if found is not None:
                piece.append(found)
        if len(piece) == _PIECE:
            yield piece
            piece = []
    yield piece


def _csv(_list: Vocabulary, _chosen: Edition, pieces: Iterator[list[Code]]) -> Iterator[bytes]:
    yield (",".join(HEADER) + "\n").encode()
    for piece in pieces:
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows(
            (code.code, code.name, code.level, code.kind, code.parent or "",
             code.valid_from or "", code.valid_to or "")
            for code in piece
        )  # fmt: skip
        yield text.getvalue().encode()


def _turtle(list_: Vocabulary, chosen: Edition, pieces: Iterator[list[Code]]) -> Iterator[bytes]:
    yield _serialised(_scheme(list_, chosen), "ttl")
    for piece in pieces:
        yield _serialised(_concepts(list_, piece), "ttl")


def _json_ld(list_: Vocabulary, chosen: Edition, pieces: Iterator[list[Code]]) -> Iterator[bytes]:
    yield b"["
    yield _nodes(_scheme(list_, chosen))
    for piece in pieces:
        if piece:
            yield b",\n" + _nodes(_concepts(list_, piece))
    yield b"]\n"


def _nodes(graph: Graph) -> bytes:
    """The nodes of a graph without the brackets around them."""
    nodes = json.loads(_serialised(graph, "jsonld"))
    return ",\n".join(json.dumps(node, ensure_ascii=False) for node in nodes).encode()


def _serialised(graph: Graph, form: str) -> bytes:
    names = {"ttl": "turtle", "jsonld": "json-ld"}
    return graph.serialize(format=names[form], encoding="utf-8")


def _bound() -> Graph:
    graph = Graph()
    graph.bind("skos", SKOS)
    graph.bind("dcterms", DCTERMS)
    graph.bind("schema", SCHEMA)
    graph.bind("xsd", XSD)
    return graph


def _graph(list_: Vocabulary) -> Graph:
    graph = _bound()
    scheme = URIRef(address(list_.system))
    graph.add((scheme, RDF.type, SKOS.ConceptScheme))
    graph.add((scheme, SKOS.prefLabel, Literal(SYSTEMS[list_.system].title, lang="id")))
    return graph


def _scheme(list_: Vocabulary, chosen: Edition) -> Graph:
    graph = _graph(list_)
    scheme = URIRef(address(list_.system))
    graph.add((scheme, DCTERMS.source, Literal(chosen.decree)))
    graph.add((scheme, DCTERMS.issued, Literal(chosen.valid_from, datatype=XSD.date)))
    return graph


def _concepts(list_: Vocabulary, codes: list[Code]) -> Graph:
    graph = _bound()
    for code in codes:
        _add(graph, list_, code)
    return graph


def _add(graph: Graph, list_: Vocabulary, code: Code) -> None:
    concept = URIRef(address(list_.system, code.code))
    graph.add((concept, RDF.type, SKOS.Concept))
    graph.add((concept, SKOS.inScheme, URIRef(address(list_.system))))
    graph.add((concept, SKOS.notation, Literal(code.code)))
    graph.add((concept, SKOS.prefLabel, Literal(code.name, lang="id")))
    if code.parent:
        graph.add((concept, SKOS.broader, URIRef(address(list_.system, code.parent))))
    else:
        graph.add((concept, SKOS.topConceptOf, URIRef(address(list_.system))))
    if code.valid_from:
        graph.add((concept, SCHEMA.validFrom, Literal(code.valid_from, datatype=XSD.date)))
    if code.valid_to:
        graph.add((concept, SCHEMA.validThrough, Literal(code.valid_to, datatype=XSD.date)))
    for other in list_.successors(code.code):
        graph.add((concept, DCTERMS.isReplacedBy, URIRef(address(list_.system, other))))


FORMS: dict[str, Callable[[Vocabulary, Edition, Iterator[list[Code]]], Iterator[bytes]]] = {
    "csv": _csv,
    "ttl": _turtle,
    "jsonld": _json_ld,
}
