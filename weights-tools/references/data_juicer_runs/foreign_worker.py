#!/usr/bin/env python3
"""Calls `main` of a script that is no part of this project, anew for each task: `foreign_worker.py SCRIPT < TASKS`.

TASKS is a JSON list of named arguments; the answer, on standard output, is a list of errors, null where there was none.
"""

import contextlib
import io
import json
import runpy
import sys


def main() -> int:
    errors = []
    for arguments in json.load(sys.stdin):
        quiet = io.StringIO()
        try:
            with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
                # Its own start, seeds included, belongs to what it does.
                runpy.run_path(sys.argv[1], run_name="foreign")["main"](**arguments)
            errors.append(None)
        except Exception as problem:
            errors.append(f"{type(problem).__name__}: {problem}"[:200])
    json.dump(errors, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
