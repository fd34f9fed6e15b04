#!/usr/bin/env python3
"""Writes JPEGs of the size and detail of photographs, always the same: clouds of several scales with shapes on them."""

import argparse
from pathlib import Path

import numpy
from PIL import Image, ImageDraw

SIZES = ((640, 480), (480, 640), (640, 427), (500, 375), (640, 640), (426, 640), (612, 612), (640, 360))
"""Width and height, as those of the images in COCO."""


def picture(number: int) -> Image.Image:
    random = numpy.random.default_rng(number)
    width, height = SIZES[number % len(SIZES)]
    clouds = numpy.zeros((height, width, 3))
    for side in (4, 12, 40, 160):
        noise = Image.fromarray(random.integers(0, 256, (side, side, 3), dtype=numpy.uint8))
        clouds += numpy.asarray(noise.resize((width, height), Image.Resampling.BICUBIC)) * (4 / side) ** 0.5
    image = Image.fromarray((255 * clouds / clouds.max()).astype(numpy.uint8))
    draw = ImageDraw.Draw(image)
    for _ in range(6):
        left, top = int(random.integers(0, width - 60)), int(random.integers(0, height - 60))
        box = (left, top, left + int(random.integers(20, width // 2)), top + int(random.integers(20, height // 2)))
        colour = tuple(int(value) for value in random.integers(0, 256, 3))
        (draw.ellipse if random.integers(2) else draw.rectangle)(box, fill=colour)
    return image


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("count", type=int)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    for number in range(options.count):
        picture(number).save(options.folder / f"{number:03}.jpg", quality=90)


if __name__ == "__main__":
    main()
