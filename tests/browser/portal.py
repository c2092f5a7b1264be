"""CKAN's processes as an administrator starts them, on the databases of the tests."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).parents[2]
ARTEFACTS = ROOT / "artefacts"
BIN = Path(sys.executable).parent
PATIENCE = 120
GRACE = 20


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Portal:
    """A portal with processes, settings and a folder of its own.

    :param folder: for its settings and uploads
    :param artefacts: for its logs and for pictures of its pages
    :param settings: beside those of the tests
    """

    def __init__(self, folder: Path, artefacts: Path, settings: dict[str, str]) -> None:
        self.folder = folder
        self.artefacts = artefacts
        self.url = f"http://127.0.0.1:{free_port()}"
        self.ini = folder / "portal.ini"
        self.token = ""
        self.processes: list[subprocess.Popen[bytes]] = []
        artefacts.mkdir(parents=True, exist_ok=True)
        for old in artefacts.glob("*.*"):
            old.unlink()
        self._configure(settings)

    def _configure(self, settings: dict[str, str]) -> None:
        own = {
            "use": f"config:{ROOT / 'test.ini'}",
            "testing": "false",
            "ckan.site_url": self.url,
            **settings,
        }
        lines = [f"{name} = {value}\n" for name, value in own.items()]
        self.ini.write_text("[app:main]\n" + "".join(lines))

    @property
    def environment(self) -> dict[str, str]:
        """The variables of a process of this portal; those that name the servers are passed on."""
        given = {name: value for name, value in os.environ.items() if not name.startswith("PYT")}
        own = {"CKAN_INI": str(self.ini), "CKAN_STORAGE_PATH": str(self.folder / "storage")}
        return {**given, **own}

    def start_web(self) -> None:
        """Start the web server as dev/portal does."""
        address = self.url.removeprefix("http://")
        workers = ("--workers", "2", "--threads", "4", "--timeout", "300")
        where = ("--chdir", str(ROOT / "dev"), "--bind", address)
        self._start("web", [str(BIN / "gunicorn"), *where, *workers, "wsgi:application"])

    def start(self, name: str, *arguments: str) -> None:
        """Start a process of CKAN's command line."""
        self._start(name, [str(BIN / "ckan"), "-c", str(self.ini), *arguments])

    def _start(self, name: str, command: list[str]) -> None:
        with (self.artefacts / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                command,
                env=self.environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.processes.append(process)

    def stop(self) -> None:
        """End what was started, with its children, and nothing else."""
        for how in (signal.SIGTERM, signal.SIGKILL):
            for process in self.processes:
                if process.poll() is None:
                    os.killpg(process.pid, how)
            end = time.monotonic() + GRACE
            while time.monotonic() < end and any(p.poll() is None for p in self.processes):
                time.sleep(0.1)
        self.processes.clear()

    def wait_until_it_answers(self) -> None:
        """Wait for the web server."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            ended = [process.args for process in self.processes if process.poll() is not None]
            assert not ended, f"{ended} ended; see {self.artefacts}"
            try:
                requests.get(f"{self.url}/api/3/action/status_show", timeout=PATIENCE)
            except requests.ConnectionError:
                time.sleep(0.2)
            else:
                return
        raise AssertionError(f"the portal does not answer; see {self.artefacts}")

    def ckan(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run CKAN's command line to its end."""
        command = [str(BIN / "ckan"), "-c", str(self.ini), *arguments]
        return subprocess.run(
            command, env=self.environment, cwd=ROOT, capture_output=True, text=True, check=False
        )

    def ask(self, action: str, token: str = "", **data: Any) -> tuple[int, Any]:
        """Call an action over HTTP; without a token as a stranger would.

        :returns: the status, and the result or what was wrong
        """
        answer = requests.post(
            f"{self.url}/api/3/action/{action}",
            json=data,
            headers={"Authorization": token} if token else {},
            timeout=PATIENCE,
        )
        body = answer.json()
        return answer.status_code, body["result"] if body["success"] else body["error"]

    def send(self, action: str, filename: str, content: bytes, **data: str) -> Any:
        """The result of an action that the sysadmin calls with a file."""
        answer = requests.post(
            f"{self.url}/api/3/action/{action}",
            data=data,
            files={"upload": (filename, content, "text/csv")},
            headers={"Authorization": self.token},
            timeout=PATIENCE,
        )
        assert answer.status_code == 200, (action, answer.text)
        return answer.json()["result"]

    def wait_for_check(self, resource_id: str) -> None:
        """Wait until the worker has checked a file."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            check = self.act("sdi_resource_check_show", id=resource_id)
            if check["state"] not in ("waiting", "running"):
                return
            time.sleep(0.2)
        raise AssertionError(f"a check does not end; see {self.artefacts}")

    def act(self, action: str, **data: Any) -> Any:
        """The result of an action that the sysadmin calls."""
        status, result = self.ask(action, self.token, **data)
        assert status == 200, (action, status, result)
        return result
