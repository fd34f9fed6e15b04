"""Runs of one version of Data-Juicer, in a Python interpreter that has it."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from references.data_juicer_runs.captions import CAPTIONS
from references.data_juicer_runs.cases import OPERATOR_OPTIONS, RECIPE_KEYS, Case
from references.data_juicer_runs.doubles import doubles

WORKER = Path(__file__).resolve().parent / "worker.py"


@dataclass(frozen=True)
class Outcome:
    """What a run left: the exported bytes (None without any), the error that ended it, failed images, prompts."""

    output: bytes | None
    error: str | None
    failed: list[str]
    prompts: list[list[str | None]]


def recipe(case: Case, dataset_path: str, export: Path, batch_size: int | None, model: str) -> str:
    """A recipe as YAML, of which JSON is a part. Batches of one lose a sample each, as those of the middle of 2024
    were."""
    operator = {"hf_img2seq": model} | {name: value for name, value in case.options.items() if name in OPERATOR_OPTIONS}
    if batch_size:
        operator["batch_size"] = batch_size
    document = {
        "project_name": "fixtures", "dataset_path": dataset_path, "export_path": str(export), "np": 1, "use_cache": False,
        "process": [{"image_captioning_mapper": operator}]}
    for name, value in case.options.items():
        if name not in OPERATOR_OPTIONS:
            document[RECIPE_KEYS.get(name, name)] = value
    return json.dumps(document)


class Profile:
    """- Parameters: name, as `--compat` has it; python, an interpreter with that py-data-juicer; folder, of data sets;
    model, a checkpoint to run, or None for the stand-in.
    """

    def __init__(self, name: str, python: Path, folder: Path, scratch: Path, model: Path | None = None) -> None:
        self.model = model
        self.name = name
        self.python = python
        self.folder = folder
        self.scratch = scratch / name
        self.versions: dict[str, str] = {}

    spellings: list[list[str]] = []
    """Of `doubles`, after a run."""

    def run(self, cases: list[Case], batch_size: int | None = 1) -> dict[str, Outcome]:
        """Outcomes by name; what Data-Juicer says goes to `scratch/NAME/log`.

        - Throws: CalledProcessError if the interpreter itself fails.
        """
        runs = []
        for case in cases:
            place = self.scratch / f"{case.name}-{batch_size}"
            place.mkdir(parents=True)
            (place / "recipe.yaml").write_text(
                recipe(case, case.dataset_path or str(self.folder / f"{case.data_set}.jsonl"), place / "out" / "rows.jsonl", batch_size,
                       str(self.model or "none")))
            runs.append({
                "name": case.name, "recipe": str(place / "recipe.yaml"), "choice": case.random_choice, "journal": str(place / "journal"),
                "working_folder": str(self.folder.parent)})
        outcomes = self.scratch / "outcomes"
        task = {"folder": str(self.folder), "captions": None if self.model else CAPTIONS, "runs": runs, "outcomes": str(outcomes), "numbers": [number.hex() for number in doubles()],
            "spellings": str(self.scratch / "spellings")}
        home = self.scratch / "home"
        home.mkdir(exist_ok=True)
        with (self.scratch / "log").open("ab") as log:
            subprocess.run(
                [self.python, WORKER], input=json.dumps(task).encode(), stdout=log, stderr=log, check=True, cwd=self.folder.parent,
                env=os.environ | {"HF_HOME": str(home), "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false", "DATA_JUICER_CACHE_HOME": str(home)})
        head, *rest = [json.loads(line) for line in outcomes.read_text(encoding="utf-8").splitlines()]
        self.versions = head["versions"]
        self.spellings = json.loads((self.scratch / "spellings").read_text(encoding="utf-8"))
        return {run["name"]: self.outcome(run, record["error"]) for run, record in zip(runs, rest, strict=True)}

    def outcome(self, run: dict[str, str], error: str | None) -> Outcome:
        place = Path(run["recipe"]).parent
        exported = place / "out" / "rows.jsonl"
        journal = [json.loads(line) for line in (place / "journal").read_text(encoding="utf-8").splitlines()]
        failed = list(dict.fromkeys(entry["failed"] for entry in journal if "failed" in entry))
        prompts = [[entry["image"], entry["prompt"]] for entry in journal if "image" in entry]
        return Outcome(exported.read_bytes() if exported.exists() else None, error, failed, prompts)
