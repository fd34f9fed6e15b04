#!/usr/bin/env python3
"""Compares caption-images with the installed transformers on random checkpoints of every form that BLIP-2 OPT comes in.

Generations of files, stored types, shards, `.bin` files (converted for the engine, loaded as they are by transformers),
the sizes of opt-6.7b and of the -coco variants. Each case is a checkpoint; a table has the largest error of each.
Exit status: 0 all are equal, 1 something differs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

import compare_with_transformers
from checkpoints.architecture import PRESETS, Architecture
from checkpoints.configuration_files import GENERATIONS
from checkpoints.random_model import RandomModel
from comparisons.engine import add_caption_images
from fixtures.places import PICTURES
from fixtures.random_models import FIXTURE_MODELS
from fixtures.runs import QUESTION

NAMES = ("scene-001.jpg", "easy-vqa-007.png", "size-500x3.png")


@dataclass(frozen=True)
class Case:
    name: str
    model: RandomModel
    pickle: Callable[[Path, Path], None] | None = None
    """Makes a folder with .bin files of the one that was written."""


def cases(full: bool) -> list[Case]:
    from checkpoints.bin_files import write_bin

    result = [
        Case(f"{generation} {dtype} {'sharded' if shard_bytes else 'one file'}",
             RandomModel(generation=generation, dtype=dtype, shard_bytes=shard_bytes, seed=3, end_rank=2, output_head=head))
        for generation in GENERATIONS for dtype, shard_bytes, head in
        (("F32", None, False), ("F32", 200_000, True), ("F16", 100_000, None), ("BF16", None, None))]
    result += [
        Case(f"{files} tokenizer, {generation}", RandomModel(generation=generation, tokenizer_files=files, seed=4, end_rank=2))
        for generation in ("old", "new") for files in ("json", "vocabulary")]
    result += [
        Case(f"epsilon {epsilon}", RandomModel(vision_epsilon=epsilon, seed=5, end_rank=2)) for epsilon in (1e-5, 1e-6, None)]
    # Sharded as the old mirrors are, with the output layer in the last shard.
    old = RandomModel(generation="old", shard_bytes=200_000, seed=6, end_rank=2)
    result += [
        Case(".bin shards", old, write_bin), Case(".bin in one file", replace(old, shard_bytes=None), write_bin),
        Case(".bin F16", replace(old, dtype="F16"), write_bin),
        Case(".bin before PyTorch 1.6", old, lambda source, target: write_bin(source, target, zipped=False))]
    result += [Case(fixture.name, fixture.model) for fixture in FIXTURE_MODELS]
    if full:
        wide = replace(PRESETS["opt-6.7b"], vision_layers=2, qformer_layers=2, text_layers=2)
        result += [
            Case("opt-6.7b, two layers of each", RandomModel(wide, dtype="BF16", generation="old", end_rank=2)),
            Case("opt-6.7b-coco, two layers of each", RandomModel(replace(wide, image_size=364), dtype="F16", end_rank=2)),
            Case("opt-2.7b-coco, three layers of each", RandomModel(
                replace(Architecture(), image_size=364, vision_layers=3, qformer_layers=3, text_layers=3), end_rank=2))]
    return result


def compare(case: Case, engine: Path, folder: Path) -> tuple[int, int, str]:
    """Comparisons that agreed, comparisons, and a line of figures."""
    from checkpoints.bin_conversion import convert
    from references.blip2 import Reference

    checkpoint = folder / "checkpoint"
    case.model.write(checkpoint)
    loaded = checkpoint
    if case.pickle is not None:
        loaded, converted = folder / "bin", folder / "converted"
        case.pickle(checkpoint, loaded)
        convert(loaded, converted, 150_000, None)
        checkpoint = converted
    reference = Reference(loaded)
    agreed = tried = 0
    problems: list[str] = []
    errors: list[float] = []
    for prompt in (None, QUESTION):
        arguments = [str(checkpoint), *NAMES, "--caption-images", str(engine), "--max-new-tokens", "12"]
        arguments += [] if prompt is None else ["--prompt", prompt]
        options = compare_with_transformers.arguments().parse_args(arguments)
        for name in NAMES:
            findings = compare_with_transformers.compare_picture(reference, PICTURES / name, options)
            tried += 1
            agreed += all(finding.equal for finding in findings)
            problems += [f"\n    {name}: {f.stage} {f.detail}" for f in findings if not f.equal]
            errors += [float(f.detail.split()[1].rstrip(",")) for f in findings if f.detail.startswith("error ")]
    return agreed, tried, f"largest error {max(errors):.1e}{''.join(problems)}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_caption_images(parser)
    parser.add_argument("--full-width", action="store_true", help="also checkpoints of full width, few layers and 1 to 2 GB")
    parser.add_argument("--only", metavar="TEXT", default="", help="cases with this in their name")
    options = parser.parse_args()
    equal = count = pictures = 0
    for case in cases(options.full_width):
        if options.only not in case.name:
            continue
        with tempfile.TemporaryDirectory() as folder:
            agreed, tried, figures = compare(case, options.caption_images, Path(folder))
        count, equal, pictures = count + 1, equal + (agreed == tried), pictures + tried
        print(f"{'ok      ' if agreed == tried else 'MISMATCH'} {case.name:34} {agreed} of {tried}, {figures}", flush=True)
    print(f"{pictures} images on {count} checkpoints, compared in all stages, tokens and captions\n\n{count} cases, {equal} equal")
    return 0 if count and equal == count else 1


if __name__ == "__main__":
    sys.exit(main())
