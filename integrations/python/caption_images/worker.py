"""A `caption-images -` process, started when it is needed, and the requests that it has not answered."""

from __future__ import annotations

import _thread
import atexit
import itertools
import json
import os
import queue
import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from .process import WorkerProcess
from .reply import Reply
from .results import CaptionError, WorkerError

KINDS = {"caption", "captions", "scores", "error"}
"""What an answer has one of."""

LONGEST = 64 << 20
"""The most bytes of a request without its line break; see docs/worker.md."""

CLOSED = "the captioner was closed before it answered"

_open: weakref.WeakSet[Worker] = weakref.WeakSet()


class Worker:
    """Answers requests through one process, which the first request starts. Threads may share it: their requests share batches.

    If the process dies, another one is started and given what is unanswered. If that dies, too, before it has answered
    anything, all that waits fails. So does what waits when a process ends with an error before its first answer: it has said
    what is wrong with its model or options, and would say so again.

    A thread of its own does all of that, step by step; others only put steps into its queue. So there is no lock that a
    thread could keep whose signal handler raises, as that of Ctrl-C does, or that a finalizer could wait for. And since each
    answer has the id of its request, an interrupted request leaves nothing behind that could shift later answers.
    """

    def __init__(self, command: Sequence[str], log: Callable[[str], None]):
        """
        :param command: the executable and its arguments.
        :param log: is called with each line that the worker writes to standard error.
        """
        self.owner = os.getpid()
        """The Python process that it belongs to; forks need another one."""
        self.command = list(command)
        self.is_closed = False
        self._log = log
        self._steps: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._ids = itertools.count(1)
        self._closing = Reply(lambda: None)
        # These belong to the thread.
        self._unanswered: dict[int, tuple[bytes, Reply]] = {}
        self._newest = 0
        self._process: WorkerProcess | None = None
        self._has_answered = False
        self._deaths = 0
        _open.add(self)
        # Not `Thread.start`, which waits for the thread with a lock.
        _thread.start_new_thread(self._work, ())

    @property
    def pid(self) -> int | None:
        """The process's id, None before the first request and after the end."""
        process = self._process
        return process.pid if process else None

    def submit(self, members: Mapping[str, Any], done: Callable[[], None] | None = None) -> tuple[Reply, int]:
        """Sends a request, and returns at once.

        :param members: of the request, as docs/worker.md has them, without an id.
        :param done: is called when there is an answer.
        :return: the reply, and the bytes of the request.
        :raises CaptionError: for members that are no JSON, and for a request that is too long.
        :raises WorkerError: after `close`.
        """
        if self.is_closed:
            raise WorkerError("the captioner was closed meanwhile")
        number = next(self._ids)
        try:
            line = json.dumps({"id": number, **members}, allow_nan=False).encode()
        except (TypeError, ValueError) as error:
            raise CaptionError("request", str(error)) from None
        if len(line) > LONGEST:
            # Its answer would have no id.
            raise CaptionError("request", f"the request is longer than {LONGEST} bytes")
        line += b"\n"
        reply = Reply(self._lost, done)
        # One step: either the request is sent and can be answered, or neither.
        self._steps.put(partial(self._send, number, line, reply))
        return reply, len(line)

    def close(self, patience: float | None = 10) -> None:
        """Ends the process. What is unanswered fails. Returns when the process has ended.

        :param patience: seconds after which the process is killed; None returns at once.
        """
        self._steps.put(partial(self._close, patience))
        if patience is not None:
            self._closing.wait(2 * patience)

    def forget(self) -> None:
        """In a fork: leaves the process to the Python process that it belongs to."""
        if self._process is not None:
            self._process.forget()

    def _lost(self) -> str | None:
        if os.getpid() != self.owner:
            return "the image was sent by another process, of which this one is a fork"
        return CLOSED if self.is_closed else None

    def _work(self) -> None:
        while not self.is_closed or not self._steps.empty():
            step = self._steps.get()
            try:
                step()
            except Exception as error:  # noqa: BLE001 - Whatever goes wrong here, no thread may wait for ever.
                self._fail(f"{type(error).__name__}: {error}")

    # All that follows runs in the thread, but for `_read`.

    def _send(self, number: int, line: bytes, reply: Reply) -> None:
        if self.is_closed:
            reply.give(WorkerError(CLOSED))
            return
        self._newest = max(self._newest, number)
        self._unanswered[number] = line, reply
        if self._process is None:
            self._start()
        else:
            self._process.send(line)

    def _start(self) -> None:
        """Starts a process, and sends it what is unanswered."""
        try:
            process = WorkerProcess(self.command, self._log)
        except (OSError, ValueError) as error:
            # ValueError is a null byte in an option.
            self._fail(f"cannot start {self.command[0]}: {error}")
            return
        self._process = process
        self._has_answered = False
        for line, _ in self._unanswered.values():
            process.send(line)
        threading.Thread(target=self._read, args=(process,), daemon=True).start()

    def _read(self, process: WorkerProcess) -> None:
        for line in process.answers():
            self._steps.put(partial(self._answer, process, line))
        self._steps.put(partial(self._bury, process, *process.obituary()))

    def _answer(self, process: WorkerProcess, line: bytes) -> None:
        if process is not self._process:
            return
        try:
            answer = json.loads(line)
            if not isinstance(answer, dict) or not answer.keys() & KINDS:
                raise ValueError("neither a caption, scores nor an error")
            number = answer.pop("id", None)
            if type(number) is not int or not 0 < number <= self._newest:
                raise ValueError("an id of no request")
        except ValueError:
            self._fail(f"{self.command[0]} writes what is no answer")
            process.end(patience=0)
            return
        self._has_answered, self._deaths = True, 0
        _, reply = self._unanswered.pop(number, (b"", None))
        if reply is not None:
            reply.give(answer)

    def _bury(self, process: WorkerProcess, status: int, cause: str) -> None:
        """Starts another process if there is hope."""
        if process is not self._process:
            return
        self._process = None
        if not self._unanswered:
            return
        if 0 < status < 128 and not self._has_answered:
            self._fail(f"{self.command[0]} cannot run: {cause}")
        elif self._deaths > 0:
            self._fail(f"{self.command[0]} died twice without an answer: {cause}")
        else:
            self._deaths += 1
            self._log(f"{self.command[0]} died, and is started again: {cause}")
            self._start()

    def _fail(self, reason: str) -> None:
        """Gives up what is unanswered; the next request starts a new process."""
        replies = [reply for _, reply in self._unanswered.values()]
        self._unanswered.clear()
        self._process = None
        self._deaths = 0
        for reply in replies:
            reply.give(WorkerError(reason))

    def _close(self, patience: float | None) -> None:
        process = self._process
        self.is_closed = True
        self._fail(CLOSED)
        try:
            if process is not None:
                process.end(patience)
        finally:
            self._closing.give({})


def _close_all() -> None:
    for worker in list(_open):
        worker.close()


def _after_fork() -> None:
    for worker in list(_open):
        worker.forget()
    _open.clear()


atexit.register(_close_all)
os.register_at_fork(after_in_child=_after_fork)
