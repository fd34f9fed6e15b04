#!/usr/bin/env python3
"""Compares the engine with transformers on random SmolVLM checkpoints: tiles, stages, answers.

Tiles and ids exactly, stages and logits relative to their largest number; answers about many crops of the fixtures' pictures exactly: greedy, with beams, lengths and
a penalty; with and without splitting, and about several images at once. Needs transformers 5; versions 4.55 to 4.57 shift positions in the tower. Exit status: 0 all are equal, 1 something differs.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from checkpoints.random_blip import Stack
from checkpoints.random_smolvlm import RandomSmolVLM
from comparisons.captioners import Comparison, run_questions

QUESTIONS = ("Can you describe this image?", "How many of the 12 birds  are\nred?\n\nAnswer: 345")
RUNS: list[tuple[str, dict[str, object]]] = [
    (QUESTIONS[0], {}), (QUESTIONS[1], {}), (QUESTIONS[0], {"num_beams": 3}), (QUESTIONS[1], {"num_beams": 2, "length_penalty": 0.4}),
    (QUESTIONS[0], {"repetition_penalty": 1.4, "no_repeat_ngram_size": 2}), (QUESTIONS[0], {"min_new_tokens": 9})]


def cases() -> dict[str, RandomSmolVLM]:
    tiny = RandomSmolVLM()
    return {
        "F32, idefics3, new": tiny,
        "BF16, smolvlm, old": replace(tiny, kind="smolvlm", configuration="old", dtype="BF16", seed=1),
        "no splitting, F16": replace(tiny, splits=False, dtype="F16", configuration="old", seed=2),
        "scale 3, one head of keys, wide tiles": replace(tiny, vision=Stack(44, 2, 3, 97), tile=42, patch=7, longest=150, scale=3, text=Stack(60, 5, 2, 90), key_value_heads=1, seed=3),
        "as many heads of keys, 5 tiles a side": replace(tiny, vision=Stack(32, 4, 1, 50), tile=32, patch=4, longest=160, scale=2, text=Stack(32, 4, 2, 70), key_value_heads=4, theta=10000.0, seed=4),
        # As 2.2B: the pixels beyond the last whole patch are in no patch.
        "tiles of 6.3 patches, scale 3": replace(tiny, vision=Stack(48, 2, 2, 72), tile=44, patch=7, longest=176, scale=3, text=Stack(64, 4, 2, 96), key_value_heads=4, seed=5),
    }


def reference(folder: Path) -> object:
    from references.smolvlm import Reference

    return Reference(folder)


def several(comparison: Comparison, images: list[Path]) -> None:
    """Questions about two and three images, every fifth picture the first of them."""
    from references.image_processor import open_rgb

    groups = [images[start : start + 2 + start % 2] for start in range(0, len(images), 5)]
    file, answers = comparison.folder / "questions.jsonl", comparison.folder / "answers.jsonl"
    lines = [{"question_id": number, "image": [path.name for path in group], "text": QUESTIONS[number % 2]} for number, group in enumerate(groups)]
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    subprocess.run(
        [comparison.engine, "answer", file, "--image-folder", images[0].parent, "--model", comparison.model, "--precision", "f32", "--max-new-tokens", str(comparison.tokens),
         "-o", answers, "--overwrite", "--quiet"], check=True)
    for line, group, answer in zip(lines, groups, answers.read_bytes().splitlines(), strict=True):
        expected = comparison.reference.generate([open_rgb(path) for path in group], line["text"], max_new_tokens=comparison.tokens)[1].strip()
        comparison.exact("several", json.loads(answer)["text"] == expected)


def main() -> int:
    return run_questions(__doc__, cases(), reference, QUESTIONS, RUNS, several)


if __name__ == "__main__":
    sys.exit(main())
