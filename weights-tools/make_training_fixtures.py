#!/usr/bin/env python3
"""Makes Tests/DataSetsTests/Fixtures/llava and .../draw with Data-Juicer's dj_to_llava.py and the Better Synth
challenge's check_sample_number.py.

Both scripts are taken as they are; they are no part of this project. The first is in the repository of Data-Juicer
(modelscope/data-juicer, tools/fmt_conversion/multimodal/data_juicer_format_to_target_format), the second in the
challenge's toolkit (training/preprocess). The interpreter needs py-data-juicer, fire, jsonlines, regex, loguru and
tqdm.

Where a conversion fails, the manifest says so and at which line (fails_at_line, from 1); all lines before it are
converted without an error. Ids are looked up as they are and then by `str(id)`, so 7 finds "7", 1.5 "1.5", true "True"
and null "None", and 7.0 does not find 7. Of two originals with the same id the last counts. A sample without "images"
has none, one with null fails. Any JSON value can be drawn.
"""

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
from pathlib import Path

from data_juicer_runs.data_sets import TOKENS
from data_juicer_runs.foreign import call
from data_juicer_runs.llava_cases import DRAW_ERRORS, DRAW_LINES, DRAWS, LLAVA_CASES

FIXTURES = Path(__file__).resolve().parent.parent / "Tests" / "RecaptionTests" / "Fixtures"
GENERATOR = "weights-tools/make_training_fixtures.py"


def fresh(name: str) -> Path:
    folder = FIXTURES / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def lines(rows: list[str]) -> str:
    text = "".join(row + "\n" for row in rows)
    for mark, token in TOKENS.items():
        text = text.replace(mark, token)
    return text


def write_manifest(folder: Path, cases: list[dict[str, object]]) -> None:
    document = {"generator": GENERATOR, "cases": cases}
    (folder / "manifest.json").write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def make_llava(python: Path, script: Path, scratch: Path) -> None:
    folder = fresh("llava")
    entries, tasks = [], []
    for case in LLAVA_CASES:
        (folder / f"{case.name}.jsonl").write_text(lines(case.lines), encoding="utf-8", newline="")
        entry: dict[str, object] = {"name": case.name, "input": f"{case.name}.jsonl", "options": case.options}
        arguments = {"dj_ds_path": str(folder / f"{case.name}.jsonl"), "target_llava_ds_path": str(folder / f"{case.name}.json")} | case.options
        if case.original:
            (folder / "original.json").write_text(case.original, encoding="utf-8", newline="")
            entry["original"] = "original.json"
            arguments |= {"restore_questions": True, "original_llava_ds_path": str(folder / "original.json")}
        if case.fails:
            entry["fails_at_line"] = len(case.lines)
            good = scratch / f"{case.name}.jsonl"
            good.write_text(lines(case.lines[:-1]), encoding="utf-8", newline="")
            tasks.append(arguments | {"dj_ds_path": str(good), "target_llava_ds_path": str(scratch / "good.json")})
        else:
            entry["expected"] = f"{case.name}.json"
        tasks.append(arguments)
        entries.append(entry)
    errors = call(python, script, tasks)
    for task, error in zip(tasks, errors, strict=True):
        target = Path(task["target_llava_ds_path"])
        fails = target.parent == folder and any(target.stem == case.name and case.fails for case in LLAVA_CASES)
        if fails != (error is not None):
            raise SystemExit(f"{task['dj_ds_path']}: {error or 'no error'}")
    for entry in entries:
        if "expected" in entry:
            entry["sha256"] = hashlib.sha256((folder / entry["expected"]).read_bytes()).hexdigest()
    write_manifest(folder, entries)
    print(f"llava: {len(entries)} cases")


def make_draws(python: Path, script: Path, scratch: Path) -> None:
    folder = fresh("draw")
    tasks = []
    for total, count in DRAWS:
        source = scratch / f"{total}.jsonl"
        source.write_text("".join(f"{row}\n" for row in range(total)), encoding="utf-8")
        tasks.append({"input_dataset": str(source), "output_dataset": str(scratch / f"{total}-{count}.jsonl"), "sample_num": count})
    (folder / "rows.jsonl").write_text("\n".join(DRAW_LINES), encoding="utf-8", newline="")
    for count in (4, 100):
        tasks.append({"input_dataset": str(folder / "rows.jsonl"), "output_dataset": str(folder / f"rows-{count}.jsonl"), "sample_num": count})
    for name, rows in DRAW_ERRORS.items():
        (folder / f"{name}.jsonl").write_text(lines(rows), encoding="utf-8", newline="")
        tasks.append({"input_dataset": str(folder / f"{name}.jsonl"), "output_dataset": str(scratch / f"{name}.out")})
    errors = call(python, script, tasks)
    draws = []
    for total, count in DRAWS:
        drawn = (scratch / f"{total}-{count}.jsonl").read_text().split()
        entry = {"rows": total, "count": count, "seed": 1024, "sha256": hashlib.sha256(",".join(drawn).encode()).hexdigest()}
        draws.append(entry | ({"drawn": [int(row) for row in drawn]} if len(drawn) <= 40 else {"first": [int(row) for row in drawn[:10]]}))
    files = [{"input": "rows.jsonl", "options": {"count": count, "seed": 1024}, "expected": f"rows-{count}.jsonl"} for count in (4, 100)]
    failures = [{"input": f"{name}.jsonl", "error": error} for name, error in zip(DRAW_ERRORS, errors[-len(DRAW_ERRORS):], strict=True)]
    document = {"generator": GENERATOR, "draws": draws, "cases": files, "errors": failures}
    (folder / "manifest.json").write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    if any(errors[: -len(DRAW_ERRORS)]):
        raise SystemExit(str(errors))
    print(f"draw: {len(draws)} draws, {len(files)} files, {len(failures)} errors: {errors[-len(DRAW_ERRORS):]}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", type=Path, default=sys.executable, help="an interpreter with py-data-juicer")
    parser.add_argument("--dj-to-llava", type=Path, required=True, metavar="PATH")
    parser.add_argument("--check-sample-number", type=Path, required=True, metavar="PATH")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        make_llava(options.python, options.dj_to_llava, Path(scratch))
        make_draws(options.python, options.check_sample_number, Path(scratch))
    return 0


if __name__ == "__main__":
    sys.exit(main())
