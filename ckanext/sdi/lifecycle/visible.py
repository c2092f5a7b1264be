"""What of a private dataset shows beside its page, and who may see it."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from ckan import authz, model
from ckan.lib.plugins import get_permission_labels
from ckan.types import Context


def resource_is_public(resource_id: str | None, package_id: str | None) -> bool:
    """Whether a resource belongs to a dataset that everyone may see."""
    package = model.Session.get(model.Package, package_id) if package_id else None
    if package is None and resource_id:
        resource = model.Session.get(model.Resource, resource_id)
        package = resource.package if resource else None
    return bool(package and package.state == "active" and not package.private)


def tags(context: Context, names: Iterable[str]) -> set[str]:
    """Of some tag names, those that the asker may see: all for a sysadmin, else public ones."""
    names = set(names)
    if not names or _sees_all(context):
        return names
    public = (
        sa.select(model.Tag.name)
        .join(model.PackageTag, model.PackageTag.tag_id == model.Tag.id)
        .join(model.Package, model.Package.id == model.PackageTag.package_id)
        .where(
            model.Tag.name.in_(names),
            model.PackageTag.state == "active",
            model.Package.state == "active",
            model.Package.private.is_(False),
        )
        .distinct()
    )
    vocabulary = sa.select(model.Tag.name).where(
        model.Tag.name.in_(names), model.Tag.vocabulary_id.is_not(None)
    )
    return set(model.Session.scalars(public)) | set(model.Session.scalars(vocabulary))


def formats(context: Context, names: Iterable[str]) -> set[str]:
    """Of some formats in small letters, those of files that the asker may see: public ones."""
    names = set(names)
    if not names or _sees_all(context):
        return names
    lower = sa.func.lower(model.Resource.format)
    public = (
        sa.select(lower)
        .join(model.Package, model.Package.id == model.Resource.package_id)
        .where(
            lower.in_(names),
            model.Resource.state == "active",
            model.Package.state == "active",
            model.Package.private.is_(False),
        )
        .distinct()
    )
    return set(model.Session.scalars(public))


def members(context: Context, found: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    """A group's members without the datasets that the asker may not see."""
    package_ids = {member[0] for member in found if member[1] == "package"}
    if not package_ids or _sees_all(context):
        return found
    hidden = package_ids - _visible_packages(context, package_ids)
    return [member for member in found if member[0] not in hidden]


def may_see(context: Context, package: model.Package) -> bool:
    """Whether the asker may read a dataset, by its permission labels."""
    if _sees_all(context):
        return True
    labels = get_permission_labels()
    user = context.get("auth_user_obj") or model.User.get(context.get("user") or "")
    mine = set(labels.get_user_dataset_labels(user))
    return bool(mine & set(labels.get_dataset_labels(package)))


def may_see_named(context: Context, names: Iterable[str]) -> bool:
    """Whether the asker may read each of some datasets, given by name or id."""
    found = [model.Package.get(name) for name in names]
    return all(package is not None and may_see(context, package) for package in found)


def _visible_packages(context: Context, package_ids: set[str]) -> set[str]:
    packages = model.Session.scalars(
        sa.select(model.Package).where(model.Package.id.in_(package_ids))
    )
    return {package.id for package in packages if may_see(context, package)}


def _sees_all(context: Context) -> bool:
    return bool(context.get("ignore_auth")) or authz.is_sysadmin(context.get("user") or "")
