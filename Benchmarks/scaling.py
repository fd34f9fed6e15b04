#!/usr/bin/env python3
"""Computes from one and two threads how fast captions are with more, and compares that with what this machine has: scaling.py MODEL

MODEL is a packed BLIP-2. Its stages are timed with one thread, two and more, up to the processors of this machine, and so is the reading of memory. A stage of a batch with
n threads is taken to last max(s + (t - s) / n, w / (e b)). t is its time with one thread, of which s is not shared out: 2 t' - t, where t' is the time with two threads, or 0 where two
threads already wait for memory. w bytes of weights are read once, for which memory gives b bytes a second, and the engine reaches a share e of that: the one of decode steps of one image
with two threads. The tables are in seconds an image, predicted, and measured up to the number of processors.
"""

from __future__ import annotations

import argparse
import json
import os
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STAGES = {"vision": "vision_model.", "qFormer": "qformer.", "prefill": "language_model.", "decode": "language_model."}
TOKENS = 12


def figures(program: Path, *options: str) -> list | dict:
    """What a benchmark writes as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.json"
        # The kernels of OpenBLAS that it names are not those that the processor would choose.
        environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_CORETYPE"}
        subprocess.run([program, *options, "--json", file], check=True, stdout=subprocess.DEVNULL, env=environment)
        return json.loads(file.read_text(encoding="utf-8"))


def weight_bytes(model: Path) -> dict[str, int]:
    """Bytes of weights that each stage reads; of the embedding table it reads a few rows."""
    with open(model / "packed.safetensors", "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    sizes = {name: tensor["data_offsets"][1] - tensor["data_offsets"][0] for name, tensor in header.items() if name != "__metadata__" and "embed_" not in name}
    return {stage: sum(size for name, size in sizes.items() if name.startswith(prefix)) for stage, prefix in STAGES.items()}


class Model:
    """The model of the description, for one batch size."""

    def __init__(self, weights: dict[str, int], batch: int, one: dict[str, float], two: dict[str, float], bandwidth: float) -> None:
        """bandwidth: bytes a second that two threads of the engine get from memory."""
        self.one, self.two, self.bandwidth = one, two, bandwidth
        self.weights = {stage: weights[stage] * (TOKENS - 1 if stage == "decode" else 1) / batch for stage in STAGES}

    def seconds(self, stage: str, threads: int, bandwidth: float) -> float:
        """Of an image. bandwidth: bytes a second that the engine gets from memory."""
        one, two = self.one[stage], self.two[stage]
        waits = two < 1.25 * self.weights[stage] / self.bandwidth
        serial = 0 if waits else min(max(2 * two - one, 0), one)
        return max(serial + (one - serial) / threads, self.weights[stage] / bandwidth)

    def row(self, threads: int, bandwidth: float) -> list[float]:
        return [self.seconds(stage, threads, bandwidth) for stage in STAGES]


def table(batch: int, rows: list[tuple[str, list[float]]]) -> Iterator[str]:
    """A Markdown table."""
    yield f"\n| batch {batch} | vision | Q-Former | prefill | decode | s/image |\n|---|---|---|---|---|---|"
    for name, stages in rows:
        yield f"| {name} | " + " | ".join(f"{seconds:.3f}" for seconds in [*stages, sum(stages)]) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="folder of a packed BLIP-2")
    parser.add_argument("--batch-sizes", type=int, nargs="+", default=[1, 8, 32], metavar="N")
    parser.add_argument("--threads", type=int, nargs="+", default=[4, 8, 16, 32], metavar="N", help="thread counts to predict (default: 4 8 16 32)")
    parser.add_argument("--bandwidths", type=float, nargs="+", default=[60, 200], metavar="GB/S", help="what memories of such machines give all threads together (default: 60 200)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--build", type=Path, default=ROOT / ".build/release", help="folder of kernel-benchmark and pipeline-benchmark")
    options = parser.parse_args()
    processors = len(os.sched_getaffinity(0))
    counts = sorted({1, 2, *(count for count in options.threads if count < processors), processors})
    read = {}
    for count in counts:
        roofs = figures(options.build / "kernel-benchmark", "--no-layers", "--no-operations", "--threads", str(count), "--rounds", str(options.rounds))["roofs"]
        read[count] = roofs["read, GB/s"]
        print(f"{count} threads read {read[count]:.1f} GB/s")
    batches = sorted({1, *options.batch_sizes})
    found = figures(
        options.build / "pipeline-benchmark", "--model", str(options.model), "--threads", *map(str, counts), "--batch-size", *map(str, batches), "--new-tokens", str(TOKENS),
        "--rounds", str(options.rounds))
    measured = {(figure["batchSize"], figure["threads"]): figure for figure in found}
    weights = weight_bytes(options.model)
    best = weights["decode"] * (TOKENS - 1) / measured[1, 2]["decode"]
    share = best / 1e9 / read[2]
    print(f"decode steps of one image read weights at {best / 1e9:.1f} GB/s, {100 * share:.0f} % of that")
    for batch in options.batch_sizes:
        model = Model(weights, batch, measured[batch, 1], measured[batch, 2], best)
        rows = []
        for count in counts:
            rows.append((f"{count} threads, measured", [measured[batch, count][stage] for stage in STAGES]))
            if count > 2:
                rows.append((f"{count} threads, predicted", model.row(count, share * read[count] * 1e9)))
        for bandwidth in options.bandwidths:
            rows += [(f"{count} threads, {bandwidth:.0f} GB/s, predicted", model.row(count, share * bandwidth * 1e9)) for count in options.threads if count > 2]
        for line in table(batch, rows):
            print(line)


if __name__ == "__main__":
    main()
