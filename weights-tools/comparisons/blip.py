#!/usr/bin/env python3
"""Compares the engine with transformers on random BLIP checkpoints: captions, image-text matching, answers.

Stages and logits of some images relative to their largest number, pixels and ids exactly; captions of many crops of the fixtures' pictures exactly: greedy, with a
prompt, with beams, with lengths and a penalty. With any version of transformers from 4.38 on. Exit status: 0 all are equal, 1 something differs.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from checkpoints.random_blip import RandomBLIP, Stack
from comparisons.engine import add_caption_images
from fixtures.places import PICTURES

STAGES = 1e-5
LOGITS = 2e-5
NAMES = ("scene-001.jpg", "easy-vqa-007.png", "size-500x3.png", "size-113x111.png")
TEXTS = (
    "a photo of a cat", "", "Two CATS, sitting on the couch!", "  blanks\tand\nlines ", "caf\u00e9 na\u00efve \u00c5ngstr\u00f6m \u00f8re", "cat\u4e2d\u56fddog", "x" * 101 + " cat", "word " * 100,
    "don't stop (now) [SEP] cat\u200b\u00a0dog \ud55c\uae00", "[MASK]dog [unk]", "\u0391\u03a3\u03a3\u039f\u03a3 \u0130stanbul 12345 !!'s")
RUNS: dict[str, tuple[str | None, dict[str, object]]] = {
    "greedy": (None, {}), "prompt": ("a photo of the", {}), "nine tokens": (None, {"max_new_tokens": 9}), "three beams": (None, {"num_beams": 3}),
    "four beams, prompt, shortest": ("A Picture, of two", {"num_beams": 4, "min_length": 9, "length_penalty": 0.4}),
    "kohya": (None, {"max_new_tokens": 30, "min_length": 7}), "penalty": ("a", {"repetition_penalty": 1.5, "no_repeat_ngram_size": 2})}
QUESTIONS = ("what color is the car?", "how many cats are there")


@dataclass(frozen=True)
class Case:
    name: str
    model: RandomBLIP


def cases() -> list[Case]:
    tiny = RandomBLIP()
    awkward = replace(tiny, vision=Stack(66, 3, 3, 97), text=Stack(44, 4, 2, 71), image_size=70, patch_size=14, context=60, gain=1.4, seed=3)
    return [
        Case("F32, new", tiny),
        Case("F16, old, head twice, vocab.txt alone", replace(tiny, dtype="F16", configuration="old", head_twice=True, tokenizer_json=False, seed=1)),
        Case("BF16, large's shape", replace(awkward, dtype="BF16", head_twice=True)),
        Case("one layer, one head", replace(tiny, vision=Stack(32, 1, 1, 40), text=Stack(24, 1, 1, 30), image_size=48, context=36, seed=5)),
        Case("questions, F32", replace(tiny, kind="questions", vision=Stack(40, 4, 2, 86), seed=6)),
        Case("questions, F16, old, head twice", replace(tiny, kind="questions", vision=Stack(44, 2, 2, 70), text=Stack(44, 4, 3, 66), dtype="F16", configuration="old", head_twice=True, seed=7)),
        Case("matching, F32", replace(tiny, kind="matching")),
        Case("matching, BF16, old", replace(awkward, kind="matching", dtype="BF16", configuration="old", compared=19)),
    ]


def crops(folder: Path, count: int, seed: int) -> list[Path]:
    """Pieces of the fixtures' pictures of all shapes, without loss, RGB."""
    from references.image_processor import open_rgb

    draw = random.Random(seed)
    pictures = sorted(path for path in PICTURES.iterdir() if path.suffix in (".jpg", ".png"))
    result = []
    for number in range(count):
        image = open_rgb(pictures[number % len(pictures)])
        width, height = (draw.randint(min(4, side), side) for side in image.size)
        left, top = draw.randint(0, image.width - width), draw.randint(0, image.height - height)
        result.append(folder / f"{number:04}.png")
        image.crop((left, top, left + width, top + height)).save(result[-1])
    return result


def error(expected: object, found: object) -> float:
    """The largest difference, relative to the largest expected number."""
    import numpy

    if expected.shape != found.shape:
        return float("inf")
    return float(numpy.abs(expected - found).max() / max(numpy.abs(expected).max(), 1e-30))


