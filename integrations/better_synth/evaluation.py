"""Answers and scores: the script's own evaluation, or this engine's in its place."""

import shlex
import subprocess
import sys
from pathlib import Path

from better_synth.engine import Engine
from better_synth.problem import Problem
from better_synth.submission import SPLIT
from better_synth.work_folder import WorkFolder

CONVERTER = Path(__file__).resolve().parents[2] / "weights-tools" / "convert_bin.py"
TEXTVQA = """#!/bin/bash
# In the place of the toolkit's: caption-images answers, on the processor. Arguments: the checkpoint's name; GPUs, which are not used.
here=$(cd "$(dirname "$0")" && pwd)
results=$here/../../output/eval_results/$1/textvqa
questions=$here/../training/data/eval_stage_1/textvqa
mkdir -p "$results"
{answer} "$questions/llava_textvqa_val_v051_ocr.jsonl" --image-folder "$questions/train_images" \\
    --model "$here/../../output/training_dirs/$1" -o "$results/1_0.jsonl" || [ $? = 2 ] || exit 1
cp "$results/1_0.jsonl" "$results/bm1.jsonl"
"""
MMBENCH = """#!/bin/bash
# In the place of the toolkit's: caption-images answers, on the processor. Arguments: the checkpoint's name; the table's; GPUs, which are not used.
here=$(cd "$(dirname "$0")" && pwd)
{evaluate} --table "$here/../training/data/eval_stage_1/mmbench/$2.tsv" \\
    --model "$here/../../output/training_dirs/$1" -o "$here/../../output/eval_results" || [ $? = 2 ] || exit 1
"""


def put_engine_in_place(work: WorkFolder, engine: Engine, towers: Path, options: list[str]) -> None:
    """The script calls `eval/*.sh`; these call the engine."""
    options = ["--towers", str(towers), *options]
    scripts = {
        "textvqa.sh": TEXTVQA.format(answer=shlex.join([engine.executable, "answer", *options])),
        "mmbench.sh": MMBENCH.format(evaluate=shlex.join([engine.executable, "evaluate", "mmbench", *options]))}
    for name, text in scripts.items():
        (work.toolkit / "eval" / name).write_text(text, encoding="utf-8")


def convert_towers(work: WorkFolder, target: Path) -> None:
    """Towers that are there as .bin alone, as safetensors, below `target`."""
    for option in ("--vision_tower", "--vision_tower_aux"):
        source = work.script.stage_file(1, option)
        place = target / source.name
        if place.exists() or list(source.glob("*.safetensors")):
            continue
        target.mkdir(parents=True, exist_ok=True)
        if subprocess.run([sys.executable, CONVERTER, source, place], check=False).returncode != 0:
            raise Problem(f"{source}: no safetensors, and `{CONVERTER.name}` could not make them")


def scores(work: WorkFolder, engine: Engine, annotations: Path | None, reports: Path) -> dict[str, str]:
    """What the benchmarks' own scripts print for the answers that are there; reports with images go to another folder than what is handed in."""
    name = work.script.variables["FINETUNE_NAME"]
    results = work.output / "eval_results" / name
    data = work.toolkit / "training" / "data" / "eval_stage_1"
    common = ["-o", reports, "--name", name, "--overwrite", "--quiet"]
    found = {}
    annotations = annotations or data / "textvqa" / "TextVQA_0.5.1_val.json"
    if annotations.exists():
        found["TextVQA"] = _printed(engine, [
            "textvqa", "--questions", data / "textvqa" / "llava_textvqa_val_v051_ocr.jsonl", "--annotations", annotations, "--images", data / "textvqa" / "train_images",
            "--answers", results / "textvqa" / "bm1.jsonl", *common])
    else:
        found["TextVQA"] = f"not scored: {annotations} is missing; the challenge does not hand it out, --annotations names it"
    found["MMBench"] = _printed(engine, ["mmbench", "--table", data / "mmbench" / f"{SPLIT}.tsv", "--answers", results / "mmbench" / "answers" / SPLIT / f"{name}.jsonl", *common])
    return found


def _printed(engine: Engine, arguments: list[object]) -> str:
    return engine.run("evaluate", *arguments, quiet=True).stdout.decode(errors="replace").strip()
