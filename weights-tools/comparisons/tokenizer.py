#!/usr/bin/env python3
"""Compares the engine's tokenizer with the installed `tokenizers`, string by string and id by id.

Folders with a tokenizer.json are compared with what `tokenizers` makes of that file, folders with vocab.json and merges.txt alone with
transformers' GPT2Tokenizer, which before version 5 is the slow one, written in Python. With --vocabulary, four more tokenizers are made
from that vocab.json and merges.txt, OPT's for example: tokenizer.json with merges in both notations and an added `<image>`, both files
with the configuration of a checkpoint, and both alone. Then come random folders whose files speak of added tokens, in agreement and not, which transformers' AutoTokenizer reads;
--only-added-tokens compares nothing else. Exit status: 0 everything is equal, 1 something differs.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from comparisons.engine import ParityProbe, add_probe
from comparisons.table import Table
from comparisons.tokenizer_texts import texts
from fixtures.places import DEMO_CHECKPOINT, TESTS

FOLDERS = [DEMO_CHECKPOINT, *(TESTS / "TokenizationTests" / "Fixtures" / name for name in ("pairs", "lines", "files", "flags"))]
LONG_WORDS = {"letter a": "a", "random letters": None, "digits": "0123456789", "emoji": "👍🏽", "blanks": " ", "line breaks": "\n"}


def id_lists(draw: random.Random, size: int, byte_ids: list[int], encoded: list[list[int]]) -> dict[str, list[list[int]]]:
    """What has to be decoded, by kind."""
    return {
        "decode what was encoded": draw.sample(encoded, min(12000, len(encoded))),
        "decode cut": [ids[:draw.randint(0, len(ids))] for ids in draw.sample(encoded, min(3000, len(encoded)))],
        "decode random ids": [[draw.randrange(size) for _ in range(draw.randint(1, 30))] for _ in range(5000)],
        "decode random bytes": [[draw.choice(byte_ids) for _ in range(draw.randint(1, 16))] for _ in range(5000)] if byte_ids else [],
        "decode ids that no token has": [[draw.choice([size, size + 9, 10**6, 5, 6, 7]) for _ in range(4)] for _ in range(20)],
    }


def compare(folder: Path, name: str, options: argparse.Namespace, table: Table) -> None:
    """Adds the lines of one tokenizer."""
    from references.tokenizer import Reference

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
            table.add(f"{name:<28} {kind}", zip(strings, expected, found))
            encoded += expected
        lists = id_lists(random.Random(options.seed), reference.size, reference.byte_ids, encoded)
        for kind, ids in lists.items():
            for kept in (False, True):
                if kept and not reference.keeps_specials:
                    continue
                expected = reference.decode(ids, kept)
                replies = [probe.ask(ids=each, withSpecialTokens=kept) for each in ids]
                table.add(f"{name:<28} {kind}{', specials kept' if kept else ''}", zip(ids, expected, (reply["text"] for reply in replies)))
                if not kept:
                    table.add(f"{name:<28} {kind}, in pieces", zip(ids, expected, (reply["streamed"] for reply in replies)))


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
    add_probe(parser)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--added-tokens", type=int, default=200, metavar="COUNT", help="random folders of each kind (default: 200)")
    parser.add_argument("--only-added-tokens", action="store_true")
    parser.add_argument("--examples", type=int, default=3, help="differences shown of each kind (default: 3)")
    parser.add_argument("--timing", action="store_true", help="measure, too: loading, and words of 1 MB")
    options = parser.parse_args()
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    from comparisons import added_tokens
    from comparisons.tokenizer_variants import write_variants

    print(f"tokenizers {version('tokenizers')}")
    table = Table(f"{'tokenizer':<28} kind", options.examples, width=75)
    with tempfile.TemporaryDirectory() as temporary:
        folders = options.folders or FOLDERS
        if options.vocabulary:
            folders = [*write_variants(options.vocabulary, Path(temporary)), *folders]
        for folder in [] if options.only_added_tokens else folders:
            compare(folder, folder.name, options, table)
        if options.added_tokens:
            added_tokens.compare(options.added_tokens, options.seed, options.probe, Path(temporary), table)
        status = table.finish()
        if options.timing:
            time_long_words(folders[0], options.probe, options.seed)
    return status


if __name__ == "__main__":
    sys.exit(main())
