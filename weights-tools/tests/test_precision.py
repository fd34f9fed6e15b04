"""What the emulation of the engine's linear layers promises. The Swift tests compare the engine itself with it."""

import unittest

from tests.libraries import require

require("torch")

import torch

from precision.alternatives import best_rows, best_weight, engine_rows, engine_weight
from precision.arithmetic import bfloat16_linear, int8_linear, integer_product, quantize_rows, quantize_weight, rough_gelu
from precision.outliers import inputs


class Arithmetic(unittest.TestCase):
    def setUp(self) -> None:
        generator = torch.Generator().manual_seed(1)
        self.x = inputs(9, 3000, 4, 30, False, generator)
        self.weight = torch.randn(17, 3000, generator=generator)

    def test_sums_of_bytes_are_exact(self) -> None:
        rows = torch.full((2, 10240), 255, dtype=torch.uint8)
        weight = quantize_weight(torch.ones(3, 10240))
        self.assertEqual(integer_product(rows, weight).unique().tolist(), [255 * 127 * 10240])

    def test_bytes_span_the_row_and_zero(self) -> None:
        rows = quantize_rows(torch.tensor([[1.0, 2.0, 51.0], [-51.0, -2.0, -1.0], [0.0, 0.0, 0.0]]))
        self.assertEqual(rows.bytes.tolist(), [[5, 10, 255], [0, 245, 250], [0, 0, 0]])
        self.assertEqual(rows.zero_point[:, 0].tolist(), [0, 255, 0])

    def test_a_row_does_not_depend_on_its_neighbours(self) -> None:
        weight = quantize_weight(self.weight)
        alone = torch.cat([int8_linear(row[None], weight, None) for row in self.x])
        self.assertTrue(torch.equal(alone, int8_linear(self.x, weight, None)))

    def test_order_of_additions_is_all_that_differs(self) -> None:
        in_order, any_order = (bfloat16_linear(self.x, self.weight, None, in_order) for in_order in (True, False))
        self.assertLess(((in_order - any_order).norm() / in_order.norm()).item(), 1e-5)
        self.assertFalse(torch.equal(in_order, any_order))

    def test_the_best_clipping_is_no_worse(self) -> None:
        for best, ours, exact in (
            (best_rows(self.x), engine_rows(self.x), self.x), (best_weight(self.weight), engine_weight(self.weight), self.weight)):
            errors = [((found - exact) ** 2).sum(1) for found in (best, ours)]
            self.assertTrue((errors[0] <= errors[1] * (1 + 1e-9)).all())
            self.assertLess(errors[0].sum().item(), errors[1].sum().item())

    def test_the_polynomial_is_gelu_as_near_as_it_says(self) -> None:
        x = torch.linspace(-100, 100, 200001)
        error = (rough_gelu(x).double() - torch.nn.functional.gelu(x.double())).abs()
        self.assertLess(error[x.abs() <= 4.5].max().item(), 6e-5)
        self.assertLess((error / x.abs())[x.abs() > 4.5].max().item(), 1e-5)
        self.assertGreater(error.max().item(), 6e-5)


if __name__ == "__main__":
    unittest.main()
