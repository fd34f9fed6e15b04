"""A PNG writer that can do what Pillow's cannot: every colour type, bit depth, filter and interlacing, odd chunks."""

import struct
import zlib

import numpy as np

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, RGB, PALETTE, GREY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGB_ALPHA: 4}
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]


def chunk(kind: bytes, payload: bytes = b"", checksum: int | None = None) -> bytes:
    """One chunk; `checksum` replaces the right one."""
    if checksum is None:
        checksum = zlib.crc32(kind + payload)
    return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", checksum)


def header(width: int, height: int, depth: int, color: int, interlace: int = 0) -> bytes:
    """The IHDR chunk."""
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlace))


def _pack_row(row: np.ndarray, depth: int) -> bytes:
    if depth == 16:
        return row.astype(">u2").tobytes()
    if depth == 8:
        return row.astype(np.uint8).tobytes()
    bits = ((row.reshape(-1, 1) >> np.arange(depth - 1, -1, -1)) & 1).astype(np.uint8)
    return np.packbits(bits.reshape(-1)).tobytes()


def _filter_row(kind: int, row: bytes, previous: bytes, step: int) -> bytes:
    result = bytearray([kind])
    for index, value in enumerate(row):
        left = row[index - step] if index >= step else 0
        up = previous[index]
        corner = previous[index - step] if index >= step else 0
        if kind == 4:
            estimate = left + up - corner
            predictor = min((left, up, corner), key=lambda candidate: abs(estimate - candidate))
        else:
            predictor = (0, left, up, (left + up) // 2)[kind]
        result.append((value - predictor) & 0xFF)
    return bytes(result)


def scanlines(samples: np.ndarray, depth: int, color: int, interlace: bool, filters: list[int]) -> bytes:
    """Filtered rows before compression; the filters take turns. samples: [H, W, C] or [H, W]."""
    samples = samples.reshape(samples.shape[0], samples.shape[1], CHANNELS[color])
    step = max(depth * CHANNELS[color] // 8, 1)
    passes = ADAM7 if interlace else [(0, 0, 1, 1)]
    result = bytearray()
    for first_column, first_row, column_step, row_step in passes:
        part = samples[first_row::row_step, first_column::column_step]
        if part.shape[1] == 0:
            continue
        previous = None
        for index, row in enumerate(part):
            packed = _pack_row(row.reshape(-1), depth)
            previous = bytes(len(packed)) if previous is None else previous
            result += _filter_row(filters[index % len(filters)], packed, previous, step)
            previous = packed
    return bytes(result)


def encode(samples: np.ndarray, depth: int, color: int, *, interlace: bool = False, filters=(0, 1, 2, 3, 4),
           before: bytes = b"", after: bytes = b"", pieces: int = 1) -> bytes:
    """A whole file. `before` and `after` are chunks around the data, which comes in `pieces` chunks."""
    height, width = samples.shape[:2]
    data = zlib.compress(scanlines(samples, depth, color, interlace, list(filters)), 9)
    size = -(-len(data) // pieces)
    body = b"".join(chunk(b"IDAT", data[at:at + size]) for at in range(0, len(data), size))
    return SIGNATURE + header(width, height, depth, color, int(interlace)) + before + body + after + chunk(b"IEND")
