#!/usr/bin/env python3
"""Compares `caption-images trace` with transformers and open_clip on random CLIP checkpoints of every form.

Sizes that divide by nothing, both activations, old and new configurations, three stored types, an image smaller than the crop, open_clip's
layout with and without `custom_text`. Pixels and ids are compared exactly, stages relative to their largest number, similarities absolutely.
open_clip is compared where it is installed. Exit status: 0 all are equal, 1 something differs.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from checkpoints.random_clip import RandomCLIP, Tower
from comparisons.engine import add_caption_images
from fixtures.places import PICTURES

STAGES = 2e-5
COSINES = 1e-5
NAMES = ("scene-001.jpg", "easy-vqa-007.png", "size-500x3.png", "size-113x111.png")
TEXTS = (
    "a photo of a cat", "", "Two dogs' toys aren't theirs", "  blanks\tand\nlines ", "Ünïcode ÇAFÉ — naïve", "日本語のテキスト",
    "100% of 3.14 <|endoftext|> after", "word " * 100, "&amp; &#39;quoted&#39; “text”", "ΑΣΣΟΣ İstanbul", "a'sb 'RE 12345 !!'s")


@dataclass(frozen=True)
class Case:
    name: str
    model: RandomCLIP


def cases() -> list[Case]:
    gelu = (Tower(88, 4, 2, 202, "gelu"), Tower(60, 5, 2, 122, "gelu"))
    return [
        Case("quick_gelu, new, F32", RandomCLIP()),
        Case("gelu, old, end token 2, F16, position_ids", RandomCLIP(
            *gelu, image_size=75, configuration="old", end_token=2, dtype="F16", position_ids=True, logit_scale=3.1)),
        Case("towers differ, resize below crop, BF16", RandomCLIP(
            Tower(40, 5, 2, 164, "gelu", 1e-6), Tower(24, 3, 2, 50), image_size=96, patch_size=32, resize=80, projection=19, dtype="BF16",
            merges=48894)),
        Case("one layer each", RandomCLIP(Tower(32, 2, 1, 64), Tower(32, 4, 1, 64), image_size=32, patch_size=16, context=20)),
        Case("open_clip, quick_gelu, F32", RandomCLIP(layout="openclip", vision=Tower(66, 3, 3, 132), text=Tower(44, 2, 3, 88))),
        Case("open_clip, gelu, F16, custom_text", RandomCLIP(*gelu, image_size=75, layout="openclip", dtype="F16", custom_text=True)),
        Case("open_clip, squash, BF16", RandomCLIP(layout="openclip", resize_mode="squash", dtype="BF16")),
    ]


def error(expected: object, found: object) -> float:
    """The largest difference, relative to the largest expected number."""
    import numpy

    if expected.shape != found.shape:
        return float("inf")
    return float(numpy.abs(expected - found).max() / max(numpy.abs(expected).max(), 1e-30))


def compare(case: Case, engine: Path, vocabulary: Path, folder: Path) -> tuple[int, int, str]:
    """Comparisons, those that agreed, and a line of figures."""
    from references.clip import OpenCLIPReference, Reference
    from references.image_processor import open_rgb
    from safetensors.numpy import load_file

    checkpoint, target = folder / "model", folder / "trace.safetensors"
    case.model.write(checkpoint, vocabulary)
    reference = (OpenCLIPReference if case.model.layout == "openclip" else Reference)(checkpoint)
    scale = float(reference.model.logit_scale.detach().exp())
    tried, equal, worst = 0, 0, {}
    for name in NAMES:
        arguments = [str(engine), "trace", str(PICTURES / name), "--model", str(checkpoint), "--precision", "f32", "-o", str(target)]
        for text in TEXTS:
            arguments += ["--text", text]
        subprocess.run(arguments, check=True)
        found, expected = load_file(target), reference.trace(open_rgb(PICTURES / name), list(TEXTS))
        for key, value in expected.items():
            tried += 1
            if key == "pixel_values" or key.startswith("input_ids"):
                same = value.shape == found[key].shape and bool((value == found[key]).all())
                equal += same
                kind = key.split(".")[0]
                worst[kind] = worst.get(kind, 0) + (not same)
                continue
            size = abs(value - found[key]).max() / scale if key == "logits_per_image" else error(value, found[key])
            equal += bool(size < (COSINES if key == "logits_per_image" else STAGES))
            worst[key] = max(worst.get(key, 0), float(size))
    return tried, equal, ", ".join(f"{key} {value:.1e}" if isinstance(value, float) else f"{key} {value} differ" for key, value in worst.items())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_caption_images(parser)
    parser.add_argument("--vocabulary", type=Path, required=True, metavar="PATH", help="bpe_simple_vocab_16e6.txt.gz of open_clip")
    parser.add_argument("--only", metavar="TEXT", help="cases whose names hold this")
    options = parser.parse_args()
    tried = equal = 0
    for case in cases():
        if options.only and options.only not in case.name:
            continue
        if case.model.layout == "openclip" and importlib.util.find_spec("open_clip") is None:
            print(f"{case.name:<42} left out: open_clip is not installed")
            continue
        with tempfile.TemporaryDirectory() as folder:
            here, good, figures = compare(case, options.caption_images, options.vocabulary, Path(folder))
        print(f"{case.name:<42} {here:>4} {good:>4}  {figures}", flush=True)
        tried, equal = tried + here, equal + good
    print(f"\n{tried} cases, {equal} equal")
    return 0 if tried == equal else 1


if __name__ == "__main__":
    sys.exit(main())
