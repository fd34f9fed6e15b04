"""Conversion of .bin files: what comes out is what was in, code is not run, and every defect is named with its file."""

import io
import json
import os
import pickle
import subprocess
import sys
import tarfile
import tempfile
import unittest
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import torch
from safetensors.torch import load_file

from blip2tools import bin_conversion
from blip2tools.bin_conversion import convert
from blip2tools.pickled_weights import INDEX, SINGLE, ConversionError


class Malicious:
    """Pickled, it asks to run a command when loaded."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (self.command,)


class ConvertBinTests(unittest.TestCase):
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
        """The message; nothing may be left behind."""
        with self.assertRaises(ConversionError) as caught:
            convert(self.source, self.target, None, options.get("dtype"))
        self.assertFalse(self.target.exists())
        self.assertEqual(list(self.target.parent.glob("*")) if self.target.parent.exists() else [], [])
        return str(caught.exception)

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

    def test_numbers_that_a_type_cannot_hold_are_named(self) -> None:
        torch.save({"large": torch.tensor([1.0, 70000.0])}, self.source / SINGLE)
        self.assertEqual(self.refusal(dtype="F16"), f"{self.source / SINGLE}: large holds numbers too large for F16")

    def test_code_is_not_run(self) -> None:
        trace = self.root / "was-run"
        malicious = Malicious(f"touch {trace}")
        for number, save in enumerate((
            lambda file: torch.save({"a": torch.ones(2), "b": malicious}, file),
            lambda file: torch.save({"a": malicious}, file, _use_new_zipfile_serialization=False),
            lambda file: file.write_bytes(pickle.dumps({"a": malicious})),
        )):
            save(self.source / SINGLE)
            message = self.refusal()
            with self.subTest(number=number):
                self.assertTrue(message.startswith(f"{self.source / SINGLE}: it "), message)
                self.assertIn("refused" if number < 2 else "no file of PyTorch", message)
            self.assertFalse(trace.exists())
        torch.save({"b": malicious}, self.source / SINGLE)
        self.assertIn("(posix.system)", self.refusal())
        # The file does what it says, had it been loaded carelessly.
        torch.load(self.source / SINGLE, weights_only=False)
        self.assertTrue(trace.exists())

    def test_damaged_files_are_named(self) -> None:
        self.shards()
        file = self.source / "pytorch_model-00002-of-00002.bin"
        whole = file.read_bytes()
        for length in (0, 1, 64, len(whole) // 2, len(whole) - 1):
            file.write_bytes(whole[:length])
            self.assertIn(f"{file}: it is damaged, or", self.refusal(), f"{length} bytes")
        file.write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
        self.assertEqual(
            self.refusal(), f"{file}: this is a pointer of Git LFS; the file itself was not downloaded")

    def test_a_truncated_file_of_the_older_format_is_named(self) -> None:
        file = self.source / SINGLE
        torch.save(self.tensors, file, _use_new_zipfile_serialization=False)
        whole = file.read_bytes()
        for length in (1, 100, len(whole) // 2, len(whole) - 1):
            file.write_bytes(whole[:length])
            self.assertIn(f"{file}: it is damaged, or", self.refusal(), f"{length} bytes")

    def test_the_oldest_format_is_refused(self) -> None:
        with tarfile.open(self.source / SINGLE, "w") as archive:
            for name in ("sys_info", "pickle", "storages", "tensors"):
                content = pickle.dumps({})
                information = tarfile.TarInfo(name)
                information.size = len(content)
                archive.addfile(information, io.BytesIO(content))
        self.assertIn(f"{self.source / SINGLE}: it has the tar format", self.refusal())

    def test_shards_have_to_fit_the_index(self) -> None:
        self.shards()
        index = json.loads((self.source / INDEX).read_text())
        second = self.source / "pytorch_model-00002-of-00002.bin"

        def write(weight_map: object) -> None:
            (self.source / INDEX).write_text(json.dumps({"weight_map": weight_map}))

        write(index["weight_map"] | {"nowhere": second.name})
        self.assertEqual(self.refusal(), f"{second}: tensor nowhere is not in it, but {INDEX} says so")
        write(index["weight_map"] | {"other": "../other.bin"})
        self.assertEqual(self.refusal(), f"{self.source / INDEX}: '../other.bin' is not a file of this folder")
        for weight_map in ([], {"a": 1}, {}, {"a": ["x"]}):
            write(weight_map)
            self.assertIn(str(self.source / INDEX), self.refusal())
        (self.source / INDEX).write_text("{")
        self.assertIn(str(self.source / INDEX), self.refusal())
        write(index["weight_map"])
        torch.save({"half": torch.ones(1)} | torch.load(second), second)
        self.assertEqual(
            self.refusal(), f"{second}: tensor half is in pytorch_model-00001-of-00002.bin too")
        second.unlink()
        self.assertEqual(self.refusal(), f"{second}: this shard is missing; {INDEX} names it")

    def test_what_is_no_state_dict_is_refused(self) -> None:
        file = self.source / SINGLE
        for content, part in (
            ([torch.ones(1)], "it holds a list"), ({"model": {"a": torch.ones(1)}}, "'model' is a dict"), ({}, "no tensors"),
            ({"a": torch.ones(2).to_sparse()}, "a is a torch.sparse_coo tensor"), ({1: torch.ones(1)}, "1 is a Tensor"),
            ({"a": torch.ones(2, dtype=torch.complex64)}, "torch.complex64"),
        ):
            torch.save(content, file)
            message = self.refusal()
            self.assertTrue(message.startswith(f"{file}: ") and part in message, message)
        file.unlink()
        self.assertEqual(self.refusal(), f"{self.source}: neither {SINGLE} nor {INDEX} is in this folder")

    def test_too_little_space_is_told_before_writing(self) -> None:
        torch.save(self.tensors, self.source / SINGLE)
        usage = mock.Mock(free=100)
        with mock.patch("shutil.disk_usage", return_value=usage):
            self.assertRegex(self.refusal(), f"^{self.target.parent}: [0-9,]+ bytes are needed there, and 100 are free$")

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
