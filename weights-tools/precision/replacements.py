"""Linear layers of a whole model in reduced precision, emulated bit for bit or rounded in other ways."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import Tensor, nn

from precision.alternatives import best_rows, engine_rows, engine_weight, symmetric_rows
from precision.arithmetic import bfloat16, bfloat16_linear, int8_linear, quantize_weight, rough_gelu


class Replacement:
    """Computes layers in a way that has a name; each layer's weight is rounded once.

    f32; bf16 and int8, as the engine does; int8 with one side exact (`weights only`, `inputs only`); `symmetric inputs`; `best
    clipping` of the inputs. `exceptions` are parts of names of layers that stay as they are.
    """

    def __init__(self, way: str, layers: dict[str, nn.Linear], exceptions: tuple[str, ...] = ()) -> None:
        self._way = way
        exact = [layer for name, layer in layers.items() if way == "f32" or any(f".{part}." in f".{name}." for part in exceptions)]
        self._exact = {id(layer) for layer in exact}
        self._weights: dict[int, object] = {}

    def __call__(self, x: Tensor, layer: nn.Linear) -> Tensor:
        if id(layer) in self._exact:
            return nn.functional.linear(x, layer.weight, layer.bias)
        weight = self._weights.get(id(layer))
        if weight is None:
            weight = self._weights[id(layer)] = self._rounded(layer.weight.detach())
        if self._way == "bf16":
            return bfloat16_linear(x, weight, layer.bias)
        if self._way == "int8":
            return int8_linear(x, weight, layer.bias)
        rows = {
            "weights only": lambda: x, "inputs only": lambda: engine_rows(x), "symmetric inputs": lambda: symmetric_rows(x),
            "best clipping": lambda: best_rows(x)}[self._way]()
        return nn.functional.linear(rows.float(), weight, layer.bias)

    def _rounded(self, weight: Tensor) -> object:
        if self._way == "bf16":
            return bfloat16(weight)
        if self._way == "int8":
            return quantize_weight(weight)
        return weight if self._way == "inputs only" else engine_weight(weight).float()


@contextmanager
def rough_gelu_in(model: nn.Module) -> Iterator[None]:
    """While this is entered, the model's GELU is the polynomial between two layers that are not float32."""
    found = [module for module in model.modules() if type(module).__name__ == "GELUActivation"]
    for module in found:
        module.forward = rough_gelu
    try:
        yield
    finally:
        for module in found:
            del module.forward
