#!/usr/bin/env python3
"""Times captioners beside transformers, in pairs: captioners.py [--rounds N] [--only TEXT]

Random weights in the sizes of published checkpoints, 12 new tokens an image, two threads, medians of rounds in which both take their turn; one image, and a batch of eight. The
engine computes in int8, transformers in bfloat16 and, but for models of more than two billion parameters, float32. With --openvino-python SmolVLM and PaliGemma are also
computed by OpenVINO in int8 (captioners_openvino.py says how). The engine's and transformers' time is that from files to tokens, OpenVINO's that of the model alone. Needs torch and transformers 5.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "weights-tools"))

from checkpoints.random_blip import PRESETS as BLIP
from checkpoints.random_paligemma import PRESETS as PALIGEMMA
from checkpoints.random_smolvlm import PRESETS as SMOLVLM
from fixtures.places import PICTURES

TOKENS = 12
IMAGES = sorted(PICTURES.glob("scene-0*.jpg"))[:8]
DTYPES = ("bfloat16", "float32")
MODELS = {
    "blip base": ("blip", BLIP["base"], []), "blip large": ("blip", BLIP["large"], []), "smolvlm 256m, one tile": ("smolvlm", SMOLVLM["256m"], ["--no-image-splitting"]),
    "smolvlm 500m, one tile": ("smolvlm", SMOLVLM["500m"], ["--no-image-splitting"]),
    "smolvlm 2.2b, one tile": ("smolvlm", SMOLVLM["2.2b"], ["--no-image-splitting"]), "paligemma 3b": ("paligemma", PALIGEMMA["3b-224"], []),
    "paligemma 2 3b": ("paligemma", PALIGEMMA["2-3b-224"], [])}
# Of which float32 would not fit into memory beside bfloat16.
LARGE = ("smolvlm 2.2b, one tile", "paligemma 3b", "paligemma 2 3b")


def engine(program: Path, model: Path, batch: int, options: list[str]) -> float:
    """Seconds an image."""
    run = subprocess.run(
        [program, "bench", "--model", model, "--batch-sizes", str(batch), "--max-new-tokens", str(TOKENS), "--min-new-tokens", str(TOKENS), "--seconds", "12", "--json", *options,
         *IMAGES],
        check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return json.loads(run.stdout)["figures"][0]["seconds_per_image"]


class Transformers:
    def __init__(self, kind: str, folder: Path, dtype: str, splits: bool) -> None:
        import torch
        import transformers
        from references.image_processor import open_rgb

        torch.set_num_threads(2)
        self.torch, self.dtype = torch, getattr(torch, dtype)
        if kind == "blip":
            from references.blip import Reference

            reference = Reference(folder)
            self.model = reference.model.to(self.dtype)
            self.row = lambda image: {"pixel_values": reference.pixels(image)}
        elif kind == "paligemma":
            from references.paligemma import Reference

            # Gemma 2 has no other.
            is_second = "gemma2" in (folder / "config.json").read_text(encoding="utf-8")
            reference = Reference(folder, dtype=self.dtype, attention="eager" if is_second else "sdpa")
            self.model = reference.model
            self.row = lambda image: reference.inputs(image, "caption en")
        else:
            from references.smolvlm import Reference

            reference = Reference(folder)
            reference.processor.image_processor.do_image_splitting = splits
            self.model = transformers.AutoModelForImageTextToText.from_pretrained(folder, dtype=self.dtype, attn_implementation="sdpa").eval()
            self.row = lambda image: reference.inputs(image, "Can you describe this image?")
        inputs = self.inputs(1)
        self.positions = inputs["input_ids"].shape[1] if "input_ids" in inputs else 0

    def inputs(self, batch: int) -> dict[str, object]:
        from references.image_processor import open_rgb

        rows = [self.row(open_rgb(path)) for path in IMAGES[:batch]]
        inputs = {key: self.torch.cat([row[key] for row in rows]) for key in rows[0]}
        return inputs | {"pixel_values": inputs["pixel_values"].to(self.dtype)}

    def __call__(self, batch: int) -> float:
        start = time.monotonic()
        inputs = self.inputs(batch)
        read = time.monotonic() - start
        with self.torch.inference_mode():
            self.model.generate(**inputs, do_sample=False, max_new_tokens=TOKENS, min_new_tokens=TOKENS)
        total = time.monotonic() - start
        print(f"  torch {self.dtype}, batch {batch}: {total / batch:.3f} s, of that {read / batch:.3f} s until the inputs are ready", flush=True)
        return total / batch


class OpenVINO:
    """Of the two forms of its tower the faster one counts."""

    positions = 0
    """Of a prompt."""

    def __init__(self, python: Path, folder: Path) -> None:
        script = Path(__file__).with_name("captioners_openvino.py")
        self.process = subprocess.Popen(
            [python, script, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        print(self._answer(), flush=True)

    def _answer(self) -> dict:
        # The libraries print tables of their own.
        for line in self.process.stdout:
            if line.startswith("{"):
                return json.loads(line)
        raise SystemExit("captioners_openvino.py ended; run it by itself to see why")

    def __call__(self, batch: int) -> float:
        print(batch, self.positions, TOKENS, file=self.process.stdin, flush=True)
        seconds = self._answer()
        print(f"  openvino, batch {batch}: " + ", ".join(f"{key} {value:.3f} s" for key, value in seconds.items()), flush=True)
        return seconds["decoder"] + min(seconds["weights"], seconds["static"])

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def compare(name: str, options: argparse.Namespace) -> None:
    """One model at a time is in memory."""
    kind, model, arguments = MODELS[name]
    with tempfile.TemporaryDirectory() as place:
        folder, packed = Path(place) / "model", Path(place) / "int8"
        model.write(folder)
        subprocess.run([options.caption_images, "pack", folder, "-o", packed, "--precision", "int8"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # Before the others take memory: its conversion needs most.
        openvino = OpenVINO(options.openvino_python, folder) if options.openvino_python and kind != "blip" and name != "paligemma 2 3b" else None
        peers: dict[str, Callable[[int], float]] = {
            f"torch {dtype}": Transformers(kind, folder, dtype, splits=not arguments) for dtype in DTYPES[: 1 if name in LARGE else 2]}
        if openvino:
            openvino.positions = peers["torch bfloat16"].positions
            peers["openvino"] = openvino
        for batch in (1, 8):
            times: dict[str, list[float]] = {"int8": [], **{key: [] for key in peers}}
            for peer in peers.values():
                peer(batch)
            for _ in range(options.rounds):
                times["int8"].append(engine(options.caption_images, packed, batch, arguments))
                for key, peer in peers.items():
                    times[key].append(peer(batch))
            medians = {key: statistics.median(values) for key, values in times.items()}
            ratios = ", ".join(f"{medians[key] / medians['int8']:.2f} times {key}" for key in peers)
            print(f"{name}, batch {batch}: " + ", ".join(f"{key} {value:.3f} s" for key, value in medians.items()) + f"; {ratios}", flush=True)
        if openvino:
            openvino.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--caption-images", type=Path, default=ROOT / ".build/release/caption-images")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="")
    parser.add_argument("--openvino-python", type=Path, metavar="PATH", help="an interpreter with optimum-intel, openvino, nncf and torch")
    options = parser.parse_args()
    for name in MODELS:
        if options.only in name:
            compare(name, options)


if __name__ == "__main__":
    main()
