#!/usr/bin/env python3
"""Compares the engine's tokenizer with Gemma's of the installed transformers (4.38 and 5), string by string and id by id.

Two tokenizers with the layout of Gemma's are made, whose pieces are learned from this project's documentation, and one with what Gemma's own has
not: characters and bytes without a token, added tokens with all flags. Folders that are given are compared as well. Then come configurations that
say otherwise than tokenizer.json what goes before a text and after it. --timing makes a vocabulary of 256,000 tokens, and measures
how long it takes to load it, and to encode and decode. Exit status: 0 everything is equal, 1 something differs.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from checkpoints.gemma_tokenizer import BLANK, folders, grown_pieces, learned_pieces, with_pairs
from comparisons.engine import ParityProbe, add_probe
from comparisons.table import Table
from comparisons.tokenizer_texts import texts
from fixtures.places import ROOT

MASK = "<mask>"
CLASSES = ["GemmaTokenizer", "GemmaTokenizerFast", "PreTrainedTokenizerFast"]


def is_old() -> bool:
    """Whether transformers is of the versions before 5."""
    return version("transformers").startswith("4.")


def write(folder: Path, files: dict[str, object]) -> Path:
    folder.mkdir(parents=True)
    for name, content in files.items():
        # Before version 0.20 the library reads no pairs, and since then it writes nothing else.
        content = content if is_old() or name != "tokenizer.json" else with_pairs(content)
        (folder / name).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return folder


def own_texts(draw: random.Random, tokens: list[str]) -> dict[str, list[str]]:
    """What distinguishes tokenizers of this kind, by kind."""
    from fixtures.gemma_tokenizers import own_strings

    spaces = ["", "", " ", "  ", "\n", "\n\n", "\t", BLANK, "\u3000"]
    joined = ["".join(draw.choice(tokens) + draw.choice(spaces) for _ in range(draw.randint(1, 10))) for _ in range(4000)]
    return {
        "what Gemma's are made of": list(dict.fromkeys(own_strings(draw))),
        "tokens side by side": joined,
        "tokens with blanks": [text.replace(BLANK, " ") for text in joined],
        "runs": list(dict.fromkeys("".join(draw.choice(" \n\t\r" + BLANK) * draw.randint(1, 40) + draw.choice(["", "a", "1"]) for _ in range(3)) for _ in range(1500))),
    }


def id_lists(draw: random.Random, ids: dict[str, int], encoded: list[list[int]]) -> dict[str, list[list[int]]]:
    """What has to be decoded, by kind."""
    size = max(ids.values()) + 1
    byte_ids = sorted(number for token, number in ids.items() if token.startswith("<0x"))
    spelled = [[ids[f"<0x{byte:02X}>"] for byte in text.encode() if f"<0x{byte:02X}>" in ids] for text in ["é", "犬", "👍🏽", "a\n", BLANK, "\0"]]

    def mixed() -> Iterator[int]:
        for _ in range(draw.randint(1, 6)):
            yield from draw.choice([draw.choice(spelled), [draw.choice(byte_ids)], [draw.randrange(size)], [draw.randrange(8)], [size + draw.randrange(3)]])

    return {
        "decode what was encoded": draw.sample(encoded, min(12000, len(encoded))),
        "decode cut": [each[draw.randint(0, 2):draw.randint(0, len(each))] for each in draw.sample(encoded, min(3000, len(encoded)))],
        "decode random ids": [[draw.randrange(size) for _ in range(draw.randint(1, 30))] for _ in range(5000)],
        "decode random bytes": [[draw.choice(byte_ids) for _ in range(draw.randint(1, 10))] for _ in range(5000)],
        "decode bytes and others": [list(mixed()) for _ in range(8000)],
    }


class Reference:
    """AutoTokenizer, or the library `tokenizers` for a folder without a configuration."""

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer
        from transformers import AutoTokenizer

        self._auto = AutoTokenizer.from_pretrained(str(folder)) if (folder / "tokenizer_config.json").exists() else None
        self._plain = None if self._auto else Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.ids = (self._auto or self._plain).get_vocab()
        self.contested = set() if is_old() else set(self._contested(folder))

    def _contested(self, folder: Path) -> Iterator[int]:
        """Ids that later versions treat otherwise than 4.38 and the engine."""
        # Version 5 makes a special token of <mask>, though the configuration does not name it.
        if self._auto and "mask_token" not in json.loads((folder / "tokenizer_config.json").read_text()):
            yield self.ids[MASK]
        # Version 0.23 of the library does not leave out special tokens that normalisation changes.
        tokens = (self._auto.backend_tokenizer if self._auto else self._plain).get_added_tokens_decoder()
        yield from (number for number, token in tokens.items() if token.special and token.normalized and " " in token.content)

    def encode(self, text: str) -> list[int]:
        return self._auto(text).input_ids if self._auto else self._plain.encode(text).ids

    def decode(self, ids: list[int], kept: bool) -> str:
        return (self._auto or self._plain).decode(ids, skip_special_tokens=not kept)


def compare(folder: Path, options: argparse.Namespace, table: Table) -> None:
    reference = Reference(folder)
    draw = random.Random(options.seed)
    with ParityProbe(options.probe, "tokenizer", str(folder)) as probe:
        probe.reply()
        encoded = []
        for kind, strings in (texts(options.seed) | own_texts(draw, sorted(reference.ids))).items():
            strings = [text for text in strings if MASK not in text or reference.ids.get(MASK) not in reference.contested]
            if options.quick:
                strings = strings[::20]
            expected = [reference.encode(text) for text in strings]
            found = (probe.ask(text=text, withSpecialTokens=True)["ids"] for text in strings)
            table.add(f"{folder.name:<12} {kind}", zip(strings, expected, found))
            encoded += expected
        for kind, lists in id_lists(draw, reference.ids, encoded).items():
            lists = [ids for ids in lists if reference.contested.isdisjoint(ids)]
            for kept in (False, True):
                expected = [reference.decode(ids, kept) for ids in lists]
                replies = [probe.ask(ids=ids, withSpecialTokens=kept) for ids in lists]
                for way, key in (("", "text"), (", in pieces", "streamed")):
                    table.add(f"{folder.name:<12} {kind}{', specials kept' if kept else ''}{way}", zip(lists, expected, (reply[key] for reply in replies)))


def configurations() -> Iterator[tuple[str, dict[str, object], list[str] | None]]:
    """Names, what they say, and what tokenizer.json puts before a text and after it."""
    choices = [None, True, False]
    templates = [None, ["$"], ["<bos>", "$"], ["<bos>", "$", "<eos>"], ["$", "<eos>"]]
    roles = [{}, {"bos_token": "<start_of_turn>"}, {"bos_token": None, "add_bos_token": False}, {"eos_token": "<unused1>", "pad_token": "<extra>", "add_eos_token": True}]
    for number, (name, begins, ends, template, role) in enumerate(itertools.product(CLASSES, choices, choices, templates, roles)):
        said = {key: value for key, value in (("add_bos_token", begins), ("add_eos_token", ends)) if value is not None}
        yield str(number), {"tokenizer_class": name} | said | role, template


def agrees(content: dict[str, object], template: list[str] | None) -> bool:
    """Whether a configuration and tokenizer.json say the same. Of others 4.38 takes the configuration, version 5 now this and now that."""
    roles = {"bos_token": "<bos>", "eos_token": "<eos>"} | content
    begins = [roles["bos_token"]] if content.get("add_bos_token", True) else []
    return template == [*begins, "$", *([roles["eos_token"]] if content.get("add_eos_token", False) else [])]


def with_template(content: dict, template: list[str] | None) -> dict:
    if template is None:
        return content | {"post_processor": None}
    ids = content["model"]["vocab"]
    pieces = [{"Sequence": {"id": "A", "type_id": 0}} if piece == "$" else {"SpecialToken": {"id": piece, "type_id": 0}} for piece in template]
    special = {piece: {"id": piece, "ids": [ids[piece]], "tokens": [piece]} for piece in template if piece != "$"}
    return content | {"post_processor": {
        "type": "TemplateProcessing", "single": pieces, "pair": [*pieces, {"Sequence": {"id": "B", "type_id": 1}}], "special_tokens": special}}


def compare_configurations(files: dict[str, object], folder: Path, options: argparse.Namespace, table: Table) -> None:
    from transformers import AutoTokenizer

    cases = []
    for number, content, template in configurations():
        is_gemma = content["tokenizer_class"].startswith("Gemma")
        if not is_old() and not (is_gemma and agrees(content, template)):
            continue
        if not is_gemma and ("bos_token" in content or template in (None, ["$"]) or "eos_token" in content):
            # Without defaults of a class the engine takes add_bos_token where a file puts nothing in front, and 4.38 does not.
            continue
        if options.quick and int(number) % 10:
            continue
        place = write(folder / number, {"tokenizer.json": with_template(files["tokenizer.json"], template), "tokenizer_config.json": content})
        try:
            tokenizer = AutoTokenizer.from_pretrained(str(place))
        except ValueError:
            tokenizer = None  # what goes in front is nothing
        expected = tokenizer and [tokenizer(text).input_ids for text in ("", "a dog", "<eos>x <extra>", "<unused1> ")]
        try:
            with ParityProbe(options.probe, "tokenizer", str(place), stderr=-1) as probe:
                probe.reply()
                found = [probe.ask(text=text, withSpecialTokens=True)["ids"] for text in ("", "a dog", "<eos>x <extra>", "<unused1> ")]
        except RuntimeError:
            found = None
        cases.append((f"{content} {template}", expected, found))
    table.add("configurations", cases)


def grown_folder(folder: Path) -> Path:
    """256,000 tokens, as Gemma's has."""
    return write(folder, folders(grown_pieces(255_600, 1), 31)["gemma-added"])


