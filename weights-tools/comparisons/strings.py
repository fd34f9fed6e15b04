"""The engine's tokenizer beside one of transformers, string by string and id by id."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from comparisons.engine import ParityProbe, add_probe

Asked = tuple[dict[str, list[str]], list[list[int]]]
"""Texts by kind, and lists of ids."""


def run(description: str, made: dict[str, Callable[[], dict[str, object]]], load: Callable[[str], object], ask: Callable[[object, int], Asked]) -> int:
    """Compares tokenizers that are made, their files by their names, and the folders that are given; an exit status."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_probe(parser)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="of a tokenizer")
    parser.add_argument("--count", type=int, default=20000, help="texts that are joined at random")
    options = parser.parse_args()
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    tried = equal = 0
    with tempfile.TemporaryDirectory() as place:
        for name, files in made.items():
            folder = Path(place, name)
            folder.mkdir()
            for file, content in files().items():
                (folder / file).write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), encoding="utf-8")
            options.folders.append(folder)
        for folder in options.folders:
            tokenizer = load(str(folder))
            counts = compare(options.probe, folder, tokenizer, *ask(tokenizer, options.count))
            tried, equal = tried + counts[0], equal + counts[1]
    print(f"\n{tried} cases, {equal} equal")
    return 0 if tried == equal else 1


def compare(probe: Path, folder: Path, tokenizer: object, asked: dict[str, list[str]], lists: list[list[int]]) -> tuple[int, int]:
    """Encodes texts of all kinds and decodes ids, in one piece and one after the other; how many there were, and how many were equal."""
    tried = equal = 0

    def report(kind: str, count: int, wrong: list) -> None:
        nonlocal tried, equal
        tried, equal = tried + count, equal + count - len(wrong)
        print(f"{folder.name:<20} {kind:<24} {count:>7} {count - len(wrong):>7}  {[str(each)[:40] for each in wrong[:6]]}", flush=True)

    with ParityProbe(probe, "tokenizer", str(folder)) as process:
        process.reply()  # how long loading took
        for kind, strings in asked.items():
            report(kind, len(strings), [text for text in strings if process.ask(text=text, withSpecialTokens=True)["ids"] != tokenizer(text)["input_ids"]])
        wrong = []
        for ids in lists:
            found = process.ask(ids=ids, withSpecialTokens=False)
            expected = tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
            if (found["text"], found["streamed"]) != (expected, expected):
                wrong.append(ids)
        report("decoded", len(lists), wrong)
    return tried, equal
