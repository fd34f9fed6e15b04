#!/usr/bin/env python3
"""Measures transformers or open_clip embedding images and texts, in the rounds and units of `embedding-benchmark`:

    python Benchmarks/Encoder/peer.py transformers --model FOLDER --pictures FOLDER --dtype bfloat16 --batch 32

Needs torch and transformers, or open_clip, in the Python that runs it. A line of JSON.
"""

import argparse
import json
import statistics
import time
from pathlib import Path


def transformers(options, dtype):
    from transformers import AutoProcessor, CLIPModel

    processor = AutoProcessor.from_pretrained(options.model, backend="pil")
    model = CLIPModel.from_pretrained(options.model, dtype=dtype).eval()

    def pixels(images):
        return processor.image_processor([image.convert("RGB") for image in images], return_tensors="pt").pixel_values.to(dtype)

    def tokens(texts):
        return processor.tokenizer(texts, padding=True, truncation=True, return_tensors="pt")

    return pixels, lambda x: model.get_image_features(pixel_values=x), tokens, lambda x: model.get_text_features(**x)


def open_clip(options, dtype):
    import torch
    from open_clip import create_model_and_transforms, get_tokenizer

    name = f"local-dir:{options.model}"
    model, _, preprocess = create_model_and_transforms(name, precision="bf16" if dtype == torch.bfloat16 else "fp32")
    tokenizer = get_tokenizer(name)
    return (
        lambda images: torch.stack([preprocess(image) for image in images]).to(dtype), model.eval().encode_image, tokenizer,
        model.encode_text)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", choices=["transformers", "open_clip"])
    parser.add_argument("--model", required=True)
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="bfloat16")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--words", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    import torch
    from PIL import Image

    torch.set_num_threads(options.threads)
    dtype = getattr(torch, options.dtype)
    library = {"transformers": transformers, "open_clip": open_clip}[options.library]
    pixels, image_features, tokens, text_features = library(options, dtype)
    files = sorted(options.pictures.iterdir())
    files = [files[index % len(files)] for index in range(max(options.batch, 8))]
    texts = [" ".join(["word"] * options.words)] * 64
    prepared = pixels([Image.open(file) for file in files[: options.batch]])

    def whole():
        for start in range(0, len(files), options.batch):
            image_features(pixels([Image.open(file) for file in files[start : start + options.batch]]))

    def rate(count, work):
        start = time.perf_counter()
        work()
        return count / (time.perf_counter() - start)

    rates = []
    with torch.inference_mode():
        for _ in range(options.rounds + 1):
            rates.append((
                rate(len(files), whole), rate(options.batch, lambda: image_features(prepared)),
                rate(len(texts), lambda: text_features(tokens(texts)))))  # fmt: skip
    names = ("imagesPerSecond", "towerImagesPerSecond", "textsPerSecond")
    medians = {name: statistics.median(values) for name, values in zip(names, zip(*rates[1:]))}
    print(json.dumps({"library": options.library, "model": Path(options.model).name, "dtype": options.dtype, "batch": options.batch, "torch": torch.__version__} | medians))


if __name__ == "__main__":
    main()
