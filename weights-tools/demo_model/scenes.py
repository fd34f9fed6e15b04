"""Scenes: one, two or many things on a plain background, with the caption and everything a question may ask about."""

import random
import zlib
from dataclasses import dataclass, field

import numpy as np

from drawings import Thing
from sprites import LARGEST, SMALLEST, Sprite

CANVAS = 112
BACKGROUNDS = {
    "red": (220, 40, 40), "orange": (250, 150, 40), "yellow": (250, 225, 70), "green": (60, 170, 70),
    "blue": (50, 95, 215), "purple": (130, 60, 180), "pink": (250, 160, 195), "brown": (125, 80, 45),
    "gray": (145, 145, 145), "black": (22, 22, 24), "white": (248, 248, 248), "teal": (30, 150, 150),
}  # fmt: skip
COLOURS = list(BACKGROUNDS)
RELATIONS = ["left", "right", "above", "below", "and"]
WORDS = {"left": "to the left of", "right": "to the right of", "above": "above", "below": "below", "and": "and"}
INVERSE = {"left": "right", "right": "left", "above": "below", "below": "above", "and": "and"}


@dataclass
class Scene:
    """An image and what is true of it. Centres are (x, y) from -1 to 1; labels are 0 or thing + 1 per pixel."""

    image: np.ndarray  # uint8 [112, 112, 3]
    labels: np.ndarray  # int16 [112, 112]
    caption: str
    colour: str
    things: list[int] = field(default_factory=list)
    relation: str | None = None
    centres: list[tuple[float, float]] = field(default_factory=list)


def pair_split(a: int, b: int) -> str:
    """Which split an unordered pair of things belongs to: 1/32 is kept for each of test and development, never trained on."""
    bucket = zlib.crc32(f"{min(a, b)}-{max(a, b)}".encode()) % 32
    return {0: "test", 16: "development"}.get(bucket, "train")


