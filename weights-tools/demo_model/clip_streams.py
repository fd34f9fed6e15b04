"""Batches for the CLIP model: images, their captions, and a near miss of each. A function of seed and step alone."""

import random

import numpy as np

from clip_captions import Facts, facts_of, near_miss
from clip_tokenizer import clip_files, clip_tokenizer, encode
from streams import Streams


class ClipStreams:
    """The images of the demo model's stage two, without the questions about them."""

    def __init__(self, streams: Streams):
        self.streams = streams
        self.files = clip_files(streams.things)
        self.tokenizer = clip_tokenizer(self.files)
        self.phrases = [thing.phrase for thing in streams.things]

    def batch(self, seed: int, step: int, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Images [B, 112, 112, 3] in bytes, tokens [2B, T] of captions and then of near misses, and their meanings [2B] as
        numbers: texts that say the same have the same."""
        rng = random.Random(f"clip/{seed}/{step}")
        scenes = [self.draw(rng) for _ in range(size)]
        true = [facts for _, facts in scenes]
        false = [near_miss(rng, facts, self.phrases)[1] for facts in true]
        texts = [self.say(rng, facts) for facts in true]
        texts += [self.say(rng, facts) for facts in false]
        numbers: dict[Facts, int] = {}
        meanings = [numbers.setdefault(facts.meaning, len(numbers)) for facts in true + false]
        return np.stack([image for image, _ in scenes]), encode(self.tokenizer, texts), np.array(meanings)

    def draw(self, rng: random.Random) -> tuple[np.ndarray, Facts]:
        draw, mix = rng.random(), self.streams.mix
        if draw < mix.single + mix.pair:
            scene = self.streams.scenes.single(rng) if draw < mix.single else self.streams.scenes.pair(rng)
            return scene.image, facts_of(scene, self.streams.things)
        image, _, shown, _ = self.streams.shape(rng)
        return image, Facts((shown.shape,), None, shown.colour)

    @staticmethod
    def say(rng: random.Random, facts: Facts) -> str:
        """The caption, now and then after "a photo of", and with the other thing first."""
        text = (facts.turned if rng.random() < 0.1 else facts).text
        return f"a photo of {text}" if rng.random() < 0.08 else text
