#!/usr/bin/env python3
"""Compares what becomes of transparent images with transformers 5 and Pillow: `caption-images trace --transparency white` and `drop`.

The fixtures of PNG, GIF and WebP, and pictures made here: alpha of all levels, palettes with transparent entries, colours and greys that are transparent, animations.
Pixels that BLIP is given are compared exactly. Exit status: 0 all are equal, 1 something differs.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from checkpoints.random_blip import RandomBLIP
from comparisons.engine import add_caption_images
from fixtures.places import TESTS


def made(folder: Path) -> Iterator[Path]:
    import numpy
    from PIL import Image

    draw = numpy.random.default_rng(3)

    def save(name: str, image: Image.Image, **options: object) -> Path:
        image.save(folder / name, **options)
        return folder / name

    def noise(*shape: int) -> numpy.ndarray:
        return draw.integers(0, 256, shape, dtype=numpy.uint8)

    for size in ((37, 53), (64, 64), (80, 21)):
        rgba, grey = Image.fromarray(noise(size[1], size[0], 4), "RGBA"), Image.fromarray(noise(size[1], size[0], 2), "LA")
        name = f"{size[0]}x{size[1]}"
        yield save(f"rgba-{name}.png", rgba)
        yield save(f"la-{name}.png", grey)
        yield save(f"rgba-{name}.webp", rgba, lossless=True, exact=True)
        yield save(f"rgba-lossy-{name}.webp", rgba, quality=80)
        yield save(f"rgb-{name}.webp", rgba.convert("RGB"), lossless=True)
        steps = Image.fromarray(noise(size[1], size[0], 3) // 64 * 64, "RGB")
        yield save(f"key-{name}.png", steps, transparency=(64, 128, 0))
        yield save(f"grey-key-{name}.png", steps.convert("L"), transparency=int(numpy.asarray(steps.convert("L"))[0, 0]))
        indexed = steps.quantize(17)
        yield save(f"index-{name}.png", indexed, transparency=3)
        yield save(f"indices-{name}.png", indexed, transparency=bytes(draw.integers(0, 256, 9, dtype=numpy.uint8)))
        yield save(f"index-{name}.gif", indexed, transparency=5)
        yield save(f"opaque-{name}.gif", indexed)
        yield save(f"bits-{name}.png", Image.fromarray(noise(size[1], size[0]) // 128 * 255, "L").convert("1"), transparency=0)
        frames = [Image.fromarray(noise(size[1], size[0], 4), "RGBA") for _ in range(2)]
        yield save(f"animated-{name}.webp", frames[0], save_all=True, append_images=frames[1:], lossless=True)
        for turned in (3, 6):
            exif = Image.Exif()
            exif[0x0112] = turned
            yield save(f"turned-{turned}-{name}.png", rgba, exif=exif)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_caption_images(parser)
    options = parser.parse_args()
    import numpy
    from PIL import Image, ImageOps
    from references.blip import Reference
    from safetensors.numpy import load_file

    tried = equal = 0
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        RandomBLIP(vision=RandomBLIP().vision).write(folder / "model")
        reference = Reference(folder / "model")
        fixtures = [path for kind in ("png", "gif", "webp") for path in sorted((TESTS / "ImageProcessingTests" / "Fixtures" / kind).glob(f"*.{kind}"))]
        for path in [*made(folder), *fixtures]:
            try:
                with Image.open(path) as file:
                    image = ImageOps.exif_transpose(file)
                    image.load()
            except Exception as error:  # what Pillow does not read is not compared
                print(f"{path.name:<34} left out: {error}")
                continue
            if min(image.size) in (1, 3):  # channels first, to transformers
                continue
            for rule in ("drop", "white"):
                target = folder / "trace.safetensors"
                run = subprocess.run(
                    [options.caption_images, "trace", path, "--model", folder / "model", "--precision", "f32", "--max-new-tokens", "1", "--transparency", rule, "-o", target],
                    stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
                if run.returncode:
                    print(f"{path.name:<34} left out: {run.stderr.strip()[:90]}")
                    break
                found = load_file(target)["pixel_values"]
                # What converted says of transparency would make the processor put it on white.
                given = image if rule == "white" else Image.fromarray(numpy.asarray(image.convert("RGB")))
                expected = reference.pixels(given)[0].numpy()
                tried, same = tried + 1, bool((found == expected).all())
                equal += same
                if not same:
                    print(f"{path.name:<34} {rule}: {(found != expected).mean():.1%} of the pixels differ ({image.mode}, {image.info.get('transparency')})")
    print(f"\n{tried} cases, {equal} equal")
    return 0 if tried == equal else 1


if __name__ == "__main__":
    sys.exit(main())
