"""The states between draft and published, and the steps between them (Perpres 39/2019, the
stages pemeriksaan and penyebarluasan).
"""

from __future__ import annotations

from dataclasses import dataclass

from ckanext.sdi.rules.catalogue import N_

DRAFT = "draft"
SUBMITTED = "submitted"
RETURNED = "returned"
PEMBINA_REVIEW = "pembina_review"
PEMBINA_RETURNED = "pembina_returned"
APPROVED = "approved"
PUBLISHED = "published"
WITHDRAWN = "withdrawn"

LABELS = {
    DRAFT: N_("Draft"),
    SUBMITTED: N_("Handed in"),
    RETURNED: N_("Returned to the producer"),
    PEMBINA_REVIEW: N_("With the Pembina Data"),
    PEMBINA_RETURNED: N_("Returned by the Pembina Data"),
    APPROVED: N_("Approved"),
    PUBLISHED: N_("Published"),
    WITHDRAWN: N_("Withdrawn"),
}

# Who holds the work: while it is with a reviewer, the producer cannot change it.
WITH_REVIEWER = frozenset({SUBMITTED, PEMBINA_REVIEW, PEMBINA_RETURNED, APPROVED})
# What the Walidata may read of other offices' private datasets: everything but first drafts.
SEEN_BY_WALIDATA = frozenset(LABELS) - {DRAFT}


@dataclass(frozen=True)
class Step:
    """A step of the lifecycle: from which states it may be taken."""

    action: str
    from_states: frozenset[str]


SUBMIT = Step("submit", frozenset({DRAFT, RETURNED, WITHDRAWN}))
RETURN = Step("return", frozenset({SUBMITTED, PEMBINA_REVIEW, PEMBINA_RETURNED, APPROVED}))
APPROVE = Step("approve", frozenset({SUBMITTED, PEMBINA_REVIEW}))
PUBLISH = Step("publish", frozenset({SUBMITTED, APPROVED}))
WITHDRAW = Step("withdraw", frozenset({PUBLISHED}))
