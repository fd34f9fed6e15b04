#!/usr/bin/env python3
"""Compares `image_text_similarity_filter` and `image_text_matching_filter` of `caption-images --config` with Data-Juicer's own, over the
bundled images, with the demo CLIP and with random BLIP checkpoints.

Samples have several images and chunks, none, texts beyond ASCII and longer than the model's context; images are flipped, and those of a
chunk reduced in each way. Sums are added in another order, so numbers may differ by 1e-6; what is kept, and how many numbers a
sample has, must be equal. Exit status: 0 all equal, 1 something differs.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from checkpoints.random_blip import RandomBLIP, Stack
from comparisons.engine import add_caption_images
from fixtures.places import DEMO_PICTURES

CLIP = DEMO_PICTURES.parent / "clip"
TOLERANCE = 1e-6
SAMPLES = [
    ("<__dj__image> a croissant on a purple background <|__dj__eoc|>", ["scene-01.png"]),
    ("<__dj__image>\na second <|__dj__eoc|> <__dj__image> <__dj__image> a pear on a black background <|__dj__eoc|> no image here <|__dj__eoc|>",
     ["scene-02.jpg", "scene-03.jpg", "scene-04.png"]),
    ("nothing", []),
    ("<__dj__image> <|__dj__eoc|>", ["scene-05.png"]),
    ("<__dj__image> “A Red” triangle’s naïve — <__dj__video> <|__dj__eoc|><__dj__image>a red triangle", ["scene-06.jpg", "shape-01.png"]),
    ("<__dj__image>" + "a red triangle on a white background and so on " * 30, ["shape-01.png"]),
]
PARAMETERS = [
    {"reduce_mode": mode, "horizontal_flip": horizontal, "vertical_flip": vertical}
    for mode in ("avg", "max", "min") for horizontal in (False, True) for vertical in (False, True)]

WORKER = """
import importlib, json, sys
from data_juicer.utils.constant import Fields
name, kind, stat, model, low, rows, parameters = json.load(sys.stdin)
operators = getattr(importlib.import_module(f"data_juicer.ops.filter.{name}"), kind)
for chosen in parameters:
    operator = operators(min_score=low, max_score=1.0, **model, **chosen)
    for row in rows:
        sample = operator.compute_stats_single({**row, Fields.stats: {}})
        values = [float(value) for value in sample[Fields.stats][stat]]
        print(json.dumps([values, bool(operator.process_single(sample))]))
"""
"""Runs in the interpreter that has Data-Juicer: for each set of parameters and each row its numbers, and whether it is kept."""

Answers = list[tuple[list[float], bool]]


@dataclass(frozen=True)
class Filter:
    operator: str
    kind: str
    """The name of its class."""
    stat: str
    model: dict[str, str]
    low: float
    """The least score that is kept, such that some rows are not."""

    def expected(self, python: Path, rows: list[dict]) -> Answers:
        request = [self.operator, self.kind, self.stat, self.model, self.low, rows, PARAMETERS]
        done = subprocess.run([python, "-c", WORKER], input=json.dumps(request), text=True, capture_output=True)
        if done.returncode:
            raise SystemExit(done.stderr)
        return [tuple(json.loads(line)) for line in done.stdout.splitlines() if line.startswith("[[")]

    def found(self, executable: Path, rows: list[dict], parameters: dict, folder: Path) -> Answers:
        """The engine's numbers without a bound, and whether rows are kept with one."""
        (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        results = []
        for low in (-2, self.low):
            filters = [{self.operator: {"min_score": low, "max_score": 1.0, **self.model, **parameters}}]
            (folder / "recipe.yaml").write_text(json.dumps({
                "dataset_path": str(folder / "rows.jsonl"), "export_path": str(folder / "out.jsonl"), "keep_stats_in_res_ds": True,
                "process": filters}))
            subprocess.run([executable, "--config", folder / "recipe.yaml", "--overwrite", "--quiet", "--clip-precision", "f32"], check=True)
            results.append([json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()])
        kept = {row["id"] for row in results[1]}
        return [(row["__dj__stats__"][self.stat], row["id"] in kept) for row in results[0]]


def similarity() -> Filter:
    return Filter("image_text_similarity_filter", "ImageTextSimilarityFilter", "image_text_similarity", {"hf_clip": str(CLIP)}, 0.3)


def matching(model: RandomBLIP, folder: Path, low: float) -> Filter:
    model.write(folder)
    return Filter("image_text_matching_filter", "ImageTextMatchingFilter", "image_text_matching_score", {"hf_blip": str(folder)}, low)


def compare(name: str, chosen: Filter, python: Path, executable: Path, rows: list[dict]) -> int:
    """The number of rows that differ."""
    theirs = chosen.expected(python, rows)
    with tempfile.TemporaryDirectory() as folder:
        ours = [pair for parameters in PARAMETERS for pair in chosen.found(executable, rows, parameters, Path(folder))]
    wrong = same = count = kept = 0
    largest = 0.0
    for number, ((their_values, their_choice), (values, choice)) in enumerate(zip(theirs, ours, strict=True)):
        differences = [abs(a - b) for a, b in zip(their_values, values)]
        largest = max([largest, *differences])
        count, same, kept = count + len(differences), same + differences.count(0), kept + choice
        if len(values) != len(their_values) or max(differences, default=0) > TOLERANCE or choice != their_choice:
            wrong += 1
            print(f"row {number % len(rows)}, {PARAMETERS[number // len(rows)]}: {values}, {choice}; Data-Juicer {their_values}, {their_choice}")
    print(f"{name}: {len(ours) - wrong} of {len(ours)} rows equal, {kept} kept; {same} of {count} numbers are the same bits, largest difference {largest:.1e}", flush=True)
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_caption_images(parser)
    parser.add_argument("--data-juicer-16", type=Path, metavar="PYTHON", required=True, help="an interpreter with py-data-juicer 1.6.1 and transformers")
    options = parser.parse_args()
    rows = [
        {"id": number, "text": text, "images": [str(DEMO_PICTURES / name) for name in images]}
        for number, (text, images) in enumerate(SAMPLES)]
    random = RandomBLIP(kind="matching", context=512)
    short = replace(random, vision=Stack(66, 3, 3, 97), text=Stack(44, 4, 2, 71), image_size=70, patch_size=14, context=60, configuration="old", seed=3)
    with tempfile.TemporaryDirectory() as place:
        filters = {
            "similarity": similarity(), "matching": matching(random, Path(place, "random"), 0.5), "matching, old files, 60 positions": matching(short, Path(place, "short"), 0.5)}
        wrong = sum(compare(name, chosen, options.data_juicer_16, options.caption_images, rows) for name, chosen in filters.items())
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    main()
