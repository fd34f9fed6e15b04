"""From `pytorch_model.bin`, `open_clip_pytorch_model.bin` or `mm_projector.bin` to safetensors, tensor by tensor, in little memory, and checked afterwards."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import safetensors
import torch

from checkpoints import mgm_pretraining, pickled_weights, safetensors_stream
from checkpoints.pickled_weights import ConversionError, StoredTensor

CHUNK_ELEMENTS = 1 << 22
FLOATS = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16}
WEIGHT_SUFFIXES = (".bin", ".bin.index.json", ".safetensors", ".safetensors.index.json", ".pt", ".pth", ".h5", ".msgpack", ".ot")


def convert(
    source: Path, target: Path, shard_bytes: int | None, dtype: str | None, report: Callable[[str], None] = lambda _: None,
    language_model: Path | None = None,
) -> int:
    """Makes the folder `target`, which must not exist or be empty; returns the bytes of tensors.

    `language_model` is the folder of the language model that what MGM's pretraining stage left in `source` was trained with. The target appears under its name when everything is written and checked. `dtype` is a key of FLOATS for all tensors of
    floating-point numbers; without it nothing is changed.
    """
    if not source.is_dir():
        raise ConversionError(f"{source}: no such folder")
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise ConversionError(f"{target}: it exists already")
    if language_model is None:
        tensors = pickled_weights.described(source)
        extra = [path for path in sorted(source.iterdir()) if path.is_file() and not path.name.endswith(WEIGHT_SUFFIXES)]
    else:
        tensors, extra = mgm_pretraining.described(source, language_model)
    name = weights_name(tensors[0].file)

    def dtype_of(tensor: StoredTensor) -> str:
        return dtype if dtype is not None and tensor.dtype in FLOATS else tensor.dtype

    target.parent.mkdir(parents=True, exist_ok=True)
    check_space(target.parent, sum(safetensors_stream.byte_count(tensor, dtype_of) for tensor in tensors), extra)
    with tempfile.TemporaryDirectory(prefix=f"{target.name}.", suffix=".partial", dir=target.parent) as temporary:
        partial = Path(temporary) / target.name
        partial.mkdir()
        source_tensors = Source()
        report(f"writing {len(tensors)} tensors")
        written = safetensors_stream.write(
            partial, tensors, dtype_of, shard_bytes,
            lambda tensor: (as_bytes(chunk) for chunk in chunks(source_tensors(tensor), tensor, dtype_of(tensor))), name)
        for path in extra:
            shutil.copyfile(path, partial / path.name)
        report("reading them again")
        check(partial, name, tensors, dtype_of)
        # On POSIX a folder that is empty is replaced.
        os.rename(partial, target)
    return written


def weights_name(file: Path) -> str:
    """What the weights are called as safetensors, when they are in one file."""
    return "open_clip_model.safetensors" if file.name == pickled_weights.OPEN_CLIP else "model.safetensors"


class Source:
    """Gives tensors, with one file of them open at a time."""

    def __init__(self) -> None:
        self.file: Path | None = None
        self.tensors: dict[str, torch.Tensor] = {}

    def __call__(self, tensor: StoredTensor) -> torch.Tensor:
        if self.file != tensor.file:
            self.tensors = {}
            self.file, self.tensors = tensor.file, pickled_weights.load(tensor.file)
        return self.tensors[tensor.name]


def chunks(values: torch.Tensor, description: StoredTensor, dtype: str) -> Iterator[torch.Tensor]:
    """The numbers in row-major order, in flat pieces of the stored type. A tensor is copied only if it is not
    contiguous."""
    flat = values.contiguous().view(-1)
    for start in range(0, flat.numel(), CHUNK_ELEMENTS):
        piece = flat[start : start + CHUNK_ELEMENTS]
        if dtype == description.dtype:
            yield piece
            continue
        converted = piece.to(FLOATS[dtype])
        if not torch.equal(converted.isfinite(), piece.isfinite()):
            raise ConversionError(f"{description.file}: {description.name} holds numbers too large for {dtype}")
        yield converted


def as_bytes(piece: torch.Tensor) -> memoryview:
    return memoryview(piece.view(torch.uint8).numpy())


def check(folder: Path, single: str, tensors: list[StoredTensor], dtype_of: Callable[[StoredTensor], str]) -> None:
    """Reads what was written with the safetensors library, and compares shape, type and every byte."""
    index = folder / f"{single}.index.json"
    weight_map = json.loads(index.read_text())["weight_map"] if index.exists() else {}
    source = Source()
    opened: tuple[str, object] = ("", None)
    for tensor in tensors:
        name = weight_map.get(tensor.name, single)
        if opened[0] != name:
            opened = (name, safetensors.safe_open(folder / name, framework="pt"))
        found = opened[1].get_tensor(tensor.name)
        flat = found.view(-1)
        equal = tuple(found.shape) == tensor.shape and pickled_weights.NAMES[found.dtype] == dtype_of(tensor)
        start = 0
        for piece in chunks(source(tensor), tensor, dtype_of(tensor)) if equal else ():
            there = flat[start : start + piece.numel()]
            equal = equal and torch.equal(there.view(torch.uint8), piece.view(torch.uint8))
            start += piece.numel()
        if not equal:
            raise ConversionError(f"{folder / name}: {tensor.name} was not written as it is in {tensor.file.name}")


def check_space(folder: Path, weights: int, extra: list[Path]) -> None:
    needed = weights + sum(path.stat().st_size for path in extra)
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise ConversionError(f"{folder}: {needed:,} bytes are needed there, and {free:,} are free")
