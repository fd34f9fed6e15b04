"""Other ways to round to as many bits, for comparison. All results are exact but for the rounding of x and weights."""

import torch
from torch import Tensor

from precision.arithmetic import bfloat16, quantize_rows, quantize_weight

RATIOS = [1 - step / 50 for step in range(36)]
"""Shares of the full range that clipping tries: 1 to 0.3."""


def engine_weight(weight: Tensor) -> Tensor:
    """The numbers that the engine's bytes mean."""
    codes = quantize_weight(weight)
    return codes.bytes.double() * codes.scale.double()[:, None]


def engine_rows(x: Tensor) -> Tensor:
    codes = quantize_rows(x)
    return (codes.bytes.double() - codes.zero_point.double()) * codes.scale.double()


def symmetric_rows(x: Tensor) -> Tensor:
    """127 steps to either side of zero for each row."""
    return _symmetric(x.double(), x.double().abs().amax(1, keepdim=True))


def best_weight(weight: Tensor) -> Tensor:
    """For each output the clipping that gives the smallest squared error."""
    best, weight = engine_weight(weight), weight.double()
    largest = weight.abs().amax(1, keepdim=True)
    for ratio in RATIOS:
        best = _nearer(best, _symmetric(weight, largest * ratio), weight)
    return best


def best_rows(x: Tensor) -> Tensor:
    """For each row the clipping that gives the smallest squared error, the zero point being any real number."""
    x = x.double()
    low, high = x.amin(1, keepdim=True), x.amax(1, keepdim=True)
    best = engine_rows(x.float())
    for ratio in RATIOS:
        start, step = low * ratio, (high - low) * ratio / 255
        step = torch.where(step > 0, step, torch.ones_like(step))
        best = _nearer(best, ((x - start) / step).round().clamp(0, 255) * step + start, x)
    return best


def _symmetric(x: Tensor, largest: Tensor) -> Tensor:
    step = torch.where(largest > 0, largest / 127, torch.ones_like(largest))
    return (x / step).round().clamp(-127, 127) * step


def _nearer(first: Tensor, second: Tensor, exact: Tensor) -> Tensor:
    """Row by row the one with the smaller squared error."""
    errors = [((candidate - exact) ** 2).sum(1, keepdim=True) for candidate in (first, second)]
    return torch.where(errors[1] < errors[0], second, first)


def products(x: Tensor, weight: Tensor) -> dict[str, Tensor]:
    """x Wᵀ in double precision, of operands rounded in different ways."""
    exact_weight, rounded = weight.double(), engine_weight(weight)
    return input_roundings(x, exact_weight, rounded) | {
        "bf16": bfloat16(x).double() @ bfloat16(weight).double().T,
        "weights only": x.double() @ rounded.T,
        "best clipping": best_rows(x) @ best_weight(weight).T,
    }


def input_roundings(x: Tensor, exact_weight: Tensor, rounded: Tensor) -> dict[str, Tensor]:
    """Those of `products` that differ in what is done to x."""
    return {
        "exact": x.double() @ exact_weight.T,
        "int8": engine_rows(x) @ rounded.T,
        "inputs only": engine_rows(x) @ exact_weight.T,
        "symmetric inputs": symmetric_rows(x) @ rounded.T,
        "best clipping of inputs": best_rows(x) @ rounded.T,
    }
