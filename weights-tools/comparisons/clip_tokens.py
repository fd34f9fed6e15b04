#!/usr/bin/env python3
"""Compares the ids that the engine gives texts with those of CLIP's tokenizers, by the rules of each library that is installed.

transformers 4 has the fast tokenizer and the slow one, written in Python; transformers 5 the fast one. open_clip is compared where it can be
imported; there it is also said how many texts the engine refuses, and how many of these open_clip would have tokenized without a repair of their encoding or a rare
character reference, which is what refusals are for. Exit status: 0 everything is equal, 1 something differs.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import sys
import tempfile
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from checkpoints.random_clip import first_merges, tokenizer_files
from comparisons.clip_texts import needs_refusal, texts
from comparisons.engine import ParityProbe, add_probe
from comparisons.table import Table

MERGES = 48894
CONTEXT = 77
Encode = Callable[[list[str]], list[list[int]]]


def write_tokenizer(folder: Path, vocabulary: Path) -> None:
    for name, content in tokenizer_files(first_merges(vocabulary, MERGES)).items():
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
        (folder / name).write_text(text, encoding="utf-8")


def libraries(folder: Path, saved: Path) -> dict[str, tuple[str, Path, Encode]]:
    """By name: the engine's word for the rules, the folder with the tokenizer's files, and what encodes texts.

    transformers 5 takes no more than the vocabulary and the merges from a tokenizer.json; what it goes by it writes when it saves it.
    """
    import transformers

    result: dict[str, tuple[str, Path, Encode]] = {}

    def of(tokenizer: Callable) -> Encode:
        return lambda strings: [tokenizer(text, truncation=True, max_length=CONTEXT)["input_ids"] for text in strings]

    number = version("transformers")
    if number.startswith("4."):
        result[f"transformers {number}, fast"] = "hf-fast", folder, of(transformers.CLIPTokenizerFast.from_pretrained(folder))
        if importlib.util.find_spec("ftfy") is None:
            result[f"transformers {number}, slow"] = "hf-slow", folder, of(transformers.CLIPTokenizer.from_pretrained(folder))
    else:
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        tokenizer.save_pretrained(saved)
        result[f"transformers {number}, fast"] = "hf-fast", saved, of(tokenizer)
    if importlib.util.find_spec("open_clip"):
        import open_clip

        tokenizer = open_clip.SimpleTokenizer()

        def encode(strings: list[str]) -> list[list[int]]:
            rows = tokenizer(strings, context_length=CONTEXT).tolist()
            return [row[: row.index(tokenizer.eot_token_id, len(tokenizer.encode("")) + 1) + 1] if row.count(tokenizer.eot_token_id) == 1
                    else row[: max(index for index, id in enumerate(row) if id) + 1] for row in rows]

        result[f"open_clip {version('open_clip_torch')}"] = "open_clip", folder, encode
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_probe(parser)
    parser.add_argument("--vocabulary", type=Path, required=True, metavar="PATH", help="bpe_simple_vocab_16e6.txt.gz of open_clip")
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--only", metavar="TEXT", help="kinds of texts whose names hold this")
    parser.add_argument("--rules", metavar="NAME", help="hf-fast, hf-slow or open_clip")
    parser.add_argument("--examples", type=int, default=3, help="differences shown of each kind (default: 3)")
    options = parser.parse_args()
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    table = Table("library, texts", options.examples, width=60)
    refused = needless = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder, saved = Path(temporary) / "files", Path(temporary) / "saved"
        folder.mkdir()
        write_tokenizer(folder, options.vocabulary)
        for name, (rules, files, encode) in libraries(folder, saved).items():
            if options.rules and options.rules != rules:
                continue
            begin, end = encode(["a"])[0][0], encode(["a"])[0][-1]
            with ParityProbe(options.probe, "tokenizer", str(files)) as probe:
                probe.reply()
                for kind, strings in texts(options.seed).items():
                    if options.only and options.only not in kind:
                        continue
                    cases = []
                    for text, ids in zip(strings, encode(strings)):
                        reply = probe.ask(text=text, withSpecialTokens=False, rules=rules)
                        if "refusal" not in reply:
                            cases.append((text, ids, [begin, *reply["ids"][: CONTEXT - 2], end]))
                            continue
                        refused += 1
                        if not needs_refusal(text):
                            needless += 1
                            if needless <= options.examples:
                                print(f"    refused without need: {ascii(text)[:200]}: {reply['refusal']}")
                    table.add(f"{name}: {kind}", cases)
    if refused:
        print(f"\n{refused} texts refused, {needless} of them without need")
    return table.finish()


if __name__ == "__main__":
    sys.exit(main())
