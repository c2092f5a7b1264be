"""Processes that outlive a step: started once, found again, and stopped without touching others."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from portal_lib.steps import LOGS, ROOT, StepFailed, clean_environment, load_json, save_json

POLL = 0.1
GRACE = 20

# The names of the processes that this run of dev/portal started.
started_here: list[str] = []


def _identity(pid: int) -> str | None:
    """What tells a process from a later one of the same number; None when it does not run."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    # After the name in brackets: state first, start time (in ticks since boot) as the 20th.
    state, *rest = stat.rpartition(")")[2].split()
    if state in "ZX":
        return None
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return f"{boot}/{rest[18]}"


def _pid(name: str) -> int | None:
    """The number of the running process ``name`` of ours, if there is one."""
    known = load_json("processes").get(name)
    return known["pid"] if known and _identity(known["pid"]) == known["identity"] else None


def is_running(name: str) -> bool:
    """Whether a process of ours called ``name`` runs."""
    return _pid(name) is not None


def stop_started_here() -> None:
    """End what this run of dev/portal started, the last first."""
    while started_here:
        stop(started_here.pop())


def running() -> list[str]:
    """The names of our processes that run, in the order they were started."""
    known = load_json("processes")
    return [name for name in sorted(known, key=lambda name: known[name]["at"]) if is_running(name)]


def stop(name: str) -> None:
    """End a process of ours with its group: politely first, then by force."""
    pid = _pid(name)
    if pid is not None:
        politely = load_json("processes")[name]["signal"]
        for how, seconds in ((politely, GRACE), (signal.SIGKILL, GRACE)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, how)
            if _wait(lambda: not is_running(name), seconds):
                break
    known = load_json("processes")
    known.pop(name, None)
    save_json("processes", known)


def log_of(name: str) -> Path:
    """The file that the process ``name`` writes to."""
    return LOGS / f"{name}.log"


def last_lines(name: str, count: int = 12) -> str:
    """The end of a process's log, indented."""
    lines = log_of(name).read_text(errors="replace").splitlines() if log_of(name).exists() else []
    return "\n".join(f"    {line}" for line in lines[-count:])


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait until ``condition`` holds; False when it does not in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(POLL)
    return True


def is_open(port: int) -> bool:
    """Whether something listens on this machine's ``port``."""
    with socket.socket() as client:
        client.settimeout(1)
        return client.connect_ex(("127.0.0.1", port)) == 0


def port_for(name: str, first: int) -> int:
    """The port of our process ``name``: where it runs, else the last one used or the next free.

    A port that something else holds is left to it; the choice is kept in ``.portal/ports.json``.
    """
    ports = load_json("ports")
    if is_running(name) and name in ports:
        return ports[name]
    port = ports.get(name, first)
    taken = {number for other, number in ports.items() if other != name}
    while port in taken or is_open(port):
        port += 1
    save_json("ports", {**ports, name: port})
    return port


@dataclass(frozen=True)
class Service:
    """A process to start: what to run, as whom, and how to see that it answers."""

    name: str
    arguments: Sequence[str | Path]
    answers: Callable[[], bool] = lambda: True
    environment: Mapping[str, str] = field(default_factory=dict)
    user: str | None = None
    seconds: int = 60
    stop_signal: int = signal.SIGTERM

    def start(self) -> None:
        """Start it unless it runs, and wait until it answers.

        Raises StepFailed when it ends or does not answer in time.
        """
        if is_running(self.name):
            return
        LOGS.mkdir(mode=0o700, parents=True, exist_ok=True)
        with log_of(self.name).open("ab") as log:
            process = subprocess.Popen(
                [str(argument) for argument in self.arguments],
                env=clean_environment(self.environment),
                cwd="/" if self.user else ROOT,
                user=self.user,
                group=self.user,
                extra_groups=[] if self.user else None,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        mark = {
            "pid": process.pid,
            "identity": _identity(process.pid),
            "at": time.time(),
            "signal": self.stop_signal,
        }
        save_json("processes", {**load_json("processes"), self.name: mark})
        started_here.append(self.name)
        in_time = _wait(lambda: process.poll() is not None or self.answers(), self.seconds)
        ended = process.poll() is not None
        if ended or not in_time:
            stop(self.name)
            raise self._failure("ended" if ended else f"did not answer in {self.seconds} seconds")

    def require(self) -> None:
        """Raises StepFailed when it does not run."""
        if not is_running(self.name):
            raise self._failure("ended")

    def _failure(self, what: str) -> StepFailed:
        return StepFailed(
            f"{self.name} {what}; the end of its log:\n{last_lines(self.name)}",
            f"read {log_of(self.name)}, mend what it names, and start again",
        )
