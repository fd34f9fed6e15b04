"""What the tests of convert_bin.py share: a folder with tensors of every kind, and how to compare and to be refused."""

import json
import tempfile
import unittest
from pathlib import Path

from tests.libraries import require

require("torch", "safetensors")

import torch
from safetensors.torch import load_file

from checkpoints.bin_conversion import convert
from checkpoints.pickled_weights import INDEX, ConversionError


class BinCase(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.source, self.target = self.root / "source", self.root / "new" / "target"
        self.source.mkdir()
        (self.source / "config.json").write_text('{"model_type": "blip-2"}')
        torch.manual_seed(0)
        table = torch.randn(11, 6)
        self.tensors = {
            "language_model.model.decoder.embed_tokens.weight": table,
            "half": torch.randn(3, 5, dtype=torch.float16),
            "bfloat": torch.randn(7).to(torch.bfloat16),
            "transposed": torch.randn(4, 9).t(),
            "column": torch.randn(5, 5)[:, 2],
            "expanded": torch.randn(1, 4).expand(3, 4),
            "shared": table[2:4],
            "scalar": torch.tensor(1.5),
            "empty": torch.empty(0, 3),
            "parameter": torch.nn.Parameter(torch.randn(2, 2)),
            "special": torch.tensor([float("nan"), float("inf"), -0.0, 1e-45]),
            "qformer.embeddings.position_ids": torch.arange(512)[None],
            "flags": torch.tensor([True, False]),
        }

    def shards(self) -> None:
        """Two shards with an index, as transformers wrote them."""
        weight_map = {}
        for number, names in enumerate((list(self.tensors)[:6], list(self.tensors)[6:]), start=1):
            file = f"pytorch_model-0000{number}-of-00002.bin"
            torch.save({name: self.tensors[name] for name in names}, self.source / file)
            weight_map |= dict.fromkeys(names, file)
        (self.source / INDEX).write_text(json.dumps({"metadata": {"total_size": 1}, "weight_map": weight_map}))

    def converted(self) -> dict[str, torch.Tensor]:
        return {name: t for file in self.target.glob("*.safetensors") for name, t in load_file(file).items()}

    def expect_equal(self, found: dict[str, torch.Tensor]) -> None:
        self.assertEqual(sorted(found), sorted(self.tensors))
        for name, tensor in self.tensors.items():
            expected = tensor.detach().contiguous()
            self.assertEqual((found[name].shape, found[name].dtype), (expected.shape, expected.dtype), name)
            if expected.numel():
                self.assertTrue(torch.equal(found[name].view(-1).view(torch.uint8), expected.view(-1).view(torch.uint8)), name)

    def refusal(self, **options: object) -> str:
        """The message; no files may be left."""
        with self.assertRaises(ConversionError) as caught:
            convert(self.source, self.target, None, options.get("dtype"))
        self.assertFalse(self.target.exists())
        self.assertEqual(list(self.target.parent.glob("*")) if self.target.parent.exists() else [], [])
        return str(caught.exception)
