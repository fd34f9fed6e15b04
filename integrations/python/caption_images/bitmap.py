"""Pixels as a BMP file, without Pillow."""

from __future__ import annotations

import struct
from collections.abc import Iterator


def bitmap_chunks(pixels: bytes, width: int, height: int, channels: int) -> Iterator[bytes]:
    """The pieces of a BMP file of 24 bits a pixel.

    :param pixels: rows of `channels` samples, the top one first; alpha is ignored.
    """
    row_bytes = (3 * width + 3) // 4 * 4
    size = 54 + row_bytes * height
    if size >= 1 << 32:
        raise ValueError(f"{width} x {height} pixels are more than a file can hold")
    yield struct.pack("<2sIHHI", b"BM", size, 0, 0, 54)
    # A negative height says that the top row is first.
    yield struct.pack("<IiiHHIIiiII", 40, width, -height, 1, 24, 0, row_bytes * height, 2835, 2835, 0, 0)
    red, green, blue = (0, 0, 0) if channels == 1 else (0, 1, 2)
    line = bytearray(row_bytes)
    for start in range(0, len(pixels), width * channels):
        row = pixels[start:start + width * channels]
        line[0:3 * width:3], line[1:3 * width:3], line[2:3 * width:3] = row[blue::channels], row[green::channels], row[red::channels]
        yield bytes(line)
