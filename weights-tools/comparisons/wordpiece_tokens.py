#!/usr/bin/env python3
"""Compares the engine's WordPiece tokenizer with BERT's of the installed transformers, string by string and id by id.

Every character of Unicode inside a text, words and characters joined at random, captions; and ids at random, decoded. A vocabulary of bert-base-uncased's size is made
from this project's documentation; folders that are given are compared as well. Exit status: 0 everything is equal, 1 something differs.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from functools import partial
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from checkpoints.wordpiece_tokenizer import files, vocabulary
from comparisons.strings import Asked, run
from comparisons.tokenizer_texts import texts
from fixtures.places import ROOT


def learned(count: int) -> list[str]:
    """BERT's first tokens, the words of the documentation by their frequency, and parts of them."""
    words: Counter[str] = Counter()
    for page in sorted((ROOT / "docs").glob("*.md")):
        words.update(re.findall(r"[a-z]{2,}", page.read_text(encoding="utf-8").lower()))
    parts: Counter[str] = Counter()
    for word, number in words.items():
        for start in range(1, len(word)):
            for end in range(start + 1, min(start + 5, len(word)) + 1):
                parts["##" + word[start:end]] += number
    more = [word for word, _ in words.most_common()] + [part for part, _ in parts.most_common(3000)]
    # Characters of many scripts, whole and as continuations, so that not all of them are unknown.
    letters = [chr(code) for code in [*range(0xDF, 0x250), *range(0x3B1, 0x460), *range(0x5D0, 0x5EB), *range(0x904, 0x93A), *range(0x1100, 0x1200), *range(0x3041, 0x3100), *range(0x4E00, 0x4F00)]]
    tokens = list(dict.fromkeys([*vocabulary(), *letters, *("##" + letter for letter in letters), *more]))
    return tokens[:count]


def ask(tokenizer: object, count: int) -> Asked:
    from fixtures.wordpiece_tokenizers import own_strings

    draw = random.Random(5)
    asked = {
        "characters": [f"a{chr(code)}b {chr(code)}" for code in range(0x20000) if not 0xD800 <= code < 0xE000],
        "joined": own_strings(draw, count), **texts(5)}
    size = len(tokenizer)
    return asked, [[draw.choice([draw.randrange(size + 2), draw.randrange(100, 140)]) for _ in range(draw.randint(1, 12))] for _ in range(count // 4)]


def load(folder: str) -> object:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(folder)


def main() -> int:
    made = {"learned": learned(30522), "small": vocabulary()}
    return run(
        __doc__, {f"{name}{'' if with_json else '-lines'}": partial(files, tokens, with_json) for name, tokens in made.items() for with_json in (True, False)}, load, ask)


if __name__ == "__main__":
    sys.exit(main())
