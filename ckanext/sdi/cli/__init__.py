"""``ckan sdi …``: one group, its commands gathered from the modules beside this one."""

from __future__ import annotations

import sys

import click

from ckanext.sdi.logic.discover import modules


def sdi() -> click.Group:
    """The command group ``sdi`` with every module's ``commands``."""
    group = click.Group("sdi", help="Satu Data Indonesia.")
    for module in modules(sys.modules[__name__]):
        for command in getattr(module, "commands", ()):
            group.add_command(command)
    return group
