"""What a person reads is marked: no bare text in templates, no bare sentence in code.

A crawl sees only what was looked up; a text that nobody looks up is found here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jinja2
import pytest

from tests.i18n.catalogue import ROOT, load_script, same_as_source

SOURCES = ROOT / "ckanext" / "sdi"
READ_ATTRIBUTES = {"title", "alt", "placeholder", "aria-label", "data-bs-content"}
MADE = "\x00"
# Calls whose texts end before a person, and their errors' keys.
TELLING = {
    "ActionError",
    "Invalid",
    "NotAuthorized",
    "ObjectNotFound",
    "StopOnError",
    "ValidationError",
    "abort",
    "flash_error",
    "flash_notice",
    "flash_success",
}
MARKS = load_script().PYTHON_KEYWORDS


class Texts(HTMLParser):
    """The texts of a page that a person reads, with the line each stands in."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("script", "style")
        for name, value in attrs:
            if name in READ_ATTRIBUTES and value:
                self.found.append((self.getpos()[0], value))

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append((self.getpos()[0], data))


def markup(source: str) -> str:
    """A template's own HTML: what it computes or translates stands in it as a sign."""
    out: list[str] = []
    in_trans, after_begin = False, False
    for _line, kind, value in jinja2.Environment(autoescape=True).lex(source):
        if kind == "data":
            out.append("\n" * value.count("\n") if in_trans else value)
            continue
        if kind == "name" and after_begin:
            in_trans = value == "trans" or (in_trans and value != "endtrans")
        if kind != "whitespace":
            after_begin = kind == "block_begin"
        out.append("\n" * value.count("\n"))
        if kind == "variable_begin":
            out.append(MADE)
    return "".join(out)


def bare_texts(source: str) -> list[tuple[int, str]]:
    """The texts of a template that nobody translates: line and text."""
    page = Texts()
    page.feed(markup(source))
    allowed = same_as_source()
    found = []
    for line, text in page.found:
        bare = text.replace(MADE, " ").strip()
        if any(letter.isalpha() for letter in bare) and bare not in allowed:
            found.append((line, bare))
    return found


def name_of(node: ast.Call) -> str | None:
    return getattr(node.func, "attr", getattr(node.func, "id", None))


def unmarked(node: ast.AST) -> Iterator[Any]:
    """The sentences inside an expression that no mark stands around."""
    if isinstance(node, ast.Call) and name_of(node) in MARKS:
        return
    text = node.value if isinstance(node, ast.Constant) else None
    if isinstance(text, str) and " " in text.strip() and any(sign.isalpha() for sign in text):
        yield node
    for child in ast.iter_child_nodes(node):
        yield from unmarked(child)


def told(tree: ast.AST) -> Iterator[ast.AST]:
    """The expressions of a module that a person is told: errors, flashes, refusals."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_of(node) in TELLING:
            yield from node.args
        elif isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "msg":
                    yield value


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", sorted((SOURCES / "templates").rglob("*.html")), ids=relative)
def test_a_template_has_no_bare_text(path: Path) -> None:
    assert bare_texts(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", sorted(SOURCES.rglob("*.py")), ids=relative)
def test_a_module_tells_nothing_unmarked(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    found = [(text.lineno, text.value) for node in told(tree) for text in unmarked(node)]
    assert found == []


def test_the_search_finds_bare_texts() -> None:
    page = """{% block a %}<p title="Hello">{{ _('Yes') }} and {% trans %}not this{% endtrans %}</p>
    <script>let x = "code";</script><a aria-label="{{ _('a') }}">{# remark #}So</a>{% endblock %}"""
    assert [text for _line, text in bare_texts(page)] == ["Hello", "and", "So"]


def test_the_search_finds_unmarked_sentences() -> None:
    code = "raise tk.Invalid('Not so')\nraise tk.Invalid(_('But so'))\nreturn {'msg': 'No way'}"
    found = [text.value for node in told(ast.parse(code)) for text in unmarked(node)]
    assert found == ["Not so", "No way"]
