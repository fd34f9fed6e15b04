"""The image files that the cases name."""

import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image


def write(folder: Path) -> None:
    """Fills an empty folder."""
    random = np.random.default_rng(7)

    def picture(width: int, height: int) -> Image.Image:
        return Image.fromarray(random.integers(0, 256, (height, width, 3), dtype=np.uint8))

    for name in ("sub", "ocr", "images", "VG_100K"):
        (folder / name).mkdir()
    picture(40, 30).save(folder / "good.jpg", quality=80)
    for name in ("sub/1.jpg", "images/1.jpg", "VG_100K/own.jpg"):
        picture(24, 24).save(folder / name, quality=80)
    picture(24, 24).save(folder / "ocr/1.png")
    for name, width, height in (("good", 30, 40), ("high-1", 20, 1), ("high-3", 20, 3), ("wide-1", 1, 20), ("wide-3", 3, 20), ("dot", 1, 1), ("square-3", 3, 3)):
        picture(width, height).save(folder / f"{name}.png")
    picture(20, 20).quantize(16).save(folder / "good.gif")
    for name in ("good.jpg", "good.png"):
        data = (folder / name).read_bytes()
        (folder / f"cut{name[4:]}").write_bytes(data[: len(data) * 2 // 3])
    data = bytearray((folder / "good.png").read_bytes())
    start = data.index(b"IDAT") + 4
    data[start + 900 : start + 940] = b"\0" * 40
    (folder / "damaged.png").write_bytes(data)
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "page.jpg").write_text("<!DOCTYPE html><html><body>404</body></html>\n", encoding="utf-8")
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(range(64)))
    (folder / "bomb.png").write_bytes(one_bit_png(20000, 9000, rows=1))
    picture(20, 20).save(folder / "good.ppm")  # no build reads it


def one_bit_png(width: int, height: int, rows: int) -> bytes:
    """A black PNG of which only the first `rows` are there."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    pixels = zlib.compress(bytes((width + 7) // 8 + 1) * rows, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
