"""A running portal, and how long it takes to answer."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import requests

TIMEOUT = 900


class Portal:
    """A running portal, asked with the token of somebody."""

    def __init__(self, address: str, token: str) -> None:
        self.address = address.rstrip("/")
        self.session = requests.Session()
        self.session.headers["Authorization"] = token

    def act(self, action: str, files: Any = None, **data: Any) -> Any:
        """The result of an action."""
        url = f"{self.address}/api/3/action/{action}"
        how: dict[str, Any] = {"data": data, "files": files} if files else {"json": data}
        answer = self.session.post(url, timeout=TIMEOUT, **how).json()
        if not answer["success"]:
            raise SystemExit(f"{action}: {answer['error']}")
        return answer["result"]


def times_of(ask: Callable[[], Any], rounds: int, *, uncounted: int = 2) -> tuple[float, float]:
    """Ask again and again; the median and the 95th percentile in milliseconds.

    :param uncounted: so many times it is asked before, to warm up
    """
    times = []
    for _ in range(rounds + uncounted):
        clock = time.perf_counter()
        ask()
        times.append((time.perf_counter() - clock) * 1000)
    times = sorted(times[uncounted:])
    return statistics.median(times), times[int(0.95 * (len(times) - 1))]
