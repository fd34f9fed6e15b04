"""The engine's own linear layers, through `parity-probe linear`."""

import tempfile
from pathlib import Path

import numpy
import torch
from torch import Tensor

from comparisons.engine import ParityProbe


class LinearProbe:
    """Use as a context manager."""

    def __init__(self, program: Path) -> None:
        self._probe = ParityProbe(program, "linear")
        self._folder = tempfile.TemporaryDirectory()

    def __enter__(self) -> "LinearProbe":
        return self

    def __exit__(self, *failure: object) -> None:
        self._probe.__exit__(*failure)
        self._folder.cleanup()

    def __call__(self, x: Tensor, weight: Tensor, bias: Tensor | None, precision: str, kernels: str | None = None) -> Tensor:
        """x Wᵀ + b, `[M, N]`. `precision` and `kernels` as the command line spells them."""
        (rows, depth), columns = x.shape, len(weight)
        path = Path(self._folder.name) / "operands"
        operands = (x, weight, torch.zeros(columns) if bias is None else bias)
        path.write_bytes(b"".join(operand.detach().contiguous().numpy().tobytes() for operand in operands))
        request = {"path": str(path), "rows": rows, "columns": columns, "depth": depth, "precision": precision}
        reply = self._probe.ask(**request, **({"kernels": kernels} if kernels else {}))
        if "error" in reply:
            raise RuntimeError(reply["error"])
        floats = numpy.frombuffer(self._probe.payload(rows * columns * 4), numpy.float32)
        return torch.from_numpy(floats.reshape(rows, columns).copy())
