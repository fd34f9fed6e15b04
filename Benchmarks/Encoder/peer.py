#!/usr/bin/env python3
"""Measures another library embedding images and texts, in the rounds and units of `embedding-benchmark`:

    python Benchmarks/Encoder/peer.py transformers --model FOLDER --pictures FOLDER --dtype bfloat16 --batch 32
    python Benchmarks/Encoder/peer.py openvino --model FOLDER --pictures FOLDER --dtype int8 --batch 32

Needs the library in the Python that runs it, and torch and transformers in any case. A line of JSON; `cosine` is that of the first
image's embedding with transformers' in float32, so that a fast but wrong model shows.
"""

import argparse
import json
import statistics
import time
from pathlib import Path

from peer_libraries import LIBRARIES


def first_cosine(options, pixels, image_features) -> float:
    import numpy as np
    import torch
    from PIL import Image

    def embedding(features):
        value = features.float().numpy() if isinstance(features, torch.Tensor) else getattr(features, "pooler_output", features)
        return np.asarray(value.float() if isinstance(value, torch.Tensor) else value, dtype=np.float32)[0]

    file = sorted(options.pictures.iterdir())[0]
    ours = embedding(image_features(pixels([Image.open(file)] * options.batch)))
    reference = LIBRARIES["transformers"](options, torch.float32)
    theirs = embedding(reference.image_features(reference.pixels([Image.open(file)])))
    return float(ours @ theirs / np.linalg.norm(ours) / np.linalg.norm(theirs))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", choices=LIBRARIES)
    parser.add_argument("--model", required=True)
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--dtype", choices=["float32", "bfloat16", "int8"], default="bfloat16")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--words", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    options.text = " ".join(["word"] * options.words)
    if options.dtype == "int8" and options.library in ("transformers", "open_clip"):
        parser.error(f"{options.library} has no int8 for a CPU here")
    import torch
    from PIL import Image

    torch.set_num_threads(options.threads)
    library = LIBRARIES[options.library](options, torch.bfloat16 if options.dtype == "bfloat16" else torch.float32)
    files = sorted(options.pictures.iterdir())
    files = [files[index % len(files)] for index in range(max(options.batch, 8))]
    texts = [options.text] * 64
    prepared = library.pixels([Image.open(file) for file in files[: options.batch]])

    def whole():
        for start in range(0, len(files), options.batch):
            library.image_features(library.pixels([Image.open(file) for file in files[start : start + options.batch]]))

    def rate(count, work):
        start = time.perf_counter()
        work()
        return count / (time.perf_counter() - start)

    rates = []
    with torch.inference_mode():
        for _ in range(options.rounds + 1):
            rates.append((
                rate(len(files), whole), rate(options.batch, lambda: library.image_features(prepared)),
                rate(len(texts), lambda: library.text_features(library.tokens(texts)))))  # fmt: skip
        # open_clip's folders are not transformers'.
        cosine = None if options.library == "open_clip" else round(first_cosine(options, library.pixels, library.image_features), 6)
    names = ("imagesPerSecond", "towerImagesPerSecond", "textsPerSecond")
    medians = {name: statistics.median(values) for name, values in zip(names, zip(*rates[1:]))}
    about = {"library": options.library, "model": Path(options.model).name, "dtype": options.dtype, "batch": options.batch}
    print(json.dumps(about | {"version": library.version, "cosine": cosine} | medians))


if __name__ == "__main__":
    main()
