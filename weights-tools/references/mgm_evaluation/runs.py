"""MGM's and the challenge's evaluation scripts, which are no part of this project, run by an interpreter that has what they need.

It needs torch, transformers, pandas, openpyxl, shortuuid, tqdm, requests and pillow.
"""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path

WORKER = Path(__file__).resolve().parent / "worker.py"


@dataclass(frozen=True)
class Scripts:
    python: Path
    """The interpreter."""
    mgm: Path
    """The folder `mgm` of MGM's repository, which has `eval/eval_textvqa.py`."""
    toolkit: Path
    """The folder of the challenge's toolkit, which has `training/mgm/eval`."""

    def results(self, tasks: list[dict]) -> list[dict]:
        """For each task its value, or its error."""
        done = subprocess.run(
            [self.python, WORKER, self.mgm, self.toolkit], input=json.dumps(tasks), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise ValueError(f"{self.python} ended with status {done.returncode}: {done.stderr[-2000:]}")
        return json.loads(done.stdout)

    def values(self, tasks: list[dict]) -> list:
        """The same of tasks none of which may fail."""
        results = self.results(tasks)
        for task, result in zip(tasks, results, strict=True):
            if "error" in result:
                raise ValueError(f"{task['do']}: {result['error']}")
        return [result["value"] for result in results]
