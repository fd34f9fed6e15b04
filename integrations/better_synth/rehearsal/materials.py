"""What a rehearsal trains and asks: a small random model, and a few rows of each data set.

Where the toolkit has the real thing (the tokenizer, the rows of finetuning, the questions), the first part of it is taken.
"""

from __future__ import annotations

import base64
import csv
import json
import sys
from pathlib import Path

from better_synth.problem import Problem
from better_synth.submission import SPLIT
from better_synth.training_data import lines_of
from better_synth.work_folder import WorkFolder, link

QUESTIONS = ("What is in the image?", "Which color is it?", "What is written there?")
COLUMNS = ("index", "question", "hint", "A", "B", "C", "D", "answer", "category", "image", "source", "l2-category", "comment", "split")
QUESTION_COUNTS = {"textvqa": 6, "mmbench": 4}


def prepare(work: WorkFolder, rows: list[dict], row_count: int) -> None:
    """Fills `toolkit/training` of a rehearsal. rows: those of our training file."""
    training = work.toolkit / "training"
    training.mkdir(parents=True, exist_ok=True)
    real = work.original / "training"
    for name in ("mgm", "scripts", "preprocess"):
        if not (real / name).exists():
            raise Problem(f"{real / name} is missing")
        link(real / name, training / name)
    make_model(work, real / "model_zoo")
    rows = [row for row in rows if isinstance(row.get("image"), str)]
    if not rows:
        raise Problem("no row with an image to rehearse with")
    make_instructions(work, rows, row_count)
    make_textvqa(real / "data", training / "data", rows)
    make_mmbench(real / "data", training / "data", rows)


def make_model(work: WorkFolder, zoo: Path) -> None:
    """Gemma and the two towers with the real sizes of images and patches, and few and narrow layers."""
    sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "weights-tools"))
    from checkpoints.random_clip import Tower
    from checkpoints.random_mgm import RandomMGM

    # MGM's loader wants more than half of all weights to be the decoder's; on_cpu.py.
    model = RandomMGM(
        vision=Tower(48, 3, 4, 100), image_size=336, auxiliary_size=768, depths=(1, 1, 1, 1), widths=(8, 12, 16, 24), layers=6, inner=256, dtype="BF16", positions=2304, seed=5)
    language_model = work.script.stage_file(0, "--model_name_or_path")
    tokenizer = zoo / "LLM" / "gemma" / language_model.name
    model.write_language_model(language_model, tokenizer if (tokenizer / "tokenizer.json").exists() else None)
    towers = work.toolkit / "training" / "model_zoo"
    model.write_towers(towers, pickle=True)
    # As it is published.
    for file in towers.glob("OpenAI/openclip-*/open_clip_model.safetensors"):
        file.unlink()


def make_instructions(work: WorkFolder, rows: list[dict], row_count: int) -> None:
    """The data of the second stage."""
    place, images = work.script.stage_file(1, "--data_path"), work.script.stage_file(1, "--image_folder")
    real = work.original / place.relative_to(work.toolkit)
    images.mkdir(parents=True, exist_ok=True)
    if real.exists():
        chosen = json.loads(real.read_bytes())[:row_count]
        for row in chosen:
            if isinstance(row.get("image"), str):
                row["image"] = str(work.original / images.relative_to(work.toolkit) / row["image"])
    else:
        chosen = [
            {"id": str(place), "image": row["image"], "conversations": [
                {"from": "human", "value": f"<image>\n{QUESTIONS[place % len(QUESTIONS)]}"}, {"from": "gpt", "value": row["conversations"][-1]["value"]}]}
            for place, row in enumerate(rows[:row_count])]
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(chosen, indent=1), encoding="utf-8")


def make_textvqa(real: Path, data: Path, rows: list[dict]) -> None:
    name = "llava_textvqa_val_v051_ocr.jsonl"
    source, target = real / "eval_stage_1" / "textvqa", data / "eval_stage_1" / "textvqa"
    target.mkdir(parents=True, exist_ok=True)
    if (source / name).exists():
        (target / name).write_bytes(b"".join(line + b"\n" for line in lines_of(source / name)[: QUESTION_COUNTS["textvqa"]]))
        link(source / "train_images", target / "train_images")
        return
    questions, annotations = [], []
    for place, row in enumerate(rows[: QUESTION_COUNTS["textvqa"]]):
        asked = QUESTIONS[place % len(QUESTIONS)]
        questions.append({
            "question_id": f"{place:016x}", "image": row["image"], "category": "default",
            "text": f"{asked}\nReference OCR token: \nAnswer the question using a single word or phrase."})
        annotations.append({"image_id": f"{place:016x}", "question": asked, "answers": [row["conversations"][-1]["value"]] * 10})
    (target / name).write_text("".join(json.dumps(question) + "\n" for question in questions), encoding="utf-8")
    (target / "TextVQA_0.5.1_val.json").write_text(json.dumps({"data": annotations}), encoding="utf-8")
    (target / "train_images").mkdir(exist_ok=True)


def make_mmbench(real: Path, data: Path, rows: list[dict]) -> None:
    source, target = (folder / "eval_stage_1" / "mmbench" / f"{SPLIT}.tsv" for folder in (real, data))
    target.parent.mkdir(parents=True, exist_ok=True)
    csv.field_size_limit(1 << 28)
    if source.exists():
        with source.open(newline="", encoding="utf-8") as file:
            lines = csv.reader(file, delimiter="\t")
            table = [row for row, _ in zip(lines, range(1 + QUESTION_COUNTS["mmbench"]))]
    else:
        table = [list(COLUMNS)]
        for place, row in enumerate(rows[: QUESTION_COUNTS["mmbench"]]):
            image = base64.b64encode(Path(row["image"]).read_bytes()).decode()
            table.append([
                str(place), QUESTIONS[place % len(QUESTIONS)], "", "one thing", "two things", "nothing", "all of it", "ABCD"[place % 4], "counting", image, "rehearsal", "all", "", "dev"])
    with target.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter="\t", lineterminator="\n").writerows(table)
