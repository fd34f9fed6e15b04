"""Tokenizers with the layout of Gemma's: BPE over characters, tokens of bytes for those that are rare, and merges of every way to part a piece.

Gemma's tokenizer.json was converted from sentencepiece. So each piece merges from all pairs of pieces that it can be parted into, in the order
of the pieces' ranks, and of the pairs' ids where they make the same piece.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable

ROLES = ["<pad>", "<eos>", "<bos>", "<unk>"]
TURNS = ["<start_of_turn>", "<end_of_turn>"]
BLANK = "\u2581"


def learned_pieces(lines: Iterable[str], count: int) -> list[str]:
    """Pieces of the words of a text, and the characters of which they are made, those that were learned first in front."""
    from tokenizers import Tokenizer, models, trainers

    words = [word.replace(" ", BLANK) for line in lines for word in re.findall(r" ?[^ ]+", line)]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.train_from_iterator(words, trainers.BpeTrainer(vocab_size=count, show_progress=False))
    ids = tokenizer.get_vocab()
    pieces = sorted(ids, key=ids.get)
    return [piece for piece in pieces if len(piece) > 1] + [piece for piece in pieces if len(piece) == 1]


def grown_pieces(count: int, seed: int) -> list[str]:
    """As many pieces as are wanted, without a text to learn them from: parts of random words, each after its own parts, and then characters.

    There are about three ways to part one; in Gemma's vocabulary there are fewer.
    """
    draw = random.Random(seed)
    letters = "etaoinshrdlucmfwypvbgkjqxz"
    characters = [BLANK, *letters, *letters.upper(), *"0123456789.,:;!?()-'/", *map(chr, range(0xC0, 0x250)), *map(chr, range(0x391, 0x450)), *map(chr, range(0x4E00, 0x6000))]
    pieces: dict[str, None] = {}
    while len(pieces) + len(characters) < count:
        kind = draw.random()
        word = "".join(letters[int(26 * draw.random() ** 2)] for _ in range(draw.randint(3, 9)))
        if kind < 0.1:
            word = "".join(draw.choice(characters[90:]) for _ in range(draw.randint(2, 4)))
        word = BLANK * (draw.random() < 0.5) + word
        starts = range(len(word)) if kind < 0.18 else [0]
        pieces.update(dict.fromkeys(word[start:start + size] for size in range(2, len(word) + 1) for start in starts if start + size <= len(word)))
    return [*pieces][: count - len(characters)] + characters


def byte_pieces(without: Iterable[int] = ()) -> list[str]:
    """The tokens of bytes, but for some. The converter spells a tab as itself."""
    return ["\t" if byte == 9 else f"<0x{byte:02X}>" for byte in range(256) if byte not in set(without)]


def unlearned_pieces(runs: int) -> list[str]:
    """What Gemma has between the tokens with a role and the bytes: unused ones, ends of turns, runs of line breaks and of blanks, tags."""
    unused = ["<mask>", "<2mass>", "[@BOS@]", *(f"<unused{number}>" for number in range(4))]
    tags = [f"<{name}>" for tag in ("table", "tr", "td", "h1", "b", "i", "strong", "code") for name in (tag, f"/{tag}")]
    return [*unused, *TURNS, *("\n" * number for number in range(1, runs + 1)), *(BLANK * number for number in range(2, runs + 1)), *tags]


def merges_of(pieces: list[str]) -> list[tuple[str, str]]:
    ids = {piece: number for number, piece in enumerate(pieces)}
    merges = []
    for piece in pieces:
        parts = [(piece[:cut], piece[cut:]) for cut in range(1, len(piece))]
        merges += sorted((pair for pair in parts if pair[0] in ids and pair[1] in ids), key=lambda pair: (ids[pair[0]], ids[pair[1]]))
    return merges


def added(pieces: list[str], contents: Iterable[str], special: bool) -> list[dict[str, object]]:
    """Added tokens as tokenizer.json lists them."""
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": special}
    return [{"id": pieces.index(content), "content": content, **flags} for content in contents]


def tokenizer_json(pieces: list[str], tokens: list[dict[str, object]], new: bool) -> dict[str, object]:
    """pieces: all tokens, by id; tokens: those of them that are added; new: with the pre-tokenizer of later versions, which parts nothing."""
    merges = merges_of(pieces)
    bos = {"SpecialToken": {"id": "<bos>", "type_id": 0}}
    text, other = ({"Sequence": {"id": name, "type_id": number}} for number, name in enumerate("AB"))
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": sorted(tokens, key=lambda token: token["id"]),
        "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": BLANK},
        "pre_tokenizer": {"type": "Split", "pattern": {"String": " "}, "behavior": "MergedWithPrevious", "invert": False} if new else None,
        "post_processor": {
            "type": "TemplateProcessing", "single": [bos, text],
            "pair": [bos, text, {"SpecialToken": {"id": "<bos>", "type_id": 1}}, other],
            "special_tokens": {"<bos>": {"id": "<bos>", "ids": [pieces.index("<bos>")], "tokens": ["<bos>"]}}},
        "decoder": {
            "type": "Sequence",
            "decoders": [{"type": "Replace", "pattern": {"String": BLANK}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}]},
        "model": {
            "type": "BPE", "dropout": None, "unk_token": "<unk>", "continuing_subword_prefix": None, "end_of_word_suffix": None, "fuse_unk": True,
            "byte_fallback": True, **({"ignore_merges": False} if new else {}), "vocab": {piece: number for number, piece in enumerate(pieces)},
            "merges": [" ".join(pair) for pair in merges]}}


def with_pairs(content: dict) -> dict:
    """The same tokenizer.json with its merges as versions 0.20 and later of the library write them, and earlier ones cannot read."""
    return content | {"model": content["model"] | {"merges": [merge.split(" ") for merge in content["model"]["merges"]]}}


def tokenizer_config(tokens: list[dict[str, object]]) -> dict[str, object]:
    listed = {str(token["id"]): {key: value for key, value in token.items() if key != "id"} for token in tokens}
    return {
        "add_bos_token": True, "add_eos_token": False, "added_tokens_decoder": listed, "additional_special_tokens": TURNS, "bos_token": "<bos>",
        "clean_up_tokenization_spaces": False, "eos_token": "<eos>", "legacy": None, "model_max_length": 1000000000000000019884624838656,
        "pad_token": "<pad>", "sp_model_kwargs": {}, "spaces_between_special_tokens": False, "tokenizer_class": "GemmaTokenizer",
        "unk_token": "<unk>", "use_default_system_prompt": False}


def folders(learned: list[str], runs: int) -> dict[str, dict[str, object]]:
    """
    The files of two tokenizers with these pieces, by folder and by name: as Gemma's were published first, with special tokens alone among the added
    ones, and as they are since, with all that was not learned. runs: how many line breaks or blanks are one token at most, 31 in Gemma's.
    """
    fixed = unlearned_pieces(runs)
    taken = {*ROLES, *fixed, *byte_pieces()}
    pieces = [*ROLES, *fixed, *byte_pieces(), *(piece for piece in learned if piece not in taken)]
    special = added(pieces, [*ROLES, *TURNS], True)
    every = special + added(pieces, [piece for piece in fixed if piece not in TURNS], False)
    return {
        "gemma": {"tokenizer.json": tokenizer_json(pieces, special, new=False), "tokenizer_config.json": tokenizer_config(special)},
        "gemma-added": {"tokenizer.json": tokenizer_json(pieces, every, new=True), "tokenizer_config.json": tokenizer_config(every)}}
