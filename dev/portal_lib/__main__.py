"""The verbs of ``dev/portal``."""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator

from portal_lib import machine, processes, servers, site, suite
from portal_lib.steps import LOGS, STATE, StepFailed, say


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Keep two set-ups of one checkout from running at the same time."""
    STATE.mkdir(exist_ok=True)
    with (STATE / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another dev/portal to finish its set-up")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _stop_what_was_started() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C would leave half of it running
    processes.stop_started_here()


def _set_up() -> None:
    with _alone():
        machine.prepare(for_tests=False)
        site.start()


def run(_: argparse.Namespace) -> int:
    """Set up and start the portal; stop what was started on Ctrl-C."""
    try:
        _set_up()
        watched = list(processes.started_here)
        if not watched:
            say("it was running already; `dev/portal stop` stops it")
            return 0
        say("Ctrl-C stops it")
        while all(processes.is_running(name) for name in watched):
            time.sleep(1)
        ended = next(name for name in watched if not processes.is_running(name))
        raise StepFailed(
            f"{ended} ended; the end of its log:\n{processes.last_lines(ended)}",
            f"read {processes.log_of(ended)} and start again",
        )
    except KeyboardInterrupt:
        say("stopping")
        return 0
    finally:
        _stop_what_was_started()


def up(_: argparse.Namespace) -> int:
    """Set up and start the portal in the background; return when it answers."""
    try:
        _set_up()
    except BaseException:
        _stop_what_was_started()
        raise
    return 0


def stop(_: argparse.Namespace) -> int:
    """Stop all of it, the last started first."""
    for name in reversed(processes.running()):
        say(f"stopping {name}")
        processes.stop(name)
    return 0


def status(_: argparse.Namespace) -> int:
    """Say what runs; 0 when all does and the portal answers."""
    names = [*(server.name for server in servers.own()), *site.NAMES]
    down = [name for name in names if not processes.is_running(name)]
    for name in names:
        print(f"{name:<16}{'down' if name in down else 'up'}")
    answers = "web" not in down and site.answers()
    print(f"{site.url()} {'answers' if answers else 'does not answer'}")
    return 0 if answers and not down else 1


def test(arguments: argparse.Namespace) -> int:
    """Set up what is needed, then lint, check types and test; stop what was started."""
    try:
        with _alone():
            machine.prepare(for_tests=True)
        return suite.run(arguments.passed_on)
    finally:
        _stop_what_was_started()


def reset(arguments: argparse.Namespace) -> int:
    """Stop the portal and remove its data; what was installed stays."""
    stop(arguments)
    say("removing the portal's data")
    servers.PostgreSQL().remove()
    for name in ("redis", "solr/home", "storage", "test", "log"):
        shutil.rmtree(STATE / name, ignore_errors=True)
    for name in ("secrets.json", "portal.ini", "stamps/database", "stamps/demo"):
        (STATE / name).unlink(missing_ok=True)
    return 0


def ckan(arguments: argparse.Namespace) -> int:
    """CKAN's own command line, with the portal's settings."""
    return site.run_ckan(arguments.passed_on)


def token(arguments: argparse.Namespace) -> int:
    """Print a new API token of a user, alone on the last line."""
    print(site.token(arguments.user))
    return 0


def logs(_: argparse.Namespace) -> int:
    """Follow all logs."""
    files = [str(path) for path in sorted(LOGS.glob("*.log"))]
    if not files:
        raise StepFailed("there are no logs yet", "dev/portal up")
    os.execvp("tail", ["tail", "-n", "20", "-F", *files])


VERBS = (run, test, up, stop, status, reset, ckan, token, logs)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dev/portal", description="The portal on this machine.")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    for verb in VERBS:
        one = verbs.add_parser(verb.__name__, help=verb.__doc__)
        one.set_defaults(verb=verb)
        if verb is token:
            one.add_argument("user")
    return parser


def main() -> int:
    """Run the verb that is asked for; a step that fails says why and what to do."""
    words = sys.argv[1:]
    # What follows these two belongs to CKAN's command line and to pytest, options as well.
    passed_on = words[1:] if words[:1] in (["ckan"], ["test"]) else []
    arguments = _parser().parse_args(words[: len(words) - len(passed_on)])
    arguments.passed_on = passed_on
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        return arguments.verb(arguments)
    except StepFailed as failure:
        print(f"\nIt did not work: {failure.cause}\nWhat to do: {failure.remedy}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
