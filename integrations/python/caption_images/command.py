"""The command line of a worker."""

from __future__ import annotations

import numbers
import operator
import os
import shutil
from collections.abc import Mapping, Sequence
from typing import Any

from .results import WorkerError

VARIABLE = "CAPTION_IMAGES"
"""The environment variable that names the program."""

BUNDLED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "program", "caption-images")
"""Where wheels of a release have the program."""

HINT = "build it in the project's folder with `swift build -c release --product caption-images`, which makes .build/release/caption-images"


NEGATABLE = {"sample", "echo-prompt", "clean-up-spaces", "clip-quick-gelu", "image-splitting", "keep-original"}
"""Options that have a form `--no-name`."""


def find_executable(executable: str | os.PathLike[str] | None = None) -> str:
    """The path of `caption-images`: what is given, a path or a name on the PATH; or what the environment variable
    CAPTION_IMAGES says; or the program in this package, which wheels of a release have; or `caption-images` on the PATH.

    :raises WorkerError: when there is no such program; the message says how to build it. `~` is not expanded.
    """
    named = os.fspath(executable) if executable is not None else os.environ.get(VARIABLE)
    if not named:
        named = BUNDLED if os.path.exists(BUNDLED) else "caption-images"
    found = shutil.which(named)
    if found is not None:
        # The working directory may change.
        return os.path.abspath(found)
    source = f", which the environment variable {VARIABLE} names," if executable is None else ""
    if os.path.isdir(named):
        raise WorkerError(f"{named}{source} is a folder and no program")
    if os.path.exists(named):
        raise WorkerError(f"{named}{source} may not be executed")
    if executable is not None or os.environ.get(VARIABLE):
        raise WorkerError(f"there is no program {named}{source.rstrip(',')}; {HINT}")
    raise WorkerError(
        f"caption-images is not on the PATH, and neither executable= nor the environment variable {VARIABLE} names it; {HINT}")


def plain(value: Any) -> Any:
    """An option's value as JSON can have it: paths are texts, and NumPy's numbers are Python's.

    :raises TypeError: for what is no value of an option.
    """
    if type(value).__module__ == "numpy" and getattr(value, "shape", None) == ():
        # Before the index, which a bool of older versions of NumPy has, too.
        value = value.item()
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, os.PathLike):
        return os.fsdecode(value)
    if hasattr(value, "__index__"):
        return operator.index(value)
    if isinstance(value, numbers.Real):
        return float(value)
    if isinstance(value, (list, tuple)):
        return [plain(element) for element in value]
    raise TypeError(f"an option cannot be a {type(value).__name__}")


def option_arguments(options: Mapping[str, object]) -> list[str]:
    """Options of the command line from names and values: `num_beams=4` is `--num-beams=4`, True `--name`, False `--no-name`
    where there is such an option, None nothing, and a list repeats the option."""
    arguments = []
    for name, value in options.items():
        option = name.replace("_", "-")
        if value is True:
            arguments.append(f"--{option}")
        elif value is False:
            arguments += [f"--no-{option}"] if option in NEGATABLE else []
        elif value == "":
            # The tool takes no empty value behind an equals sign.
            arguments += [f"--{option}", ""]
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
