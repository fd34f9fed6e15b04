"""Scenes in the sizes of photographs: one thing, or two of the test pairs, on a plain background."""

import random

import numpy as np
from PIL import Image

from drawings import Thing
from scenes import BACKGROUNDS, COLOURS, RELATIONS, WORDS, pair_split, place
from sprites import Sprite, make_sprite


def ground(rng: random.Random, height: int, width: int) -> tuple[str, np.ndarray]:
    """A colour's name and a canvas [height, width, 3] of about that colour, a little darker towards one corner."""
    name = rng.choice(COLOURS)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    shade = (x / width - 0.5) * rng.uniform(-20, 20) + (y / height - 0.5) * rng.uniform(-20, 20)
    level = [min(255, max(0, value + rng.randint(-10, 10))) for value in BACKGROUNDS[name]]
    return name, np.array(level, np.float32) + shade[..., None]


def sprite(rng: random.Random, thing: Thing, side: float) -> Sprite:
    """A drawing turned by up to 12 degrees whose longest side is `side` pixels."""
    turned = thing.drawing.rotate(rng.uniform(-12, 12), Image.BICUBIC, expand=True)
    turned = turned.crop(turned.getbbox())
    scale = side / max(turned.size)
    return make_sprite(turned, (round(turned.height * scale), round(turned.width * scale)))


def paste(canvas: np.ndarray, drawn: Sprite, y: int, x: int) -> None:
    h, w = drawn.size
    view = canvas[y : y + h, x : x + w]
    view *= drawn.keep
    view += drawn.colour


def single(rng: random.Random, things: list[Thing], height: int, width: int) -> tuple[Image.Image, str]:
    """One thing, of 40 to 85 % of the shorter side."""
    thing = rng.choice(things)
    colour, canvas = ground(rng, height, width)
    drawn = sprite(rng, thing, rng.uniform(0.4, 0.85) * min(height, width))
    paste(canvas, drawn, rng.randint(0, height - drawn.size[0]), rng.randint(0, width - drawn.size[1]))
    return finished(canvas), f"{thing.phrase} on {'an' if colour == 'orange' else 'a'} {colour} background"


def pair(rng: random.Random, things: list[Thing], height: int, width: int) -> tuple[Image.Image, str]:
    """Two things of the test pairs, of 34 to 52 % of the shorter side."""
    first, second = 0, 0
    while first == second or pair_split(first, second) != "test":
        first, second = sorted((rng.randrange(len(things)), rng.randrange(len(things))))
    relation, spot = rng.choice(RELATIONS), None
    _, canvas = ground(rng, height, width)
    while spot is None:
        drawn = [sprite(rng, things[thing], rng.uniform(0.34, 0.52) * min(height, width)) for thing in (first, second)]
        spot = place(rng, drawn[0].size, drawn[1].size, relation, (height, width))
    for one, (y, x) in zip(drawn, spot):
        paste(canvas, one, y, x)
    return finished(canvas), f"{things[first].phrase} {WORDS[relation]} {things[second].phrase}"


def finished(canvas: np.ndarray) -> Image.Image:
    return Image.fromarray(np.clip(canvas, 0, 255).round().astype(np.uint8))
