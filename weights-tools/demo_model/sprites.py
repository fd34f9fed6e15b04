"""Drawings at many sizes and angles, ready to be pasted: what differs between the training, development and test splits."""

import random
from dataclasses import dataclass

import numpy as np
from PIL import Image

from drawings import Thing

SMALLEST, LARGEST = 30, 102  # longest side in pixels of the 112-pixel canvas
VARIANTS = {"train": 36, "development": 10, "test": 10}


@dataclass(frozen=True)
class Sprite:
    """A drawing to paste: what stays of the canvas (1 - alpha) [h, w, 1] and what is added (colour * alpha, 0...255) [h, w, 3]."""

    keep: np.ndarray
    colour: np.ndarray

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.keep.shape[:2]

    def mirrored(self) -> "Sprite":
        return Sprite(self.keep[:, ::-1], self.colour[:, ::-1])


def make_sprite(drawing: Image.Image, size: tuple[int, int], resample: int = Image.BICUBIC) -> Sprite:
    """Scales a drawing to (height, width) with its colour premultiplied, so that no edge bleeds."""
    pixels = np.asarray(drawing, np.float32)
    pixels = np.concatenate([pixels[..., :3] * pixels[..., 3:] / 255, pixels[..., 3:]], -1).round().astype(np.uint8)
    planes = [Image.fromarray(pixels[..., c]).resize(size[::-1], resample) for c in range(4)]
    scaled = np.stack([np.asarray(plane, np.float32) for plane in planes], -1)
    return Sprite(1 - scaled[..., 3:] / 255, scaled[..., :3])


def sprite_bank(things: list[Thing], split: str, seed: int) -> list[list[Sprite]]:
    """For each thing the sprites of a split, from small to large, sizes stratified over SMALLEST...LARGEST.

    Each is turned by up to 12 degrees. In training some are also stretched, as an image that is not square will be when it is
    squeezed into the model's square input. No two splits share a sprite: each has its own random numbers.
    """
    rng = random.Random(f"sprites/{split}/{seed}")
    count = VARIANTS[split]
    bank = []
    for thing in things:
        sprites = []
        for variant in range(count):
            longest = SMALLEST + (variant + rng.random()) / count * (LARGEST - SMALLEST)
            turned = thing.drawing.rotate(rng.uniform(-12, 12), Image.BICUBIC, expand=True)
            turned = turned.crop(turned.getbbox())
            stretch = 1.5 ** rng.uniform(-1, 1) if split == "train" and rng.random() < 0.4 else 1.0
            width, height = turned.width * stretch, turned.height
            scale = longest / max(width, height)
            size = (max(8, round(height * scale)), max(8, round(width * scale)))
            resample = Image.LANCZOS if rng.random() < 0.5 else Image.BICUBIC
            sprites.append(make_sprite(turned, size, resample))
        bank.append(sprites)
    return bank
