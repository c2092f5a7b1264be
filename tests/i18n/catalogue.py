"""What the tests of the catalogue share: the script that keeps it, and the list of equal words."""

from __future__ import annotations

from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).parent
ROOT = HERE.parent.parent


def load_script() -> ModuleType:
    """``dev/i18n``, whose name has no ending, as a module."""
    loader = SourceFileLoader("dev_i18n", str(ROOT / "dev" / "i18n"))
    spec = spec_from_loader("dev_i18n", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def same_as_source() -> set[str]:
    """The messages that may equal their source."""
    lines = (HERE / "same_as_source.txt").read_text("utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}
