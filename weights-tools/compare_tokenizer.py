#!/usr/bin/env python3
"""Compares the engine's tokenizer with the installed `tokenizers`, string by string and id by id.

Folders with a tokenizer.json are held against what `tokenizers` makes of that file, folders with vocab.json and merges.txt alone against
transformers' GPT2Tokenizer, which before version 5 is the slow one, written in Python. With --vocabulary, four more tokenizers are made
from that vocab.json and merges.txt, OPT's for example: tokenizer.json with merges in both notations and an added `<image>`, both files
with the configuration of a checkpoint, and both alone. Then come random folders whose files speak of added tokens, in agreement and not, which transformers' AutoTokenizer reads;
--only-added-tokens compares nothing else. Exit status: 0 everything is equal, 1 something differs.
"""

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

os.environ["TOKENIZERS_PARALLELISM"] = "false"
import tokenizers

from blip2tools import added_tokens_comparison
from blip2tools.parity_probe import BUILD, PROBE, ParityProbe
from blip2tools.tokenizer_reference import Reference
from blip2tools.tokenizer_texts import texts
from blip2tools.tokenizer_variants import write_variants

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = [ROOT / "Sources" / "DemoModel" / "Resources" / "checkpoint",
           *(ROOT / "Tests" / "TokenizationTests" / "Fixtures" / name for name in ("pairs", "lines", "files", "flags"))]
LONG_WORDS = {"letter a": "a", "random letters": None, "digits": "0123456789", "emoji": "👍🏽", "blanks": " ", "line breaks": "\n"}


class Table:
    """Cases tried and equal, by tokenizer and kind, and the first few that differ."""

    def __init__(self, examples: int) -> None:
        self._examples = examples
        self.tried = self.equal = 0

    def add(self, tokenizer: str, kind: str, pairs: Iterator[tuple[object, object, object]]) -> None:
        """pairs: the case, what the reference says, what the engine says."""
        tried, different = 0, []
        for case, expected, found in pairs:
            tried += 1
            if expected != found:
                different.append((case, expected, found))
        self.tried += tried
        self.equal += tried - len(different)
        print(f"{tokenizer:<28} {kind:<46} {tried:>7} {tried - len(different):>7}", flush=True)
        for case, expected, found in different[:self._examples]:
            print(f"    {ascii(case)[:300]}\n      expected {ascii(expected)[:300]}\n      found    {ascii(found)[:300]}")


def id_lists(draw: random.Random, size: int, byte_ids: list[int], encoded: list[list[int]]) -> dict[str, list[list[int]]]:
    """What is to be decoded, by kind."""
    return {
        "decode what was encoded": draw.sample(encoded, min(12000, len(encoded))),
        "decode cut": [ids[:draw.randint(0, len(ids))] for ids in draw.sample(encoded, min(3000, len(encoded)))],
        "decode random ids": [[draw.randrange(size) for _ in range(draw.randint(1, 30))] for _ in range(5000)],
        "decode random bytes": [[draw.choice(byte_ids) for _ in range(draw.randint(1, 16))] for _ in range(5000)] if byte_ids else [],
        "decode ids that no token has": [[draw.choice([size, size + 9, 10**6, 5, 6, 7]) for _ in range(4)] for _ in range(20)],
    }


def compare(folder: Path, name: str, options: argparse.Namespace, table: Table) -> None:
    """Adds the lines of one tokenizer."""
    try:
        reference = Reference(folder)
    except Exception as error:  # what the library raises has no type of its own
        print(f"{name}: not read by this version of the library: {error}")
        return
    with ParityProbe(options.probe, "tokenizer", str(folder)) as probe:
        probe.reply()
        encoded = []
        for kind, strings in texts(options.seed).items():
            expected = reference.encode(strings)
            found = [probe.ask(text=text, withSpecialTokens=True)["ids"] for text in strings]
            table.add(name, kind, zip(strings, expected, found))
            encoded += expected
        lists = id_lists(random.Random(options.seed), reference.size, reference.byte_ids, encoded)
        for kind, ids in lists.items():
            for kept in (False, True):
                if kept and not reference.keeps_specials:
                    continue
                expected = reference.decode(ids, kept)
                replies = [probe.ask(ids=each, withSpecialTokens=kept) for each in ids]
                table.add(name, kind + (", specials kept" if kept else ""), zip(ids, expected, (reply["text"] for reply in replies)))
                if not kept:
                    table.add(name, kind + ", in pieces", zip(ids, expected, (reply["streamed"] for reply in replies)))


