"""Who may have a file checked that is handed in to nothing."""

from __future__ import annotations

from ckan.types import AuthResult, Context, DataDict


def sdi_file_check(context: Context, data_dict: DataDict) -> AuthResult:
    """Anyone who is logged in.

    Asked here, since CKAN 2.12's API takes its object for an unknown person for somebody.
    """
    return {"success": bool(context.get("user"))}
