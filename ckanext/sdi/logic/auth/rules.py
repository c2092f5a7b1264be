"""Who may read the rules: everyone."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import AuthResult, Context, DataDict


@tk.auth_allow_anonymous_access
def sdi_rule_list(context: Context, data_dict: DataDict) -> AuthResult:
    return {"success": True}
