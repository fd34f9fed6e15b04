"""Small pictures made from a seed: drawings on coloured backgrounds, gradients, noise, stripes."""

import numpy
from PIL import Image

from .noto_emoji import NotoEmoji

DRAWINGS = (
    "\U0001f436\U0001f431\U0001f98a\U0001f43b\U0001f43c\U0001f981\U0001f42f\U0001f42e\U0001f437\U0001f438"
    "\U0001f435\U0001f414\U0001f427\U0001f986\U0001f989\U0001f434\U0001f984\U0001f41d\U0001f98b\U0001f40c"
    "\U0001f422\U0001f40d\U0001f996\U0001f419\U0001f980\U0001f420\U0001f42c\U0001f433\U0001f427\U0001f418"
    "\U0001f34e\U0001f34c\U0001f347\U0001f353\U0001f34d\U0001f955\U0001f33d\U0001f344\U0001f355\U0001f354"
    "\U0001f370\U0001f36a\U0001f9c0\U0001f37a\U0001f697\U0001f68c\U0001f692\U0001f69c\U0001f6b2\U0001f680"
    "\U0001f681\U000026f5\U0001f3e0\U0001f3f0\U0001f31e\U0001f319\U00002b50\U0001f308\U0001f525\U000026c4"
    "\U0001f33b\U0001f339\U0001f335\U0001f332\U0001f381\U0001f388\U000026bd\U0001f3b8\U0001f4f7\U0001f511"
    "\U0001f528\U0001f4a1\U00002602\U0001f451\U0001f453\U0001f4d5")

BACKGROUNDS = [
    (220, 40, 40), (250, 150, 40), (250, 225, 70), (60, 170, 70), (50, 95, 215), (130, 60, 180), (250, 160, 195),
    (125, 80, 45), (145, 145, 145), (22, 22, 24), (248, 248, 248), (30, 150, 150)]


class Composer:
    """Draws from one stream of random numbers: the n-th picture depends on the seed and the calls before it."""

    def __init__(self, seed: int, emoji: NotoEmoji) -> None:
        self._random = numpy.random.Generator(numpy.random.PCG64(seed))
        self._emoji = emoji

    def integer(self, low: int, high: int) -> int:
        """Uniform in low...high, both included."""
        return int(self._random.integers(low, high + 1))

    def scene(self, width: int, height: int, count: int) -> Image.Image:
        """`count` drawings side by side (above each other in tall pictures) with some jitter on one background."""
        colour = BACKGROUNDS[self.integer(0, len(BACKGROUNDS) - 1)]
        image = Image.new("RGB", (width, height), colour)
        for index in range(count):
            drawing = self._emoji.drawing(DRAWINGS[self.integer(0, len(DRAWINGS) - 1)])
            cell_width, cell_height = (width // count, height) if width >= height else (width, height // count)
            scale = min(cell_width / drawing.width, cell_height / drawing.height) * self.integer(55, 95) / 100
            size = (max(1, round(drawing.width * scale)), max(1, round(drawing.height * scale)))
            drawing = drawing.resize(size, Image.Resampling.LANCZOS)
            left = self.integer(0, max(0, cell_width - size[0])) + (index * cell_width if width >= height else 0)
            top = self.integer(0, max(0, cell_height - size[1])) + (0 if width >= height else index * cell_height)
            image.paste(drawing, (left, top), drawing)
        return image

    def transparent_drawing(self, side: int) -> Image.Image:
        """RGBA: one drawing on a transparent ground of some colour, which shows once alpha is dropped."""
        scene = Image.new("RGBA", (side, side), (*BACKGROUNDS[self.integer(0, len(BACKGROUNDS) - 1)], 0))
        drawing = self._emoji.drawing(DRAWINGS[self.integer(0, len(DRAWINGS) - 1)])
        drawing.thumbnail((side, side), Image.Resampling.LANCZOS)
        scene.paste(drawing, ((side - drawing.width) // 2, (side - drawing.height) // 2))
        return scene

    def noise(self, width: int, height: int) -> Image.Image:
        return Image.fromarray(self._random.integers(0, 256, (height, width, 3), dtype=numpy.uint8))

    def gradient(self, width: int, height: int) -> Image.Image:
        """Linear from one colour at the top left to another at the bottom right."""
        first, last = self._random.integers(0, 256, (2, 3))
        share = (numpy.arange(width) / max(1, width - 1) + numpy.arange(height)[:, None] / max(1, height - 1)) / 2
        return Image.fromarray((first + share[..., None] * (last - first)).round().astype(numpy.uint8))

    def stripes(self, width: int, height: int) -> Image.Image:
        """Hard edges, on which a resampling filter overshoots."""
        period, upright = self.integer(2, 9), self.integer(0, 1)
        axis = numpy.arange(width) + 0 * numpy.arange(height)[:, None] if upright else (
            numpy.arange(height)[:, None] + 0 * numpy.arange(width))
        colours = self._random.integers(0, 256, (2, 3), dtype=numpy.uint8)
        return Image.fromarray(colours[(axis // period) % 2])

    def sixteen_bit_grey(self, width: int, height: int) -> Image.Image:
        """I;16: values around 0...255, where Pillow's conversion to RGB clips."""
        return Image.fromarray(self._random.integers(0, 400, (height, width), dtype=numpy.uint16))
