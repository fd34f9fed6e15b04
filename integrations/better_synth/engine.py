"""Calls of `caption-images`."""

import subprocess
from collections.abc import Sequence

from better_synth.problem import Problem


class Engine:
    def __init__(self, executable: str) -> None:
        self.executable = executable
        try:
            self.version = self.run("--version", quiet=True).stdout.decode().strip()
        except OSError as error:
            raise Problem(f"{executable}: {error.strerror}; build it with `swift build -c release --product caption-images`, and name it with --caption-images") from error

    def run(self, *arguments: object, accepted: Sequence[int] = (0,), quiet: bool = False) -> subprocess.CompletedProcess[bytes]:
        """
        :param accepted: exit statuses that are no failure; 2 says that something was left out.
        :param quiet: keeps what it prints.
        :raises Problem: on any other.
        """
        command = [self.executable, *map(str, arguments)]
        done = subprocess.run(command, stdout=subprocess.PIPE if quiet else None, check=False)
        if done.returncode not in accepted:
            raise Problem(f"`{' '.join(command)}` ended with status {done.returncode}")
        return done
