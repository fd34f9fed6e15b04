"""A running worker and its pipes."""

from __future__ import annotations

import io
import queue
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterator


class WorkerProcess:
    """Starts a worker; sends it lines, and reads its answers.

    It ends with the Python process that made it, which closes its input, and which no fork may use: see `forget`.
    """

    def __init__(self, command: list[str], log: Callable[[str], None]):
        """
        :param log: is called with each line on standard error.
        :raises OSError: when the program cannot be started.
        """
        # Unbuffered, so that closing a fork's copy of the pipe writes nothing. In a session of its own, so that Ctrl-C is a
        # matter of the Python process, which may want to go on.
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, start_new_session=True)
        self._log = log
        self._last_notes: deque[str] = deque(maxlen=6)
        self._lines: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._notes_reader = self._start(self._read_notes)
        # Writing has a thread of its own: a pipe that is full makes it wait, and an exception in the middle of a line would
        # join it with the next.
        self._start(self._write)

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, line: bytes) -> None:
        """Sends a line, without waiting until the worker has it."""
        self._lines.put(line)

    def answers(self) -> Iterator[bytes]:
        """Lines of answers as they come, until the worker is dead. Closes the pipe then."""
        with io.BufferedReader(self._process.stdout, 1 << 16) as reader:  # type: ignore[type-var]
            for line in reader:
                # Without its break it is the half of an answer.
                if line.endswith(b"\n"):
                    yield line

    def obituary(self) -> tuple[int, str]:
        """The exit status of a worker whose answers have ended, negative for a signal, and in words, with what it said last."""
        status = self._process.wait()
        # Ends the thread that writes, which holds the pipe.
        self._lines.put(None)
        self._notes_reader.join(timeout=5)
        ending = f"ended by signal {-status}" if status < 0 else f"exit status {status}"
        return status, "; ".join([ending, *self._last_notes])

    def end(self, patience: float | None = 10) -> None:
        """Ends the worker: politely, then not.

        :param patience: seconds; None returns at once.
        """
        self._lines.put(None)
        self._process.terminate()
        if patience is None:
            return
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._notes_reader.join(timeout=5)

    def forget(self) -> None:
        """In a fork: leaves the worker to the process that it belongs to. If the pipe stayed open here, the worker would not
        notice that process's end."""
        self._process.stdin.close()  # type: ignore[union-attr]
        # It is not this process's child: there is nothing to wait for, or to warn of.
        self._process.returncode = 0

    @staticmethod
    def _start(work: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        return thread

    def _write(self) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        try:
            while (line := self._lines.get()) is not None:
                rest = memoryview(line)
                while rest:
                    rest = rest[pipe.write(rest):]
        except OSError:
            pass  # The reader of the answers finds out, and why.
        try:
            pipe.close()
        except OSError:
            pass

    def _read_notes(self) -> None:
        with io.BufferedReader(self._process.stderr) as reader:  # type: ignore[type-var]
            for line in reader:
                text = line.decode(errors="replace").rstrip()
                self._last_notes.append(text)
                self._log(text)
