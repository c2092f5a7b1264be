"""What CKAN sees of the extension: interfaces in a line or two; the logic is elsewhere."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import click
from flask import Blueprint

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import model
from ckan.common import CKANConfig
from ckan.lib.plugins import DefaultPermissionLabels, DefaultTranslation
from ckan.types import Context

from ckanext.sdi import cli, helpers, views
from ckanext.sdi.code_lists import source
from ckanext.sdi.datastore import check_job, designer, findings_file, hands_off
from ckanext.sdi.lifecycle import gate, labels, listener, presence
from ckanext.sdi.logic import action, auth, facets, index, validators
from ckanext.sdi.logic.discover import functions, modules
from ckanext.tabledesigner.column_types import ColumnType
from ckanext.tabledesigner.interfaces import IColumnTypes


def _actions() -> dict[str, Any]:
    return functions(action)


def _auth_functions() -> dict[str, Any]:
    return functions(auth)


def _blueprints() -> list[Blueprint]:
    return [module.blueprint for module in modules(views) if hasattr(module, "blueprint")]


def _commands() -> list[click.Command]:
    return [cli.sdi()]


@tk.blanket.config_declarations
@tk.blanket.actions(_actions)
@tk.blanket.auth_functions(_auth_functions)
@tk.blanket.blueprints(_blueprints)
@tk.blanket.cli(_commands)
@tk.blanket.validators(validators)
@tk.blanket.helpers(helpers)
class SdiPlugin(hands_off.HandsOff, DefaultTranslation, DefaultPermissionLabels, p.SingletonPlugin):
    """The plugin ``sdi``. It comes first in ``ckan.plugins``: see ``docs/``."""

    p.implements(p.IConfigurer)
    p.implements(p.IConfigurable)
    p.implements(p.ITranslation)
    p.implements(p.IPermissionLabels)
    p.implements(p.IFacets, inherit=True)
    p.implements(p.IPackageController, inherit=True)
    p.implements(p.IResourceController, inherit=True)
    p.implements(IColumnTypes)

    # IConfigurer
    def update_config(self, config: CKANConfig) -> None:
        tk.add_template_directory(config, "templates")
        tk.add_resource("assets", "sdi")

    # IConfigurable
    def configure(self, config: CKANConfig) -> None:
        listener.listen()
        source.connect()
        presence.warn_about_settings()

    # ITranslation
    def i18n_domain(self) -> str:
        return "ckanext-sdi"

    # IPermissionLabels
    def get_dataset_labels(self, dataset_obj: model.Package) -> list[str]:
        return super().get_dataset_labels(dataset_obj) + labels.of_dataset(dataset_obj)

    def get_user_dataset_labels(self, user_obj: model.User) -> list[str]:
        return super().get_user_dataset_labels(user_obj) + labels.of_user(user_obj)

    # IFacets
    def dataset_facets(
        self, facets_dict: OrderedDict[str, Any], package_type: str
    ) -> OrderedDict[str, Any]:
        return facets.facets(facets_dict, package_type)

    def organization_facets(
        self,
        facets_dict: OrderedDict[str, Any],
        organization_type: str,
        package_type: str | None,
    ) -> OrderedDict[str, Any]:
        return facets.facets(facets_dict, package_type or "dataset")

    # IPackageController
    def before_dataset_search(self, search_params: dict[str, Any]) -> dict[str, Any]:
        return facets.without_what_no_one_sees(search_params)

    def after_dataset_search(
        self, search_results: dict[str, Any], search_params: dict[str, Any]
    ) -> dict[str, Any]:
        return facets.name_values(search_results)

    def after_dataset_create(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        gate.record(pkg_dict)
        check_job.dataset_changed(pkg_dict["id"])
        gate.tell_created(context, pkg_dict["id"])

    def after_dataset_update(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        gate.record(pkg_dict)
        check_job.dataset_changed(pkg_dict["id"])

    def after_dataset_show(self, context: Context, pkg_dict: dict[str, Any]) -> None:
        presence.show(pkg_dict)

    def before_dataset_index(self, pkg_dict: dict[str, Any]) -> dict[str, Any]:
        return index.prepare(presence.index(pkg_dict))

    # IResourceController
    def before_resource_delete(
        self, context: Context, resource: dict[str, Any], resources: list[dict[str, Any]]
    ) -> None:
        findings_file.remove_all(resource["id"])

    # IColumnTypes
    def column_types(self, existing_types: dict[str, type[ColumnType]]) -> dict[str, Any]:
        return {**existing_types, **designer.CODE_TYPES}
