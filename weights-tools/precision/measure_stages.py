#!/usr/bin/env python3
"""What reduced precision changes at every stage of a model: the engine's traces of some images, compared with its own in float32.

For each stage and plan: ‖error‖/‖value‖, the largest error as a share of the largest magnitude, and the smallest cosine of a row
(a token, a query, or a step's logits) with the same row in float32. Logits are compared up to and with the first step that chose
otherwise. A plan is a precision, and `part=precision` for layers that get another.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from comparisons.engine import add_caption_images
from fixtures.places import DEMO_CHECKPOINT, DEMO_PICTURES, images_in

if TYPE_CHECKING:
    import numpy

STAGES = ("vision.last_hidden_state", "qformer.last_hidden_state", "language_projection", "image_tokens", "logits")
"""Of all families; each has some of them."""


def trace(options: argparse.Namespace, picture: Path, plan: str, folder: str) -> dict[str, numpy.ndarray]:
    from safetensors.numpy import load_file

    file = Path(folder) / "trace.safetensors"
    precision, *exceptions = plan.split()
    command = [options.caption_images, "trace", picture, "-o", file, "--model", options.checkpoint, "--precision", precision]
    for exception in exceptions:
        command += ["--layer-precision", exception]
    subprocess.run([*command, "--max-new-tokens", str(options.max_new_tokens)], check=True, stdout=subprocess.DEVNULL)
    return load_file(file)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pictures", nargs="*", type=Path, help="default: the demo model's")
    parser.add_argument("--checkpoint", type=Path, default=DEMO_CHECKPOINT)
    parser.add_argument("--plan", action="append", help="such as int8 or 'int8 lm_head=bf16'; can be repeated (default: bf16, int8)")
    parser.add_argument("--max-new-tokens", type=int, default=12)
    add_caption_images(parser)
    options = parser.parse_args()
    import numpy

    from comparisons.traces import common_length
    from precision.errors import largest_error, relative_error, row_cosines

    pictures = options.pictures or images_in(DEMO_PICTURES)
    plans = options.plan or ["bf16", "int8"]
    pairs, same = defaultdict(list), defaultdict(int)
    with tempfile.TemporaryDirectory() as folder:
        for picture in pictures:
            exact = trace(options, picture, "f32", folder)
            for plan in plans:
                found = trace(options, picture, plan, folder)
                ids = [values["token_ids"].tolist() for values in (found, exact)]
                same[plan] += ids[0] == ids[1]
                steps = min(common_length(*ids) + 1, *map(len, ids))
                for stage in [stage for stage in STAGES if stage in exact]:
                    rows = slice(0, steps if stage == "logits" else None)
                    pairs[plan, stage].append((found[stage][rows], exact[stage][rows]))
    print("| stage | precision | error | largest error | smallest cosine |\n|---|---|---|---|---|")
    for stage in [stage for stage in STAGES if (plans[0], stage) in pairs]:
        for plan in plans:
            found, exact = (numpy.concatenate(values) for values in zip(*pairs[plan, stage], strict=True))
            cosine = row_cosines(found, exact).min()
            print(f"| {stage} | {plan} | {relative_error(found, exact):.2%} | {largest_error(found, exact):.2%} | {cosine:.6f} |")
    for plan in plans:
        print(f"{plan}: {same[plan]} of {len(pictures)} captions have the token ids of float32")
    return 0


if __name__ == "__main__":
    sys.exit(main())
