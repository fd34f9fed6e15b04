#!/usr/bin/env python3
"""Compares the engine with transformers on random BLIP checkpoints: captions, image-text matching, answers.

Stages and logits of some images relative to their largest number, pixels and ids exactly; captions of many crops of the fixtures' pictures exactly: greedy, with a
prompt, with beams, with lengths and a penalty. With any version of transformers from 4.38 on. Exit status: 0 all are equal, 1 something differs.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from checkpoints.random_blip import RandomBLIP, Stack
from comparisons.captioners import NAMES, Comparison, run
from fixtures.places import PICTURES

TEXTS = (
    "a photo of a cat", "", "Two CATS, sitting on the couch!", "  blanks\tand\nlines ", "caf\u00e9 na\u00efve \u00c5ngstr\u00f6m \u00f8re", "cat\u4e2d\u56fddog", "x" * 101 + " cat", "word " * 100,
    "don't stop (now) [SEP] cat\u200b\u00a0dog \ud55c\uae00", "[MASK]dog [unk]", "\u0391\u03a3\u03a3\u039f\u03a3 \u0130stanbul 12345 !!'s")
RUNS: dict[str, tuple[str | None, dict[str, object]]] = {
    "greedy": (None, {}), "prompt": ("a photo of the", {}), "nine tokens": (None, {"max_new_tokens": 9}), "three beams": (None, {"num_beams": 3}),
    "four beams, prompt, shortest": ("A Picture, of two", {"num_beams": 4, "min_length": 9, "length_penalty": 0.4}),
    "the original's demonstration": ("a picture of", {"num_beams": 3, "max_new_tokens": 16, "min_length": 5}), "kohya": ("a picture of ", {"max_new_tokens": 30, "min_length": 7}), "penalty": ("a", {"repetition_penalty": 1.5, "no_repeat_ngram_size": 2})}
QUESTIONS = ("what color is the car?", "how many cats are there")


def cases() -> dict[str, RandomBLIP]:
    tiny = RandomBLIP()
    awkward = replace(tiny, vision=Stack(66, 3, 3, 97), text=Stack(44, 4, 2, 71), image_size=70, patch_size=14, context=60, gain=1.4, seed=3)
    return {
        "F32, new": tiny,
        "F16, old, head twice, vocab.txt alone": replace(tiny, dtype="F16", configuration="old", head_twice=True, tokenizer_json=False, seed=1),
        "BF16, large's shape": replace(awkward, dtype="BF16", head_twice=True),
        "one layer, one head": replace(tiny, vision=Stack(32, 1, 1, 40), text=Stack(24, 1, 1, 30), image_size=48, context=36, seed=5),
        "questions, F32": replace(tiny, kind="questions", vision=Stack(40, 4, 2, 86), seed=6),
        "questions, F16, old, head twice": replace(tiny, kind="questions", vision=Stack(44, 2, 2, 70), text=Stack(44, 4, 3, 66), dtype="F16", configuration="old", head_twice=True, seed=7),
        "matching, F32": replace(tiny, kind="matching"),
        "matching, BF16, old": replace(awkward, kind="matching", dtype="BF16", configuration="old", compared=19),
    }


def compare(comparison: Comparison, name: str, images: list[Path]) -> None:
    from references.image_processor import open_rgb

    reference = comparison.reference
    if name.startswith("questions"):
        return comparison.texts(images, [(question, options) for question in QUESTIONS for options in ({}, {"num_beams": 3, "max_new_tokens": 9}, {"repetition_penalty": 1.5, "min_length": 4})])
    for picture in NAMES:
        image = open_rgb(PICTURES / picture)
        if name.startswith("matching"):
            found = comparison.traced(PICTURES / picture, *(part for text in TEXTS for part in ("--text", text)))
            comparison.stages(reference.stages(image) | reference.matches(image, list(TEXTS)), found)
            continue
        tokens, _ = reference.generate(image, max_new_tokens=12)
        found = comparison.traced(PICTURES / picture, "--max-new-tokens", "12")
        comparison.stages(reference.stages(image) | {"logits": reference.logits(image, None, tokens)}, found)
        comparison.exact("token_ids", found["token_ids"].tolist() == tokens)
    if not name.startswith("matching"):
        comparison.texts(images, RUNS.values())
        comparison.samples(images[:5], None)


def reference(folder: Path) -> object:
    from references.blip import Reference

    return Reference(folder)


def main() -> int:
    return run(__doc__, cases(), reference, 20, compare)


if __name__ == "__main__":
    sys.exit(main())
