#!/usr/bin/env python3
"""Compares `caption-images trace` with MGM's own code on random checkpoints of several sizes and forms.

The prepared image is compared exactly, the small one and all stages relative to their largest number, tokens exactly: greedy and with three beams. Then
the checkpoints are packed in both precisions; packed ones must answer with the folders of their towers and without. What MGM's pretraining writes is made whole by
convert_bin.py, and compared with MGM's code, which reads the parts. Exit status: 0 all is equal, 1 something differs.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from checkpoints.random_clip import Tower
from checkpoints.random_mgm import MODEL, PRESETS, TINY, RandomMGM
from comparisons.engine import add_caption_images
from fixtures.places import PICTURES, TESTS

WORKER = Path(__file__).resolve().parents[1] / "references" / "mgm.py"
ALLOWED = {"aux_image": 0.0, "low_image": 1e-6}
STAGES = 1e-5
PNG = TESTS / "ImageProcessingTests" / "Fixtures" / "png"
IMAGES = (
    PICTURES / "scene-001.jpg", PICTURES / "easy-vqa-007.png", PICTURES / "size-500x3.png", PICTURES / "size-113x111.png", PNG / "grey-8.png", PNG / "grey-1-1x7.png",
    PNG / "palette-8-transparent.png", PNG / "grey-alpha-8.png", PNG / "grey-1-5x1.png")
QUESTIONS = (
    "What is written on the sign?\nReference OCR token: STOP, Café, 12%\nAnswer the question using a single word or phrase.",
    "Which is it?\nA. a cat\nB. two  dogs\nC. naïve 日本 😀\nAnswer with the option's letter from the given choices directly.",
    "Describe <b>this</b> picture.\n\n\tNow!  ", "x", "e\u0301 é \u2581 _ \u200d \x7f 0x41 <0x41>", "Is <eos> or <end_of_turn> in it? " * 4)
TOKENS = 16
PRETRAINING, GEMMA = "mgm-2b-pretrain", "gemma-2b-it"


@dataclass(frozen=True)
class Case:
    name: str
    model: RandomMGM
    is_pretraining: bool = False
    """Whether MGM reads what its pretraining writes, and a Gemma, and the engine the folder that convert_bin.py makes of these."""


def cases() -> list[Case]:
    return [
        Case("F32, padded", TINY),
        Case("BF16, other towers in the checkpoint", PRESETS["differ"]),
        Case("cropped, three-layer projector, tanh", PRESETS["crop"]),
        Case("F16, one head, head stored twice", replace(
            TINY, vision=Tower(32, 2, 2, 70), image_size=70, auxiliary_size=160, widths=(12, 20, 28, 36), hidden=40, heads=1, inner=72, dtype="F16", head_twice=True, seed=4)),
        Case("deeper, square, one-layer gaps, 3 files", replace(
            TINY, vision=Tower(60, 5, 6, 128), image_size=84, auxiliary_size=192, depths=(3, 2, 4, 2), hidden=96, heads=8, layers=5, inner=200, aspect="square", shards=3, seed=5)),
        Case("wide heads, patches of 16, other towers", replace(
            TINY, vision=Tower(44, 2, 3, 96), image_size=48, patch_size=16, auxiliary_size=96, hidden=128, heads=2, other_towers=True, seed=6)),
        Case("pretraining, BF16, other towers in it", replace(PRESETS["differ"], aspect="square", seed=7), is_pretraining=True),
        Case("pretraining, F32", replace(TINY, aspect="square", seed=8), is_pretraining=True),
    ]


class MGM:
    """references/mgm.py in an interpreter of its own; use as a context manager."""

    def __init__(self, python: Path, source: Path, folder: Path, *more: str) -> None:
        self._process = subprocess.Popen(
            [python, WORKER, source, folder, *more], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8")

    def __enter__(self) -> "MGM":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.stdin.close()
        self._process.wait()

    def ask(self, **question: object) -> dict:
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise RuntimeError("MGM's code ended: start references/mgm.py by hand to see why")
        return json.loads(answer)


def error(expected: object, found: object) -> float:
    """The largest difference, relative to the largest expected number."""
    import numpy

    if expected.shape != found.shape:
        return float("inf")
    return float(numpy.abs(expected - found).max() / max(numpy.abs(expected).max(), 1e-30))


def traced(engine: Path, model: Path, image: Path, prompt: str, target: Path, *more: str) -> dict:
    from safetensors.numpy import load_file

    subprocess.run(
        [engine, "trace", image, "--model", model, "--prompt", prompt, "--max-new-tokens", str(TOKENS), *more, "-o", target], check=True, stdout=subprocess.DEVNULL)
    return load_file(target)


class Counts:
    def __init__(self) -> None:
        self.tried, self.equal, self.worst, self.margin = 0, 0, {}, float("inf")

    def exact(self, kind: str, same: bool) -> None:
        self.tried, self.equal = self.tried + 1, self.equal + same
        self.worst[kind] = self.worst.get(kind, 0) + (not same)

    def close(self, kind: str, size: float, allowed: float) -> None:
        self.tried, self.equal = self.tried + 1, self.equal + (size <= allowed)
        self.worst[kind] = max(self.worst.get(kind, 0.0), size)

    def figures(self) -> str:
        return ", ".join(f"{key} {value:.1e}" if isinstance(value, float) else f"{key} {value} differ" for key, value in self.worst.items())


def compare(case: Case, options: argparse.Namespace, folder: Path, counts: Counts) -> None:
    from safetensors.numpy import load_file

    subprocess.run([options.mgm_python, "-c", WRITE, WORKER.parents[1], folder, repr(case.model)], check=True)
    model, target = folder / MODEL, folder / "trace.safetensors"
    stage: list[str] = []
    if case.is_pretraining:
        subprocess.run([options.mgm_python, "-c", PART, WORKER.parents[1], model, folder / PRETRAINING, folder / GEMMA], check=True)
        model, stage = folder / "whole" / MODEL, ["--pretraining", PRETRAINING, "--language-model", GEMMA]
        subprocess.run(
            [options.mgm_python, WORKER.parents[1] / "convert_bin.py", folder / PRETRAINING, model, "--language-model", folder / GEMMA], check=True, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
    with MGM(options.mgm_python.absolute(), options.mgm.resolve().parent, folder, *stage) as reference:
        for number, image in enumerate(IMAGES):
            # Where nothing is padded, a single row or three are as many channels to transformers 4.
            if case.model.aspect != "pad" and image.name.split(".")[0].endswith(("x1", "x3")):
                continue
            prompt = QUESTIONS[number % len(QUESTIONS)]
            question = {"image": str(image), "prompt": prompt, "tokens": TOKENS}
            answer = reference.ask(**question, target=str(folder / "expected.safetensors"))
            counts.margin = min(counts.margin, answer["margin"])
            expected = load_file(folder / "expected.safetensors")
            found = traced(options.caption_images, model, image, prompt, target, "--precision", "f32")
            for name, values in expected.items():
                if name != "token_ids":
                    counts.close(name, error(values, found[name]), ALLOWED.get(name, STAGES))
            counts.exact("tokens", found["token_ids"].tolist() == answer["token_ids"])
            beams = traced(options.caption_images, model, image, prompt, target, "--precision", "f32", "--num-beams", "3")
            counts.exact("tokens of 3 beams", beams["token_ids"].tolist() == reference.ask(**question, beams=3)["token_ids"])
    for precision in ("int8", "bf16"):
        packed = folder / f"packed-{precision}"
        subprocess.run([options.caption_images, "pack", model, "-o", packed, "--precision", precision], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        apart = folder / "apart" / precision / MODEL
        shutil.copytree(packed, apart)
        shutil.move(folder / "OpenAI", folder / "away")
        try:
            alone = traced(options.caption_images, apart, IMAGES[0], QUESTIONS[0], target)
        finally:
            shutil.move(folder / "away", folder / "OpenAI")
        same = traced(options.caption_images, model, IMAGES[0], QUESTIONS[0], target, "--precision", precision)
        counts.exact(f"packed {precision}", all((alone[name] == values).all() for name, values in same.items()))


WRITE = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from checkpoints.random_clip import Tower
from checkpoints.random_mgm import RandomMGM
eval(sys.argv[3]).write(Path(sys.argv[2]), pickle=True)
"""
"""Writes a checkpoint in the interpreter that has torch."""
PART = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from checkpoints.bin_files import write_pretraining
write_pretraining(*map(Path, sys.argv[2:]))
"""
"""Parts it as MGM's pretraining does."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_caption_images(parser)
    parser.add_argument("--mgm-python", type=Path, required=True, metavar="PYTHON", help="an interpreter that has what MGM needs")
    parser.add_argument("--mgm", type=Path, required=True, metavar="FOLDER", help="the package `mgm`")
    parser.add_argument("--only", metavar="TEXT", help="cases whose names hold this")
    options = parser.parse_args()
    options.caption_images = options.caption_images.absolute()
    tried = equal = 0
    for case in cases():
        if options.only and options.only not in case.name:
            continue
        counts = Counts()
        with tempfile.TemporaryDirectory() as folder:
            compare(case, options, Path(folder), counts)
        print(f"{case.name:<42} {counts.tried:>4} {counts.equal:>4}  {counts.figures()}, smallest margin {counts.margin:.1e}", flush=True)
        tried, equal = tried + counts.tried, equal + counts.equal
    print(f"\n{tried} cases, {equal} equal")
    return 0 if tried == equal else 1


if __name__ == "__main__":
    sys.exit(main())