class Composer:
    """Draws scenes from a split's sprites. All chance comes from the random.Random that is passed in."""

    def __init__(self, things: list[Thing], bank: list[list[Sprite]]):
        self.things, self.bank = things, bank
        y, x = np.mgrid[0:CANVAS, 0:CANVAS].astype(np.float32) / CANVAS - 0.5
        self.x, self.y = x[..., None], y[..., None]
        self.noise = np.random.RandomState(0).randn(64, CANVAS, CANVAS, 3).astype(np.float32)

    def background(self, rng: random.Random) -> tuple[str, np.ndarray]:
        """A colour's name and a canvas [112, 112, 3] of about that colour, often with a gradient and noise."""
        name = rng.choice(COLOURS)
        canvas = np.empty((CANVAS, CANVAS, 3), np.float32)
        canvas[:] = [min(255, max(0, level + rng.randint(-16, 16))) for level in BACKGROUNDS[name]]
        if rng.random() < 0.5:
            canvas += self.x * rng.uniform(-22, 22) + self.y * rng.uniform(-22, 22)
        if rng.random() < 0.5:
            canvas += self.noise[rng.randrange(64)] * rng.uniform(1, 5)
        return name, canvas

    def sprite(self, rng: random.Random, thing: int, smallest: float, largest: float) -> Sprite:
        """A sprite of a thing whose longest side is about smallest...largest pixels, mirrored half the time."""
        sprites = self.bank[thing]
        low, high = ((side - SMALLEST) / (LARGEST - SMALLEST) * len(sprites) for side in (smallest, largest))
        sprite = sprites[min(len(sprites) - 1, max(0, int(rng.uniform(low, high))))]
        # A mirrored die shows another number of dots on each side: still a die, but not one that exists.
        return sprite.mirrored() if rng.random() < 0.5 and self.things[thing].name != "die" else sprite

    @staticmethod
    def paste(canvas: np.ndarray, labels: np.ndarray, sprite: Sprite, y: int, x: int, thing: int) -> tuple[float, float]:
        """Draws a sprite with its top left corner at (y, x), labels its pixels, and returns its centre."""
        h, w = sprite.size
        view = canvas[y : y + h, x : x + w]
        view *= sprite.keep
        view += sprite.colour
        labels[y : y + h, x : x + w][sprite.keep[..., 0] < 0.6] = thing + 1
        return (x + w / 2) / CANVAS * 2 - 1, (y + h / 2) / CANVAS * 2 - 1

    def single(self, rng: random.Random) -> Scene:
        """One thing of 36 to 102 pixels: "a red apple on a blue background"."""
        thing = rng.randrange(len(self.things))
        colour, canvas = self.background(rng)
        labels = np.zeros((CANVAS, CANVAS), np.int16)
        sprite = self.sprite(rng, thing, 36, LARGEST)
        h, w = sprite.size
        centre = self.paste(canvas, labels, sprite, rng.randint(0, CANVAS - h), rng.randint(0, CANVAS - w), thing)
        article = "an" if colour == "orange" else "a"
        caption = f"{self.things[thing].phrase} on {article} {colour} background"
        return Scene(to_bytes(canvas), labels, caption, colour, [thing], None, [centre])

    def pair(self, rng: random.Random, split: str = "train") -> Scene:
        """Two things of 32 to 60 pixels whose pair belongs to a split: "a cat to the left of a car"."""
        while True:
            first, second = sorted((rng.randrange(len(self.things)), rng.randrange(len(self.things))))
            if first != second and pair_split(first, second) == split:
                break
        colour, canvas = self.background(rng)
        labels = np.zeros((CANVAS, CANVAS), np.int16)
        relation = rng.choice(RELATIONS)
        spot = None
        while spot is None:
            sprites = [self.sprite(rng, thing, 32, 60) for thing in (first, second)]
            spot = place(rng, sprites[0].size, sprites[1].size, relation)
        centres = [
            self.paste(canvas, labels, sprite, y, x, thing)
            for sprite, (y, x), thing in zip(sprites, spot, (first, second))
        ]
        caption = f"{self.things[first].phrase} {WORDS[relation]} {self.things[second].phrase}"
        return Scene(to_bytes(canvas), labels, caption, colour, [first, second], relation, centres)

    def crowd(self, rng: random.Random) -> Scene:
        """One to seven things that hardly overlap, without a caption: for learning to see."""
        colour, canvas = self.background(rng)
        labels = np.zeros((CANVAS, CANVAS), np.int16)
        taken = np.zeros((CANVAS, CANVAS), bool)
        count = rng.choice([1, 2, 4, 6, 7])
        smallest, largest = {1: (40, LARGEST), 2: (32, 62), 4: (30, 54)}.get(count, (SMALLEST, 44))
        for _ in range(count):
            thing = rng.randrange(len(self.things))
            sprite = self.sprite(rng, thing, smallest, largest)
            h, w = sprite.size
            for _ in range(8):
                y, x = rng.randint(0, CANVAS - h), rng.randint(0, CANVAS - w)
                if taken[y : y + h, x : x + w].mean() < 0.12:
                    taken[y : y + h, x : x + w] = True
                    self.paste(canvas, labels, sprite, y, x, thing)
                    break
        return Scene(to_bytes(canvas), labels, "", colour)


def to_bytes(canvas: np.ndarray) -> np.ndarray:
    """A float canvas as uint8."""
    return np.clip(canvas, 0, 255).astype(np.uint8)


def place(rng: random.Random, a: tuple[int, int], b: tuple[int, int], relation: str, size: tuple[int, int] = (CANVAS, CANVAS)):
    """Top left corners ((y, x), (y, x)) for boxes of sizes a and b (h, w) that stand in the relation on a canvas, or None.

    Left, right, above and below must be plain to see; what lies diagonally is "and".
    """
    for _ in range(60):
        ya, xa = rng.randint(0, size[0] - a[0]), rng.randint(0, size[1] - a[1])
        yb, xb = rng.randint(0, size[0] - b[0]), rng.randint(0, size[1] - b[1])
        dx, dy = (xb + b[1] / 2) - (xa + a[1] / 2), (yb + b[0] / 2) - (ya + a[0] / 2)
        gap = max(xb - xa - a[1], xa - xb - b[1], yb - ya - a[0], ya - yb - b[0])
        if gap < -2 or relation_of(dx / size[1], dy / size[0]) != relation:
            continue
        return (ya, xa), (yb, xb)
    return None


def relation_of(dx: float, dy: float) -> str | None:
    """The relation of a thing to another that lies (dx, dy) canvas sides to its right and below it; None if it is unclear."""
    ax, ay = abs(dx), abs(dy)
    if ay < 0.42 * ax:
        return "left" if dx > 0 else "right"
    if ax < 0.42 * ay:
        return "above" if dy > 0 else "below"
    far = 24 / CANVAS
    return "and" if ax > far and ay > far and 0.72 < ax / ay < 1.39 else None
