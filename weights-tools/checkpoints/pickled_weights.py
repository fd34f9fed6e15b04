"""Reads `pytorch_model.bin` and its shards, and `open_clip_pytorch_model.bin`: tensors only; code in the pickle is never run."""

import json
import pickle
import re
from dataclasses import dataclass
from pathlib import Path

import torch

SINGLE, INDEX = "pytorch_model.bin", "pytorch_model.bin.index.json"
OPEN_CLIP = "open_clip_pytorch_model.bin"
NAMES = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64",
         torch.int32: "I32", torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8", torch.bool: "BOOL"}


class ConversionError(Exception):
    """Why a folder cannot be converted; names the file."""


@dataclass(frozen=True)
class PickledTensor:
    """A tensor of a shard, not yet read."""

    file: Path
    name: str
    shape: tuple[int, ...]
    dtype: str

    @property
    def count(self) -> int:
        return torch.Size(self.shape).numel()


def load(file: Path) -> dict[str, torch.Tensor]:
    """The tensors of a file by name. They look into the mapped file, unless it has the format of PyTorch before 1.6."""
    try:
        with open(file, "rb") as stream:
            beginning = stream.read(64)
    except OSError as error:
        raise ConversionError(f"{file}: it cannot be read: {error.strerror}") from error
    try:
        tensors = torch.load(file, map_location="cpu", weights_only=True, mmap=beginning.startswith(b"PK"))
    # What torch raises for bytes that are not what they should be is not documented; it is never a ConversionError.
    except Exception as error:
        raise ConversionError(f"{file}: {refusal(error, beginning)}") from error
    if not isinstance(tensors, dict):
        raise ConversionError(f"{file}: it holds a {type(tensors).__name__}, expected tensors by name")
    for name, tensor in tensors.items():
        if not isinstance(name, str) or not isinstance(tensor, torch.Tensor):
            raise ConversionError(f"{file}: {name!r} is a {type(tensor).__name__}, expected tensors by name")
        if tensor.layout != torch.strided or tensor.is_quantized or tensor.dtype not in NAMES:
            raise ConversionError(f"{file}: {name} is a {tensor.layout} tensor of {tensor.dtype}, which is not supported")
    return {name: tensor.detach() for name, tensor in tensors.items()}


def refusal(error: Exception, beginning: bytes) -> str:
    """A sentence for what is a page of torch's, which tells how to run the code all the same."""
    message = str(error)
    if beginning.startswith(b"version https://git-lfs"):
        return "this is a pointer of Git LFS; the file itself was not downloaded"
    if found := re.search(r"GLOBAL ([\w.]+)", message):
        return f"it would run code when loaded ({found[1]}): refused. Get the weights from somewhere else"
    if "legacy .tar format" in message:
        return "it has the tar format of PyTorch before 0.4, which cannot be read without running code: refused"
    if isinstance(error, pickle.UnpicklingError):
        return "it is damaged, or no file of PyTorch"
    return f"it is damaged, or was not downloaded to its end: {(message.splitlines() or ['it ends too early'])[0]}"


def files(folder: Path) -> tuple[list[Path], dict[str, str]]:
    """The files of weights, in order, and where the index says that each tensor is (nothing without an index)."""
    index = folder / INDEX
    if (folder / SINGLE).is_file():
        return [folder / SINGLE], {}
    if not index.is_file():
        if (folder / OPEN_CLIP).is_file():
            return [folder / OPEN_CLIP], {}
        raise ConversionError(f"{folder}: neither {SINGLE} nor {INDEX} nor {OPEN_CLIP} is in this folder")
    try:
        weight_map = json.loads(index.read_text(encoding="utf-8"))["weight_map"]
        shards = sorted(set(weight_map.values()))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConversionError(f"{index}: it has no object \"weight_map\" from tensors to shards") from error
    for shard in shards:
        if not isinstance(shard, str) or Path(shard).name != shard or not shard:
            raise ConversionError(f"{index}: {shard!r} is not a file of this folder")
        if not (folder / shard).is_file():
            raise ConversionError(f"{folder / shard}: this shard is missing; {INDEX} names it")
    if not shards:
        raise ConversionError(f"{index}: its \"weight_map\" is empty")
    return [folder / shard for shard in shards], weight_map


def described(folder: Path) -> list[PickledTensor]:
    """All tensors of a folder in the order of the files, checked against the index."""
    paths, weight_map = files(folder)
    found: dict[str, PickledTensor] = {}
    for path in paths:
        tensors = load(path)
        for name in kept(tensors):
            if name in found:
                raise ConversionError(f"{path}: tensor {name} is in {found[name].file.name} too")
            found[name] = PickledTensor(path, name, tuple(tensors[name].shape), NAMES[tensors[name].dtype])
        for name in (name for name, shard in weight_map.items() if shard == path.name and name not in tensors):
            raise ConversionError(f"{path}: tensor {name} is not in it, but {INDEX} says so")
    if not found:
        raise ConversionError(f"{paths[0]}: there are no tensors in it")
    return list(found.values())


def kept(tensors: dict[str, torch.Tensor]) -> list[str]:
    """All names but that of an output layer which is the embedding table itself: loaders tie the two."""
    tables = {place(tensor) for name, tensor in tensors.items() if name.endswith("embed_tokens.weight")}
    return [name for name, tensor in tensors.items() if not (name.endswith("lm_head.weight") and place(tensor) in tables)]


def place(tensor: torch.Tensor) -> tuple[object, ...]:
    return (tensor.data_ptr(), tuple(tensor.shape), tensor.stride(), tensor.dtype)
