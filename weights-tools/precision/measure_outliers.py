#!/usr/bin/env python3
"""What channels with outliers cost int8, as a function of their size, and what --layer-precision gives back.

First one layer of OPT's width with made-up inputs (precision/outliers.py): errors are shares of the exact results without their
mean over all rows, because what an outlier adds to every row alike says nothing, and would hide errors in what differs. Then
the demo model, with channels of the layer norms of one part made larger and the weights that read them smaller by a power of two:
in float32 the same model to the bit, in int8 one with outliers in every layer.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from comparisons.engine import add_probe
from fixtures.places import DEMO_CHECKPOINT

if TYPE_CHECKING:
    from precision.linear_probe import LinearProbe

ALTERNATIVES = ("symmetric inputs", "best clipping of inputs", "inputs only")


def measure_layer(probe: LinearProbe, sizes: list[int], one_sided: bool, options: argparse.Namespace) -> None:
    import torch

    from precision.alternatives import engine_weight, input_roundings
    from precision.outliers import inputs

    signs = "of one sign" if one_sided else "of both signs"
    print(f"one layer, {options.rows} rows, {options.width} x {options.width}, {options.channels} channels of outliers {signs}, seed {options.seed}")
    print(f"| size | engine int8 | engine bf16 | {' | '.join(ALTERNATIVES)} |\n|{'---|' * (len(ALTERNATIVES) + 3)}")
    weight = torch.randn(options.width, options.width, generator=torch.Generator().manual_seed(options.seed)) / options.width**0.5
    exact_weight, rounded = weight.double(), engine_weight(weight)
    for size in sizes:
        generator = torch.Generator().manual_seed(options.seed + 1)
        x = inputs(options.rows, options.width, options.channels, size, one_sided, generator)
        tried = input_roundings(x, exact_weight, rounded)
        exact = tried.pop("exact")
        telling = (exact - exact.mean(0)).norm()
        tried |= {f"engine {bits}": probe(x, weight, None, bits).double() for bits in ("int8", "bf16")}
        errors = {name: ((y - exact).norm() / telling).item() for name, y in tried.items()}
        shown = ("engine int8", "engine bf16", *ALTERNATIVES)
        print(f"| {size} | {' | '.join(f'{errors[name]:.2%}' for name in shown)} |", flush=True)


def measure_demo(sizes: list[int], options: argparse.Namespace) -> None:
    from precision.engine_speaker import EngineSpeaker, demo_score
    from precision.outliers import amplify

    part = options.part
    print(f"\ndemo model, {options.model_channels} channels of every layer norm of {part}, seed {options.seed}")
    print("| size | plan | exact captions of pairs | captions as float32 | answers as float32 |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        pictures = Path(folder) / "pictures"
        pictures.mkdir()
        plans = ["int8", f"int8 {part}=bf16"]
        exact = None
        for size in [1, *sizes]:
            checkpoint = Path(folder) / f"times-{size}"
            changed = amplify(options.checkpoint, checkpoint, part, options.model_channels, size, options.seed)
            precise = " ".join(["int8", *(f"{name}=bf16" for name in changed)])
            tried = {"f32": "f32"} if size in (1, max(sizes)) else {}
            tried |= {plan: plan for plan in plans} | {"int8, layers that read outliers bf16": precise}
            for name, plan in tried.items():
                with EngineSpeaker(checkpoint, plan, options.probe, pictures) as speaker:
                    scores = demo_score(speaker, "development", options.count)
                exact = exact or speaker
                right = scores["pair never trained on"]["caption"]["exact"]
                same = [
                    sum(a == b for a, b in zip(said, expected, strict=True)) / len(said)
                    for said, expected in ((speaker.captions, exact.captions), (speaker.answers, exact.answers))]
                print(f"| {size} | {name} | {right:.3f} | {same[0]:.1%} | {same[1]:.1%} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["layer", "demo"])
    parser.add_argument("--sizes", type=int, nargs="+", help="default: 1 5 20 40 60 100 for the layer, 16 64 256 for the model")
    parser.add_argument("--rows", type=int, default=256)
    parser.add_argument("--width", type=int, default=2560)
    parser.add_argument("--channels", type=int, default=6, help="with outliers, of the layer")
    parser.add_argument("--part", choices=["language_model", "vision_model"], default="language_model", help="of the demo model")
    parser.add_argument("--model-channels", type=int, default=2)
    parser.add_argument("--count", type=int, default=200, help="scenes of each kind of the development split")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--checkpoint", type=Path, default=DEMO_CHECKPOINT)
    add_probe(parser)
    options = parser.parse_args()
    import torch

    from precision.linear_probe import LinearProbe

    torch.set_num_threads(1)
    if options.only != "demo":
        with LinearProbe(options.probe) as probe:
            for one_sided in (True, False):
                measure_layer(probe, options.sizes or [1, 5, 20, 40, 60, 100], one_sided, options)
    if options.only != "layer":
        measure_demo(options.sizes or [16, 64, 256], options)


if __name__ == "__main__":
    main()
