"""The wheel holds all of the extension: it is built, installed where nothing else is, and used."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Run apart from the tests' own interpreter: says what an installation finds in the wheel.
PROBE = """
import importlib, importlib.metadata as metadata, importlib.resources as resources, json, pkgutil
import ckanext.sdi, ckanext.sdi.schemas
from ckanext.scheming.plugins import _load_schema
load = lambda name: _load_schema(f"ckanext.sdi.schemas:{name}")
modules = [found.name for found in pkgutil.walk_packages(ckanext.sdi.__path__, "ckanext.sdi.")]
for name in modules:
    if ".migration" not in name:
        importlib.import_module(name)
[own] = metadata.distributions(name="ckanext-sdi", path=[ckanext.sdi.__path__[0] + "/../.."])
loaded = lambda group: [e.name for e in own.entry_points if e.group == group and e.load()]
print(json.dumps({
    "home": ckanext.sdi.__path__[0],
    "plugins": loaded("ckan.plugins"),
    "commands": loaded("console_scripts"),
    "dataset": len(load("dataset.yaml")["dataset_fields"]),
    "organization": len(load("organization.yaml")["fields"]),
    "presets": len(load("presets.yaml")["presets"]),
    "modules": len(modules),
}))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built anew."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "-w", folder, _copy(folder)], check=True, capture_output=True)
    [built] = folder.glob("*.whl")
    return built


def _copy(folder: Path) -> Path:
    """What is built from: a copy, so that the checkout is left as it is."""
    source = folder / "source"
    source.mkdir()
    for name in ("setup.py", "pyproject.toml", "MANIFEST.in", "LICENSE", "README.md"):
        if (ROOT / name).exists():
            shutil.copy(ROOT / name, source)
    for name in ("ckanext", "schemas"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    return source


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What an installation of the wheel alone, beside CKAN and its partners, says of itself."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", folder, wheel]
    subprocess.run(pip, check=True, capture_output=True)
    # Without `site` the editable install of this checkout is not seen, only the two folders are.
    path = os.pathsep.join([str(folder), sysconfig.get_path("purelib")])
    done = subprocess.run(
        [sys.executable, "-S", "-c", PROBE],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": path},
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
    )
    assert not done.returncode, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["home"].startswith(str(folder))
    return said


def test_every_file_of_the_extension_is_in_the_wheel(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    own = {
        *(path.relative_to(ROOT) for path in (ROOT / "ckanext" / "sdi").rglob("*")),
        *(Path("ckanext/sdi") / path.relative_to(ROOT) for path in (ROOT / "schemas").rglob("*")),
    }
    wanted = {
        str(path)
        for path in own
        if "__pycache__" not in path.parts and path.suffix and path.suffix != ".pyc"
    }
    assert wanted - packed == set()


@pytest.mark.parametrize(
    "name",
    [
        "ckanext/sdi/config_declaration.yaml",
        "ckanext/sdi/i18n/id/LC_MESSAGES/ckanext-sdi.mo",
        "ckanext/sdi/i18n/id/LC_MESSAGES/ckanext-sdi.po",
        "ckanext/sdi/migration/sdi/alembic.ini",
        "ckanext/sdi/assets/webassets.yml",
        "ckanext/sdi/codes/data/kode_wilayah.csv.gz",
        "ckanext/sdi/schemas/dataset.yaml",
    ],
)
def test_what_ckan_looks_for_is_in_the_wheel(wheel: Path, name: str) -> None:
    assert zipfile.ZipFile(wheel).getinfo(name).file_size > 0


def test_nothing_but_the_extension_is_in_the_wheel(wheel: Path) -> None:
    packed = zipfile.ZipFile(wheel).namelist()
    beside = [name for name in packed if not name.startswith(("ckanext/sdi/", "ckanext_sdi-"))]
    assert beside == []
    assert [name for name in packed if "__pycache__" in name] == []


def test_the_licence_is_named_and_shipped(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    [metadata] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
    assert "License-Expression: AGPL-3.0-or-later" in archive.read(metadata).decode()
    [licence] = [name for name in archive.namelist() if name.endswith("/LICENSE")]
    assert "GNU AFFERO GENERAL PUBLIC LICENSE" in archive.read(licence).decode()


def test_an_installation_loads_plugins_and_commands(installed: dict[str, object]) -> None:
    assert installed["plugins"] == ["sdi", "sdi_forum_harvester", "sdi_portal_harvester"]
    assert installed["commands"] == ["sdi-check"]


def test_an_installation_loads_the_schemas(installed: dict[str, int]) -> None:
    assert installed["dataset"] > 20
    assert installed["organization"] > 3
    assert installed["presets"] >= 11
