"""A baseline JPEG writer that can do what others refuse: any sampling factors, component numbers and restarts.

Its Huffman tables are of fixed length, which makes files longer and the writer short.
"""

import struct

import numpy as np

_ZIGZAG = sorted(((y, x) for y in range(8) for x in range(8)),
                 key=lambda at: (sum(at), at[0] if sum(at) % 2 else at[1]))
# Coarser towards high frequencies, like any table in use.
_QUANTIZATION = np.array([[4 + 2 * (y + x) for x in range(8)] for y in range(8)])
_DC_VALUES = list(range(12))  # 4 bits each
_AC_VALUES = [0x00, 0xF0] + [(run << 4) | size for size in range(1, 11) for run in range(16)]  # 8 bits each
_COSINES = np.array([[np.sqrt((1 if u == 0 else 2) / 8) * np.cos((2 * x + 1) * u * np.pi / 16) for x in range(8)]
                     for u in range(8)])


def segment(marker: int, payload: bytes) -> bytes:
    """A marker with its length and payload."""
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def _magnitude(value: int) -> tuple[int, str]:
    size = int(abs(value)).bit_length()
    if size == 0:
        return 0, ""
    return size, format(value if value > 0 else value + (1 << size) - 1, f"0{size}b")


def _block_bits(block: np.ndarray, previous: int) -> tuple[str, int]:
    """The bits of an 8 x 8 block of samples, and its quantised mean."""
    coefficients = np.rint(_COSINES @ (block - 128.0) @ _COSINES.T / _QUANTIZATION).astype(int)
    values = [int(coefficients[at]) for at in _ZIGZAG]
    size, bits = _magnitude(values[0] - previous)
    result = [format(size, "04b"), bits]
    run = 0
    last = max((index for index, value in enumerate(values) if value), default=0)
    for value in values[1:last + 1]:
        if value == 0:
            run += 1
            continue
        result += [format(_AC_VALUES.index(0xF0), "08b")] * (run // 16)
        size, bits = _magnitude(value)
        result += [format(_AC_VALUES.index((run % 16) << 4 | size), "08b"), bits]
        run = 0
    if last < 63:
        result.append(format(_AC_VALUES.index(0x00), "08b"))
    return "".join(result), values[0]


def _to_bytes(bits: str) -> bytes:
    bits += "1" * (-len(bits) % 8)
    return int("1" + bits, 2).to_bytes(len(bits) // 8 + 1, "big")[1:].replace(b"\xff", b"\xff\x00")


def _shrink(plane: np.ndarray, height: int, width: int) -> np.ndarray:
    """Means over the samples that fall on each one left."""
    rows = [plane[y * plane.shape[0] // height:max(-(-(y + 1) * plane.shape[0] // height), 1)].mean(0)
            for y in range(height)]
    rows = np.stack(rows)
    return np.stack([rows[:, x * plane.shape[1] // width:max(-(-(x + 1) * plane.shape[1] // width), 1)].mean(1)
                     for x in range(width)], 1)


def encode(planes: list[np.ndarray], sampling: list[tuple[int, int]], *, identifiers: list[int] | None = None,
           headers: bytes = b"", restart: int = 0, wide_tables: bool = False, fill: int = 0) -> bytes:
    """A whole file.

    planes: components of full size, [H, W] each. sampling: (horizontal, vertical) factor of each. headers: segments
    that come first. restart: MCUs between restart markers. wide_tables: 16-bit quantisation values. fill: how many
    fill bytes go before each marker of the frame and the scan.
    """
    height, width = planes[0].shape
    identifiers = identifiers or list(range(1, len(planes) + 1))
    most_h, most_v = (max(factors) for factors in zip(*sampling))
    columns, rows = -(-width // (8 * most_h)), -(-height // (8 * most_v))
    padded = []
    for plane, (h, v) in zip(planes, sampling):
        small = _shrink(plane.astype(float), -(-height * v // most_v), -(-width * h // most_h))
        padded.append(np.pad(small, ((0, rows * v * 8 - small.shape[0]), (0, columns * h * 8 - small.shape[1])), "edge"))

    # The only component of a scan comes block by block, its factors without effect.
    alone = len(planes) == 1
    mcu_sampling = [(1, 1)] if alone else sampling
    if alone:
        columns, rows = -(-width // 8), -(-height // 8)
    scan, bits, previous, markers = b"", [], [0] * len(planes), 0
    for mcu in range(rows * columns):
        if restart and mcu and mcu % restart == 0:
            scan += _to_bytes("".join(bits)) + bytes([0xFF, 0xD0 + markers % 8])
            bits, previous, markers = [], [0] * len(planes), markers + 1
        for index, (plane, (h, v)) in enumerate(zip(padded, mcu_sampling)):
            for y in range(v):
                for x in range(h):
                    top, left = (mcu // columns * v + y) * 8, (mcu % columns * h + x) * 8
                    block, previous[index] = _block_bits(plane[top:top + 8, left:left + 8], previous[index])
                    bits.append(block)
    scan += _to_bytes("".join(bits))

    table = struct.pack(">64H" if wide_tables else ">64B", *(int(_QUANTIZATION[at]) for at in _ZIGZAG))
    frame = struct.pack(">BHHB", 8, height, width, len(planes)) + b"".join(
        bytes([identifier, h << 4 | v, 0]) for identifier, (h, v) in zip(identifiers, sampling))
    start = bytes([len(planes)]) + b"".join(bytes([identifier, 0]) for identifier in identifiers) + bytes([0, 63, 0])
    padding = b"\xff" * fill
    return (b"\xff\xd8" + headers + segment(0xDB, bytes([16 if wide_tables else 0]) + table)
            + padding + segment(0xC1 if wide_tables else 0xC0, frame)
            + segment(0xC4, bytes([0x00] + [0, 0, 0, len(_DC_VALUES)] + [0] * 12 + _DC_VALUES))
            + segment(0xC4, bytes([0x10] + [0] * 7 + [len(_AC_VALUES)] + [0] * 8 + _AC_VALUES))
            + (segment(0xDD, struct.pack(">H", restart)) if restart else b"")
            + padding + segment(0xDA, start) + scan + b"\xff\xd9")
