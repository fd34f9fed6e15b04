#!/usr/bin/env python3
"""Compares the engine's WordPiece tokenizer with BERT's of the installed transformers, string by string and id by id.

Every character of Unicode inside a text, words and characters joined at random, captions; and ids at random, decoded. A vocabulary of bert-base-uncased's size is made
from this project's documentation; folders that are given are compared as well. Exit status: 0 everything is equal, 1 something differs.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sys
import tempfile
from collections import Counter
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from checkpoints.wordpiece_tokenizer import files, vocabulary
from comparisons.engine import ParityProbe, add_probe
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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_probe(parser)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="of a tokenizer")
    parser.add_argument("--count", type=int, default=20000, help="texts that are joined at random")
    options = parser.parse_args()
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    from fixtures.wordpiece_tokenizers import own_strings
    from transformers import AutoTokenizer

    tried = equal = 0
    with tempfile.TemporaryDirectory() as place:
        made = {"learned": learned(30522), "small": vocabulary()}
        folders = list(options.folders)
        for name, tokens in made.items():
            for with_json in (True, False):
                folder = Path(place) / f"{name}{'' if with_json else '-lines'}"
                folder.mkdir()
                for file, content in files(tokens, with_json).items():
                    (folder / file).write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), encoding="utf-8")
                folders.append(folder)
        for folder in folders:
            tokenizer = AutoTokenizer.from_pretrained(str(folder))
            draw = random.Random(5)
            asked = {
                "characters": [f"a{chr(code)}b {chr(code)}" for code in range(0x20000) if not 0xD800 <= code < 0xE000],
                "joined": own_strings(draw, options.count), **texts(5)}
            with ParityProbe(options.probe, "tokenizer", str(folder)) as probe:
                probe.reply()  # how long loading took
                for kind, strings in asked.items():
                    wrong = [text for text in strings if probe.ask(text=text, withSpecialTokens=True)["ids"] != tokenizer(text)["input_ids"]]
                    tried, equal = tried + len(strings), equal + len(strings) - len(wrong)
                    print(f"{folder.name:<20} {kind:<12} {len(strings):>7} {len(strings) - len(wrong):>7}  {[text[:40] for text in wrong[:6]]}", flush=True)
                size = len(tokenizer)
                lists = [[draw.choice([draw.randrange(size + 2), draw.randrange(100, 140)]) for _ in range(draw.randint(1, 12))] for _ in range(options.count // 4)]
                wrong = []
                for ids in lists:
                    found = probe.ask(ids=ids, withSpecialTokens=False)
                    expected = tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
                    if (found["text"], found["streamed"]) != (expected, expected):
                        wrong.append(ids)
                tried, equal = tried + len(lists), equal + len(lists) - len(wrong)
                print(f"{folder.name:<20} {'decoded':<12} {len(lists):>7} {len(lists) - len(wrong):>7}  {wrong[:3]}", flush=True)
    print(f"\n{tried} cases, {equal} equal")
    return 0 if tried == equal else 1


if __name__ == "__main__":
    sys.exit(main())
