"""The program itself: `python -m caption_images`, and the command `caption-images` of wheels that have the program."""

from __future__ import annotations

import os
import sys

from .command import BUNDLED, find_executable
from .results import WorkerError


def main() -> None:
    """Becomes the program, with the arguments of this process."""
    try:
        # What the environment variable names may be the command that this is.
        program = BUNDLED if os.path.exists(BUNDLED) else find_executable()
        os.execv(program, ["caption-images", *sys.argv[1:]])
    except (OSError, WorkerError) as error:
        sys.exit(f"caption-images: {error}")


if __name__ == "__main__":
    main()
