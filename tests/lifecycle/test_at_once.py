"""Steps and changes at the same instant: one after the other, or refused; never both at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.sdi.lifecycle import gate
from ckanext.sdi.model import Transition
from tests.lifecycle.seen import is_public
from tests.province import BAD_CSV, Province, published_dataset, ready_dataset, upload

Call = tuple[str, str, dict[str, Any]]
LONGEST = 60.0
MEANWHILE = 2.0
"""Seconds that one call is held for the other: enough for a step, and it goes on after them."""


def at_once(province: Province, *calls: Call) -> list[Any]:
    """Make calls (role, action, data) in threads that start together; results or refusals.

    Whatever else is raised, as the 500 that it would be, fails the test.
    """
    from ckan.tests.pytest_ckan import ckan_setup

    context: Any = ckan_setup._tests_test_request_context
    together = threading.Barrier(len(calls))

    def one(who: str, action: str, data: dict[str, Any]) -> Any:
        with context.app.test_request_context():
            try:
                together.wait(LONGEST)
                return province.act(who, action, **data)
            except (tk.ValidationError, tk.NotAuthorized, tk.ObjectNotFound) as refusal:
                model.Session.rollback()
                return refusal
            finally:
                model.Session.remove()

    # Nothing of this thread's transaction may stand in the way of the others.
    model.Session.commit()
    model.Session.remove()
    with ThreadPoolExecutor(len(calls)) as pool:
        running: list[Future[Any]] = [pool.submit(one, *call) for call in calls]
        return [future.result(LONGEST) for future in running]


def refusals(results: list[Any]) -> list[Any]:
    return [result for result in results if isinstance(result, Exception)]


def steps(package_id: str, action: str) -> int:
    query = sa.select(sa.func.count()).select_from(Transition)
    found = query.where(Transition.package_id == package_id, Transition.action == action)
    return model.Session.scalar(found) or 0


def submitted(province: Province) -> dict[str, Any]:
    made = ready_dataset(province)
    province.act("produsen", "sdi_dataset_submit", id=made["id"])
    return made


@pytest.mark.parametrize("number", [2, 4])
def test_publishing_twice_at_once_is_one_publication(province: Province, number: int) -> None:
    made = submitted(province)
    publish: Call = ("walidata", "sdi_dataset_publish", {"id": made["id"]})
    results = at_once(province, *[publish] * number)
    assert len(refusals(results)) == number - 1, results
    assert steps(made["id"], "publish") == 1
    assert gate.state_of(made["id"]) == "published"
    assert is_public(made["id"])


def test_handing_in_twice_at_once_is_one(province: Province) -> None:
    made = ready_dataset(province)
    submit: Call = ("produsen", "sdi_dataset_submit", {"id": made["id"]})
    results = at_once(province, submit, submit)
    assert len(refusals(results)) == 1, results
    assert steps(made["id"], "submit") == 1


def test_publishing_and_returning_at_once_is_one_of_both(province: Province) -> None:
    made = submitted(province)
    results = at_once(
        province,
        ("walidata", "sdi_dataset_publish", {"id": made["id"]}),
        ("walidata", "sdi_dataset_return", {"id": made["id"], "reason": "Satuannya keliru"}),
    )
    assert len(refusals(results)) == 1, results
    taken = [action for action in ("publish", "return") if steps(made["id"], action)]
    published = taken == ["publish"]
    assert len(taken) == 1
    assert gate.state_of(made["id"]) == ("published" if published else "returned")
    assert is_public(made["id"]) == published


def test_withdrawing_twice_and_publishing_at_once(province: Province) -> None:
    made = published_dataset(province)
    withdraw: Call = ("walidata", "sdi_dataset_withdraw", {"id": made["id"], "reason": "Keliru"})
    results = at_once(
        province, withdraw, withdraw, ("walidata", "sdi_dataset_publish", {"id": made["id"]})
    )
    assert len(refusals(results)) == 2, results
    assert (steps(made["id"], "withdraw"), steps(made["id"], "publish")) == (1, 1)
    assert gate.state_of(made["id"]) == "withdrawn"
    assert not is_public(made["id"])


CHANGES: tuple[Call, ...] = (
    ("produsen", "package_patch", {"konsep": ""}),
    ("admin", "package_patch", {"konsep": ""}),
    ("produsen", "package_revise", {"update": {"konsep": ""}}),
    ("produsen", "resource_patch", {"upload": BAD_CSV}),
    ("produsen", "resource_delete", {}),
    ("produsen", "package_delete", {}),
    ("admin", "dataset_purge", {}),
    ("admin", "package_owner_org_update", {"organization_id": "dinas-lain"}),
)


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: f"{change[0]}-{change[1]}")
def test_what_is_handed_in_is_not_changed_by_a_save_under_way(
    province: Province, monkeypatch: pytest.MonkeyPatch, change: Call
) -> None:
    """A change that was let through while the dataset was a draft is made before it is handed in.

    Each takes away what handing in asks for: published with it, the dataset would be other than
    what was judged.
    """
    made = ready_dataset(province)
    who, action, data = change
    address: dict[str, Any] = {"id": made["id"]}
    if action == "package_revise":
        address = {"match": address}
    elif action.startswith("resource"):
        address = {"id": made["resources"][0]["id"]}
    if "upload" in data:
        data = {"upload": upload(data["upload"])}
    looked, over = _held_after_the_look(monkeypatch)

    def then_hand_in(context: Any, data_dict: Any) -> Any:
        assert looked.wait(LONGEST)
        try:
            submit(context, data_dict)
            return publish({"user": province.users["walidata"]["name"]}, data_dict)
        finally:
            over.set()

    submit: Callable[[Any, Any], Any] = tk.get_action("sdi_dataset_submit")
    publish: Callable[[Any, Any], Any] = tk.get_action("sdi_dataset_publish")
    monkeypatch.setattr(
        "tests.province.tk.get_action",
        _with_action(tk.get_action, "hand_in_and_publish", then_hand_in),
    )
    changed, handed_in = at_once(
        province,
        (who, action, {**address, **data}),
        ("produsen", "hand_in_and_publish", {"id": made["id"]}),
    )
    assert isinstance(changed, Exception) != isinstance(handed_in, Exception), (changed, handed_in)
    was_changed = isinstance(handed_in, Exception)
    assert gate.state_of(made["id"]) == ("draft" if was_changed else "published")
    is_there = model.Package.get(made["id"]) is not None
    assert (is_there and is_public(made["id"])) != was_changed


def _held_after_the_look(
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[threading.Event, threading.Event]:
    """Hold the first change between its look at the state and its writing."""
    looked, over = threading.Event(), threading.Event()
    look = gate.why_not_change

    def held(package_id: str) -> str | None:
        reason = look(package_id)
        if not looked.is_set():
            looked.set()
            over.wait(MEANWHILE)
        return reason

    monkeypatch.setattr(gate, "why_not_change", held)
    return looked, over


def _with_action(get_action: Any, name: str, function: Any) -> Any:
    return lambda asked: function if asked == name else get_action(asked)
