"""The command line, and the steps in their order."""

import argparse
import json
import os
import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from better_synth import evaluation, losses, submission, training, training_data
from better_synth.engine import Engine
from better_synth.problem import Problem
from better_synth.training_data import DataFiles
from better_synth.work_folder import WorkFolder

ON_CPU = Path(__file__).resolve().parent / "rehearsal" / "on_cpu.py"
REHEARSAL_TOKENS = 32
DESCRIPTION = """\
The Better Synth challenge's whole loop: captions the seed's images anew with caption-images, draws and converts the rows, checks what training
will make of them, runs the challenge's own training script, unchanged, and writes the archive that is handed in.

Training needs GPUs. Without one, a small random model is trained on the processor for some steps with MGM's own code and these rows, in
WORK/rehearsal, to show that all of it fits together; what it answers means nothing, and its archive is not for handing in.

The same command resumes where an earlier one ended. Exit status: 0 all done, 1 not, 64 wrong usage.
"""


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="better_synth", description=DESCRIPTION, formatter_class=argparse.RawDescriptionHelpFormatter,
        usage="python integrations/better_synth TOOLKIT -o WORK [options] [-- options of caption-images]")
    parser.add_argument("toolkit", type=Path, metavar="TOOLKIT", help="the challenge's folder `toolkit`; its neighbour `input` has the seed")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="WORK", help="the folder to work in")
    parser.add_argument("--script", default="train_mgm_2b_stage_1_10k_baseline.sh", metavar="NAME", help="the training script in TOOLKIT (default: %(default)s)")
    parser.add_argument("--recaptioned", type=Path, metavar="FILE", help="a recaptioned data set; the seed is not captioned then")
    parser.add_argument("--caption-images", metavar="PATH", help="the built tool (default: CAPTION_IMAGES, or that on the PATH)")
    parser.add_argument("--python", type=Path, default=Path(sys.executable), metavar="PYTHON", help="an interpreter that has what the toolkit needs (default: this one)")
    parser.add_argument("--rehearse", action="store_true", help="do not train, even where there are GPUs")
    parser.add_argument("--rehearsal-rows", type=int, default=24, metavar="N", help="rows of each stage (default: %(default)s)")
    parser.add_argument(
        "--evaluation", choices=("script", "engine"), default="script", help="who answers: the toolkit's scripts on the GPU, or caption-images on the processor (default: %(default)s)")
    parser.add_argument("--evaluation-options", default="", metavar="OPTIONS", help="of `caption-images answer` and `evaluate`, such as '--precision int8'")
    parser.add_argument("--annotations", type=Path, metavar="FILE", help="TextVQA_0.5.1_val.json, for a score (default: beside the questions)")
    parser.add_argument("--solution", type=Path, metavar="FOLDER", help="what else goes into `solution`")
    place = arguments.index("--") if "--" in arguments else len(arguments)
    options = parser.parse_args(arguments[:place])
    options.engine_arguments = arguments[place + 1 :]
    if options.rehearsal_rows < 1:
        parser.error("--rehearsal-rows: at least 1")
    return options


