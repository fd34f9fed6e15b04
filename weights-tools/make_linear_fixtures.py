#!/usr/bin/env python3
"""Makes Tests/TensorCoreTests/Fixtures/trained-linears.safetensors: parts of two layers of MiniLM, what comes into them from a
sentence, and what the emulation (quantization/arithmetic.py) makes of that in int8 and bfloat16."""

import argparse
from pathlib import Path

import torch
from safetensors.torch import save_file

from quantization.arithmetic import bfloat16_linear, int8_linear, quantize_weight
from quantization.texts import SENTENCES
from quantization.trained_models import MiniLM

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "Tests" / "TensorCoreTests" / "Fixtures" / "trained-linears.safetensors"
PARTS = {"encoder.layer.4.attention.self.value": (7, 21), "encoder.layer.4.output.dense": (3, 6)}
"""Layers, with how many of their rows of input and of their outputs are kept: their inputs are 384 and 1536 numbers long."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=FILE)
    options = parser.parse_args()
    torch.set_num_threads(1)
    model = MiniLM()
    inputs, tensors = model.inputs(lambda: model.states(SENTENCES[:1])), {}
    for name, (rows, outputs) in PARTS.items():
        layer = model.layers[name]
        x = inputs[name][:rows].clone()
        weight, bias = (parameter.detach()[:outputs].clone() for parameter in (layer.weight, layer.bias))
        tensors |= {f"{name}.{kind}": value for kind, value in (("x", x), ("weight", weight), ("bias", bias))}
        tensors[f"{name}.int8"] = int8_linear(x, quantize_weight(weight), bias)
        tensors[f"{name}.bf16"] = bfloat16_linear(x, weight, bias, in_order=True)
    save_file(tensors, options.output)


if __name__ == "__main__":
    main()
