"""Who may read rows: whoever CKAN's own Data API shows them to."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import authz
from ckan.types import AuthResult, Context, DataDict


@tk.auth_allow_anonymous_access
def sdi_datastore_search(context: Context, data_dict: DataDict) -> AuthResult:
    """Whoever may call ``datastore_search`` on the resource."""
    return authz.is_authorized("datastore_search", context, data_dict)
