"""Tokenizers with the layout of SmolVLM's: byte-level BPE after single digits, and tokens for the parts of a conversation and the tiles of an image."""

from __future__ import annotations

import json
from collections.abc import Iterable

BEGIN, PAD, UNKNOWN, END = "<|im_start|>", "<|im_end|>", "<|endoftext|>", "<end_of_utterance>"
IMAGE, AROUND, GLOBAL = "<image>", "<fake_token_around_image>", "<global-img>"
TILES = [f"<row_{row}_col_{column}>" for row in range(1, 7) for column in range(1, 7)]


def tokenizer_json(lines: Iterable[str], merges: int) -> dict[str, object]:
    """What is learned from a text, with as many merges."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)])
    tokenizer.decoder = decoders.ByteLevel()
    specials = [UNKNOWN, BEGIN, PAD]
    # The break between rows, and the two before the whole image, are tokens, as in the published vocabulary.
    trainer = trainers.BpeTrainer(vocab_size=256 + len(specials) + merges, special_tokens=specials, initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False)
    tokenizer.train_from_iterator([*lines, *["\n\n"] * 50], trainer)
    tokenizer.add_special_tokens([AddedToken(text, normalized=False) for text in (*specials, GLOBAL, *TILES, AROUND, IMAGE, END)])
    return json.loads(tokenizer.to_str())


def files(lines: Iterable[str], merges: int) -> dict[str, object]:
    """The files of a tokenizer by name."""
    content = tokenizer_json(lines, merges)
    return {
        "tokenizer.json": content,
        "tokenizer_config.json": {
            "tokenizer_class": "GPT2Tokenizer", "bos_token": BEGIN, "eos_token": END, "pad_token": PAD, "unk_token": UNKNOWN, "add_prefix_space": False,
            "clean_up_tokenization_spaces": False, "model_max_length": 16384}}


def token_id(content: dict[str, object], text: str) -> int:
    return next(token["id"] for token in content["added_tokens"] if token["content"] == text)
