#!/usr/bin/env python3
"""Measures an OpenVINO model of a part of BLIP-2 on the CPU, and prints one line of JSON.

It is compiled for the very shape, once for one stream that uses all threads and once for a stream a thread with as many
requests in flight; the faster one is what is measured. The first calls are not counted, nor are loading and compiling.
"""

import argparse
import statistics
import time
from collections import Counter
from importlib.metadata import version
from pathlib import Path

from shared import peak_resident_bytes, put

import numpy
import openvino


class Compiled:
    """A model for one shape, with a number of streams."""

    def __init__(self, model: openvino.Model, x: numpy.ndarray, precision: str, threads: int, streams: int) -> None:
        model.reshape(list(x.shape))
        self.model = openvino.Core().compile_model(model, "CPU", {
            "INFERENCE_PRECISION_HINT": precision, "INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": streams})
        self.streams, self.x = streams, x
        self.queue = openvino.AsyncInferQueue(self.model, streams)

    def seconds(self, calls: int) -> float:
        """The mean time of a call, over several for each stream."""
        start = time.perf_counter()
        for _ in range(calls * self.streams):
            self.queue.start_async([self.x], share_inputs=True)
        self.queue.wait_all()
        return (time.perf_counter() - start) / (calls * self.streams)

    def best_of(self, calls: int) -> float:
        """The median of some measurements after one to warm up."""
        self.seconds(1)
        return statistics.median(self.seconds(calls) for _ in range(3))

    def output(self) -> numpy.ndarray:
        return self.model([self.x])[0]

    def kernels(self) -> str:
        """What the matrix products run on, by how many layers do."""
        counts = Counter()
        for operation in self.model.get_runtime_model().get_ops():
            information = operation.get_rt_info()
            kind = information["layerType"].astype(str) if "layerType" in information else ""
            if kind in ("FullyConnected", "MatMul", "Convolution"):
                counts[information["primitiveType"].astype(str)] += 1
        return ", ".join(f"{count} x {name}" for name, count in counts.most_common(3))


def cosine(found: numpy.ndarray, expected: numpy.ndarray) -> float:
    found, expected = found.astype(numpy.float64).ravel(), expected.astype(numpy.float64).ravel()
    return float(found @ expected / numpy.sqrt((found @ found) * (expected @ expected)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="the .xml")
    parser.add_argument("--reference", type=Path, required=True, help="the .npz made with the float32 model")
    parser.add_argument("--precision", choices=("f32", "bf16"), default="bf16", help="of what is not int8")
    parser.add_argument("--batch-size", type=int, default=8)
    parser.add_argument("--positions", type=int, help="of each row, where the reference has more")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--calls", type=int, default=2, help="for each stream and measurement")
    options = parser.parse_args()

    reference = numpy.load(options.reference)
    x = numpy.ascontiguousarray(numpy.resize(reference["input"], (options.batch_size, *reference["input"].shape[1:])))
    if options.positions:
        x = numpy.ascontiguousarray(x[:, : options.positions])
    core = openvino.Core()
    start = time.perf_counter()
    seconds, best = {}, None
    for streams in sorted({1, options.threads}):
        compiled = Compiled(core.read_model(options.model), x, options.precision, options.threads, streams)
        seconds[streams] = compiled.best_of(options.calls)
        if seconds[streams] == min(seconds.values()):
            best = compiled
        del compiled
    expected = numpy.resize(reference["output"], (options.batch_size, *reference["output"].shape[1:]))
    # Attention is causal where positions are cut, so those before the cut do not change.
    agreement = cosine(best.output(), expected[:, : options.positions] if options.positions else expected)
    put({
        "seconds_per_call": min(seconds.values()), "seconds_by_streams": seconds, "cosine_to_torch_float32": agreement,
        "peak_resident_bytes": peak_resident_bytes(), "threads": options.threads,
        "session_seconds": time.perf_counter() - start,
        "kernels": f"OpenVINO {version('openvino')}, {best.streams} stream(s): {best.kernels()}"})


if __name__ == "__main__":
    main()
