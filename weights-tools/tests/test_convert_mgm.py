"""What MGM's pretraining writes, and the language model beside it, become one folder; every defect is named with its file."""

import json
import shutil
import subprocess
import sys
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path
from unittest import mock

from tests.libraries import require

require("torch", "safetensors", "tokenizers")

import torch
from safetensors.torch import load_file, save_file

from checkpoints import bin_conversion
from checkpoints.bin_conversion import convert
from checkpoints.bin_files import write_pretraining
from checkpoints.pickled_weights import INDEX, SINGLE, ConversionError
from checkpoints.random_clip import Tower
from checkpoints.random_mgm import MODEL, TINY
from tests.test_convert_bin_refusals import Malicious

SMALL = replace(TINY, vision=Tower(24, 2, 2, 50), image_size=28, auxiliary_size=64, depths=(1, 1, 1, 1), widths=(4, 6, 10, 12), hidden=32, heads=2, layers=2, inner=56, dtype="BF16")


class ConvertMGMTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.made = Path(folder.name)
        SMALL.write(cls.made)
        write_pretraining(cls.made / MODEL, cls.made / "pretraining", cls.made / "gemma")
        cls.tensors = {name: tensor for file in (cls.made / MODEL).glob("*.safetensors") for name, tensor in load_file(file).items()}

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.source, self.gemma, self.target = self.root / "pretraining", self.root / "gemma", self.root / "new" / "target"
        for place in (self.source, self.gemma):
            shutil.copytree(self.made / place.name, place)
        self.projector = self.source / "mm_projector.bin"

    def refusal(self) -> str:
        """The message; no files may be left."""
        with self.assertRaises(ConversionError) as caught:
            convert(self.source, self.target, None, None, language_model=self.gemma)
        self.assertFalse(self.target.parent.exists())
        return str(caught.exception)

    def expect_whole(self) -> None:
        found = {name: tensor for file in self.target.glob("*.safetensors") for name, tensor in load_file(file).items()}
        self.assertEqual(sorted(found), sorted(self.tensors))
        for name, tensor in self.tensors.items():
            self.assertEqual((found[name].dtype, found[name].shape), (tensor.dtype, tensor.shape), name)
            self.assertTrue(torch.equal(found[name].view(-1).view(torch.uint8), tensor.view(-1).view(torch.uint8)), name)

    def change(self, file: Path, **values: object) -> None:
        content = json.loads(file.read_text()) | values
        file.write_text(json.dumps({key: value for key, value in content.items() if value is not None}))

    def save(self, changed: dict[str, torch.Tensor | None]) -> None:
        """Writes mm_projector.bin anew with these tensors, without those that are None."""
        tensors = torch.load(self.projector, weights_only=True) | changed
        torch.save({name: tensor for name, tensor in tensors.items() if tensor is not None}, self.projector)

    def test_the_parts_make_the_whole_byte_for_byte(self) -> None:
        for file in ("trainer_state.json", "pretrain.log"):
            (self.source / file).write_text("{}")
        convert(self.source, self.target, 20000, None, language_model=self.gemma)
        self.expect_whole()
        self.assertEqual((self.target / "config.json").read_bytes(), (self.source / "config.json").read_bytes())
        others = {file.name for file in self.target.iterdir() if ".safetensors" not in file.name} - {"config.json"}
        self.assertEqual(others, {"tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "generation_config.json"})
        for name in others:
            self.assertEqual((self.target / name).read_bytes(), (self.gemma / name).read_bytes(), name)

    def test_every_form_of_the_language_model_gives_the_same(self) -> None:
        gemma = {name: tensor for file in self.gemma.glob("*.safetensors") for name, tensor in load_file(file).items()}
        for file in self.gemma.glob("*.safetensors*"):
            file.unlink()
        table = gemma["model.embed_tokens.weight"]
        forms = {
            "one file, and the head again": lambda place: save_file(gemma | {"lm_head.weight": table.clone()}, place / "model.safetensors"),
            "pickled": lambda place: torch.save(gemma | {"lm_head.weight": table}, place / SINGLE),
        }
        for name, write in forms.items():
            with self.subTest(name):
                base, self.target = self.root / name, self.root / f"{name} made whole"
                shutil.copytree(self.gemma, base)
                write(base)
                convert(self.source, self.target, None, None, language_model=base)
                self.expect_whole()

    def test_the_language_model_of_a_finetuned_mgm_is_taken_from_it(self) -> None:
        finetuned = {name: torch.zeros_like(tensor) if "mm_projector" in name or "vlm_uni" in name else tensor for name, tensor in self.tensors.items()}
        base = self.root / "finetuned"
        shutil.copytree(self.made / MODEL, base)
        for file in base.glob("*.safetensors*"):
            file.unlink()
        save_file(finetuned, base / "model.safetensors")
        convert(self.source, self.target, None, None, language_model=base)
        self.expect_whole()

    def test_the_folders_have_to_be_what_they_are_meant_to_be(self) -> None:
        configuration = self.source / "config.json"
        self.change(configuration, model_type="mgm")
        self.assertEqual(
            self.refusal(), f"{configuration}: its model_type is 'mgm'; what MGM's pretraining with Gemma writes has mgm_gemma or mini_gemini_gemma")
        configuration.write_text("[")
        self.assertIn(f"{configuration}: it is no JSON", self.refusal())
        configuration.unlink()
        self.assertEqual(self.refusal(), f"{configuration}: it cannot be read: No such file or directory")
        shutil.copyfile(self.made / "pretraining/config.json", configuration)
        self.change(self.gemma / "config.json", model_type="llama")
        self.assertEqual(
            self.refusal(),
            f"{self.gemma / 'config.json'}: its model_type is 'llama'; the language model of MGM-2B is gemma-2b-it, which has gemma or mgm_gemma or mini_gemini_gemma")
        self.change(self.gemma / "config.json", model_type="gemma")
        (self.gemma / "tokenizer.json").unlink()
        self.assertIn(f"{self.gemma}: tokenizer.json is not in this folder", self.refusal())
        self.gemma = self.root / "nowhere"
        self.assertEqual(self.refusal(), f"{self.gemma}: no such folder")

    def test_a_projector_needs_a_language_model_and_the_other_way_round(self) -> None:
        gemma, self.gemma = self.gemma, None
        self.assertEqual(
            self.refusal(),
            f"{self.source}: it holds mm_projector.bin, which MGM's pretraining writes, and not the language model that it was trained with; name the folder of that, gemma-2b-it "
            "(--language-model)")
        self.gemma = gemma
        self.projector.unlink()
        self.assertEqual(self.refusal(), f"{self.source}: mm_projector.bin is not in this folder; --language-model goes with what MGM's pretraining writes")

    def test_tensors_that_are_missing_or_of_other_sizes_are_named(self) -> None:
        configuration = self.source / "config.json"
        bias = "model.vlm_uni_val_projector.1.bias"
        self.save({bias: None})
        self.assertEqual(self.refusal(), f"{self.projector}: tensor {bias} is missing, which {configuration} asks for")
        self.save({bias: torch.zeros(25)})
        self.assertEqual(self.refusal(), f"{self.projector}: {bias} has the shape [25], and {configuration} asks for [24]")
        self.save({bias: torch.zeros(24, dtype=torch.int8)})
        self.assertEqual(self.refusal(), f"{self.projector}: {bias} has the type I8, expected one of F32, F16, BF16")
        self.save({bias: torch.zeros(24), "model.embed_tokens.weight": torch.zeros(2, 32)})
        self.assertEqual(self.refusal(), f"{self.projector}: model.embed_tokens.weight is no tensor of the projector, the mining or the towers")
        self.save({"model.embed_tokens.weight": None})
        for key, value, part in (
            ("mm_projector_type", "mlp3x_gelu", f"{self.projector}: tensor model.mm_projector.4.weight is missing"),
            ("mm_projector_type", "resampler", f"{configuration}: mm_projector_type is 'resampler', expected linear or mlp2x_gelu"),
            ("num_hidden_layers", 3, f"{self.gemma}: tensor model.layers.2.input_layernorm.weight is missing"),
            ("num_hidden_layers", 1, "is of layer 1, counted from 0, and"),
            ("intermediate_size", 57, "model.layers.0.mlp.gate_proj.weight has the shape [56, 32], and"),
            ("head_dim", None, f"{configuration}: head_dim is None, expected a size"),
            ("hidden_size", True, f"{configuration}: hidden_size is True, expected a size"),
        ):
            shutil.copyfile(self.made / "pretraining/config.json", configuration)
            self.change(configuration, **{key: value})
            self.assertIn(part, self.refusal())

    def test_a_language_model_that_is_incomplete_or_damaged_is_named(self) -> None:
        shard = self.gemma / "model-00001-of-00002.safetensors"
        shard.write_bytes(shard.read_bytes()[:-1])
        self.assertIn(f"{shard}: it cannot be read as safetensors", self.refusal())
        shard.unlink()
        self.assertEqual(self.refusal(), f"{shard}: this shard is missing; model.safetensors.index.json names it")
        (self.gemma / "model.safetensors.index.json").unlink()
        self.assertEqual(self.refusal(), f"{self.gemma}: none of model.safetensors, model.safetensors.index.json, {SINGLE} and {INDEX} is in this folder")

    def test_code_is_not_run(self) -> None:
        trace = self.root / "was-run"
        torch.save({"model.mm_projector.0.bias": Malicious(f"touch {trace}")}, self.projector)
        self.assertIn(f"{self.projector}: it would run code when loaded (posix.system): refused", self.refusal())
        self.assertFalse(trace.exists())

    def test_a_write_that_went_wrong_is_noticed(self) -> None:
        true_write = bin_conversion.safetensors_stream.write

        def damage(folder: Path, *arguments: object) -> int:
            written = true_write(folder, *arguments)
            content = bytearray((folder / "model.safetensors").read_bytes())
            content[-1] ^= 1
            (folder / "model.safetensors").write_bytes(content)
            return written

        with mock.patch.object(bin_conversion.safetensors_stream, "write", damage), self.assertRaisesRegex(ConversionError, "was not written as it is in mm_projector.bin"):
            convert(self.source, self.target, None, None, language_model=self.gemma)

    def test_the_command(self) -> None:
        script = Path(bin_conversion.__file__).resolve().parent.parent / "convert_bin.py"
        for status, part in ((0, f"equal to those in {self.source} and {self.gemma}"), (1, "it exists already")):
            done = subprocess.run([sys.executable, script, self.source, self.target, "--language-model", self.gemma], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, status, done.stderr)
            self.assertIn(part, done.stdout + done.stderr)
        self.expect_whole()


if __name__ == "__main__":
    unittest.main()
