"""Processes of dev/portal: started once, found again, stopped without touching others."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal_lib import processes, steps
from portal_lib.processes import Service
from portal_lib.steps import StepFailed

SLEEP = [sys.executable, "-c", "import time; print('here', flush=True); time.sleep(60)"]


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of its own instead of ``.portal``; what was started ends with the test."""
    monkeypatch.setattr(steps, "STATE", tmp_path)
    monkeypatch.setattr(processes, "LOGS", tmp_path / "log")
    monkeypatch.setattr(processes, "started_here", [])
    yield tmp_path
    processes.stop_started_here()


def _pid(name: str) -> int:
    return steps.load_json("processes")[name]["pid"]


def test_a_service_is_started_once_and_stopped() -> None:
    Service("sleeper", SLEEP).start()
    first = _pid("sleeper")
    Service("sleeper", SLEEP).start()
    assert _pid("sleeper") == first
    assert processes.running() == ["sleeper"]
    processes.stop("sleeper")
    assert processes.running() == []
    assert not Path(f"/proc/{first}/status").exists() or "Z" in _state(first)


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_its_children_end_with_it(own_state: Path) -> None:
    child = own_state / "child"
    script = f"sleep 60 & echo $! > {child}.new; mv {child}.new {child}; wait"
    Service("parent", ["bash", "-c", script], answers=child.exists).start()
    processes.stop("parent")
    number = int(child.read_text())
    assert not Path(f"/proc/{number}").exists() or _state(number) == "Z"


def test_another_process_of_the_same_number_is_left_alone() -> None:
    other = subprocess.Popen(SLEEP, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        mark = {"pid": other.pid, "identity": "another start", "at": 0, "signal": 15}
        steps.save_json("processes", {"sleeper": mark})
        assert not processes.is_running("sleeper")
        processes.stop("sleeper")
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_service_that_ends_names_its_cause() -> None:
    failing = [sys.executable, "-c", "import sys; sys.exit('the disk is full')"]
    with pytest.raises(StepFailed) as failure:
        Service("failing", failing, answers=lambda: False).start()
    assert "failing ended" in failure.value.cause
    assert "the disk is full" in failure.value.cause
    assert "failing.log" in failure.value.remedy
    assert processes.running() == []


def test_a_service_that_does_not_answer_is_stopped() -> None:
    with pytest.raises(StepFailed) as failure:
        Service("silent", SLEEP, answers=lambda: False, seconds=1).start()
    assert "did not answer in 1 seconds" in failure.value.cause
    assert processes.running() == []


def test_only_what_was_started_here_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    Service("before", SLEEP).start()
    monkeypatch.setattr(processes, "started_here", [])
    Service("before", SLEEP).start()
    Service("now", SLEEP).start()
    processes.stop_started_here()
    assert processes.running() == ["before"]
    processes.stop("before")


def test_a_port_of_others_is_left_to_them_and_the_choice_kept() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        chosen = processes.port_for("web", taken)
        assert chosen > taken
    assert processes.port_for("web", taken) == chosen
    assert processes.port_for("solr", chosen) > chosen


def test_a_program_started_here_does_not_see_our_own_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    shown = steps.execute(["env"], remedy="")
    assert "PYTHONPATH" not in shown
    assert f"HOME={os.environ['HOME']}" in shown


def test_a_step_that_fails_says_what_the_program_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "LOGS", steps.STATE / "log")
    with pytest.raises(StepFailed, match="no such thing"):
        steps.execute(["bash", "-c", "echo no such thing >&2; exit 3"], remedy="look for it")
    with pytest.raises(StepFailed, match="not installed"):
        steps.execute(["no-such-program"], remedy="install it")
