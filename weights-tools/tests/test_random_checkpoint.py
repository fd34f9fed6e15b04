"""Random checkpoints: transformers loads every form, and the same seed gives the same numbers however it is written."""

import contextlib
import json
import math
import tempfile
import unittest
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unittest import mock

from tests.libraries import require

require("numpy", "torch", "safetensors", "transformers", "tokenizers", "PIL")

import numpy
import torch
from safetensors.torch import load_file
from transformers import AutoConfig, Blip2ForConditionalGeneration

from checkpoints import random_weights
from checkpoints.architecture import PRESETS, Architecture
from checkpoints.configuration_files import GENERATIONS, Description, write_configuration
from checkpoints.random_model import RandomModel
from checkpoints.tensors import EMBEDDING, OUTPUT_HEAD, checkpoint_tensors
from checkpoints.tokenizer_files import END, NEWLINE, train
from references.blip2 import Reference


@contextlib.contextmanager
def written(model: RandomModel) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        model.write(Path(name))
        yield Path(name)


def tensors(folder: Path) -> dict[str, torch.Tensor]:
    return {name: t for path in sorted(folder.glob("*.safetensors")) for name, t in load_file(path).items()}


class RandomCheckpointTests(unittest.TestCase):
    def test_transformers_loads_every_form_completely(self) -> None:
        for generation in GENERATIONS:
            for dtype, shard_bytes, files in (
                ("F32", None, "both"), ("F16", 200_000, "json"), ("BF16", 200_000, "both")
            ):
                model = RandomModel(
                    generation=generation, dtype=dtype, shard_bytes=shard_bytes, tokenizer_files=files)
                with self.subTest(generation=generation, dtype=dtype), written(model) as folder:
                    _, info = Blip2ForConditionalGeneration.from_pretrained(
                        folder, dtype=torch.float32, output_loading_info=True)
                    self.assertEqual({kind: list(names) for kind, names in info.items() if names}, {})
                    self.assertEqual((folder / "model.safetensors.index.json").exists(), shard_bytes is not None)

    def test_every_form_of_the_tokenizer_encodes_alike(self) -> None:
        expected = None
        for generation in GENERATIONS:
            for files in ("json", "both") if generation == "v5" else ("json", "vocabulary", "both"):
                with written(RandomModel(generation=generation, tokenizer_files=files)) as folder:
                    reference = Reference(folder)
                    ids = reference.prompt_ids("Question: is this a dog's ball?\n")
                    expected = expected or ids
                    self.assertEqual(ids, expected)
                    self.assertEqual(ids[0], END)
                    self.assertEqual(reference.text([END, *ids[1:], reference.end_of_text]),
                                     "Question: is this a dog's ball?\n\n")

    def test_shapes_of_the_presets_are_those_of_transformers(self) -> None:
        for name, architecture in PRESETS.items():
            description = Description(architecture, "new", "F32", 50304, 50118, 50265, None)
            with self.subTest(preset=name), tempfile.TemporaryDirectory() as folder:
                write_configuration(Path(folder), description)
                with torch.device("meta"):
                    model = Blip2ForConditionalGeneration(AutoConfig.from_pretrained(folder))
                expected = {key: tuple(value.shape) for key, value in model.state_dict().items()}
                found = {t.name: t.shape for t in checkpoint_tensors(architecture, 50304, output_head=True)}
                self.assertEqual(found, expected)

    def test_parameter_count_of_the_published_model(self) -> None:
        count = sum(math.prod(t.shape) for t in checkpoint_tensors(Architecture(), 50272, output_head=False))
        self.assertEqual(count, 3_744_679_936)

    def test_numbers_depend_on_seed_and_name_only(self) -> None:
        with written(RandomModel(seed=5)) as one, written(RandomModel(seed=6)) as other:
            plain, different = tensors(one), tensors(other)
        with (
            mock.patch.object(random_weights, "CHUNK_ELEMENTS", 100),
            written(RandomModel(seed=5, generation="old", shard_bytes=100_000)) as folder,
        ):
            again = tensors(folder)
        self.assertTrue(torch.equal(again.pop(OUTPUT_HEAD), again[EMBEDDING]))
        self.assertEqual(plain.keys(), again.keys())
        self.assertTrue(all(torch.equal(plain[name], again[name]) for name in plain))
        self.assertFalse(any(torch.equal(plain[name], different[name]) for name in plain))

    def test_half_precision_rounds_as_torch_does(self) -> None:
        values = numpy.random.default_rng(0).standard_normal(10_000, dtype=numpy.float32)
        values[:3] = [1 + 2**-8, 1 + 3 * 2**-8, 0.0]
        for dtype, torch_dtype in (("F16", torch.float16), ("BF16", torch.bfloat16)):
            expected = torch.from_numpy(values).to(torch_dtype).view(torch.int16).numpy().tobytes()
            self.assertEqual(bytes(random_weights.encode(values, dtype)), expected)

    def test_key_bias_is_zero(self) -> None:
        with written(RandomModel()) as folder:
            query, key, value = tensors(folder)["vision_model.encoder.layers.0.self_attn.qkv.bias"].chunk(3)
        self.assertTrue((key == 0).all() and (query != 0).all() and (value != 0).all())

    def test_vision_epsilon_is_written_or_left_out(self) -> None:
        for epsilon in (1e-5, None):
            with written(RandomModel(vision_epsilon=epsilon)) as folder:
                vision = json.loads((folder / "config.json").read_text())["vision_config"]
                self.assertEqual(vision.get("layer_norm_eps"), epsilon)

    def test_refuses_what_makes_no_model(self) -> None:
        with self.assertRaisesRegex(ValueError, "no multiple of vision_heads"):
            replace(PRESETS["tiny"], vision_heads=3)
        with self.assertRaisesRegex(ValueError, "too few"), tempfile.TemporaryDirectory() as folder:
            RandomModel(vocabulary_size=300).write(Path(folder))
        with self.assertRaisesRegex(ValueError, "cannot do without"), tempfile.TemporaryDirectory() as folder:
            RandomModel(generation="v5", tokenizer_files="vocabulary").write(Path(folder))
        with self.assertRaisesRegex(ValueError, "holds a checkpoint already"), written(RandomModel()) as folder:
            RandomModel().write(folder)

    def test_newline_ends_a_caption(self) -> None:
        vocabulary = train(40)
        self.assertEqual(vocabulary.newline, vocabulary.tokens[NEWLINE])
        self.assertEqual(sorted(vocabulary.tokens.values()), list(range(300)))


if __name__ == "__main__":
    unittest.main()
