"""What an error page says: Werkzeug's own words are English and for programmers."""

from __future__ import annotations

from typing import Any

from flask import current_app
from werkzeug.exceptions import default_exceptions

import ckan.plugins.toolkit as tk

from ckanext.sdi.rules.catalogue import N_

NAMES = {
    400: N_("Cannot be understood"),
    401: N_("Log in first"),
    403: N_("Not allowed"),
    404: N_("Not found"),
    405: N_("Not possible this way"),
    413: N_("Too large"),
    429: N_("Too often"),
    500: N_("A fault of the portal"),
    503: N_("Not available now"),
}
SENTENCES = {
    400: N_("The portal could not understand what your browser sent. Go back and try once more."),
    401: N_("Log in to see this page."),
    403: N_("Your account may not see this page."),
    404: N_("There is no page at this address. Look whether it is written right."),
    405: N_("This address does not take what was sent to it. Go back and use the form there."),
    413: N_(
        "A text that you sent is too large: the texts of a form may have {n} kB in all. Send a long"
        " text as a file."
    ),
    429: N_("You asked for too much in a short time. Try again later."),
    500: N_("Something went wrong on the portal. Try again, or tell its administrator."),
    503: N_("The portal is not available now. Try again in a few minutes."),
}
STALE_FORM = N_(
    "The form was open for too long, or you have logged out since. Go back, load the page anew and"
    " send the form once more."
)
CSRF, FAULT = "The CSRF ", "Internal server error"


def told(code: Any, name: str | None, content: Any) -> tuple[str | None, Any]:
    """The heading and the sentence of an error page.

    :param code: the status; CKAN gives its own faults as a list
    :param content: CKAN's or the extension's own sentence stays as it is
    """
    status = code[0] if isinstance(code, list) else code
    if status not in NAMES:
        return name, content
    own = content not in (default_exceptions[status].description, FAULT)
    if own and str(content).startswith(CSRF):
        content = tk._(STALE_FORM)
    elif not own:
        content = tk._(SENTENCES[status]).format(n=_largest_text())
    # The extension's own pages have headings of their own.
    has_own = name is not None and name != default_exceptions[status]().name
    return name if has_own else tk._(NAMES[status]), content


def _largest_text() -> int:
    return (current_app.config["MAX_FORM_MEMORY_SIZE"] or 0) // 1000
