"""The archive that is handed in."""

import shutil
import zipfile
from pathlib import Path

from better_synth.problem import Problem
from better_synth.training import LOGS
from better_synth.work_folder import WorkFolder

SPLIT = "mmbench_dev_20230712"


def output_files(work: WorkFolder) -> list[Path]:
    """What of `output` is handed in: answers, the sheet, the script and the logs; no weights, no data."""
    name = work.script.variables["FINETUNE_NAME"]
    results = work.output / "eval_results" / name
    logs = [work.script.stage_file(stage, "--output_dir") / log for stage, log in enumerate(LOGS)]
    # One file of answers for each GPU that answered.
    parts = sorted((results / "textvqa").glob("[0-9]*_[0-9]*.jsonl"), key=lambda path: [int(number) for number in path.stem.split("_") if number.isdigit()])
    if not parts:
        raise Problem(f"{results / 'textvqa'}: no answers to TextVQA")
    return [
        work.output / "train.sh", *logs, *parts, results / "textvqa" / "bm1.jsonl", results / "mmbench" / "answers" / SPLIT / f"{name}.jsonl",
        results / "mmbench" / "answers_upload" / SPLIT / f"{name}.xlsx"]


def gather_solution(target: Path, extra: Path | None, recipe: str) -> None:
    """Fills `solution`: how the data were made, and what the user adds."""
    if target.exists():
        shutil.rmtree(target)
    if extra:
        shutil.copytree(extra, target)
    target.mkdir(parents=True, exist_ok=True)
    (target / "recaption.sh").write_text(recipe, encoding="utf-8")


def write_archive(work: WorkFolder, solution: Path, archive: Path) -> None:
    """The same files give the same bytes. It appears when it is whole.

    :raises Problem: when something is missing.
    """
    files = output_files(work)
    missing = [str(file) for file in files if not file.is_file()]
    if missing:
        raise Problem(f"nothing to hand in yet, missing: {', '.join(missing)}")
    entries = {f"solution/{path.relative_to(solution).as_posix()}": path for path in sorted(solution.rglob("*")) if path.is_file()}
    entries |= {f"output/{path.relative_to(work.output).as_posix()}": path for path in files}
    partial = archive.with_name(archive.name + ".partial")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as target:
        for name, path in entries.items():
            # The earliest time that the format has; the real ones would make each archive another.
            entry = zipfile.ZipInfo(name)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            target.writestr(entry, path.read_bytes())
    partial.replace(archive)
