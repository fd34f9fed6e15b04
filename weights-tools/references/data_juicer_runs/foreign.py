"""Scripts that are no part of this project: Data-Juicer's `dj_to_llava.py`, the challenge's `check_sample_number.py`."""

import json
import subprocess
from pathlib import Path

WORKER = Path(__file__).resolve().parent / "foreign_worker.py"


def call(python: Path, script: Path, tasks: list[dict[str, object]]) -> list[str | None]:
    """Errors, one for each task's arguments, None where there was none.

    - Throws: CalledProcessError if the script cannot be run at all.
    """
    done = subprocess.run([python, WORKER, script], input=json.dumps(tasks), stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)
