#!/usr/bin/env python3
"""Times captioners beside transformers, in pairs: captioners.py [--rounds N] [--only TEXT]

Random weights in the sizes of published checkpoints, 12 new tokens an image, two threads, medians of rounds in which both take their turn; one image, and a batch of eight. The
engine computes in int8, transformers in bfloat16 and, but for PaliGemma, which would not fit into memory twice, float32. The engine's time includes reading and decoding the files, transformers' only the model. Needs torch and transformers 5.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "weights-tools"))

from checkpoints.random_blip import PRESETS as BLIP
from checkpoints.random_paligemma import PRESETS as PALIGEMMA
from checkpoints.random_smolvlm import PRESETS as SMOLVLM
from fixtures.places import PICTURES

TOKENS = 12
DTYPES = ("bfloat16", "float32")
MODELS = {
    "blip base": ("blip", BLIP["base"], []), "blip large": ("blip", BLIP["large"], []), "smolvlm 256m, one tile": ("smolvlm", SMOLVLM["256m"], ["--no-image-splitting"]),
    "smolvlm 500m, one tile": ("smolvlm", SMOLVLM["500m"], ["--no-image-splitting"]), "paligemma 3b": ("paligemma", PALIGEMMA["3b-224"], []),
    "paligemma 2 3b": ("paligemma", PALIGEMMA["2-3b-224"], [])}


def engine(program: Path, model: Path, batch: int, options: list[str]) -> float:
    """Seconds an image."""
    run = subprocess.run(
        [program, "bench", "--model", model, "--batch-sizes", str(batch), "--max-new-tokens", str(TOKENS), "--min-new-tokens", str(TOKENS), "--seconds", "12", "--json", *options],
        check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return json.loads(run.stdout)["figures"][0]["seconds_per_image"]


class Transformers:
    def __init__(self, kind: str, folder: Path, dtype: str, splits: bool) -> None:
        import torch
        import transformers
        from references.image_processor import open_rgb

        torch.set_num_threads(2)
        self.torch, kinds = torch, getattr(torch, dtype)
        images = [open_rgb(path) for path in sorted(PICTURES.glob("scene-0*.jpg"))[:8]]
        if kind == "blip":
            from references.blip import Reference

            reference = Reference(folder)
            self.model = reference.model.to(kinds)
            self.inputs = {"pixel_values": torch.cat([reference.pixels(image) for image in images]).to(kinds)}
        elif kind == "paligemma":
            from references.paligemma import Reference

            # Gemma 2 has no other.
            is_second = "gemma2" in (folder / "config.json").read_text(encoding="utf-8")
            reference = Reference(folder, dtype=kinds, attention="eager" if is_second else "sdpa")
            self.model = reference.model
            rows = [reference.inputs(image, "caption en") for image in images]
            self.inputs = {key: torch.cat([row[key] for row in rows]) for key in rows[0]}
            self.inputs["pixel_values"] = self.inputs["pixel_values"].to(kinds)
        else:
            from references.smolvlm import Reference

            reference = Reference(folder)
            reference.processor.image_processor.do_image_splitting = splits
            self.model = transformers.AutoModelForImageTextToText.from_pretrained(folder, dtype=kinds, attn_implementation="sdpa").eval()
            rows = [reference.inputs(image, "Can you describe this image?") for image in images]
            self.inputs = {key: torch.cat([row[key] for row in rows]) for key in rows[0]}
            self.inputs["pixel_values"] = self.inputs["pixel_values"].to(kinds)

    def __call__(self, batch: int) -> float:
        inputs = {key: values[:batch] for key, values in self.inputs.items()}
        start = time.monotonic()
        with self.torch.inference_mode():
            self.model.generate(**inputs, do_sample=False, max_new_tokens=TOKENS, min_new_tokens=TOKENS)
        return (time.monotonic() - start) / batch


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--caption-images", type=Path, default=ROOT / ".build/release/caption-images")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    for name, (kind, model, arguments) in MODELS.items():
        if options.only not in name:
            continue
        with tempfile.TemporaryDirectory() as place:
            folder, packed = Path(place) / "model", Path(place) / "int8"
            model.write(folder)
            subprocess.run([options.caption_images, "pack", folder, "-o", packed, "--precision", "int8"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            peers = {dtype: Transformers(kind, folder, dtype, splits=not arguments) for dtype in DTYPES[: 1 if kind == "paligemma" else 2]}
            for batch in (1, 8):
                times: dict[str, list[float]] = {"int8": [], **{dtype: [] for dtype in peers}}
                for peer in peers.values():
                    peer(batch)
                for _ in range(options.rounds):
                    times["int8"].append(engine(options.caption_images, packed, batch, arguments))
                    for dtype, peer in peers.items():
                        times[dtype].append(peer(batch))
                medians = {key: statistics.median(values) for key, values in times.items()}
                ratios = ", ".join(f"{medians[dtype] / medians['int8']:.2f} times torch {dtype}" for dtype in peers)
                print(f"{name}, batch {batch}: " + ", ".join(f"{key} {value:.3f} s" for key, value in medians.items()) + f"; {ratios}", flush=True)


if __name__ == "__main__":
    main()
