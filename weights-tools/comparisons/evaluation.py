#!/usr/bin/env python3
"""Compares `caption-images evaluate` with MGM's own scripts and the Better Synth challenge's, over made-up question sets.

A stand-in for a model says given texts. Compared are normalised answers, what the model is asked, answer files (all but the random answer_id), scores,
answers by question, and the sheet to upload, as openpyxl and pandas read it. The scripts are no part of this project: --mgm is the folder `mgm` of
MGM's repository, --toolkit the challenge's toolkit. Exit status: 0 all equal, 1 something differs.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from comparisons.engine import ParityProbe, add_caption_images, add_probe
from comparisons.table import Table
from references.mgm_evaluation import question_sets
from references.mgm_evaluation.runs import Scripts

MODEL = "MGM-2B-Finetune-EXP"
SPLIT = "mmbench_dev_20230712"
ANSWER_ID = re.compile(r'"answer_id": "[2-9A-HJ-NP-Za-km-z]{22}"')


def answer_lines(path: Path) -> list[str]:
    """Lines without their answer_id, which must look like one."""
    return [ANSWER_ID.sub("ID", line) for line in path.read_bytes().decode("ascii").splitlines()]


def without_formulas(rows: list[list]) -> list[list]:
    """pandas takes formulas, and errors of formulas, for missing; in our sheets they are texts."""
    return [[None if cell in question_sets.FORMULAS else cell for cell in row] for row in rows]


def evaluate(cli: Path, *arguments: object) -> str:
    done = subprocess.run([cli, "evaluate", *map(str, arguments)], capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else f"status {done.returncode}: {done.stderr}"


def compare_texts(table: Table, scripts: Scripts, probe: ParityProbe, count: int, seed: int) -> None:
    texts = question_sets.VECTORS + question_sets.odd_texts(count, seed)
    [expected] = scripts.values([{"do": "normalize", "texts": texts}])
    table.add("normalised answers", zip(texts, expected, probe.ask(normalize=texts)["texts"], strict=True))


def compare_textvqa(table: Table, scripts: Scripts, probe: ParityProbe, cli: Path, folder: Path, count: int, seed: int) -> None:
    made = question_sets.textvqa(count, seed)
    folder.mkdir()
    questions, annotations, images = folder / "questions.jsonl", folder / "annotations.json", folder / "images"
    images.mkdir()
    for name, data in made.images.items():
        (images / name).write_bytes(data)
    questions.write_text("\n".join(made.questions) + "\n", encoding="utf-8")
    annotations.write_text(json.dumps(made.annotations), encoding="utf-8")
    theirs, ours = folder / "theirs" / "bm1.jsonl", folder / "ours.jsonl"
    asked, scored = scripts.values([
        {"do": "answer-textvqa", "questions": str(questions), "images": str(images), "output": str(theirs), "texts": made.texts, "model": MODEL},
        {"do": "score-textvqa", "annotations": str(annotations), "answers": str(theirs)}])
    reply = probe.ask(questions=str(questions), annotations=str(annotations), texts=made.texts, model=MODEL, output=str(ours))
    table.add("TextVQA: what the model is asked", zip(made.questions, asked, reply["texts"], strict=True))
    table.add("TextVQA: lines of answers", zip(made.questions, answer_lines(theirs), answer_lines(ours), strict=True))
    expected = [line for line in scored["printed"].splitlines() if line][1:]
    out = folder / "out"
    for name, answers in (("theirs", theirs), ("ours", ours)):
        printed = evaluate(cli, "textvqa", "--questions", questions, "--annotations", annotations, "--answers", answers, "--images", images, "-o", out / name)
        table.add(f"TextVQA: accuracy of {name}", [(printed, expected, printed.splitlines()[:2])])
        written = [(out / name / MODEL / "textvqa" / file).read_bytes() for file in ("1_0.jsonl", "bm1.jsonl")]
        table.add(f"TextVQA: answer files of {name}", [(file, answers.read_bytes(), file) for file in written])
    # By question: each alone.
    lines = theirs.read_text(encoding="utf-8").splitlines(keepends=True)
    cases = []
    for place in range(0, len(lines), max(1, len(lines) // 60)):
        alone = folder / "alone.jsonl"
        alone.write_text(lines[place], encoding="utf-8")
        printed = evaluate(cli, "textvqa", "--questions", questions, "--annotations", annotations, "--answers", alone, "--quiet")
        cases.append((lines[place], f"Accuracy: {100 * scored['scores'][place]:.2f}%", printed.splitlines()[1]))
    table.add("TextVQA: scores of single answers", cases)


def compare_mmbench(table: Table, scripts: Scripts, probe: ParityProbe, cli: Path, folder: Path, count: int, seed: int, **spelling: str) -> None:
    made = question_sets.mmbench(count, seed)
    rows = question_sets.without_controls(made.rows)
    folder.mkdir()
    source = folder / f"{SPLIT}.tsv"
    source.write_text(question_sets.tsv(rows, seed, **spelling), encoding="utf-8", newline="")
    theirs, ours, upload = folder / "answers" / f"{MODEL}.jsonl", folder / "ours.jsonl", folder / "upload"
    upload.mkdir()
    sheet = str(upload / f"{MODEL}.xlsx")
    asked, _, printed, expected, with_pandas = scripts.values([
        {"do": "answer-mmbench", "questions": str(source), "output": str(theirs), "texts": made.texts, "model": MODEL},
        {"do": "convert", "table": str(source), "results": str(theirs.parent), "upload": str(upload), "experiment": MODEL},
        {"do": "score-mmbench", "sheet": sheet}, {"do": "read-sheet", "sheet": sheet}, {"do": "read-with-pandas", "sheet": sheet}])
    reply = probe.ask(table=str(source), texts=made.texts, model=MODEL, output=str(ours))
    table.add("MMBench: what the model is asked", zip(rows, asked, reply["texts"], strict=True))
    table.add("MMBench: lines of answers", zip(rows, answer_lines(theirs), answer_lines(ours), strict=True))
    out = folder / "out"
    found = evaluate(cli, "mmbench", "--table", source, "--answers", theirs, "-o", out)
    table.add("MMBench: score", [(found, printed.strip(), (found.splitlines() or [""])[0])])
    place = out / MODEL / "mmbench"
    table.add("MMBench: answer file", [(None, theirs.read_bytes(), (place / "answers" / SPLIT / f"{MODEL}.jsonl").read_bytes())])
    own = str(place / "answers_upload" / SPLIT / f"{MODEL}.xlsx")
    read, own_with_pandas, scored = scripts.values([
        {"do": "read-sheet", "sheet": own}, {"do": "read-with-pandas", "sheet": own}, {"do": "score-mmbench", "sheet": own}])
    table.add("MMBench: sheets of the file", [(own, expected["sheets"], read["sheets"])])
    table.add("MMBench: rows of the sheet (openpyxl)", zip(rows[:1] + rows, expected["rows"], read["rows"], strict=True))
    table.add("MMBench: rows of the sheet (pandas)", zip(rows[:1] + rows, without_formulas(with_pandas), without_formulas(own_with_pandas), strict=True))
    table.add("MMBench: score that eval_mmbench.py finds in our sheet", [(own, printed, scored)])


def compare_rounds(table: Table, scripts: Scripts, cli: Path, folder: Path, count: int, seed: int) -> None:
    """Answers in several rounds, of which the last counts: MGM's `--all-rounds`."""
    folder.mkdir()
    made = question_sets.mmbench(count, seed)
    source, theirs, out = folder / f"{SPLIT}.tsv", folder / f"{MODEL}.jsonl", folder / "out"
    source.write_text(question_sets.tsv(question_sets.without_controls(made.rows), seed), encoding="utf-8", newline="")
    texts = [text for text in made.texts for _ in range(4)]
    own = str(out / MODEL / "mmbench" / "answers_upload" / SPLIT / f"{MODEL}.xlsx")
    sheet = str(folder / f"{MODEL}.xlsx")
    scripts.values([
        {"do": "answer-mmbench", "questions": str(source), "output": str(theirs), "texts": texts, "model": MODEL, "all_rounds": True},
        {"do": "convert", "table": str(source), "results": str(folder), "upload": str(folder), "experiment": MODEL}])
    found = evaluate(cli, "mmbench", "--table", source, "--answers", theirs, "-o", out)
    printed, expected, read = scripts.values([
        {"do": "score-mmbench", "sheet": sheet}, {"do": "read-sheet", "sheet": sheet}, {"do": "read-sheet", "sheet": own}])
    table.add("MMBench, several rounds: score", [(found, printed.strip(), (found.splitlines() or [""])[0])])
    table.add("MMBench, several rounds: rows of the sheet", zip(expected["rows"], expected["rows"], read["rows"], strict=True))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_caption_images(parser)
    add_probe(parser)
    parser.add_argument("--mgm-python", type=Path, required=True, metavar="PYTHON", help="an interpreter that has what MGM's scripts import")
    parser.add_argument("--mgm", type=Path, required=True, metavar="FOLDER", help="the folder `mgm` of MGM's repository")
    parser.add_argument("--toolkit", type=Path, required=True, metavar="FOLDER", help="the challenge's toolkit")
    parser.add_argument("--count", type=int, default=600, help="questions of each set")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    scripts = Scripts(options.mgm_python, options.mgm.resolve(), options.toolkit.resolve())
    table = Table("evaluation", width=56)
    with tempfile.TemporaryDirectory() as scratch, ParityProbe(options.probe, "evaluation") as probe:
        compare_texts(table, scripts, probe, 4 * options.count, options.seed)
        compare_textvqa(table, scripts, probe, options.caption_images, Path(scratch) / "textvqa", options.count, options.seed)
        for number, spelling in enumerate([{}, {"line_break": "\r\n", "mark": "\ufeff"}, {"line_break": "\r"}]):
            compare_mmbench(table, scripts, probe, options.caption_images, Path(scratch) / f"mmbench-{number}", options.count, options.seed + number, **spelling)
        compare_rounds(table, scripts, options.caption_images, Path(scratch) / "rounds", options.count, options.seed)
    return table.finish()


if __name__ == "__main__":
    sys.exit(main())
