"""Conversion of .bin files: what comes out is what was in."""

import json
import subprocess
import sys
import unittest
from pathlib import Path
from unittest import mock

from tests.libraries import require

require("torch")

import torch

from checkpoints import bin_conversion
from checkpoints.bin_conversion import convert
from checkpoints.pickled_weights import OPEN_CLIP, SINGLE, ConversionError
from tests.bin_case import BinCase


class ConvertBinTests(BinCase):
    def test_every_tensor_arrives_in_every_layout(self) -> None:
        for layout in ("single", "shards", "before 1.6"):
            for shard_bytes in (None, 300):
                with self.subTest(layout=layout, shard_bytes=shard_bytes), mock.patch.object(bin_conversion, "CHUNK_ELEMENTS", 8):
                    self.target = self.root / f"{layout}-{shard_bytes}"
                    if layout == "shards":
                        self.shards()
                        (self.source / SINGLE).unlink(missing_ok=True)
                    else:
                        torch.save(self.tensors, self.source / SINGLE, _use_new_zipfile_serialization=layout == "single")
                    written = convert(self.source, self.target, shard_bytes, None)
                    self.expect_equal(self.converted())
                    self.assertEqual(written, sum(t.numel() * t.element_size() for t in self.tensors.values()))
                    index = self.target / "model.safetensors.index.json"
                    self.assertEqual(index.exists(), shard_bytes is not None)
                    if shard_bytes is not None:
                        files = set(json.loads(index.read_text())["weight_map"].values())
                        self.assertEqual(files, {file.name for file in self.target.glob("*.safetensors")})
                        self.assertGreater(len(files), 2)
                    self.assertEqual((self.target / "config.json").read_text(), '{"model_type": "blip-2"}')
                    self.assertEqual(list(self.target.glob("*.bin*")), [])
            for file in self.source.glob("*.index.json"):
                file.unlink()

    def test_open_clip_keeps_its_names(self) -> None:
        torch.save(self.tensors, self.source / OPEN_CLIP)
        (self.source / "open_clip_config.json").write_text("{}")
        for is_single in (True, False):
            self.target = self.root / f"open-clip-{is_single}"
            convert(self.source, self.target, None if is_single else 1 << 11, None)
            self.expect_equal(self.converted())
            found = sorted(file.name for file in self.target.glob("*.safetensors"))
            index = self.target / "open_clip_model.safetensors.index.json"
            self.assertEqual(index.exists(), not is_single)
            if is_single:
                self.assertEqual(found, ["open_clip_model.safetensors"])
            else:
                self.assertEqual(found, sorted(set(json.loads(index.read_text())["weight_map"].values())))
                self.assertTrue(len(found) > 1 and all(name.startswith("open_clip_model-0000") for name in found))
            self.assertTrue((self.target / "open_clip_config.json").exists())
            self.assertEqual(list(self.target.glob("*.bin*")), [])

    def test_with_both_the_weights_of_hugging_face_are_converted(self) -> None:
        torch.save(self.tensors, self.source / SINGLE)
        torch.save({"other": torch.ones(2)}, self.source / OPEN_CLIP)
        convert(self.source, self.target, None, None)
        self.expect_equal(self.converted())
        self.assertEqual([file.name for file in self.target.glob("*.safetensors")], ["model.safetensors"])

    def test_a_tied_output_layer_is_left_out_and_an_equal_copy_kept(self) -> None:
        table = self.tensors["language_model.model.decoder.embed_tokens.weight"]
        torch.save(self.tensors | {"language_model.lm_head.weight": table}, self.source / SINGLE)
        convert(self.source, self.target, None, None)
        self.expect_equal(self.converted())
        self.tensors["language_model.lm_head.weight"] = table.clone()
        torch.save(self.tensors, self.source / SINGLE)
        self.target = self.root / "copy"
        convert(self.source, self.target, None, None)
        self.expect_equal(self.converted())

    def test_another_type_changes_floating_point_numbers_only(self) -> None:
        torch.save(self.tensors, self.source / SINGLE)
        convert(self.source, self.target, None, "BF16")
        self.tensors = {n: t.to(torch.bfloat16) if t.is_floating_point() else t for n, t in self.tensors.items()}
        self.expect_equal(self.converted())

    def test_a_write_that_went_wrong_is_noticed(self) -> None:
        torch.save(self.tensors, self.source / SINGLE)
        true_write = bin_conversion.safetensors_stream.write

        def damage(folder: Path, *arguments: object) -> int:
            written = true_write(folder, *arguments)
            file = folder / "model.safetensors"
            content = bytearray(file.read_bytes())
            content[-600] ^= 1
            file.write_bytes(content)
            return written

        with mock.patch.object(bin_conversion.safetensors_stream, "write", damage):
            self.assertIn("was not written as it is in pytorch_model.bin", self.refusal())

    def test_no_folder_is_overwritten(self) -> None:
        torch.save(self.tensors, self.source / SINGLE)
        for target in (self.source, self.source / "config.json"):
            with self.assertRaisesRegex(ConversionError, "it exists already"):
                convert(self.source, target, None, None)

    def test_the_command(self) -> None:
        torch.save(self.tensors, self.source / SINGLE)
        script = Path(bin_conversion.__file__).resolve().parent.parent / "convert_bin.py"
        for status, part in ((0, "bytes of tensors, equal to those in"), (1, "it exists already")):
            done = subprocess.run(
                [sys.executable, script, self.source, self.target, "--shard-size", "400"], capture_output=True, text=True,
                check=False)
            self.assertEqual(done.returncode, status)
            self.assertIn(part, done.stdout + done.stderr)
        self.expect_equal(self.converted())


if __name__ == "__main__":
    unittest.main()
