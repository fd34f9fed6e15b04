"""Vocabulary and merges of a byte-level BPE in OPT's layout, and the tokenizer files of a checkpoint folder."""

import itertools
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

BEGINNING, PADDING, END, UNKNOWN = 0, 1, 2, 3
"""Ids of `<s>`, `<pad>`, `</s>` and `<unk>`; OPT begins and pads with 2 and 1."""

NEWLINE = "\u010a"
"""How the byte 0x0A is spelled in a byte-level vocabulary; a caption ends with it."""

SUBJECTS = ["a dog", "a cat", "two birds", "a red circle", "a small house", "the moon", "a woman", "three green apples"]
RELATIONS = ["on", "next to", "under", "in front of", "to the left of", "with", "without"]
PLACES = ["a table", "the beach", "a blue background", "a street", "the water", "a white wall", "an orange square"]
QUESTIONS = ["what is this", "what color is the circle", "how many birds are there", "is there a house"]


@dataclass(frozen=True)
class Vocabulary:
    """Token strings in byte-level spelling with their ids, and merges by rank."""

    tokens: dict[str, int]
    merges: list[tuple[str, str]]

    @property
    def newline(self) -> int:
        return self.tokens[NEWLINE]

    @classmethod
    def read(cls, folder: Path) -> "Vocabulary":
        tokens = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
        lines = (folder / "merges.txt").read_text(encoding="utf-8").splitlines()
        pairs = [tuple(line.split(" ")) for line in lines if line and not line.startswith("#version")]
        if any(len(pair) != 2 for pair in pairs):
            raise ValueError(f"{folder / 'merges.txt'}: a merge is two tokens with a space between")
        if NEWLINE not in tokens:
            raise ValueError(f"{folder / 'vocab.json'}: no token for the newline, so no caption could end")
        return cls(tokens, pairs)


def byte_spellings() -> dict[int, str]:
    """GPT-2's printable character for each byte: itself where printable, else U+0100 and up in order."""
    printable = {*range(33, 127), *range(161, 173), *range(174, 256)}
    replacements = itertools.count(0x100)
    return {byte: chr(byte if byte in printable else next(replacements)) for byte in range(256)}


def corpus() -> Counter[str]:
    """Words with a leading space, as GPT-2 splits them, counted over made-up captions and questions."""
    captions = [f"{s} {r} {p}" for s in SUBJECTS for r in RELATIONS for p in PLACES]
    questions = [f"Question: {q}? Answer:" for q in QUESTIONS for _ in range(40)]
    words: Counter[str] = Counter()
    for text in captions + questions:
        for position, word in enumerate(text.split(" ")):
            stem = word.rstrip("?:")
            words[stem if position == 0 else " " + stem] += 1
            if stem != word:
                words[word[len(stem) :]] += 1
    words["\n"] = len(captions)
    return words


def train(merge_count: int) -> Vocabulary:
    """A byte-level BPE with `merge_count` merges from the built-in corpus. Deterministic: ties go to the pair that
    sorts first. Ids follow OPT: the four special tokens, then tokens from frequent to rare."""
    spelling = byte_spellings()
    words = {tuple(spelling[byte] for byte in word.encode()): count for word, count in corpus().items()}
    merges: list[tuple[str, str]] = []
    for _ in range(merge_count):
        pairs: Counter[tuple[str, str]] = Counter()
        for word, count in words.items():
            for pair in itertools.pairwise(word):
                pairs[pair] += count
        if not pairs:
            raise ValueError(f"the built-in corpus has no more than {len(merges)} merges, {merge_count} were asked for")
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        words = {merged(word, best): count for word, count in words.items()}
    frequency: Counter[str] = Counter()
    for word, count in words.items():
        for token in word:
            frequency[token] += count
    strings = [*spelling.values(), *("".join(pair) for pair in merges)]
    ordered = sorted(strings, key=lambda token: (-frequency[token], token))
    return Vocabulary({t: i for i, t in enumerate(["<s>", "<pad>", "</s>", "<unk>", *ordered])}, merges)


def merged(word: tuple[str, ...], pair: tuple[str, str]) -> tuple[str, ...]:
    result: list[str] = []
    for token in word:
        # The flag that the last token may still be joined is its being exactly the pair's first half.
        if result and token == pair[1] and result[-1] == pair[0]:
            result[-1] += token
        else:
            result.append(token)
    return tuple(result)


def write_vocabulary(folder: Path, vocabulary: Vocabulary) -> None:
    """`vocab.json` and `merges.txt`, as GPT-2 and OPT have them."""
    (folder / "vocab.json").write_text(json.dumps(vocabulary.tokens, ensure_ascii=False), encoding="utf-8")
    lines = ["#version: 0.2", *(" ".join(pair) for pair in vocabulary.merges)]
    (folder / "merges.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def write_tokenizer_json(
    folder: Path, vocabulary: Vocabulary, image_token: int | None, merges_as_pairs: bool
) -> None:
    """`tokenizer.json` of the tokenizers library. Old files spell a merge "a b", new ones ["a", "b"]."""
    special = {"<pad>": PADDING, "</s>": END}
    if image_token is not None:
        special["<image>"] = image_token
    added = [
        {"id": id, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
         "normalized": content == "</s>", "special": True}
        for content, id in special.items()
    ]
    merges = [list(pair) if merges_as_pairs else " ".join(pair) for pair in vocabulary.merges]
    begin = {"SpecialToken": {"id": "</s>", "type_id": 0}}
    document = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": None,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [begin, {"Sequence": {"id": "A", "type_id": 0}}],
            "pair": [begin, {"Sequence": {"id": "A", "type_id": 0}}, begin, {"Sequence": {"id": "B", "type_id": 0}}],
            "special_tokens": {"</s>": {"id": "</s>", "ids": [END], "tokens": ["</s>"]}},
        },
        "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
        "model": {
            "type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": "",
            "end_of_word_suffix": "", "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
            "vocab": vocabulary.tokens, "merges": merges,
        },
    }
    (folder / "tokenizer.json").write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
