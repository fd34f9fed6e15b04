"""Recipes of operators, run by one version of Data-Juicer, in a Python interpreter that has it."""

import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

WORKER = Path(__file__).resolve().parent / "worker.py"
Operator = dict[str, dict[str, object]]


@dataclass(frozen=True)
class Case:
    name: str
    data_set: str
    process: list[Operator]
    keeps_stats: bool = True
    profiles: tuple[str, ...] = ("better-synth", "data-juicer-1.6")
    """The versions that get through."""


@dataclass(frozen=True)
class Outcome:
    """What a run left: the rows, and the numbers beside them (None without any), and the error that ended it."""

    rows: bytes | None
    stats: bytes | None
    error: str | None


def recipe(case: Case, data_set: Path, export: Path, profile: str | None = None) -> dict[str, object]:
    """A recipe. JSON is a part of YAML.

    - Parameter profile: of whose operators each batch is one sample, so that a bad one is lost alone; 2024 had no batches.
    """
    process = [
        {name: options | ({"batch_size": 1} if profile == "data-juicer-1.6" and "selector" not in name else {})}
        for operator in case.process for name, options in operator.items()]
    return {
        "project_name": "operators", "dataset_path": str(data_set), "export_path": str(export), "np": 1, "use_cache": False,
        "keep_stats_in_res_ds": case.keeps_stats, "process": process}


def run(python: Path, profile: str, cases: list[Case], folder: Path, scratch: Path, with_model: bool = False) -> tuple[dict[str, str], dict[str, Outcome]]:
    """Versions of what ran, and outcomes by name of case; what Data-Juicer says goes to `scratch/log`.

    - Throws: CalledProcessError if the interpreter itself fails.
    """
    runs = []
    for case in cases:
        place = scratch / case.name
        place.mkdir(parents=True)
        document = recipe(case, folder / f"{case.data_set}.jsonl", place / "out" / "rows.jsonl", profile)
        (place / "recipe.yaml").write_text(json.dumps(document), encoding="utf-8")
        runs.append({"recipe": str(place / "recipe.yaml")})
    home = scratch / "home"
    home.mkdir(parents=True)
    task = {"runs": runs, "outcomes": str(scratch / "outcomes"), "model": with_model}
    with (scratch / "log").open("ab") as log:
        subprocess.run(
            [python, WORKER], input=json.dumps(task).encode(), stdout=log, stderr=log, check=True,
            env=os.environ | {"HF_HOME": str(home), "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "DATA_JUICER_CACHE_HOME": str(home)})
    head, *records = [json.loads(line) for line in (scratch / "outcomes").read_text(encoding="utf-8").splitlines()]
    outcomes = {}
    for case, record in zip(cases, records, strict=True):
        rows, stats = (scratch / case.name / "out" / name for name in ("rows.jsonl", "rows_stats.jsonl"))
        outcomes[case.name] = Outcome(*(path.read_bytes() if path.exists() else None for path in (rows, stats)), record["error"])
    return head["versions"], outcomes
