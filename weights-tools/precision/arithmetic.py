"""The engine's linear layers in torch, rounding where it rounds. docs/quantization.md has the formulas.

Tensors are float32: x `[M, K]`, weight `[N, K]`, bias `[N]` or None.
"""

from typing import NamedTuple

import torch
from torch import Tensor


class QuantizedWeight(NamedTuple):
    """w ≈ scale · byte."""

    bytes: Tensor
    """`[N, K]` int8, from -127 to 127."""
    scale: Tensor
    """`[N]` float32."""
    sums: Tensor
    """`[N]` int64: of the bytes of each output."""


class QuantizedRows(NamedTuple):
    """x ≈ scale · (byte - zero point)."""

    bytes: Tensor
    """`[M, K]` uint8."""
    scale: Tensor
    """`[M, 1]` float32."""
    zero_point: Tensor
    """`[M, 1]` float32, an integer from 0 to 255."""


def _inverse(scale: Tensor) -> Tensor:
    return torch.where(scale > 0, 1 / scale, torch.zeros_like(scale))


def quantize_weight(weight: Tensor) -> QuantizedWeight:
    scale = weight.abs().amax(1) / 127
    codes = (weight * _inverse(scale)[:, None]).clamp(-127, 127).round().to(torch.int8)
    return QuantizedWeight(codes, scale, codes.sum(1, dtype=torch.int64))


def quantize_rows(x: Tensor) -> QuantizedRows:
    low, high = x.amin(1, keepdim=True).clamp(max=0), x.amax(1, keepdim=True).clamp(min=0)
    scale = (high - low) / 255
    inverse = _inverse(scale)
    zero_point = (-low * inverse).round()
    # The engine's fused multiply-add rounds once; the product of two floats is exact in double precision.
    codes = (x.double() * inverse.double() + zero_point.double()).float().round().clamp(0, 255)
    return QuantizedRows(codes.to(torch.uint8), scale, zero_point)


def integer_product(rows: Tensor, weight: QuantizedWeight) -> Tensor:
    """Exact sums of products of bytes, `[M, N]`, as doubles."""
    # 128 · 127 · 1024 is below 2²⁴, so a float32 product of that depth is exact in any order. What shifting the bytes takes
    # off comes back from the weights' sums.
    shifted, weights = rows.float() - 128, weight.bytes.float()
    total = 128.0 * weight.sums.double().expand(len(rows), -1)
    for start in range(0, rows.shape[1], 1024):
        total = total + (shifted[:, start : start + 1024] @ weights[:, start : start + 1024].T).double()
    return total


def int8_linear(x: Tensor, weight: QuantizedWeight, bias: Tensor | None) -> Tensor:
    rows = quantize_rows(x)
    exact = integer_product(rows.bytes, weight) - rows.zero_point.double() * weight.sums.double()
    y = exact.float() * (rows.scale * weight.scale)
    return y if bias is None else y + bias


def bfloat16(x: Tensor) -> Tensor:
    """The nearest bfloat16, ties to even, as float32."""
    return x.to(torch.bfloat16).float()


def bfloat16_linear(x: Tensor, weight: Tensor, bias: Tensor | None, in_order: bool = False) -> Tensor:
    """Products of bfloat16 numbers, sums in float32; with `in_order` added as the engine adds them, which is slow: of each pair
    the second, then the first."""
    x, weight = bfloat16(x), bfloat16(weight)
    if in_order:
        y = torch.zeros(len(x), len(weight))
        for start in range(0, x.shape[1], 2):
            for k in reversed(range(start, min(start + 2, x.shape[1]))):
                # Exact product, one rounding.
                y = (y.double() + x[:, k : k + 1].double() * weight[:, k].double()).float()
    else:
        y = x @ weight.T
    return y if bias is None else y + bias


GELU = (
    3.0003923e-11, -3.284238e-9, 1.5803712e-7, -4.4318977e-6, 8.1212005e-5, -0.0010362676, 0.0095807025, -0.06597735, 0.3987086)
"""Coefficients of (Φ(x) - 1/2)/x in x², the highest power first."""


def rough_gelu(x: Tensor) -> Tensor:
    """x Φ(x) as between two layers that are not float32: within 6e-5 for |x| up to 4.5, within 1e-5 |x| beyond."""
    inside = x.clamp(-4.5, 4.5)
    u, p = inside * inside, torch.zeros_like(x)
    for coefficient in GELU:
        p = p * u + coefficient
    return x * (inside * p + 0.5)