class Comparison:
    def __init__(self, case: Case, engine: Path, folder: Path) -> None:
        from references.blip import IS_OLD, Reference

        self.model, self.engine, self.folder = folder / "model", engine, folder
        case.model.write(self.model)
        self.reference = Reference(self.model)
        self.transformers = "4" if IS_OLD else "5"
        self.tried = self.equal = 0
        self.worst: dict[str, float] = {}

    def exact(self, kind: str, same: bool) -> None:
        self.tried, self.equal = self.tried + 1, self.equal + bool(same)
        self.worst[kind] = self.worst.get(kind, 0) + (not same)

    def close(self, kind: str, size: float, allowed: float) -> None:
        self.tried, self.equal = self.tried + 1, self.equal + (size <= allowed)
        self.worst[kind] = max(self.worst.get(kind, 0.0), size)

    def traced(self, image: Path, *more: str) -> dict:
        from safetensors.numpy import load_file

        target = self.folder / "trace.safetensors"
        subprocess.run([self.engine, "trace", image, "--model", self.model, "--precision", "f32", *more, "-o", target], check=True, stdout=subprocess.DEVNULL)
        return load_file(target)

    def captions(self, images: Path, prompt: str | None, options: dict[str, object]) -> Iterator[str]:
        rows = self.folder / "rows.jsonl"
        arguments = [part for key, value in ({"max_new_tokens": 20} | options).items() for part in (f"--{key.replace('_', '-')}", str(value))]
        subprocess.run(
            [self.engine, "caption", images, "--model", self.model, "--precision", "f32", "--transformers", self.transformers, "--output", rows, "--overwrite", "--quiet", *arguments,
             *(["--prompt", prompt] if prompt is not None else [])], check=True)
        for line in rows.read_text(encoding="utf-8").splitlines():
            yield json.loads(line)["caption"]

    def compare_captions(self, images: list[Path]) -> None:
        from references.image_processor import open_rgb

        for name in NAMES:
            image = open_rgb(PICTURES / name)
            tokens, _ = self.reference.generate(image, max_new_tokens=12)
            found = self.traced(PICTURES / name, "--max-new-tokens", "12")
            for key, value in self.reference.stages(image).items():
                self.exact(key, (value == found[key]).all()) if key == "pixel_values" else self.close("stages", error(value, found[key]), STAGES)
            self.exact("tokens", found["token_ids"].tolist() == tokens)
            self.close("logits", error(self.reference.logits(image, None, tokens), found["logits"]), LOGITS)
        texts = set()
        for prompt, options in RUNS.values():
            captions = self.captions(images[0].parent, prompt, options)
            for path, caption in zip(images, captions, strict=True):
                expected = self.reference.generate(open_rgb(path), prompt, **{"max_new_tokens": 20} | options)[1].strip()
                texts.add(expected)
                self.exact("captions", caption == expected)
                if caption != expected:
                    print(f"{path.name} {prompt!r} {options}: {caption!r}, expected {expected!r}")
        self.worst["distinct"] = len(texts)

    def compare_answers(self, images: list[Path]) -> None:
        from references.image_processor import open_rgb

        texts = set()
        for question in QUESTIONS:
            for options in ({}, {"num_beams": 3, "max_new_tokens": 9}, {"repetition_penalty": 1.5, "min_length": 4}):
                for path, caption in zip(images, self.captions(images[0].parent, question, options), strict=True):
                    expected = self.reference.answer(open_rgb(path), question, **{"max_new_tokens": 20} | options)[1].strip()
                    texts.add(expected)
                    self.exact("answers", caption == expected)
                    if caption != expected:
                        print(f"{path.name} {question!r} {options}: {caption!r}, expected {expected!r}")
        self.worst["distinct"] = len(texts)

    def compare_matches(self) -> None:
        from references.image_processor import open_rgb

        for name in NAMES:
            image = open_rgb(PICTURES / name)
            found = self.traced(PICTURES / name, *(part for text in TEXTS for part in ("--text", text)))
            expected = self.reference.stages(image) | self.reference.matches(image, list(TEXTS))
            for key, value in expected.items():
                kind = key.split(".")[0]
                if kind in ("pixel_values", "input_ids"):
                    self.exact(kind, value.shape == found[key].shape and (value == found[key]).all())
                else:
                    self.close(kind, error(value, found[key]), LOGITS)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_caption_images(parser)
    parser.add_argument("--count", type=int, default=200, help="pictures that are captioned in each way")
    parser.add_argument("--only", metavar="TEXT", help="cases whose names hold this")
    options = parser.parse_args()
    tried = equal = 0
    for case in cases():
        if options.only and options.only not in case.name:
            continue
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            comparison = Comparison(case, options.caption_images, folder)
            if case.model.kind == "matching":
                comparison.compare_matches()
            else:
                (folder / "pictures").mkdir()
                images = crops(folder / "pictures", options.count, case.model.seed)
                (comparison.compare_answers if case.model.kind == "questions" else comparison.compare_captions)(images)
            figures = ", ".join(f"{key} {value:.1e}" if isinstance(value, float) else f"{key} {value}" for key, value in comparison.worst.items())
            print(f"{case.name:<42} {comparison.tried:>5} {comparison.equal:>5}  {figures}", flush=True)
            tried, equal = tried + comparison.tried, equal + comparison.equal
    print(f"\n{tried} cases, {equal} equal")
    return 0 if tried == equal else 1


if __name__ == "__main__":
    sys.exit(main())
