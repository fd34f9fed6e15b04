#!/usr/bin/env python3
"""Measures how fast the installed transformers captions, in float32 on the CPU, and prints JSON.

Every caption gets exactly --max-new-tokens tokens, so that two programs measured this way do the same work. The first batch
is done once more beforehand and not counted. Seconds are per image; `language` is everything after the Q-Former: projection,
prefill and decoding.
"""

import argparse
import json
import platform
import resource
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy
import torch

from blip2tools.reference import Reference
from blip2tools.slow_pixels import open_rgb


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("pictures", type=Path, nargs="+", metavar="PICTURE")
    parser.add_argument("--prompt")
    parser.add_argument("--batch-size", type=int, default=1)
    parser.add_argument("--max-new-tokens", type=int, default=12)
    parser.add_argument("--threads", type=int, help="default: torch's choice")
    parser.add_argument(
        "--attention", choices=("sdpa", "eager"), default="sdpa", help="default: sdpa, as transformers chooses")
    return parser


class StageTimer:
    """Adds up the seconds spent inside a module's forward."""

    def __init__(self, module: torch.nn.Module) -> None:
        self.seconds = 0.0
        self._start = 0.0
        module.register_forward_pre_hook(self._enter)
        module.register_forward_hook(self._leave)

    def _enter(self, *_: object) -> None:
        self._start = time.perf_counter()

    def _leave(self, *_: object) -> None:
        self.seconds += time.perf_counter() - self._start


@torch.no_grad()
def generate(reference: Reference, pixels: numpy.ndarray, options: argparse.Namespace) -> None:
    ids = reference.input_ids(options.prompt, len(pixels))
    output = reference.model.generate(
        pixel_values=torch.from_numpy(pixels), input_ids=ids, attention_mask=torch.ones_like(ids), do_sample=False,
        num_beams=1, max_new_tokens=options.max_new_tokens, min_new_tokens=options.max_new_tokens)
    made = output.shape[1] - ids.shape[1]
    if made != options.max_new_tokens:
        raise RuntimeError(f"expected {options.max_new_tokens} new tokens, found {made}")


def measure(reference: Reference, options: argparse.Namespace) -> dict[str, object]:
    vision, qformer = StageTimer(reference.model.vision_model), StageTimer(reference.model.qformer)
    batches = [options.pictures[start : start + options.batch_size]
               for start in range(0, len(options.pictures), options.batch_size)]
    seconds = {"preprocess": 0.0, "total": 0.0}
    by_batch = []
    for index, batch in enumerate([batches[0], *batches]):
        start = time.perf_counter()
        pixels = numpy.stack([reference.slow_processor(open_rgb(picture, exif_orientation=True)) for picture in batch])
        processed = time.perf_counter()
        generate(reference, pixels, options)
        end = time.perf_counter()
        if index == 0:
            vision.seconds = qformer.seconds = 0.0
            continue
        seconds["preprocess"] += processed - start
        seconds["total"] += end - start
        by_batch.append(end - start)
    seconds |= {"vision": vision.seconds, "qformer": qformer.seconds}
    seconds["language"] = seconds["total"] - seconds["preprocess"] - vision.seconds - qformer.seconds
    images = len(options.pictures)
    return {
        "seconds_per_image": {stage: value / images for stage, value in seconds.items()},
        "images_per_second": images / seconds["total"],
        "seconds_by_batch": by_batch,
        "images": images,
    }


def main() -> int:
    options = arguments().parse_args()
    if options.batch_size < 1 or options.max_new_tokens < 1:
        print("time_transformers.py: --batch-size and --max-new-tokens must be at least 1", file=sys.stderr)
        return 64
    if options.threads is not None:
        torch.set_num_threads(options.threads)
    try:
        start = time.perf_counter()
        reference = Reference(options.checkpoint, options.attention)
        loaded = time.perf_counter() - start
        result = measure(reference, options)
    except (OSError, RuntimeError, ValueError) as error:
        print(f"time_transformers.py: {error}", file=sys.stderr)
        return 1
    result |= {
        "checkpoint": options.checkpoint.name, "precision": "f32", "attention": options.attention,
        "threads": torch.get_num_threads(), "batch_size": options.batch_size, "prompt": options.prompt,
        "new_tokens": options.max_new_tokens, "load_seconds": loaded,
        "peak_resident_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "versions": {"python": platform.python_version(), "torch": version("torch"),
                     "transformers": version("transformers"), "pillow": version("pillow")},
        "machine": platform.machine()}
    print(json.dumps(result, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
