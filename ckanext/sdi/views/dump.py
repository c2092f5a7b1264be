"""CKAN's dump of a table's rows, kept from mixing the rows of two files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flask import Blueprint, Response, g

import ckan.plugins.toolkit as tk

from ckanext.sdi.datastore.table import identity_of

blueprint = Blueprint("sdi_dump", __name__)
DUMP = "datastore.dump"


class RowsReplacedError(Exception):
    """Other rows took the place of those that a dump had begun with."""


@blueprint.before_app_request
def remember() -> None:
    """Remember which table a dump begins with, before its first rows are read."""
    if tk.request.endpoint == DUMP:
        g.sdi_dumped = identity_of((tk.request.view_args or {})["resource_id"])


@blueprint.after_app_request
def keep_whole(response: Response) -> Response:
    """Break a dump off where it would go on with the rows of another file.

    CKAN reads it page by page, and a load may put other rows in place in between. A download
    that breaks off is seen by whoever made it; half of each file is not.
    """
    if tk.request.endpoint == DUMP and response.is_streamed:
        name = (tk.request.view_args or {})["resource_id"]
        response.response = unmixed(response.iter_encoded(), name, g.sdi_dumped)
    return response


def unmixed(pages: Iterable[bytes], name: str, identity: int | None) -> Iterator[bytes]:
    """The pages, as long as they come from one table.

    :param name: the table's, or an alias's
    :param identity: which it was before the first page was read
    :raises RowsReplacedError: in the place of a page of another
    """
    for page in pages:
        if identity_of(name) != identity:
            raise RowsReplacedError(name)
        yield page
