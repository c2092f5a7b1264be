"""The house keeps its order: who may import whom, and modules of a size that can be read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "ckanext" / "sdi"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST = 400

# A room imports from its own level and from those below: views, cli, harvest, logic -> lifecycle,
# check, datastore, daftar_data -> rules -> codes. ``model`` and ``config`` serve all but the pure.
LEVELS = {
    "codes": 0,
    "rules": 1,
    "check": 2,
    "kewajiban": 2,
    "datastore": 2,
    "daftar_data": 2,
    "lifecycle": 2,
    "code_lists": 2,
    "migration": 2,
    "logic": 3,
    "harvest": 3,
    "cli": 3,
    "demo": 3,
    "views": 3,
    "helpers": 3,
    "plugin": 4,
}
SHARED = {"model", "config"}
PURE = {"codes", "rules", "check", "kewajiban"}
SERVERS = {"ckan", "sqlalchemy", "flask", "redis", "rq", "pysolr", "psycopg2"}


def room_of(path: Path) -> str:
    """The folder or module of the extension that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(source: str) -> Iterator[str]:
    """The full names of the modules, and of what is taken from them, that a source imports."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "relative imports hide where an arrow goes"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def wrong_arrows(room: str, source: str) -> list[str]:
    """The imports in ``source`` that a module of ``room`` must not have."""
    wrong = []
    for name in imports_of(source):
        parts = name.split(".")
        if room in PURE and parts[0] in SERVERS:
            wrong.append(name)
        elif parts[:2] == ["ckanext", "sdi"] and len(parts) > 2:
            target = parts[2]
            if target in SHARED:
                if room in PURE:
                    wrong.append(name)
            elif LEVELS.get(target, 0) > LEVELS.get(room, 0):
                wrong.append(name)
    return wrong


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_arrows_go_one_way(path: Path) -> None:
    assert wrong_arrows(room_of(path), path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("codes", "from ckanext.sdi.rules import RULES"),
        ("rules", "import ckanext.sdi.lifecycle.gate"),
        ("rules", "import ckan.plugins.toolkit as tk"),
        ("check", "def f():\n    from sqlalchemy import text"),
        ("check", "from ckanext.sdi.model import Check"),
        ("lifecycle", "from ckanext.sdi.logic.action import daftar_data"),
        ("model", "from ckanext.sdi.lifecycle import gate"),
    ],
)
def test_a_wrong_arrow_is_seen(room: str, source: str) -> None:
    assert len(wrong_arrows(room, source)) == 1


def test_every_room_is_known() -> None:
    rooms = {room_of(path) for path in MODULES} - {"__init__", "migration"} - SHARED
    assert rooms <= set(LEVELS)


@pytest.mark.parametrize(
    "path",
    [*MODULES, *sorted((ROOT / "dev").rglob("*.py")), *sorted((ROOT / "tests").rglob("*.py"))],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_a_module_is_short_enough_to_be_read(path: Path) -> None:
    length = len(path.read_text(encoding="utf-8").splitlines())
    assert length <= LONGEST
