#!/usr/bin/env python3
"""Compares the engine with transformers on random PaliGemma checkpoints: stages, captions, answers.

Pixels and ids exactly, stages and logits relative to their largest number; texts about many crops of the fixtures' pictures exactly: tasks of several lengths, greedy, with
beams, lengths and a penalty; with all names of tensors. Exit status: 0 all are equal, 1 something differs.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from checkpoints.random_blip import Stack
from checkpoints.random_paligemma import RandomPaliGemma
from comparisons.blip import LOGITS, STAGES, crops, error
from comparisons.engine import add_caption_images
from fixtures.places import PICTURES

NAMES = ("scene-001.jpg", "easy-vqa-007.png", "size-500x3.png", "size-113x111.png")
QUESTIONS = ("caption en", "answer en where is the 2nd  cat\nsitting?")
RUNS: list[tuple[str, dict[str, object]]] = [
    (QUESTIONS[0], {}), (QUESTIONS[1], {}), ("", {}), (QUESTIONS[0], {"num_beams": 3}), (QUESTIONS[1], {"num_beams": 2, "length_penalty": 0.4}),
    (QUESTIONS[0], {"repetition_penalty": 1.4, "no_repeat_ngram_size": 2}), ("detect cat", {"min_new_tokens": 7})]


@dataclass(frozen=True)
class Case:
    name: str
    model: RandomPaliGemma


def cases() -> list[Case]:
    tiny = RandomPaliGemma()
    return [
        Case("F32, the hub's names", tiny),
        Case("BF16, saved by 4.52", replace(tiny, names="saved4", dtype="BF16", seed=1)),
        Case("F16, saved by 5, one head", replace(tiny, names="saved5", dtype="F16", text=Stack(36, 1, 2, 64), head=8, seed=2)),
        Case("wide heads, many patches", replace(tiny, vision=Stack(72, 1, 3, 107), text=Stack(48, 3, 2, 100), head=32, image_size=64, patch=8, seed=3)),
    ]


class Comparison:
    def __init__(self, case: Case, engine: Path, folder: Path) -> None:
        from references.paligemma import IS_OLD, Reference

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

    def traces(self) -> None:
        from references.image_processor import open_rgb
        from safetensors.numpy import load_file

        target = self.folder / "trace.safetensors"
        for number, name in enumerate(NAMES):
            image, question = open_rgb(PICTURES / name), QUESTIONS[number % 2]
            tokens, _ = self.reference.generate(image, question, max_new_tokens=10)
            subprocess.run(
                [self.engine, "trace", PICTURES / name, "--model", self.model, "--precision", "f32", "--prompt", question, "--max-new-tokens", "10", "-o", target], check=True,
                stdout=subprocess.DEVNULL)
            found = load_file(target)
            for key, value in self.reference.stages(image).items():
                if key == "pixel_values":
                    self.exact(key, value.shape == found[key].shape and (value == found[key]).all())
                else:
                    self.close(key, error(value, found[key]), STAGES)
            self.exact("tokens", found["token_ids"].tolist() == tokens)
            self.close("logits", error(self.reference.logits(image, question, tokens), found["logits"]), LOGITS)

    def answers(self, images: list[Path]) -> None:
        from references.image_processor import open_rgb

        rows, texts = self.folder / "rows.jsonl", set()
        for question, options in RUNS:
            arguments = [part for key, value in ({"max_new_tokens": 14} | options).items() for part in (f"--{key.replace('_', '-')}", str(value))]
            subprocess.run(
                [self.engine, "caption", images[0].parent, "--model", self.model, "--precision", "f32", "--transformers", self.transformers, "--output", rows, "--overwrite", "--quiet",
                 "--prompt", question, *arguments], check=True)
            captions = [json.loads(line)["caption"] for line in rows.read_text(encoding="utf-8").splitlines()]
            for path, caption in zip(images, captions, strict=True):
                expected = self.reference.generate(open_rgb(path), question, **{"max_new_tokens": 14} | options)[1].strip()
                texts.add(expected)
                self.exact("answers", caption == expected)
                if caption != expected:
                    print(f"{path.name} {options}: {caption!r}, expected {expected!r}")
        self.worst["distinct"] = len(texts)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_caption_images(parser)
    parser.add_argument("--count", type=int, default=200, help="pictures that are asked about in each way")
    parser.add_argument("--only", metavar="TEXT", help="cases whose names hold this")
    options = parser.parse_args()
    tried = equal = 0
    for case in cases():
        if options.only and options.only not in case.name:
            continue
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            comparison = Comparison(case, options.caption_images, folder)
            comparison.traces()
            (folder / "pictures").mkdir()
            comparison.answers(crops(folder / "pictures", options.count, case.model.seed))
            figures = ", ".join(f"{key} {value:.1e}" if isinstance(value, float) else f"{key} {value}" for key, value in comparison.worst.items())
            print(f"{case.name:<40} {comparison.tried:>5} {comparison.equal:>5}  {figures}", flush=True)
            tried, equal = tried + comparison.tried, equal + comparison.equal
    print(f"\n{tried} cases, {equal} equal")
    return 0 if tried == equal else 1


if __name__ == "__main__":
    sys.exit(main())
