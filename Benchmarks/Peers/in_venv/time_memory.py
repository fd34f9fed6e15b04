#!/usr/bin/env python3
"""Measures how many bytes a second the threads can read from memory, and prints one line of JSON.

They go through an array many times as large as any cache in several ways that hardly compute; the fastest way counts,
because a roof that is too low would flatter everyone below it.
"""

import argparse
import statistics
import time
from collections.abc import Callable

from shared import put

import torch


def seconds(read: Callable[[], object], repetitions: int) -> float:
    """The median after one to warm up."""
    measured = []
    for _ in range(repetitions + 1):
        start = time.perf_counter()
        read()
        measured.append(time.perf_counter() - start)
    return statistics.median(measured[1:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--gigabytes", type=float, default=2)
    parser.add_argument("--repetitions", type=int, default=9)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    width = 4096
    values = torch.ones(int(options.gigabytes * 1e9 / 4 / width), width)
    vector, size = torch.ones(width), values.numel() * 4
    ways = {"sum": values.sum, "largest": values.amax, "times a vector": lambda: values @ vector}
    rates = {name: size / seconds(read, options.repetitions) for name, read in ways.items()}
    put({"read_bytes_per_second": max(rates.values()), "ways": rates, "threads": options.threads})


if __name__ == "__main__":
    main()
