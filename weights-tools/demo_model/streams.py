"""Batches: what a rank trains on at a step. A function of seed, rank and step alone, so that any step can be made again."""

import random
from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

import questions
import shapes
from architecture import PATCH
from bpe import BOS, PAD
from drawings import Thing
from scenes import CANVAS, COLOURS, RELATIONS, Composer
from shapes import SHAPES, ShapeComposer
from supervision import IGNORED

ANSWER_WEIGHT = 2.0  # an answer is a word or three, a caption nine: without it captions would drown them


@dataclass(frozen=True)
class Mix:
    """Shares of single things and of pairs in stage two; the rest are easy-VQA's. `crowds` is the share of emoji in stage one."""

    crowds: float = 0.86
    single: float = 0.26
    pair: float = 0.50


class Streams:
    """Makes the batches of both stages."""

    def __init__(self, things: list[Thing], scenes: Composer, shape_scenes: ShapeComposer, tokenizer: Tokenizer, mix: Mix = Mix()):
        self.things, self.scenes, self.shapes, self.tokenizer, self.mix = things, scenes, shape_scenes, tokenizer, mix
        self.classes = len(things) + len(SHAPES)

    def vision_batch(self, seed: int, rank: int, step: int, size: int) -> tuple[np.ndarray, ...]:
        """Images [B, 112, 112, 3], patch classes [B, 64] and background (or paint) colours [B]."""
        rng = random.Random(f"vision/{seed}/{rank}/{step}")
        images, patches, colours = [], [], []
        for _ in range(size):
            if rng.random() < self.mix.crowds:
                scene = self.scenes.crowd(rng)
                image, labels, colour = scene.image, scene.labels, scene.colour
            else:
                image, labels, shown, _ = self.shape(rng)
                colour = shown.colour
            images.append(image)
            patches.append(patch_classes(labels))
            colours.append(COLOURS.index(colour))
        return np.stack(images), np.stack(patches), np.array(colours)

    def language_batch(self, seed: int, rank: int, step: int, size: int) -> tuple[np.ndarray, ...]:
        """The arguments of Supervision.language_losses, in its order."""
        rng = random.Random(f"language/{seed}/{rank}/{step}")
        images, patches, facts, centres, texts, owners = [], [], [], [], [], []
        none, no_relation = self.classes, len(RELATIONS)
        for owner in range(size):
            draw = rng.random()
            if draw < self.mix.single + self.mix.pair:
                scene = self.scenes.single(rng) if draw < self.mix.single else self.scenes.pair(rng)
                image, labels, colour = scene.image, scene.labels, scene.colour
                first, second = (*scene.things, none)[:2]
                relation = RELATIONS.index(scene.relation) if scene.relation else no_relation
                places = (scene.centres + [(np.nan, np.nan)])[:2]
                said = [self.caption(rng, scene.caption)]
                if rng.random() < 0.5:
                    said.append(questions.ask(rng, scene, self.things)[:2])
            else:
                image, labels, shown, unchanged = self.shape(rng)
                colour, relation, places = shown.colour, no_relation, [(np.nan, np.nan)] * 2
                first, second = len(self.things) + SHAPES.index(shown.shape), none
                said = [self.caption(rng, shown.caption)]
                said.append(shapes.ask(rng, shown.colour, shown.shape))
                said.append(rng.choice(shown.questions) if unchanged else shapes.ask(rng, shown.colour, shown.shape))
            images.append(image)
            patches.append(patch_classes(labels))
            facts.append((first, second, relation, COLOURS.index(colour)))
            centres.append(places)
            texts += said
            owners += [owner] * len(said)
        return (
            np.stack(images), np.stack(patches), np.array(facts), np.array(centres, np.float32),
            *self.encode(texts), np.array(owners),
        )  # fmt: skip

    def shape(self, rng: random.Random):
        """An easy-VQA image as uint8, its labels continuing those of the things, what it shows, and whether it is unchanged."""
        image, labels, shown, unchanged = self.shapes.draw(rng)
        if rng.random() < 0.5:
            image = image + self.scenes.noise[rng.randrange(64)] * rng.uniform(1, 4) + rng.uniform(-4, 4)
        image = np.clip(image, 0, 255).astype(np.uint8)
        return image, np.where(labels > 0, labels + len(self.things), 0), shown, unchanged

    @staticmethod
    def caption(rng: random.Random, caption: str) -> tuple[str, str]:
        """Prompt and continuation for a caption, now and then after the prompt people know from BLIP-2."""
        return ("a photo of", caption) if rng.random() < 0.08 else ("", caption)

    def encode(self, texts: list[tuple[str, str]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Tokens, targets and weights [M, T] of (question or prompt, answer) pairs, padded on the right."""
        rows = []
        for asked, answer in texts:
            is_question = asked.endswith("?")
            prompt = questions.PROMPT.format(asked) if is_question else asked
            before = [BOS] + self.ids(prompt)
            after = self.ids((" " if prompt else "") + answer + "\n")
            rows.append((before, after, ANSWER_WEIGHT if is_question else 1.0))
        longest = max(len(before) + len(after) for before, after, _ in rows)
        tokens = np.full((len(rows), longest), PAD)
        targets = np.full((len(rows), longest), IGNORED)
        weights = np.zeros((len(rows), longest), np.float32)
        for i, (before, after, weight) in enumerate(rows):
            end = len(before) + len(after)
            tokens[i, :end] = before + after
            targets[i, len(before) : end] = after
            weights[i, len(before) : end] = weight
        return tokens, targets, weights

    def ids(self, text: str) -> list[int]:
        return self.tokenizer.encode(text, add_special_tokens=False).ids if text else []


def patch_classes(labels: np.ndarray) -> np.ndarray:
    """Per-pixel labels [112, 112] -> what each of the 64 patches shows: the thing that covers most of it if that is 30 % or
    more, 0 for plain background, IGNORED for what lies between."""
    side = CANVAS // PATCH
    pixels = labels.reshape(side, PATCH, side, PATCH).transpose(0, 2, 1, 3).reshape(side * side, -1)
    result = np.where((pixels > 0).mean(1) > 0.05, IGNORED, 0)
    most = np.full(side * side, 0.3)
    for label in np.flatnonzero(np.bincount(labels.ravel()))[1:]:  # the first is the background, 0
        share = (pixels == label).mean(1)
        result = np.where(share >= most, label, result)
        most = np.maximum(most, share)
    return result
