#!/usr/bin/env python3
"""Layers for an emulated processor, and what they should give: layers.py KERNELS FOLDER PROGRAM

Writes random layers of awkward sizes to FOLDER, with `requests` for `parity-probe linear` (PROGRAM) by KERNELS; computes them here with the
kernels called avx2; and prints the SHA-256 of the replies that those of KERNELS should send.
"""

import array
import hashlib
import json
import pathlib
import random
import subprocess
import sys

# Rows, columns, depth: around the sizes of tiles, panels and groups.
SIZES = [
    (1, 17, 5), (2, 64, 64), (3, 65, 63), (5, 16, 129), (6, 80, 200), (7, 100, 257), (13, 33, 88), (31, 64, 70), (33, 96, 192),
    (40, 16, 64), (41, 17, 65), (47, 80, 63), (48, 64, 128), (49, 65, 1), (63, 100, 130), (64, 128, 256), (65, 15, 67), (97, 70, 260),
]  # fmt: skip


def main(kernels: str, folder: pathlib.Path, program: str) -> None:
    numbers = random.Random(17)
    precisions = ["int8"] if kernels == "amx" else ["f32", "bf16", "int8"]
    requests = []
    for number, (rows, columns, depth) in enumerate(SIZES):
        def floats(count: int, low: float) -> list[float]:
            return [numbers.uniform(low, 1) for _ in range(count)]

        # The emulator's tiles take signed weights for unsigned ones.
        low = 0 if kernels == "amx" else -1
        data = array.array("f", floats(rows * depth, -1) + floats(columns * depth, low) + floats(columns, -1))
        (folder / f"layer-{number}").write_bytes(data.tobytes())
        for precision in precisions:
            requests.append(
                {"path": f"layer-{number}", "rows": rows, "columns": columns, "depth": depth, "precision": precision, "kernels": kernels})
    (folder / "requests").write_text("".join(json.dumps(request) + "\n" for request in requests))
    here = "".join(json.dumps(request | {"kernels": "avx2"}) + "\n" for request in requests)
    replies = subprocess.run([program, "linear"], input=here.encode(), cwd=folder, stdout=subprocess.PIPE, check=True).stdout
    digest, place = hashlib.sha256(), 0
    for request in requests:
        line = b'{"kernels":"avx2"}\n'
        if replies[place : place + len(line)] != line:
            sys.exit(f"{request}: {replies[place : place + 200]!r}")
        size = 4 * request["rows"] * request["columns"]
        digest.update(line.replace(b"avx2", kernels.encode()) + replies[place + len(line) : place + len(line) + size])
        place += len(line) + size
    print(f"{digest.hexdigest()}  {len(requests)} layers")


if __name__ == "__main__":
    main(sys.argv[1], pathlib.Path(sys.argv[2]), sys.argv[3])
