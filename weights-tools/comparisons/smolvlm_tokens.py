#!/usr/bin/env python3
"""Compares the engine's tokenizer with SmolVLM's of the installed transformers, string by string and id by id.

Tokenizers with the layout of SmolVLM's, few merges and many, learned from this project's documentation; texts of all kinds, tokens, digits and
white space joined at random, prompts with the tokens of tiles, every character of Unicode inside a text; and ids at random, decoded. Folders
that are given are compared as well. Exit status: 0 everything is equal, 1 something differs.
"""

from __future__ import annotations

import random
import sys
from functools import partial
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from checkpoints.smolvlm_tokenizer import AROUND, BEGIN, END, GLOBAL, IMAGE, PAD, TILES, UNKNOWN, files
from comparisons.strings import Asked, run
from comparisons.tokenizer_texts import texts
from fixtures.places import ROOT

MERGES = {"small": 60, "learned": 20000}
PIECES = ["\n", "\n\n", "\n\n\n", " ", "  ", "\t", "\u00a0", "0", "12", "3.14", " 7", "\u0663", "\u00bd", "\u2167", "x2y", "'s", "'ll", "a", " cat", "Caf\u00e9", "e\u0301", "\U0001f469\u200d\U0001f680", "!", "...", "User:", "Assistant:", "<row_7_col_1>", "<image", "<|im_start"]


def own_strings(draw: random.Random, tokens: list[str], count: int) -> list[str]:
    """Pieces and tokens side by side, as a prompt has them."""
    specials = [BEGIN, PAD, UNKNOWN, END, IMAGE, AROUND, GLOBAL, *TILES]
    return ["".join(draw.choice(draw.choice((PIECES, tokens, specials))) for _ in range(draw.randint(1, 14))) for _ in range(count)]


def ask(tokenizer: object, count: int) -> Asked:
    draw = random.Random(7)
    tokens = [tokenizer.decode([number]) for number in range(len(tokenizer))]
    asked = {
        "characters": [f"a{chr(code)}b {chr(code)}1{chr(code)}" for code in range(0x20000) if not 0xD800 <= code < 0xE000],
        "joined": own_strings(draw, tokens, count), **texts(7)}
    return asked, [[draw.randrange(len(tokenizer) + 2) for _ in range(draw.randint(1, 12))] for _ in range(count // 4)]


def load(folder: str) -> object:
    from transformers import PreTrainedTokenizerFast

    return PreTrainedTokenizerFast.from_pretrained(folder)


def main() -> int:
    lines = [line for page in sorted((ROOT / "docs").glob("*.md")) for line in page.read_text(encoding="utf-8").splitlines()]
    return run(__doc__, {name: partial(files, lines, merges) for name, merges in MERGES.items()}, load, ask)


if __name__ == "__main__":
    sys.exit(main())
