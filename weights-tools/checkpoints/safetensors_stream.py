"""Writes safetensors files tensor by tensor, in one file or in shards with an index, without holding them in memory."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

BYTES_PER_ELEMENT = {
    "F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1}


class Described(Protocol):
    name: str
    shape: tuple[int, ...]
    count: int


DtypeOf = Callable[[Described], str]
"""The stored type of a tensor, under the name that safetensors gives it."""


def byte_count(tensor: Described, dtype_of: DtypeOf) -> int:
    return tensor.count * BYTES_PER_ELEMENT[dtype_of(tensor)]


def header(tensors: list[Described], dtype_of: DtypeOf) -> bytes:
    """Length and JSON header, padded so that the tensor data starts at a multiple of eight bytes."""
    entries: dict[str, object] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for tensor in tensors:
        end = offset + byte_count(tensor, dtype_of)
        entries[tensor.name] = {"dtype": dtype_of(tensor), "shape": list(tensor.shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(entries, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text


def split(tensors: Iterable[Described], dtype_of: DtypeOf, shard_bytes: int | None) -> list[list[Described]]:
    """Tensors in order, a new shard whenever the next tensor would make the current one larger than `shard_bytes`.
    Within a shard wider types go first, so that every element lies at a multiple of its size."""
    shards: list[list[Described]] = [[]]
    filled = 0
    for tensor in tensors:
        size = byte_count(tensor, dtype_of)
        if shard_bytes is not None and shards[-1] and filled + size > shard_bytes:
            shards.append([])
            filled = 0
        shards[-1].append(tensor)
        filled += size
    return [sorted(shard, key=lambda tensor: -BYTES_PER_ELEMENT[dtype_of(tensor)]) for shard in shards]


def write(
    folder: Path,
    tensors: Iterable[Described],
    dtype_of: DtypeOf,
    shard_bytes: int | None,
    data: Callable[[Described], Iterable[memoryview]],
    name: str = "model.safetensors",
) -> int:
    """Writes the file `name`, or shards and an index named after it; returns the bytes of tensor data."""
    shards = split(tensors, dtype_of, shard_bytes)
    names = [name]
    if len(shards) > 1:
        names = [f"{name.removesuffix('.safetensors')}-{index + 1:05}-of-{len(shards):05}.safetensors" for index in range(len(shards))]
    weight_map = {}
    total = 0
    for shard_name, shard in zip(names, shards, strict=True):
        with open(folder / shard_name, "wb") as file:
            file.write(header(shard, dtype_of))
            for tensor in shard:
                weight_map[tensor.name] = shard_name
                before = file.tell()
                for piece in data(tensor):
                    file.write(piece)
                written, expected = file.tell() - before, byte_count(tensor, dtype_of)
                if written != expected:
                    raise ValueError(f"{shard_name}: {tensor.name} has {written} bytes, expected {expected}")
                total += written
    if len(shards) > 1:
        index = {"metadata": {"total_size": total}, "weight_map": dict(sorted(weight_map.items()))}
        (folder / f"{name}.index.json").write_text(json.dumps(index, indent=2) + "\n")
    return total
