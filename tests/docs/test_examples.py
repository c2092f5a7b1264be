"""Every example of docs/developer.md, run in the order of the page on the made-up province."""

from __future__ import annotations

import io
import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ckanext.sdi.logic import action
from ckanext.sdi.logic.discover import functions
from tests.docs.examples import Names, Request, fences, requests
from tests.province import Province, run_checks

PAGE = Path(__file__).parents[2] / "docs/developer.md"
FENCES = fences(PAGE)
FILES = {fence.note: fence.text for fence in FENCES if fence.note}

pytestmark = pytest.mark.usefixtures("with_plugins")


def test_the_page_as_one_story(app: Any, province: Province) -> None:
    names = Names(
        {
            "item": province.item_id,
            "edition": province.edition_id,
            "office": province.office["id"],
        }
    )
    wrong: list[str] = []
    for request in requests(FENCES):
        run_checks()
        place = f"docs/developer.md:{request.line} {request.action}"
        response = send(app, province, names, request)
        assert response.status_code == request.status, f"{place}: {response.text[:2000]} {wrong}"
        answer = {name: value for name, value in response.json.items() if name != "help"}
        wrong += [f"{place} {found}" for found in names.differences(request.answer, answer)]
    assert wrong == []


def send(app: Any, province: Province, names: Names, request: Request) -> Any:
    """Send a request of the page."""
    headers = province.headers(request.role)
    address = names.fill(request.address)
    if request.method == "GET":
        return app.get(address, headers=headers)
    if request.is_form:
        return app.post(address, headers=headers, data=form(names, request.body))
    body = json.loads(request.body)
    return app.post(address, headers=headers, json=filled(names, body))


def filled(names: Names, value: Any) -> Any:
    """A JSON value with the names in its texts put in."""
    if isinstance(value, str):
        return names.fill(value)
    if isinstance(value, list):
        return [filled(names, one) for one in value]
    if isinstance(value, dict):
        return {name: filled(names, one) for name, one in value.items()}
    return value


def form(names: Names, body: str) -> dict[str, Any]:
    """The fields of a form: ``@file`` is uploaded, ``<file`` is read, as curl has it."""
    fields: dict[str, Any] = {}
    for line in body.splitlines():
        name, _, value = line.partition("=")
        if value.startswith("@"):
            fields[name] = (io.BytesIO(FILES[value[1:]].encode()), value[1:])
        else:
            fields[name] = FILES[value[1:]] if value.startswith("<") else names.fill(value)
    return fields


def test_every_action_has_an_example() -> None:
    shown = {request.action for request in requests(FENCES)}
    own = {name for name in functions(action) if name.startswith("sdi_")}
    assert own - shown == set()


def test_every_action_is_described_with_its_parameters() -> None:
    sections: dict[str, str] = {}
    for part in PAGE.read_text("utf-8").split("\n### ")[1:]:
        heading, _, text = part.partition("\n")
        sections[heading] = text
    for name, function in functions(action).items():
        if name.startswith("sdi_"):
            text = sections[name].partition("\n## ")[0]
            for parameter in re.findall(r":param (\w+):", function.__doc__ or ""):
                assert re.search(rf"[`\"?&]{parameter}[`\"=]", text), f"{name}: {parameter}"


def test_every_key_of_the_column_standard_is_described() -> None:
    schema = json.loads((PAGE.parents[1] / "schemas/table_schema.schema.json").read_text("utf-8"))
    field = schema["$defs"]["field"]["properties"]
    names = {
        *schema["properties"],
        *field,
        *field["constraints"]["properties"],
        *(f"sdi.{name}" for name in field["sdi"]["properties"]),
    }
    text = PAGE.read_text("utf-8").partition("## The column standard")[2]
    assert [name for name in sorted(names) if f"`{name}" not in text] == []


@pytest.mark.parametrize(
    "fence", [f for f in FENCES if f.language == "console"], ids=lambda fence: f"line {fence.line}"
)
def test_commands(fence: Any, tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    command, _, said = fence.text.partition("\n")
    program, *arguments = shlex.split(command.removeprefix("$ "))
    assert program == "sdi-check"
    run = subprocess.run(
        [Path(sys.executable).with_name(program), *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert Names().same_text(said.strip(), (run.stdout + run.stderr).strip()), (
        run.stdout + run.stderr
    )
