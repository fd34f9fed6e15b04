"""From the seed's data set to the file that training reads."""

import json
import shlex
from dataclasses import dataclass
from pathlib import Path

from better_synth.engine import Engine
from better_synth.problem import Problem
from better_synth.work_folder import WorkFolder


@dataclass(frozen=True)
class DataFiles:
    folder: Path

    @property
    def recaptioned(self) -> Path:
        return self.folder / "recaptioned.jsonl"

    @property
    def drawn(self) -> Path:
        return self.folder / "drawn.jsonl"

    @property
    def training(self) -> Path:
        return self.folder / "training.json"

    @property
    def findings(self) -> Path:
        return self.folder / "findings.jsonl"


def recaption(engine: Engine, seed: Path, files: DataFiles, arguments: list[str]) -> list[str]:
    """Resumes where an earlier run was interrupted. Returns the command."""
    command = [str(seed), "--compat", "better-synth", "-o", str(files.recaptioned), *arguments]
    print("recaption:", shlex.join(["caption-images", *command]), flush=True)
    engine.run(*command, accepted=(0, 2))
    return ["caption-images", *command]


def prepare(engine: Engine, recaptioned: Path, files: DataFiles, work: WorkFolder) -> int:
    """Draws, converts and checks; puts the rows where the script looks for them. Returns how many there are.

    :raises Problem: when training would end at one of them.
    """
    script = work.script
    questions = work.seed(script.file("ORIGINAL_DATASET_ALL"))
    engine.run("draw", recaptioned, "--count", script.number("MAX_SAMPLE_NUM"), "-o", files.drawn, "--overwrite")
    engine.run("convert", files.drawn, "--questions", questions, "-o", files.training, "--overwrite", accepted=(0, 2))
    rows = without_dropped(files.drawn, files.training.with_name(files.training.name + ".dropped.jsonl"))
    script.file("PRETRAIN_DATASET").write_bytes(b"".join(rows))
    check(engine, files.training, script.file("PRETRAIN_DATASET_IMAGE_PATH"), "pretrain", files.findings)
    return len(rows)


def without_dropped(drawn: Path, dropped: Path) -> list[bytes]:
    """The lines of a data set but those that `convert` left out."""
    left_out = {json.loads(line)["index"] for line in lines_of(dropped)} if dropped.exists() else set()
    return [line + b"\n" for place, line in enumerate(lines_of(drawn)) if place not in left_out]


def lines_of(path: Path) -> list[bytes]:
    return [line for line in path.read_bytes().split(b"\n") if line.strip()]


def check(engine: Engine, training: Path, images: Path, stage: str, findings: Path) -> None:
    engine.run("check", training, "--images", images, "--stage", stage, "-o", findings, "--overwrite", "--quiet", accepted=(0, 2))
    crashes = [line for line in lines_of(findings) if json.loads(line)["severity"] == "crash"]
    if crashes:
        raise Problem(f"{training}: training would end at it, see {findings}: {crashes[0].decode()}")
