"""A `caption-images -` process, started when it is needed, and the requests that it has not answered."""

from __future__ import annotations

import atexit
import json
import os
import threading
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any

from .process import WorkerProcess
from .results import WorkerError

KINDS = {"caption", "captions", "scores", "error"}
"""What an answer has one of."""

_open: weakref.WeakSet[Worker] = weakref.WeakSet()


class Worker:
    """Answers lines through one process, which the first line starts. Threads may share it: their lines share batches.

    If the process dies, another one is started and given what is unanswered. If that dies, too, before it has answered
    anything, all that waits fails. So does what waits when a process ends with an error before its first answer: it has said
    what is wrong with its model or options, and would say so again.
    """

    def __init__(self, command: Sequence[str], log: Callable[[str], None]):
        """
        :param command: the executable and its arguments.
        :param log: is called with each line that the worker writes to standard error.
        """
        self.owner = os.getpid()
        """The Python process that it belongs to; forks need another one."""
        self.command = list(command)
        self._log = log
        self._lock = threading.Lock()
        self._unanswered: deque[tuple[bytes, Future[dict[str, Any]]]] = deque()
        self._process: WorkerProcess | None = None
        self._deaths = 0
        self._is_closed = False
        _open.add(self)

    @property
    def pid(self) -> int | None:
        """The process's id, None before the first line and after the end."""
        process = self._process
        return process.pid if process else None

    def submit(self, line: bytes) -> Future[dict[str, Any]]:
        """Sends a request, a line with its break, and returns at once.

        :return: the answer, as docs/worker.md has it; or `WorkerError`.
        :raises WorkerError: when the process cannot be started.
        """
        future: Future[dict[str, Any]] = Future()
        with self._lock:
            if self._is_closed:
                raise WorkerError("the captioner was closed meanwhile")
            if self._process is None:
                self._start()
            self._unanswered.append((line, future))
            assert self._process is not None
            self._process.send(line)
        return future

    def close(self, patience: float | None = 10) -> None:
        """Ends the process. What is unanswered fails."""
        with self._lock:
            self._is_closed = True
            process = self._process
        _open.discard(self)
        if process is not None:
            process.end(patience)

    def _start(self) -> None:
        """Starts a process, and sends it what is unanswered. The lock is held."""
        try:
            process = WorkerProcess(self.command, self._log)
        except OSError as error:
            raise WorkerError(f"cannot start {self.command[0]}: {error}") from None
        self._process = process
        for line, _ in self._unanswered:
            process.send(line)
        threading.Thread(target=self._read, args=(process,), daemon=True).start()

    def _read(self, process: WorkerProcess) -> None:
        has_answered = False
        try:
            for line in process.answers():
                answer = json.loads(line)
                if not isinstance(answer, dict) or not answer.keys() & KINDS:
                    raise ValueError("neither a caption, scores nor an error")
                with self._lock:
                    has_answered, self._deaths = True, 0
                    _, future = self._unanswered.popleft()
                future.set_result(answer)
        except (ValueError, IndexError):
            process.end()
            with self._lock:
                failed = self._fail(f"{self.command[0]} writes what is no answer")
        else:
            failed = self._failed(has_answered, *process.obituary())
        for future, error in failed:
            future.set_exception(error)

    def _failed(self, has_answered: bool, status: int, cause: str) -> list[tuple[Future[dict[str, Any]], WorkerError]]:
        """What has to fail now that the process has ended. Starts another one if there is hope."""
        with self._lock:
            self._process = None
            if self._is_closed:
                reason = "the captioner was closed before it answered"
            elif not self._unanswered:
                return []
            elif status > 0 and status < 128 and not has_answered:
                reason = f"{self.command[0]} cannot run: {cause}"
            elif self._deaths > 0:
                reason = f"{self.command[0]} died twice without an answer: {cause}"
            else:
                self._deaths += 1
                self._log(f"{self.command[0]} died, and is started again: {cause}")
                try:
                    self._start()
                    return []
                except WorkerError as error:
                    reason = str(error)
            return self._fail(reason)

    def _fail(self, reason: str) -> list[tuple[Future[dict[str, Any]], WorkerError]]:
        """Gives up what is unanswered; the next line starts a new process. The lock is held."""
        failed = [(future, WorkerError(reason)) for _, future in self._unanswered]
        self._unanswered.clear()
        self._process = None
        self._deaths = 0
        return failed

    def forget(self) -> None:
        """In a fork: leaves the process to the Python process that it belongs to."""
        if self._process is not None:
            self._process.forget()


def _close_all() -> None:
    for worker in list(_open):
        worker.close()


def _after_fork() -> None:
    for worker in list(_open):
        worker.forget()
    _open.clear()


atexit.register(_close_all)
os.register_at_fork(after_in_child=_after_fork)