def measure(folder: Path, program: Path) -> None:
    """Prints how long a vocabulary of full size takes to load, and how fast it goes through texts."""
    content = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))["model"]
    print(f"\n{len(content['vocab'])} tokens, {len(content['merges'])} merges, {(folder / 'tokenizer.json').stat().st_size / 1e6:.1f} MB")
    loads, peak = [], 0
    for _ in range(5):
        with ParityProbe(program, "tokenizer", str(folder)) as probe:
            loads.append(probe.reply()["seconds"])
            status = Path(f"/proc/{probe.process_id}/status")
            lines = dict(line.split(":", 1) for line in status.read_text().splitlines()) if status.exists() else {}
            peak, now = (int(lines[name].split()[0]) / 1e3 if name in lines else 0 for name in ("VmHWM", "VmRSS"))
    print(f"loading: {statistics.median(loads):.3f} s of the processor (median of 5), {peak:.0f} MB at most, {now:.0f} MB afterwards")
    draw = random.Random(1)
    words = [token.replace(BLANK, " ") for token in list(content["vocab"])[600:60_000]]
    print(f"{'bytes of text':>14} {'encode, MB/s':>14} {'decode, MB/s':>14}   (of the processor, best of 5)")
    with ParityProbe(program, "tokenizer", str(folder)) as probe:
        probe.reply()
        for size in (60, 300, 3_000, 30_000, 300_000, 3_000_000):
            text = ""
            while len(text.encode()) < size:
                text += "".join(words[int(len(words) * draw.random() ** 3)] for _ in range(size // 20 + 1))
            replies = [probe.ask(text=text, withSpecialTokens=False) for _ in range(5)]
            back = [probe.ask(ids=replies[0]["ids"], withSpecialTokens=True) for _ in range(5)]
            assert back[0]["text"] == text
            speeds = [len(text.encode()) / 1e6 / max(min(reply["seconds"] for reply in some), 1e-9) for some in (replies, back)]
            print(f"{len(text.encode()):>14} {speeds[0]:>14.1f} {speeds[1]:>14.1f}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="*", metavar="FOLDER", help="tokenizers with tokenizer.json and tokenizer_config.json to compare as well")
    add_probe(parser)
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--quick", action="store_true", help="a twentieth of the texts, a tenth of the configurations")
    parser.add_argument("--examples", type=int, default=3, help="differences shown of each kind (default: 3)")
    parser.add_argument("--timing", action="store_true", help="measure, and compare nothing")
    options = parser.parse_args()
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    os.environ["HF_HUB_OFFLINE"] = "1"
    with tempfile.TemporaryDirectory() as temporary:
        scratch = Path(temporary)
        if options.timing:
            measure(options.folders[0] if options.folders else grown_folder(scratch / "grown"), options.probe)
            return 0
        from fixtures.gemma_tokenizers import gapped

        print(f"transformers {version('transformers')}, tokenizers {version('tokenizers')}")
        lines = [line for page in sorted((ROOT / "docs").glob("*.md")) for line in page.read_text(encoding="utf-8").splitlines()]
        made = folders(learned_pieces(lines, 6000), 31)
        table = Table("tokenizer    kind", options.examples, width=75)
        places = [write(scratch / name, files) for name, files in made.items()]
        places.append(scratch / "gaps")
        places[-1].mkdir()
        (places[-1] / "tokenizer.json").write_text(json.dumps(gapped(), ensure_ascii=False), encoding="utf-8")
        for folder in [*places, *options.folders]:
            compare(folder, options, table)
        compare_configurations(made["gemma"], scratch / "configurations", options, table)
        return table.finish()


if __name__ == "__main__":
    sys.exit(main())
