#!/usr/bin/env python3
"""Makes Tests/ImageProcessingTests/Fixtures/resizing.json: what becomes of images of many shapes when their shorter edge is
scaled and the middle cut out, or when they are put into a square first.

References are CLIPImageProcessorPil of transformers 5 (crop offsets rounded down), torchvision's resize and center_crop
(rounded half to even), and Pillow's paste as LLaVA's `expand2square` uses it. Images are made by a formula that the test
has, too.
"""

import argparse
import hashlib
import json
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "Tests" / "ImageProcessingTests" / "Fixtures" / "resizing.json"
SHAPES = [
    (40, 30), (30, 40), (33, 33), (64, 27), (27, 64), (101, 20), (20, 101), (300, 1), (1, 300), (5, 4), (224, 227), (75, 57),
]  # fmt: skip  (width, height)
FITTINGS = [(24, 24, 24), (20, 24, 24), (19, 24, 25), (24, 17, 24), (32, 21, 18)]  # shortest edge, crop height, crop width
COLOR = (122, 116, 104)


def image(width: int, height: int):
    """An image of noise: sample (y, x, c) is the high byte of a product."""
    import numpy
    from PIL import Image

    y, x, c = numpy.meshgrid(numpy.arange(height), numpy.arange(width), numpy.arange(3), indexing="ij")
    number = (y * 7919 + x * 104729 + c * 1299709 + 1).astype(numpy.uint64) * numpy.uint64(2654435761)
    return Image.fromarray(((number >> numpy.uint64(20)) & numpy.uint64(255)).astype(numpy.uint8), "RGB")


def expanded(picture):
    """The image in the middle of a square, as `expand2square` makes it."""
    from PIL import Image

    edge = max(picture.size)
    square = Image.new("RGB", (edge, edge), COLOR)
    square.paste(picture, ((edge - picture.width) // 2, (edge - picture.height) // 2))
    return square


def digest(samples) -> str:
    return hashlib.sha256(samples.tobytes()).hexdigest()[:16]


def cases() -> list[dict]:
    import numpy
    from torchvision.transforms import InterpolationMode
    from torchvision.transforms import functional as torchvision
    from transformers import CLIPImageProcessorPil

    made = []
    for width, height in SHAPES:
        picture = image(width, height)
        for edge, crop_height, crop_width in FITTINGS:
            for squared in [False, True]:
                source = expanded(picture) if squared else picture
                processor = CLIPImageProcessorPil(
                    size={"shortest_edge": edge}, crop_size={"height": crop_height, "width": crop_width},
                    do_rescale=False, do_normalize=False,
                )  # fmt: skip
                # An array of three rows or columns could be taken for one with the channels first.
                array = numpy.asarray(source)
                down = processor(array, input_data_format="channels_last", return_tensors="np")["pixel_values"][0]
                scaled = torchvision.resize(source, edge, InterpolationMode.BICUBIC)
                even = numpy.asarray(torchvision.center_crop(scaled, [crop_height, crop_width]))
                made.append(
                    {
                        "width": width, "height": height, "squared": squared, "edge": edge,
                        "crop": [crop_height, crop_width],
                        "down": digest(numpy.ascontiguousarray(down.transpose(1, 2, 0)).astype(numpy.uint8)),
                        "halfToEven": digest(even),
                    }
                )  # fmt: skip
    return made


def main() -> None:
    argparse.ArgumentParser(description=__doc__.split("\n\n")[0]).parse_args()
    lines = ",\n".join(json.dumps(case) for case in cases())
    TARGET.write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
