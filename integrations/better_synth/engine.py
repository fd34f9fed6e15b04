"""Calls of `caption-images`."""

import subprocess
from collections.abc import Sequence

from better_synth.problem import Problem
from caption_images import WorkerError, find_executable


class Engine:
    def __init__(self, executable: str | None) -> None:
        """
        :param executable: None for what the environment variable CAPTION_IMAGES names, or caption-images on the PATH.
        :raises Problem: if it is not there.
        """
        try:
            self.executable = find_executable(executable)
            self.version = self.run("--version", quiet=True).stdout.decode().strip()
        except WorkerError as error:
            raise Problem(f"{error}; --caption-images names it") from error
        except OSError as error:
            raise Problem(f"{self.executable}: {error.strerror}") from error

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
