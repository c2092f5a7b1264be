"""What clients send, looked at before CKAN's own actions meet it.

CKAN asks the database for whatever stands under ``id``; a list, a NUL byte or half of a character
there is an error of the database, and so a 500. Of a file that is too large it speaks English only.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from werkzeug.datastructures import FileStorage

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import files, uploader
from ckan.types import Context, DataDict

# Keys of datasets and resources that CKAN takes for texts without looking.
TEXTS = ("id", "name", "type", "owner_org", "package_id", "url", "format", "tag_string")
# What CKAN would write down without looking, too.
STATES = (None, "active", "draft", "deleted", "pending")
# What JSON has beside texts. CKAN itself hands on a row of a query as an id.
NO_TEXTS = (int, float, list, dict)
LARGEST = 2**63 - 1
"""The largest whole number that the database keeps."""
DEEPEST = 50
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def is_storable(text: str) -> bool:
    """Whether a text can be written to the database: no NUL byte, no half of a character."""
    return _UNSTORABLE.search(text) is None


def reference(data_dict: Mapping[str, Any], key: str = "id") -> str:
    """An id or name that an action needs.

    :raises ckan.logic.ValidationError: when it is missing or no text
    """
    value = tk.get_or_bust(dict(data_dict), key)
    if not isinstance(value, str) or not is_storable(value):
        raise tk.ValidationError({key: [tk._("Must be a text.")]})
    return value


def resource(action: str, context: Context, data_dict: DataDict) -> model.Resource:
    """The resource that an action is about, when the user may call it.

    :param action: whose auth function is asked
    :raises ckan.logic.NotFound: when there is no such resource
    :raises ckan.logic.NotAuthorized: when the user may not
    """
    resource_id = reference(data_dict)
    found = model.Session.get(model.Resource, resource_id)
    if found is None or found.state != model.State.ACTIVE:
        raise tk.ObjectNotFound(tk._("Resource was not found."))
    tk.check_access(action, context, {"id": resource_id})
    return found


def check(data_dict: Mapping[str, Any]) -> None:
    """Refuse a dataset or resource that CKAN could not even look at.

    :raises ckan.logic.ValidationError: naming each key that is wrong
    """
    errors = dict(_of_keys(data_dict))
    for resource in resources_of(data_dict):
        errors |= dict(_of_keys(resource))
    if errors:
        raise tk.ValidationError({key: [message] for key, message in errors.items()})


def _of_keys(data_dict: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key, value in data_dict.items():
        if not _fits(key) or not _fits(value):
            # CKAN expects errors under ``tags`` in a form of their own.
            name = "tag_string" if key == "tags" else _UNSTORABLE.sub("?", str(key))
            yield name, tk._("Contains a character or number that cannot be stored.")
        elif key in TEXTS and isinstance(value, NO_TEXTS):
            yield key, tk._("Must be a text.")
        elif key == "state" and value not in STATES:
            yield key, tk._("Must be one of: {values}").format(values=", ".join(STATES[1:]))
        elif key == "upload" and isinstance(value, FileStorage):
            yield from _of_file(value)
        elif key == "groups" and not _are_groups(value):
            yield key, tk._("Must be a list of objects.")


def _largest_file() -> int:
    """The most bytes that a resource's file may have; 0 when its storage has no limit."""
    try:
        storage = files.get_storage(tk.config["ckan.files.default_storages.resource"])
    except files.exc.UnknownStorageError:
        return uploader.get_max_resource_size() << 20
    settings: Any = storage.settings
    return settings.max_size


def too_large(most: int) -> str:
    """What is said of a file with more bytes than ``most``."""
    return tk._(
        "The file is larger than {n} MB, the most that this portal takes. Split it into smaller"
        " files."
    ).format(n=most >> 20)


def _of_file(upload: FileStorage) -> Iterator[tuple[str, str]]:
    most = _largest_file()
    size = upload.stream.seek(0, os.SEEK_END)
    upload.stream.seek(0)
    if 0 < most < size:
        yield "upload", too_large(most)


def _are_groups(value: Any) -> bool:
    if not isinstance(value, list):
        return False
    ids = [entry.get("id") if isinstance(entry, dict) else entry for entry in value]
    return all(isinstance(id_, (str, type(None))) for id_ in ids)


def resources_of(data_dict: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The resources that come with a dataset; CKAN refuses what is no list of objects."""
    given = data_dict.get("resources")
    found = given if isinstance(given, list) else []
    return [resource for resource in found if isinstance(resource, dict)]


# What CKAN finds out of an uploaded file, and would take from a client.
FOUND_OUT = ("last_modified", "size", "hash", "mimetype", "mimetype_inner")


def leave_files_as_they_are(resources: Iterable[dict[str, Any]]) -> None:
    """Let nobody but CKAN say what an uploaded file is: when it came, how large, of which type."""
    for resource in resources:
        given = resource.get("id")
        stored = model.Resource.get(given) if isinstance(given, str) else None
        uploaded = stored is not None and stored.url_type == "upload"
        if resource.get("upload") or resource.get("url_type") == "upload" or uploaded:
            kept = stored if uploaded and not resource.get("upload") else None
            _keep(resource, kept)


def _keep(resource: dict[str, Any], stored: model.Resource | None) -> None:
    for key in FOUND_OUT:
        resource.pop(key, None)
        value = getattr(stored, key, None)
        if value is not None:
            resource[key] = value.isoformat() if isinstance(value, datetime) else value


def _fits(value: Any, depth: int = 0) -> bool:
    """Whether the database can keep a value, with all that is in it."""
    if depth > DEEPEST:
        return False
    if isinstance(value, str):
        return is_storable(value)
    if isinstance(value, int):
        return abs(value) <= LARGEST
    if isinstance(value, dict):
        return all(_fits(key) and _fits(part, depth + 1) for key, part in value.items())
    if isinstance(value, list):
        return all(_fits(part, depth + 1) for part in value)
    return True
