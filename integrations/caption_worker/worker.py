"""A `caption-images -` process, started when it is needed."""

import json
import logging
import os
import threading
from collections.abc import Callable, Iterable, Sequence

from .process import WorkerProcess


class CaptionWorkerError(RuntimeError):
    """The worker cannot be started, or dies again and again."""


class CaptionWorker:
    """Captions through one process, which the first request starts.

    If the process dies, another one is started and given what is unanswered. If that dies, too, before it has answered
    anything, the error is raised. The process ends with `close`, and with the Python process, whose end closes its input.
    May be used by several threads, one after the other, and in forks of the Python process, which get processes of their own.
    """

    def __init__(self, command: Sequence[str], log: Callable[[str], None] = logging.getLogger(__name__).info):
        """
        :param command: the executable and its arguments, `worker_command(...)`.
        :param log: is called with each line that the worker writes to standard error.
        """
        self.command = list(command)
        self._log = log
        self._lock = threading.Lock()
        self._process: WorkerProcess | None = None
        self._owner = os.getpid()

    @property
    def pid(self) -> int | None:
        """The process's id, None before the first request and after the end."""
        return self._process.pid if self._process and self._owner == os.getpid() else None

    def answers(self, requests: Iterable[dict]) -> list[dict]:
        """The answer to each request, in order, as docs/worker.md has them: `{"image": PATH}` and the like.

        :raises CaptionWorkerError: when the worker cannot answer. What is wrong with one request is its answer's `error`.
        """
        lines = [json.dumps(request) for request in requests]
        answers: list[dict] = []
        with self._lock:
            had_died = False
            while len(answers) < len(lines):
                count = len(answers)
                cause = self._answer(lines[count:], answers)
                if cause is None:
                    break
                self._end()
                if had_died and len(answers) == count:
                    raise CaptionWorkerError(f"{self.command[0]} died twice without an answer: {cause}")
                had_died = True
                self._log(f"{self.command[0]} died, and is started again: {cause}")
        return answers

    def close(self) -> None:
        """Ends the process. The next request starts another one."""
        with self._lock:
            self._end()

    def _answer(self, lines: list[str], answers: list[dict]) -> str | None:
        """Adds answers as long as there are any.

        :return: why they end before all lines are answered.
        """
        if self._owner != os.getpid():
            # The process belongs to the parent of this one, and its pipes must stay open there.
            self._process, self._owner = None, os.getpid()
        if self._process is None:
            try:
                self._process = WorkerProcess(self.command, self._log)
            except OSError as error:
                raise CaptionWorkerError(f"cannot start {self.command[0]}: {error}") from None
        process = self._process
        writer = threading.Thread(target=process.send, args=(lines,), daemon=True)
        writer.start()
        try:
            for _ in lines:
                line = process.read()
                if line is None:
                    return process.obituary()
                answers.append(json.loads(line))
        except BaseException:
            # Answers that are not read must not be taken for those of later requests.
            self._end()
            raise
        writer.join()
        return None

    def _end(self) -> None:
        if self._process is not None and self._owner == os.getpid():
            self._process.end()
        self._process = None

