"""What comes back for a request."""

from __future__ import annotations

import queue
from collections.abc import Callable
from typing import Any, Union

from .results import WorkerError

Outcome = Union[dict[str, Any], Exception]


class Reply:
    """The answer of a request, for which a thread can wait.

    Other than a `concurrent.futures.Future` it has no lock that a waiting thread could hold while a signal handler of its
    raises: a `SimpleQueue` is made for that.
    """

    def __init__(self, is_lost: Callable[[], str | None], done: Callable[[], None] | None = None):
        """
        :param is_lost: why there will be no answer any more, None while there may be one.
        :param done: is called when the answer is there, before those who wait have it, or when it is lost; perhaps twice.
        """
        self._is_lost = is_lost
        self._done = done
        self._outcomes: queue.SimpleQueue[Outcome] = queue.SimpleQueue()

    def give(self, outcome: Outcome) -> None:
        """Ends the waiting with an answer, or with an exception, which `result` raises."""
        if self._done is not None:
            self._done()
        self._outcomes.put(outcome)

    @property
    def is_there(self) -> bool:
        return not self._outcomes.empty()

    def result(self) -> dict[str, Any]:
        """Waits for the answer. To be called once.

        :raises WorkerError: when there is none.
        """
        while True:
            reason = self._is_lost()
            try:
                # In CPython 3.9 a timeout of 0 may wait for ever.
                outcome = self._outcomes.get(timeout=1) if reason is None else self._outcomes.get_nowait()
            except queue.Empty:
                if reason is not None:
                    if self._done is not None:
                        self._done()
                    raise WorkerError(reason) from None
            else:
                break
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def wait(self, seconds: float) -> None:
        """Waits for the outcome and leaves it to others who wait, or gives up."""
        try:
            self._outcomes.put(self._outcomes.get(timeout=seconds))
        except queue.Empty:
            pass
