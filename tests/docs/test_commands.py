"""The commands of docs/administrator.md, run in the order of the page on the made-up province."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from ckan.cli.cli import ckan

from ckanext.sdi import cli as own
from ckanext.sdi.datastore import findings_file
from ckanext.sdi.lifecycle import presence
from tests.docs.examples import Names, fences
from tests.province import Province, published_dataset

PAGE = Path(__file__).parents[2] / "docs/administrator.md"
TEXT = PAGE.read_text("utf-8")
FENCES = fences(PAGE)

pytestmark = pytest.mark.usefixtures("with_plugins")


def test_the_commands_say_what_the_page_shows(
    cli: Any, province: Province, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    # Other tests leave findings of databases that are gone.
    monkeypatch.setattr(findings_file, "root", lambda: tmp_path / "pemeriksaan")
    for fence in FENCES:
        if fence.note:
            (tmp_path / fence.note).write_text(fence.text, encoding="utf-8")
    published_dataset(province)
    names = Names({"edition": province.edition_id})
    for fence in FENCES:
        if fence.language == "console":
            command, _, shown = fence.text.partition("\n")
            arguments = shlex.split(names.fill(command.removeprefix("$ ckan ")))
            given = cli.invoke(ckan, arguments).output
            assert names.same_text(_trimmed(shown), _trimmed(given)), f"{command}\n{given}"


def _trimmed(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _commands(command: click.Command, path: str) -> Iterator[str]:
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _commands(inner, f"{path} {name}")
    else:
        yield path


def test_every_command_is_described() -> None:
    missing = []
    for path in _commands(own.sdi(), "ckan sdi"):
        group, _, last = path.rpartition(" ")
        if path not in TEXT and not (f"### {group}\n" in TEXT and f"`{last}" in TEXT):
            missing.append(path)
    assert missing == []


def test_every_setting_is_described() -> None:
    for option, needed in presence.NEEDED_SETTINGS:
        assert f"| `{f'{option} = {needed}'.rstrip()}` |" in TEXT


@pytest.mark.parametrize(("option", "needed"), presence.NEEDED_SETTINGS)
def test_doing_what_is_said_of_a_setting_is_enough(
    ckan_config: Any, option: str, needed: str
) -> None:
    wrong: Any = ["_table_metadata"] if needed == "" else needed == "false"
    ckan_config[option] = wrong
    assert list(presence.missing_settings()) == [f"{option} = {needed}".rstrip()]
    told = next(presence.missing_settings())
    name, _, value = told.partition(" =")
    ckan_config[name] = value.strip()
    assert list(presence.missing_settings()) == []
