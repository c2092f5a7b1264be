"""A sentence kept in a constant, or with a check, is translated where it is shown, not before."""

from __future__ import annotations

import ast
import html
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask_babel import force_locale

from ckan import model
from ckan.tests.helpers import CKANTestApp

from ckanext.sdi.datastore import check_job, check_queue, checks, job, outcome, rows_job
from tests.i18n.catalogue import ROOT, load_script
from tests.i18n.test_marked import name_of
from tests.province import Province, add_resource, make_dataset

SOURCES = ROOT / "ckanext" / "sdi"
TRANSLATE = {*load_script().PYTHON_KEYWORDS, "translate"} - {"N_"}
# These hand a sentence on as it is in the source; each is translated where it ends:
CARRIERS = {
    "RefusedError",  # harvest/portal.py, into the report of the job
    "_refuse",  # harvest/fetch.py, by words.told
    "FetchError",
    "FetchRefused",
    "RemoteError",
    "NotWhole",
    "_end_badly",  # datastore/outcome.py: the message of a check
    "finish",
    "refusal",  # datastore/door.py and corrections.py translate what they are given
    "_refused",
}
# Assignments and returns that do so: datastore/outcome.py, corrections.py and words.told translate
# them.
CARRIED = {
    "NO_QUEUE", "NOT_GOVERNED", "ATTACHMENT", "LINK", "NO_STANDARD", "OUTDATED", "_TOO_SLOW",
    "NO_STANDARD_FOR_ROWS", "NO_ROWS", "STOPPED", "GIVEN_UP", "NONE", "NO_CSV",
    "NOT_SAVED", "GONE_HERE", "WITHDRAWN",
}  # fmt: skip
STORED = (
    check_job.NO_QUEUE, job.CRASHED, job.TOO_LONG, job.FILE_GONE, check_queue.GIVEN_UP,
    rows_job.NO_ROWS, rows_job.OTHER_COLUMNS,
)  # fmt: skip


def constants(tree: ast.Module) -> set[str]:
    """The names of a module that stand for one marked sentence."""
    return {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and name_of(node.value) == "N_"
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def uses(node: ast.AST, names: set[str], calls: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """Where the names are used, with the calls that each use stands in, the innermost last."""
    if isinstance(node, ast.Call):
        inner = node.func if isinstance(node.func, ast.Call) else node
        yield from uses(node.func, names, calls)
        for child in (*node.args, *node.keywords):
            yield from uses(child, names, (*calls, name_of(inner) or ""))
        return
    if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
        # ``job.CRASHED`` of another module, ``CRASHED`` of its own or imported.
        name = ast.unparse(node)
        if name in names:
            yield name, calls
    for child in ast.iter_child_nodes(node):
        yield from uses(child, names, calls)


def untranslated(tree: ast.Module, names: set[str]) -> list[str]:
    """The constants that a module uses where nobody translates them."""
    return [
        name
        for name, calls in uses(tree, names)
        if not {*calls} & (TRANSLATE | CARRIERS) and name.rpartition(".")[2] not in CARRIED
    ]


def named(tree: ast.Module, of: dict[str, set[str]]) -> set[str]:
    """How a module names the constants: its own, those it imports, those of modules it imports."""
    names = constants(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                if alias.name in of.get(node.module.rpartition(".")[2], ()):
                    names.add(alias.name)
                names |= {f"{alias.name}.{name}" for name in of.get(alias.name, ())}
    return names


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(SOURCES.rglob("*.py")):
        if "rules" not in path.relative_to(SOURCES).parts:
            yield path, ast.parse(path.read_text("utf-8"))


def test_every_constant_is_translated_where_it_is_used() -> None:
    parsed = list(modules())
    of: dict[str, set[str]] = defaultdict(set)
    for path, tree in parsed:
        of[path.stem] |= constants(tree)
    assert all(of[stem] for stem in ("check_job", "portal_import", "http_errors", "harvest"))
    found = [
        (path.name, name) for path, tree in parsed for name in untranslated(tree, named(tree, of))
    ]
    assert found == []


def test_a_bare_use_is_found() -> None:
    tree = ast.parse("A = N_('So')\nraise tk.ValidationError({'a': [A]})\nflash(tk._(A))")
    assert untranslated(tree, constants(tree)) == ["A"]


@pytest.mark.parametrize("language", ["id", "en"])
def test_what_a_check_says_is_told_in_the_readers_language(
    province: Province, app: CKANTestApp, language: str
) -> None:
    made = make_dataset(province)
    resource = add_resource(province, made["id"])
    for message in STORED:
        check = checks.newest(resource["id"])
        assert check is not None
        check.state, check.message = "error", message
        model.Session.commit()
        with force_locale(language):
            told = outcome.of(model.Session.get_one(model.Resource, resource["id"]))["message"]
        assert (told == message) is (language == "en")
        address = f"/{language}/dataset/{made['name']}/resource/{resource['id']}/pemeriksaan"
        page = app.get(address, headers=province.headers("produsen"))
        assert told in html.unescape(page.get_data(as_text=True))
