"""Conversion of .bin files: code is not run, and every defect is named with its file."""

import io
import json
import os
import pickle
import tarfile
import unittest
from collections.abc import Callable
from unittest import mock

from tests.libraries import require

require("torch")

import torch

from checkpoints.pickled_weights import INDEX, OPEN_CLIP, SINGLE
from tests.bin_case import BinCase


class Malicious:
    """Pickled, it asks to run a command when loaded."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
        return os.system, (self.command,)


class ConvertBinRefusalTests(BinCase):
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
        self.assertEqual(self.refusal(), f"{self.source}: neither {SINGLE} nor {INDEX} nor {OPEN_CLIP} is in this folder")

    def test_too_little_space_is_told_before_writing(self) -> None:
        torch.save(self.tensors, self.source / SINGLE)
        usage = mock.Mock(free=100)
        with mock.patch("shutil.disk_usage", return_value=usage):
            self.assertRegex(self.refusal(), f"^{self.target.parent}: [0-9,]+ bytes are needed there, and 100 are free$")


if __name__ == "__main__":
    unittest.main()
