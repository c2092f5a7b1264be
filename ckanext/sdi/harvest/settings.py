"""The configuration of a harvest source, checked by the schema of its type."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ckanext.sdi.daftar_data import mapped
from ckanext.sdi.rules.schema_faults import faults_of, read_json

FORUM = "harvest_config.schema.json"
PORTAL = "portal_config.schema.json"
SCHEMAS = {"sdi_forum": FORUM, "sdi_portal": PORTAL}
"""The types of source of this extension, and the schema of what each is told."""


def read_config(text: Any, translate: Callable[[str], str], schema: str = FORUM) -> dict[str, Any]:
    """A source's configuration.

    :param schema: the file in ``schemas/`` that it is checked by
    :raises ValueError: with a sentence for each fault that names the field
    """
    blank = text is None or (isinstance(text, str) and not text.strip())
    config = {} if blank else read_json(text, translate, field="config")
    faults = faults_of(schema, config, translate, whole="config")
    if not faults and "mapping" in config:
        faults = mapped.faults_of(config["mapping"], translate)
    if faults:
        raise ValueError(" ".join(faults))
    return config
