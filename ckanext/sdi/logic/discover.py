"""Gathers the public functions of a package's modules for the blankets of ``plugin.py``."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import ckan.plugins as p


def modules(package: ModuleType) -> Iterator[ModuleType]:
    """The modules of a package, in the order of their names."""
    for info in pkgutil.iter_modules(package.__path__):
        yield importlib.import_module(f"{package.__name__}.{info.name}")


def functions(package: ModuleType) -> dict[str, Callable[..., Any]]:
    """The functions named ``sdi_…`` that the package's modules define, and those they chain.

    A module names the functions of CKAN that it wraps in a dict ``chained`` from CKAN's name to
    its own function; those of another plugin, which may not be there, in ``chained_with`` by
    plugin.

    :raises ValueError: when two modules define the same name
    """
    found: dict[str, Callable[..., Any]] = {}
    for module in modules(package):
        own = {
            name: value
            for name, value in vars(module).items()
            if name.startswith("sdi_")
            and inspect.isfunction(value)
            and value.__module__ == module.__name__
        }
        for name, function in (own | _chained(module)).items():
            if name in found:
                raise ValueError(f"{name} is defined twice under {package.__name__}")
            found[name] = function
    return found


def _chained(module: ModuleType) -> dict[str, Callable[..., Any]]:
    wrapped = dict(getattr(module, "chained", {}))
    for plugin, functions_of_plugin in getattr(module, "chained_with", {}).items():
        if p.plugin_loaded(plugin):
            wrapped |= functions_of_plugin
    return wrapped
