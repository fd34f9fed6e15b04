"""What transformers makes of a checkpoint and the fixture pictures, as files that Swift's tests compare with."""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy
import safetensors.numpy
from PIL import Image

from .manifest import weight_hashes
from .reference import Generated, Reference
from .slow_pixels import open_rgb

NEAR_TIE = 1e-3
"""A runner-up closer than this share of the row's largest magnitude: rounding may choose it."""


@dataclass(frozen=True)
class Run:
    """One way of captioning; `every` n-th picture is captioned."""

    prompt: str | None
    max_new_tokens: int = 12
    min_new_tokens: int = 0
    every: int = 1


QUESTION = "Question: what is this? Answer:"
RUNS = [Run(None), Run(QUESTION), Run("a picture of two", every=4)]
LATE_END = Run(None, max_new_tokens=10, min_new_tokens=6)
"""Holds back the end of the caption where it would come within the first six tokens."""


def load_pictures(
    folder: Path, process: Callable[[Image.Image], numpy.ndarray], names: tuple[str, ...] | None = None
) -> dict[str, numpy.ndarray]:
    """Pixel values `[3, H, W]` by file name, in order of names; of all pictures, unless names are given."""
    return {path.name: process(open_rgb(path)) for path in sorted(folder.iterdir())
            if path.suffix in (".jpg", ".png") and (names is None or path.name in names)}


def caption(reference: Reference, pixels: dict[str, numpy.ndarray], run: Run, batch: int) -> dict[str, Generated]:
    """Captions by file name."""
    names = list(pixels)[:: run.every]
    captions: list[Generated] = []
    for start in range(0, len(names), batch):
        values = numpy.stack([pixels[name] for name in names[start : start + batch]])
        captions += reference.generate(values, run.prompt, run.max_new_tokens, run.min_new_tokens)
    return dict(zip(names, captions, strict=True))


def run_margins(reference: Reference, captions: dict[str, Generated], run: Run) -> dict[str, list[float]]:
    return {name: c.margins(reference.end_of_text, run.min_new_tokens) for name, c in captions.items()}


def describe_run(reference: Reference, captions: dict[str, Generated], run: Run) -> dict[str, object]:
    margins = run_margins(reference, captions, run)
    ties = [{"picture": name, "step": step, "margin": margin}
            for name, steps in margins.items() for step, margin in enumerate(steps) if margin < NEAR_TIE]
    return {
        "prompt": run.prompt,
        "prompt_ids": reference.prompt_ids(run.prompt),
        "max_new_tokens": run.max_new_tokens,
        "min_new_tokens": run.min_new_tokens,
        "smallest_margin": min(min(steps) for steps in margins.values()),
        "near_ties": ties,
        "captions": [
            {"picture": name, "token_ids": c.token_ids, "text": reference.text(c.token_ids)}
            for name, c in captions.items()],
    }


def stage_tensors(
    reference: Reference, pixels: dict[str, numpy.ndarray], names: tuple[str, ...], store_pixels: bool
) -> dict[str, numpy.ndarray]:
    """Activations named `PICTURE/STAGE`; what depends on the prompt comes twice, once as `PICTURE/prompted/STAGE`."""
    tensors: dict[str, numpy.ndarray] = {}
    for name in names:
        tensors |= {f"{name}/{stage}": values for stage, values in reference.stages(pixels[name]).items()
                    if store_pixels or stage != "pixel_values"}
        for prefix, run in ((name, RUNS[0]), (f"{name}/prompted", RUNS[1])):
            made = reference.generate(pixels[name][None], run.prompt, run.max_new_tokens)[0]
            tensors[f"{prefix}/logits"] = made.logits
            tensors[f"{prefix}/token_ids"] = numpy.array(made.token_ids, dtype=numpy.int64)
    return {name: numpy.ascontiguousarray(tensor) for name, tensor in tensors.items()}


def write_reference(
    checkpoint: Path, label: str, pictures: Path, output: Path, stage_pictures: tuple[str, ...], runs: list[Run],
    names: tuple[str, ...] | None = None,
) -> dict[str, object]:
    """Writes `NAME.json` and `NAME.safetensors` beside each other, `output` being the path without suffix; returns
    what is in the JSON. With `names`, only these pictures are looked at."""
    reference = Reference(checkpoint)
    pixels = load_pictures(pictures, reference.pixel_values, names)
    processor = reference.slow_processor
    document: dict[str, object] = {
        "checkpoint": label,
        "weights_sha256": weight_hashes(checkpoint),
        "image_size": [processor.height, processor.width],
        "image_token_id": reference.model.config.image_token_id,
        "end_of_text": reference.end_of_text,
        "stage_pictures": list(stage_pictures),
        "pixel_values_sha256": {n: hashlib.sha256(v.tobytes()).hexdigest() for n, v in pixels.items()},
        # One picture at a time: this is what a caption means; in a batch transformers rounds otherwise.
        "runs": [describe_run(reference, caption(reference, pixels, run, batch=1), run) for run in runs],
    }
    output.parent.mkdir(parents=True, exist_ok=True)
    tensors = stage_tensors(reference, pixels, stage_pictures, store_pixels=names is None)
    output.with_name(output.name + ".safetensors").write_bytes(safetensors.numpy.save(tensors))
    output.with_name(output.name + ".json").write_text(readable_json(document), encoding="utf-8")
    return document


def readable_json(document: dict[str, object]) -> str:
    """Indented, but a list of numbers takes one line."""
    text = json.dumps(document, indent=1, ensure_ascii=False)
    numbers = re.compile(r"\[\s+-?\d+(?:,\s+-?\d+)*\s+\]")
    return numbers.sub(lambda match: json.dumps(json.loads(match[0])), text) + "\n"
