"""Work done while the file is read on."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

Then = Callable[[], None]
Work = Callable[[], Then]


class Ahead:
    """Work that a second thread does, and the first one too where it would have to wait for it.

    Numpy and Arrow leave the interpreter to others while they compute; a third thread would wait
    for it longer than it works. What a piece of work gives is called on the first thread, in the
    order in which the work was handed in. Close it in the end.

    :param most: so many pieces of work are in hand or wait
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._pool = ThreadPoolExecutor(1)
        self._coming: deque[tuple[Future[Then], _Piece]] = deque()

    def submit(self, work: Work) -> None:
        """Hand in a piece of work; takes in what is done if too much waits.

        :raises Exception: what any piece of work raised
        """
        piece = _Piece(work)
        self._coming.append((self._pool.submit(piece.do), piece))
        while len(self._coming) > self._most:
            self._take_in()

    def finish(self) -> None:
        """Take in all that was handed in.

        :raises Exception: what any piece of work raised
        """
        while self._coming:
            self._take_in()

    def close(self) -> None:
        """Let the thread go; what is not begun is not done any more."""
        self._pool.shutdown(cancel_futures=True)

    def _take_in(self) -> None:
        while not self._coming[0][0].done() and self._help():
            pass
        self._coming.popleft()[0].result()()

    def _help(self) -> bool:
        """Do a piece of work that is not begun; whether there was one."""
        for place, (future, piece) in enumerate(self._coming):
            if future.cancel():
                done: Future[Then] = Future()
                done.set_result(piece.do())
                self._coming[place] = done, piece
                return True
        return False


class _Piece:
    """A piece of work that lets go of what it was made from once it is done."""

    def __init__(self, work: Work) -> None:
        self._work = [work]

    def do(self) -> Then:
        return self._work.pop()()
