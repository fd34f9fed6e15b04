"""The tokenizer of the CLIP model: CLIP's byte-level BPE with word ends, every word of the captions a token of its own."""

import json
import sys
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer, models, pre_tokenizers, trainers

from drawings import Thing
from scenes import COLOURS, WORDS
from shapes import PAINTS, SHAPES

sys.path.append(str(Path(__file__).resolve().parents[1]))
from checkpoints.random_clip import tokenizer_files

LONGEST = 32  # ids of a text, with those of start and end; the longest caption has 15


def corpus(things: list[Thing]) -> list[str]:
    """Every word of the captions, often enough to become one token."""
    texts = [f"a photo of {thing.phrase} on an orange background" for thing in things] * 2
    texts += [f"a {colour} {words} an" for colour in COLOURS + PAINTS + SHAPES for words in WORDS.values()]
    return texts


def merges(things: list[Thing]) -> list[str]:
    """The merges, as merges.txt has them."""
    with_settings = Tokenizer.from_str(json.dumps(tokenizer_files([])["tokenizer.json"]))
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix="</w>"))
    tokenizer.normalizer, tokenizer.pre_tokenizer = with_settings.normalizer, with_settings.pre_tokenizer
    trainer = trainers.BpeTrainer(
        vocab_size=4000,  # never reached: training ends when nothing is left to merge
        min_frequency=2,
        # The bytes with and without word end get their ids here, in this order: the trainer would number them as it meets them,
        # in another order each time, and of equally frequent pairs the one with the smaller ids is merged first.
        special_tokens=[letter + end for end in ("", "</w>") for letter in sorted(pre_tokenizers.ByteLevel.alphabet())],
        end_of_word_suffix="</w>",
        show_progress=False,
    )
    tokenizer.train_from_iterator(corpus(things), trainer)
    return [" ".join(merge) for merge in json.loads(tokenizer.to_str())["model"]["merges"]]


def clip_files(things: list[Thing]) -> dict[str, object]:
    """The tokenizer's files by name."""
    return tokenizer_files(merges(things), LONGEST)


def clip_tokenizer(files: dict[str, object]) -> Tokenizer:
    return Tokenizer.from_str(json.dumps(files["tokenizer.json"]))


def encode(tokenizer: Tokenizer, texts: list[str]) -> np.ndarray:
    """Ids [N, T], filled up on the right with the end token, as transformers pads."""
    rows = [tokenizer.encode(text).ids for text in texts]
    end = tokenizer.token_to_id("<|endoftext|>")
    longest = max(map(len, rows))
    return np.array([row + [end] * (longest - len(row)) for row in rows])
