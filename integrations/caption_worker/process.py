"""A running worker and its pipes."""

import atexit
import subprocess
import threading
from collections import deque
from collections.abc import Callable


class WorkerProcess:
    """Starts a worker; sends it lines, and reads its answers."""

    def __init__(self, command: list[str], log: Callable[[str], None]):
        """
        :param log: is called with each line on standard error.
        :raises OSError: when there is no such program.
        """
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self._last_notes: deque[str] = deque(maxlen=3)
        self._reader = threading.Thread(target=self._read_notes, args=(log,), daemon=True)
        self._reader.start()
        atexit.register(self.end)

    @property
    def pid(self) -> int:
        return self._process.pid

    def send(self, lines: list[str]) -> None:
        """Sends lines, and returns when the worker has them or is dead. Answers have to be read meanwhile."""
        try:
            for line in lines:
                self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()
        except (OSError, ValueError):
            pass  # The reader of the answers finds out, and why.

    def read(self) -> bytes | None:
        """The next answer, None when the worker is dead."""
        line = self._process.stdout.readline()
        return line if line.endswith(b"\n") else None

    def obituary(self) -> str:
        """How the worker ended, and what it said last."""
        status = self._process.wait()
        self._reader.join(timeout=5)
        ending = f"ended by signal {-status}" if status < 0 else f"exit status {status}"
        return "; ".join([ending, *self._last_notes])

    def end(self, patience: float = 10) -> None:
        """Ends the worker: politely, then not."""
        atexit.unregister(self.end)
        try:
            self._process.stdin.close()
        except OSError:
            pass  # It was dead already.
        self._process.terminate()
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(timeout=5)
        self._process.stdout.close()

    def _read_notes(self, log: Callable[[str], None]) -> None:
        for line in self._process.stderr:
            text = line.decode(errors="replace").rstrip()
            self._last_notes.append(text)
            log(text)
        self._process.stderr.close()
