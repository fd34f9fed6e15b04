"""The command line of a worker."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence

from .results import WorkerError

VARIABLE = "CAPTION_IMAGES"
"""The environment variable that names the program."""

BUNDLED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "program", "caption-images")
"""Where wheels of a release have the program."""

HINT = "build it in the project's folder with `swift build -c release --product caption-images`, which makes .build/release/caption-images"


def find_executable(executable: str | os.PathLike[str] | None = None) -> str:
    """The path of `caption-images`: what is given, a path or a name on the PATH; or what the environment variable
    CAPTION_IMAGES says; or the program in this package, which wheels of a release have; or `caption-images` on the PATH.

    :raises WorkerError: when there is no such program; the message says how to build it.
    """
    named = os.fspath(executable) if executable is not None else os.environ.get(VARIABLE)
    if not named:
        named = BUNDLED if os.path.exists(BUNDLED) else "caption-images"
    found = shutil.which(named)
    if found is not None:
        # The working directory may change.
        return os.path.abspath(found)
    if executable is not None:
        raise WorkerError(f"there is no program {named}; {HINT}")
    if os.environ.get(VARIABLE):
        raise WorkerError(f"there is no program {named}, which the environment variable {VARIABLE} names; {HINT}")
    raise WorkerError(
        f"caption-images is not on the PATH, and neither executable= nor the environment variable {VARIABLE} names it; {HINT}")


def option_arguments(options: Mapping[str, object]) -> list[str]:
    """Options of the command line from names and values: `num_beams=4` is `--num-beams=4`, True `--name`, False `--no-name`,
    None nothing, and a list repeats the option."""
    arguments = []
    for name, value in options.items():
        option = name.replace("_", "-")
        if value is True or value is False:
            arguments.append(f"--{option}" if value else f"--no-{option}")
        elif isinstance(value, (list, tuple)):
            arguments += [f"--{option}={element}" for element in value]
        elif value is not None:
            arguments.append(f"--{option}={value}")
    return arguments


def worker_command(
    executable: str | os.PathLike[str] | None, options: Mapping[str, object], arguments: Sequence[str] = ()
) -> list[str]:
    """The command of a worker.

    :param options: as `option_arguments` has them.
    :param arguments: options as they are typed.
    :raises WorkerError: when there is no such program.
    """
    return [find_executable(executable), "-", *option_arguments(options), *arguments]
