"""The tokenizer: byte-level BPE in OPT's id layout, small, with every word of the captions a token of its own."""

import random

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

import questions
from drawings import Thing
from scenes import COLOURS, WORDS, Scene
from shapes import COLOUR_QUESTIONS, NEGATED, PAINTS, POSITIVE, SHAPE_QUESTIONS, SHAPES

SPECIALS = ["<s>", "<pad>", "</s>", "<unk>"]  # ids 0 to 3, as OPT has them
PAD, BOS = 1, 2  # OPT starts a text with </s>, id 2
IMAGE = "<image>"


def corpus(things: list[Thing]) -> list[str]:
    """Every phrasing the model is taught, each word often enough to become one token."""
    texts = [f" {thing.phrase} on an orange background\n" for thing in things]
    texts += [f"{thing.phrase} and {other.phrase}\n" for thing, other in zip(things, things[1:])]
    texts += [f"a photo of {thing.phrase}\n" for thing in things]
    texts += [f"{a.phrase} {words} the {b.name} on a {colour} background\n"
              for colour in COLOURS for words in WORDS.values() for a, b in zip(things, things[2:])]  # fmt: skip
    scene = Scene(None, None, "", "red", [0], None, [])
    rng = random.Random(0)
    texts += [questions.PROMPT.format(questions.ask(rng, scene, things)[0]) + " yes\n" for _ in range(200)]
    for shape in SHAPES:
        for paint in PAINTS:
            asked = [text.format(shape=shape, colour=paint) for text in COLOUR_QUESTIONS + SHAPE_QUESTIONS]
            asked += [text.format(thing=thing) for text in POSITIVE + NEGATED for thing in (shape, f"{paint} shape")]
            texts += [questions.PROMPT.format(text) + f" {answer}\n" for text in asked for answer in ("yes", "no", shape, paint)]
            texts += [f"a {paint} {shape}\n"] * 20
    return texts


def train_tokenizer(things: list[Thing]) -> Tokenizer:
    """Trains until every word is one token. <image> comes last and belongs to tokenizer.json only."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=4000,  # never reached: training ends when nothing is left to merge
        min_frequency=2,
        special_tokens=SPECIALS,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(corpus(things), trainer)
    tokenizer.add_special_tokens([AddedToken(IMAGE, normalized=False, special=True)])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="</s> $A", pair="</s> $A </s> $B", special_tokens=[("</s>", BOS)])  # fmt: skip
    return tokenizer


def newline(tokenizer: Tokenizer) -> int:
    """The id of the newline, which ends every text, as in BLIP-2."""
    return tokenizer.encode("\n", add_special_tokens=False).ids[0]
