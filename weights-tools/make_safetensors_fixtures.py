"""Makes the fixtures of CheckpointsTests with the `safetensors` library.

    python weights-tools/make_safetensors_fixtures.py Tests/CheckpointsTests/Fixtures

`canonical.safetensors` is a file as the library writes it; `types.safetensors` has a tensor of each type that torch can save;
`verdicts.json` has files, whole or broken in one way each, and whether the library reads them.
"""

import base64
import json
import struct
import sys
from pathlib import Path

import numpy
import torch
from safetensors import SafetensorError, deserialize
from safetensors.numpy import save_file
from safetensors.torch import save_file as save_torch_file


def file(header, data=b""):
    if not isinstance(header, bytes):
        header = json.dumps(header).encode()
    return struct.pack("<Q", len(header)) + header + data


def tensor(shape, offsets, dtype="F32", **more):
    return {"dtype": dtype, "shape": shape, "data_offsets": offsets, **more}


def files():
    """Pairs of a name and the bytes of a file."""
    one = b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}'
    eight = bytes(8)
    yield "one tensor", file({"a": tensor([2], [0, 8])}, eight)
    yield "no tensor", file({})
    yield "scalar", file({"a": tensor([], [0, 4])}, bytes(4))
    yield "no elements", file({"a": tensor([0], [0, 0])})
    yield "no elements between others", file(
        {"a": tensor([2], [0, 8]), "b": tensor([0, 7], [8, 8]), "c": tensor([1], [8, 12])}, bytes(12))
    yield "no elements, no overflow", file({"a": tensor([0, 2**62, 2**62], [0, 0])})
    yield "no elements, overflow on the way", file({"a": tensor([2**62, 2**62, 0], [0, 0])})
    yield "overflow of bytes", file({"a": tensor([2**62], [0, 8])}, eight)
    yield "unordered", file({"a": tensor([1], [8, 12]), "b": tensor([2], [0, 8])}, bytes(12))
    yield "odd address", file(one + b" ", eight)
    yield "empty name", file({"": tensor([2], [0, 8])}, eight)
    yield "hole", file({"a": tensor([2], [0, 8]), "b": tensor([1], [12, 16])}, bytes(16))
    yield "hole at the start", file({"a": tensor([2], [4, 12])}, bytes(12))
    yield "bytes at the end", file({"a": tensor([2], [0, 8])}, bytes(9))
    yield "overlap", file({"a": tensor([2], [0, 8]), "b": tensor([1], [4, 8])}, eight)
    yield "same place", file({"a": tensor([2], [0, 8]), "b": tensor([2], [0, 8])}, eight)
    yield "cut off", file({"a": tensor([2], [0, 8])}, bytes(7))
    yield "reversed offsets", file({"a": tensor([0], [8, 0])}, eight)
    yield "too few bytes for the shape", file({"a": tensor([3], [0, 8])}, eight)
    yield "too many bytes for the shape", file({"a": tensor([1], [0, 8])}, eight)
    yield "negative size", file({"a": tensor([-1], [0, 8])}, eight)
    yield "minus zero", file(one.replace(b"[0,", b"[-0,"), eight)
    yield "fraction", file(one.replace(b"[2]", b"[2.0]"), eight)
    yield "exponent", file(one.replace(b"[2]", b"[2e0]"), eight)
    yield "leading zero", file(one.replace(b"[2]", b"[02]"), eight)
    yield "offset of 65 bits", file(one.replace(b"8]", b"18446744073709551616]"), eight)
    yield "three offsets", file({"a": tensor([2], [0, 8, 8])}, eight)
    yield "shape is a number", file({"a": tensor(2, [0, 8])}, eight)
    yield "shape of strings", file({"a": tensor(["2"], [0, 8])}, eight)
    yield "no shape", file({"a": {"dtype": "F32", "data_offsets": [0, 8]}}, eight)
    yield "no dtype", file({"a": {"shape": [2], "data_offsets": [0, 8]}}, eight)
    yield "no offsets", file({"a": {"dtype": "F32", "shape": [2]}}, eight)
    yield "another field", file({"a": tensor([2], [0, 8], x=1)}, eight)
    yield "unknown dtype", file({"a": tensor([2], [0, 8], "F33")}, eight)
    yield "dtype of the wrong case", file({"a": tensor([2], [0, 8], "f32")}, eight)
    yield "dtype is a number", file({"a": tensor([2], [0, 8], 32)}, eight)
    for dtype, bits in (("BOOL", 8), ("F4", 4), ("F6_E2M3", 6), ("F6_E3M2", 6), ("U8", 8), ("I8", 8), ("F8_E5M2", 8), ("F8_E4M3", 8),
                        ("F8_E8M0", 8), ("F8_E4M3FNUZ", 8), ("F8_E5M2FNUZ", 8), ("I16", 16), ("U16", 16), ("F16", 16), ("BF16", 16),
                        ("I32", 32), ("U32", 32), ("F32", 32), ("C64", 64), ("F64", 64), ("I64", 64), ("U64", 64)):
        yield f"dtype {dtype}", file({"a": tensor([4, 1], [0, bits // 2], dtype)}, bytes(bits // 2))
    yield "half a byte", file({"a": tensor([3], [0, 1], "F4")}, bytes(1))
    yield "metadata", file({"__metadata__": {"format": "pt", "é": "\n"}})
    yield "metadata is null", file({"__metadata__": None})
    yield "metadata is a string", file({"__metadata__": "x"})
    yield "metadata of numbers", file({"__metadata__": {"a": 1}})
    yield "metadata twice", file(b'{"__metadata__":{},"__metadata__":{}}')
    yield "dtype twice", file(one.replace(b'"shape"', b'"dtype":"F32","shape"'), eight)
    yield "blanks around the header", file(b" \t\r\n" + one + b"   ", eight)
    yield "zeros behind the header", file(b"{}\0\0")
    yield "characters behind the header", file(b"{}x")
    yield "two objects", file(b"{}{}")
    yield "empty header", file(b"")
    yield "array", file(b"[]")
    yield "null", file(b"null")
    yield "tensor is null", file(b'{"a":null}')
    yield "trailing comma", file(b'{"__metadata__":{},}')
    yield "single quotes", file(b"{'__metadata__':{}}")
    yield "comment", file(b"{/**/}")
    yield "not a number", file(one.replace(b"[2]", b"[NaN]"), eight)
    yield "not UTF-8", file(one.replace(b'"a"', b'"\xff"'), eight)
    yield "half a surrogate pair", file(one.replace(b'"a"', b'"\\ud800"'), eight)
    yield "surrogate pair", file(one.replace(b'"a"', b'"\\ud83d\\ude00\\n\\u00e9"'), eight)
    yield "line feed in a name", file(one.replace(b'"a"', b'"a\n"'), eight)
    yield "unknown escape", file(one.replace(b'"a"', b'"\\x"'), eight)
    yield "name does not end", file(b'{"a')
    yield "byte order mark", file(b"\xef\xbb\xbf" + one, eight)
    yield "seven bytes", b"1234567"
    yield "header longer than the file", struct.pack("<Q", 50) + bytes(20)
    yield "header too long", struct.pack("<Q", 100_000_001) + bytes(20)
    yield "header of 2^64 - 1 bytes", struct.pack("<Q", 2**64 - 1) + bytes(20)


def is_read(data):
    try:
        deserialize(data)
        return True
    except SafetensorError:
        return False


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    save_file(
        {
            "weight": numpy.arange(6, dtype=numpy.float32).reshape(2, 3) / 4 - 1,
            "token_ids": numpy.array([2, -1, 2**40], dtype=numpy.int64),
            "a \"quoted\" \\ name\n": numpy.array([1e-45, numpy.inf], dtype=numpy.float32),
            "scalar": numpy.array(7, dtype=numpy.float32),
            "empty": numpy.zeros((0, 4), dtype=numpy.float32),
        }, folder / "canonical.safetensors", metadata={"format": "np\t\u0001é"})
    names = ("bool uint8 int8 float8_e5m2 float8_e4m3fn float8_e8m0fnu float8_e4m3fnuz float8_e5m2fnuz int16 uint16 float16 bfloat16 int32 "
             "uint32 float32 complex64 float64 int64 uint64").split()
    values = torch.tensor([[0.5, 1.0], [2.0, 4.0]])
    save_torch_file({name: values.to(getattr(torch, name)) for name in names}, folder / "types.safetensors")
    verdicts = [{"name": name, "bytes": base64.b64encode(data).decode(), "isRead": is_read(data)} for name, data in files()]
    lines = ",\n".join(json.dumps(verdict) for verdict in verdicts)
    (folder / "verdicts.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