def main() -> int:
    try:
        options = parse(sys.argv[1:])
    except SystemExit as end:
        return 64 if end.code else 0
    try:
        run(options)
    except Problem as problem:
        print(f"better_synth: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def run(options: argparse.Namespace) -> None:
    # Not resolved: a toolkit that is a link has its neighbours beside the link.
    toolkit, folder = Path(os.path.abspath(options.toolkit)), Path(os.path.abspath(options.output))
    engine = Engine(options.caption_images)
    work, files = WorkFolder(folder, toolkit, toolkit / options.script), DataFiles(folder / "data")
    files.folder.mkdir(parents=True, exist_ok=True)
    work.lay_out()
    recipe = recaption(options, engine, work, files)
    if training.is_finished(work):
        print(f"training is finished: {work.script.stage_file(1, '--output_dir')}", flush=True)
    else:
        count = training_data.prepare(engine, options.recaptioned or files.recaptioned, files, work)
        print(f"{count} rows for training: {files.training}", flush=True)
        gpus = training.gpu_count(options.python)
        if options.rehearse or gpus == 0:
            print("rehearsal" + ("" if options.rehearse else ", since there is no GPU") + ": a small random model is trained in place of MGM-2B", flush=True)
            work, files = rehearsal(options, engine, work, files)
        else:
            check_instructions(engine, work, files)
            train(options, engine, work)
        training.compare_with_ours(work, files.training)
    finish(options, engine, work, recipe)


def recaption(options: argparse.Namespace, engine: Engine, work: WorkFolder, files: DataFiles) -> str:
    """Returns what made the captions, as a script."""
    if options.recaptioned:
        return f"# The captions of {options.recaptioned.name} were made before.\n"
    command = training_data.recaption(engine, work.seed(work.script.file("PRETRAIN_DATASET")), files, options.engine_arguments)
    return f"#!/bin/sh\n# caption-images {engine.version}\n{shlex.join(command)}\n"


def check_instructions(engine: Engine, work: WorkFolder, files: DataFiles) -> None:
    """The second stage takes the length of every row before its first step, hours after the first stage began."""
    training_data.check(
        engine, work.script.stage_file(1, "--data_path"), work.script.stage_file(1, "--image_folder"), "finetune", files.findings.with_name("findings-finetune.jsonl"))


def train(
    options: argparse.Namespace, engine: Engine, work: WorkFolder, programs: Sequence[Path] = (), environment: dict[str, str] | None = None, answering: Sequence[str] = ()
) -> None:
    """Runs the script. programs: folders with programs that it calls; answering: further options of the engine's answers."""
    training.require_modules(options.python)
    if options.evaluation == "engine":
        towers = work.folder / "towers"
        evaluation.convert_towers(work, towers)
        evaluation.put_engine_in_place(work, engine, towers, [*shlex.split(options.evaluation_options), *answering])
    training.run(work, [*programs, options.python.absolute().parent], environment or {})


def rehearsal(options: argparse.Namespace, engine: Engine, work: WorkFolder, files: DataFiles) -> tuple[WorkFolder, DataFiles]:
    """In a work folder of its own, anew each time, with the first rows of ours."""
    from better_synth.rehearsal import materials

    folder = work.folder / "rehearsal"
    if folder.exists():
        shutil.rmtree(folder)
    small, few = WorkFolder(folder, work.original, work.script.path), DataFiles(folder / "data")
    small.lay_out(training=False)
    few.folder.mkdir()
    first = folder / "first.jsonl"
    first.write_bytes(b"".join(line + b"\n" for line in training_data.lines_of(work.script.file("PRETRAIN_DATASET"))[: options.rehearsal_rows]))
    training_data.prepare(engine, first, few, small)
    materials.prepare(small, json.loads(few.training.read_bytes()), options.rehearsal_rows)
    check_instructions(engine, small, few)
    programs = folder / "bin"
    for name in ("python", "deepspeed"):
        training.write_program(programs / name, [options.python.absolute(), ON_CPU])
    environment = {
        "REHEARSAL_TRAINING": str(small.toolkit / "training"), "REHEARSAL_GPUS": str(small.script.gpu_count), "REHEARSAL_ACCUMULATION": str(max(1, options.rehearsal_rows // 8)),
        "REHEARSAL_TOKENS": str(REHEARSAL_TOKENS), "HF_HUB_OFFLINE": "1", "CUDA_VISIBLE_DEVICES": ""}
    train(options, engine, small, [programs], environment, ["--max-new-tokens", str(REHEARSAL_TOKENS)])
    return small, few


def finish(options: argparse.Namespace, engine: Engine, work: WorkFolder, recipe: str) -> None:
    logs = {
        stage: losses.TrainingLog.read(work.script.stage_file(place, "--output_dir") / log)
        for place, (stage, log) in enumerate(zip(("pretraining", "finetuning"), training.LOGS, strict=True))}
    for stage, log in logs.items():
        print(f"{stage}: {log.describe()}")
    losses.write_table(logs, work.folder / "losses.csv")
    if not losses.plot(logs, work.folder / "losses.png"):
        print("no losses.png: matplotlib is not installed", file=sys.stderr)
    for benchmark, said in evaluation.scores(work, engine, options.annotations, work.folder / "reports").items():
        print(f"{benchmark}: {' '.join(said.split())}")
    solution = work.folder / "solution"
    submission.gather_solution(solution, options.solution, recipe)
    archive = work.folder / "submit.zip"
    submission.write_archive(work, solution, archive)
    print(f"{archive}" + (", of a rehearsal: not for handing in" if work.folder.name == "rehearsal" else ""))
