#!/usr/bin/env python3
"""Compares the engine with transformers on random PaliGemma checkpoints: stages, captions, answers.

Pixels and ids exactly, stages and logits relative to their largest number; texts about many crops of the fixtures' pictures exactly: tasks of several lengths, greedy, with
beams, lengths and a penalty; with all names of tensors; of PaliGemma 2, too, for which transformers from 5.23
on applies the limit of logits. Exit status: 0 all are equal, 1 something differs.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from checkpoints.random_blip import Stack
from checkpoints.random_paligemma import RandomPaliGemma
from comparisons.captioners import run_questions

QUESTIONS = ("caption en", "answer en where is the 2nd  cat\nsitting?")
RUNS: list[tuple[str, dict[str, object]]] = [
    (QUESTIONS[0], {}), (QUESTIONS[1], {}), ("", {}), (QUESTIONS[0], {"num_beams": 3}), (QUESTIONS[1], {"num_beams": 2, "length_penalty": 0.4}),
    (QUESTIONS[0], {"repetition_penalty": 1.4, "no_repeat_ngram_size": 2}), ("detect cat", {"min_new_tokens": 7})]


def cases() -> dict[str, RandomPaliGemma]:
    tiny = RandomPaliGemma()
    return {
        "F32, the hub's names": tiny,
        "BF16, saved by 4.52": replace(tiny, names="saved4", dtype="BF16", seed=1),
        "F16, saved by 5, one head": replace(tiny, names="saved5", dtype="F16", text=Stack(36, 1, 2, 64), head=8, seed=2),
        "wide heads, many patches": replace(tiny, vision=Stack(72, 1, 3, 107), text=Stack(48, 3, 2, 100), head=32, image_size=64, patch=8, seed=3),
        "Gemma 2": replace(tiny, second=True, key_value_heads=2, word_scale=0.04, seed=4),
        "Gemma 2, no limits of scores, BF16": replace(
            tiny, second=True, text=Stack(48, 6, 2, 78), key_value_heads=3, head=10, query_scalar=7, score_cap=None, word_scale=0.05, names="saved5",
            dtype="BF16", seed=5),
        "Gemma 2, no limits of logits, F16": replace(tiny, second=True, text=Stack(30, 2, 3, 66), query_scalar=9, score_cap=2.0, logit_cap=None, word_scale=0.05, names="saved4", dtype="F16", seed=6),
    }


def reference(folder: Path) -> object:
    from references.paligemma import Reference

    return Reference(folder)


def main() -> int:
    return run_questions(__doc__, cases(), reference, QUESTIONS, RUNS)


if __name__ == "__main__":
    sys.exit(main())
