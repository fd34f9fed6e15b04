"""Reads `pytorch_model.bin` and its shards, `open_clip_pytorch_model.bin` and MGM's `mm_projector.bin`: tensors only; code in the pickle is never run.
Safetensors are read in the same way, where they go together with a pickle."""

import json
import pickle
import re
from dataclasses import dataclass
from pathlib import Path

import safetensors
import torch
from safetensors.torch import load_file

SINGLE, INDEX = "pytorch_model.bin", "pytorch_model.bin.index.json"
OPEN_CLIP = "open_clip_pytorch_model.bin"
PROJECTOR = "mm_projector.bin"
"""All that MGM's pretraining stage writes of its weights."""
SAFETENSORS, SAFETENSORS_INDEX = "model.safetensors", "model.safetensors.index.json"
NAMES = {torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16", torch.int64: "I64",
         torch.int32: "I32", torch.int16: "I16", torch.int8: "I8", torch.uint8: "U8", torch.bool: "BOOL"}


class ConversionError(Exception):
    """Why a folder cannot be converted; names the file."""


@dataclass(frozen=True)
class StoredTensor:
    """A tensor of a file, not yet read."""

    file: Path
    name: str
    shape: tuple[int, ...]
    dtype: str

    @property
    def count(self) -> int:
        return torch.Size(self.shape).numel()


def load(file: Path) -> dict[str, torch.Tensor]:
    """The tensors of a file by name. They look into the mapped file, unless it has the format of PyTorch before 1.6."""
    if file.suffix == ".safetensors":
        return load_safetensors(file)
    try:
        with open(file, "rb") as stream:
            start = stream.read(64)
    except OSError as error:
        raise ConversionError(f"{file}: it cannot be read: {error.strerror}") from error
    try:
        tensors = torch.load(file, map_location="cpu", weights_only=True, mmap=start.startswith(b"PK"))
    # What torch raises for bytes that are not what they should be is not documented; it is never a ConversionError.
    except Exception as error:
        raise ConversionError(f"{file}: {refusal(error, start)}") from error
    return named_tensors(file, tensors)


def load_safetensors(file: Path) -> dict[str, torch.Tensor]:
    try:
        return named_tensors(file, load_file(file))
    except (safetensors.SafetensorError, OSError) as error:
        raise ConversionError(f"{file}: it cannot be read as safetensors: {error}") from error


def named_tensors(file: Path, tensors: object) -> dict[str, torch.Tensor]:
    if not isinstance(tensors, dict):
        raise ConversionError(f"{file}: it holds a {type(tensors).__name__}, expected tensors by name")
    for name, tensor in tensors.items():
        if not isinstance(name, str) or not isinstance(tensor, torch.Tensor):
            raise ConversionError(f"{file}: {name!r} is a {type(tensor).__name__}, expected tensors by name")
        if tensor.layout != torch.strided or tensor.is_quantized or tensor.dtype not in NAMES:
            raise ConversionError(f"{file}: {name} is a {tensor.layout} tensor of {tensor.dtype}, which is not supported")
    return {name: tensor.detach() for name, tensor in tensors.items()}


def refusal(error: Exception, start: bytes) -> str:
    """A sentence for what is a page of torch's, which tells how to run the code all the same."""
    message = str(error)
    if start.startswith(b"version https://git-lfs"):
        return "this is a pointer of Git LFS; the file itself was not downloaded"
    if found := re.search(r"GLOBAL ([\w.]+)", message):
        return f"it would run code when loaded ({found[1]}): refused. Get the weights from somewhere else"
    if "legacy .tar format" in message:
        return "it has the tar format of PyTorch before 0.4, which cannot be read without running code: refused"
    if isinstance(error, pickle.UnpicklingError):
        return "it is damaged, or no file of PyTorch"
    return f"it is damaged, or was not downloaded to its end: {(message.splitlines() or ['it ends too early'])[0]}"


def files(folder: Path) -> tuple[list[Path], Path | None]:
    """The files of weights, in order, without one that an index names, and the index."""
    if (folder / SINGLE).is_file():
        return [folder / SINGLE], None
    if (folder / INDEX).is_file():
        return [], folder / INDEX
    if (folder / OPEN_CLIP).is_file():
        return [folder / OPEN_CLIP], None
    if (folder / PROJECTOR).is_file():
        raise ConversionError(
            f"{folder}: it holds {PROJECTOR}, which MGM's pretraining writes, and not the language model that it was trained with; "
            "name the folder of that, gemma-2b-it (--language-model)")
    raise ConversionError(f"{folder}: neither {SINGLE} nor {INDEX} nor {OPEN_CLIP} is in this folder")


def shards(index: Path) -> tuple[list[Path], dict[str, str]]:
    """The files that an index names, in order, and where it says that each tensor is."""
    folder = index.parent
    try:
        weight_map = json.loads(index.read_text(encoding="utf-8"))["weight_map"]
        names = sorted(set(weight_map.values()))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConversionError(f"{index}: it has no object \"weight_map\" from tensors to shards") from error
    for shard in names:
        if not isinstance(shard, str) or Path(shard).name != shard or not shard:
            raise ConversionError(f"{index}: {shard!r} is not a file of this folder")
        if not (folder / shard).is_file():
            raise ConversionError(f"{folder / shard}: this shard is missing; {index.name} names it")
    if not names:
        raise ConversionError(f"{index}: its \"weight_map\" is empty")
    return [folder / shard for shard in names], weight_map


def described(folder: Path) -> list[StoredTensor]:
    """All tensors of a folder with pickles in the order of the files, checked against the index."""
    return described_files(*files(folder))


def described_files(paths: list[Path], index: Path | None = None) -> list[StoredTensor]:
    """All tensors of some files, or of those that an index names, in their order."""
    weight_map: dict[str, str] = {}
    if index:
        paths, weight_map = shards(index)
    found: dict[str, StoredTensor] = {}
    for path in paths:
        tensors = load(path)
        for name in kept(tensors):
            if name in found:
                raise ConversionError(f"{path}: tensor {name} is in {found[name].file.name} too")
            found[name] = StoredTensor(path, name, tuple(tensors[name].shape), NAMES[tensors[name].dtype])
        for name in (name for name, shard in weight_map.items() if shard == path.name and name not in tensors):
            raise ConversionError(f"{path}: tensor {name} is not in it, but {index.name} says so")
    if not found:
        raise ConversionError(f"{paths[0]}: there are no tensors in it")
    return list(found.values())


def kept(tensors: dict[str, torch.Tensor]) -> list[str]:
    """All names but that of an output layer which is the embedding table itself: loaders tie the two."""
    tables = {place(tensor) for name, tensor in tensors.items() if name.endswith("embed_tokens.weight")}
    return [name for name, tensor in tensors.items() if not (name.endswith("lm_head.weight") and place(tensor) in tables)]


def place(tensor: torch.Tensor) -> tuple[object, ...]:
    return (tensor.data_ptr(), tuple(tensor.shape), tensor.stride(), tensor.dtype)
