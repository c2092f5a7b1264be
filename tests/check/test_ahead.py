"""Work done ahead: in order, bounded, done by whoever is free."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing

import pytest

from ckanext.sdi.check.ahead import Ahead, Then


def test_results_come_in_the_order_of_the_work() -> None:
    taken: list[int] = []
    with closing(Ahead(3)) as ahead:
        for number in range(50):
            ahead.submit(lambda number=number: lambda: taken.append(number))
        assert len(taken) == 47
        ahead.finish()
    assert taken == list(range(50))


def test_the_first_thread_works_rather_than_wait() -> None:
    done_by: dict[int, int] = {}
    may_end = threading.Event()

    def work(number: int) -> Callable[[], Then]:
        def do() -> Then:
            done_by[number] = threading.get_ident()
            if number == 0:
                assert may_end.wait(30)
            elif number == 2:
                may_end.set()
            return lambda: None

        return do

    with closing(Ahead(2)) as ahead:
        # The second thread is kept by the first piece until someone has done the third.
        for number in range(3):
            ahead.submit(work(number))
        ahead.finish()
    here = threading.get_ident()
    assert [done_by[number] == here for number in range(3)] == [False, True, True]


def test_what_work_raises_is_raised_and_the_rest_is_left() -> None:
    done: list[int] = []

    def fails() -> Then:
        raise ValueError("cannot be done")

    with closing(Ahead(2)) as ahead:
        ahead.submit(fails)
        ahead.submit(lambda: lambda: done.append(1))
        with pytest.raises(ValueError, match="cannot be done"):
            ahead.finish()
    assert done == []
