"""Runs a command and reports how long it took, what it said, and how much memory it had."""

import os
import shlex
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from .settings import clean_environment


class CommandFailed(Exception):
    """A peer or the engine ended with an error: the last line of what it said."""


@dataclass(frozen=True)
class Finished:
    """A command that succeeded. Times are in seconds since its start."""

    lines: list[str]
    line_times: list[float]
    seconds: float
    peak_resident_bytes: int


def shown(command: list[object], home: Path) -> str:
    """The command as one would type it, with paths below `home` shortened."""
    return shlex.join(str(part) for part in command).replace(f"{home}/", "")


def run(command: list[object], timeout: float = 3 * 3600) -> Finished:
    """Standard output comes back line by line, each with its time.

    - Raises: `CommandFailed`, also when there is no such program.
    """
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        try:
            child = subprocess.Popen(
                [str(part) for part in command], stdout=subprocess.PIPE, stderr=errors, env=clean_environment(),
                stdin=subprocess.DEVNULL)
        except OSError as error:
            raise CommandFailed(str(error)) from error
        lines, times = [], []
        alarm = threading.Timer(timeout, child.kill)
        alarm.daemon = True
        try:
            alarm.start()
            for line in child.stdout:
                times.append(time.perf_counter() - start)
                lines.append(line.decode(errors="replace").rstrip("\n"))
            # wait4 and not wait: it alone reports this child's memory.
            _, status, usage = os.wait4(child.pid, 0)
        except BaseException:
            child.kill()
            child.wait()
            raise
        finally:
            alarm.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        child.stdout.close()
        seconds = time.perf_counter() - start
        if child.returncode != 0:
            errors.seek(0)
            if child.returncode == -signal.SIGKILL:
                late = seconds >= timeout
                raise CommandFailed(f"not done after {timeout:.0f} s" if late else "killed, as when memory runs out")
            said = errors.read().decode(errors="replace").strip().splitlines() or lines or ["nothing said"]
            raise CommandFailed(f"status {child.returncode}: {reason(said)[:300]}")
    return Finished(lines, times, seconds, peak_bytes(usage.ru_maxrss))


def reason(said: list[str]) -> str:
    """The line that says what is wrong: programs that explain their usage say it first, Python says it last."""
    return next((line for line in said if line.startswith("Error:")), said[-1])


def peak_bytes(maximum_resident: int) -> int:
    """`ru_maxrss` is in kilobytes on Linux and in bytes on macOS."""
    return maximum_resident * (1 if os.uname().sysname == "Darwin" else 1024)