def time_long_words(folder: Path, program: Path, seed: int) -> None:
    """Prints how long loading takes and how long a character of a short and of a very long word does."""
    loads, starts = [], []
    for _ in range(5):
        start = time.monotonic()
        with ParityProbe(program, "tokenizer", str(folder)) as probe:
            loads.append(probe.reply()["seconds"])
            starts.append(time.monotonic() - start)
    print(f"\nloading {folder.name}: {statistics.median(loads):.3f} s of the processor, {statistics.median(starts):.3f} s until the "
          "process has it loaded (medians of 5)")
    draw = random.Random(seed)
    print(f"{'one word of':<16} {'1 kB':>9} {'100 kB':>9} {'1 MB':>9}   decoding: {'1 kB':>7} {'1 MB':>9}   (ns of the processor per byte, best of 5)")
    with ParityProbe(program, "tokenizer", str(folder)) as probe:
        probe.reply()
        for name, unit in LONG_WORDS.items():
            costs, decoding = [], []
            for size in (1_000, 100_000, 1_000_000):
                text = (unit * (size // len(unit.encode())) if unit else "".join(draw.choice("etaoinshrdlu") for _ in range(size)))
                replies = [probe.ask(text=text, withSpecialTokens=False) for _ in range(5)]
                costs.append(min(reply["seconds"] for reply in replies) / len(text.encode()) * 1e9)
                back = [probe.ask(ids=replies[0]["ids"], withSpecialTokens=False) for _ in range(5)]
                assert back[0]["text"] == text
                decoding.append(min(reply["seconds"] for reply in back) / len(text.encode()) * 1e9)
            print(f"{name:<16} {costs[0]:>9.0f} {costs[1]:>9.0f} {costs[2]:>9.0f} {decoding[0]:>18.0f} {decoding[2]:>9.0f}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="*", metavar="FOLDER", help="tokenizers; default: the demo model's and the tests'")
    parser.add_argument("--vocabulary", type=Path, metavar="FOLDER", help="with vocab.json and merges.txt to make tokenizers from")
    parser.add_argument("--probe", type=Path, default=PROBE, help=f"default: what `{BUILD}` makes")
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--added-tokens", type=int, default=200, metavar="COUNT", help="random folders of each kind (default: 200)")
    parser.add_argument("--only-added-tokens", action="store_true")
    parser.add_argument("--examples", type=int, default=3, help="differences shown of each kind (default: 3)")
    parser.add_argument("--timing", action="store_true", help="measure, too: loading, and words of 1 MB")
    options = parser.parse_args()
    table = Table(options.examples)
    print(f"tokenizers {tokenizers.__version__}\n{'tokenizer':<28} {'kind':<46} {'tried':>7} {'equal':>7}")
    with tempfile.TemporaryDirectory() as temporary:
        folders = options.folders or FOLDERS
        if options.vocabulary:
            folders = [*write_variants(options.vocabulary, Path(temporary)), *folders]
        for folder in [] if options.only_added_tokens else folders:
            compare(folder, folder.name, options, table)
        if options.added_tokens:
            added_tokens_comparison.compare(options.added_tokens, options.seed, options.probe, Path(temporary), table)
        print(f"\n{table.tried} cases, {table.equal} equal")
        if options.timing:
            time_long_words(folders[0], options.probe, options.seed)
    return 0 if table.equal == table.tried else 1


if __name__ == "__main__":
    sys.exit(main())
