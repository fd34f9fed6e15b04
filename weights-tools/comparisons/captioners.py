"""What comparisons of captioners with transformers have in common: pictures, counts, and a report of each case."""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from comparisons.engine import ParityProbe, add_caption_images
from comparisons.generation import chi_square
from fixtures.places import PICTURES

STAGES = 1e-5
LOGITS = 2e-5
SAMPLING = {"do_sample": True, "temperature": 0.8, "top_k": 20, "top_p": 0.9}
DRAWS = 1000
"""Captions of one image in one request: what `num_return_sequences` may be."""
NAMES = ("scene-001.jpg", "easy-vqa-007.png", "size-500x3.png", "size-113x111.png")
Runs = Iterable[tuple[str | None, dict[str, object]]]


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
    """A checkpoint in the engine and as a reference, which has `generate(image, prompt, **options)`, new tokens and the text."""

    def __init__(self, model: object, reference: Callable[[Path], object], engine: Path, folder: Path, tokens: int) -> None:
        import transformers

        self.model, self.engine, self.folder, self.tokens = folder / "model", engine, folder, tokens
        model.write(self.model)
        self.reference = reference(self.model)
        self.transformers = transformers.__version__.split(".")[0]
        self.tried = self.equal = 0
        self.worst: dict[str, float] = {}

    def exact(self, kind: str, same: bool) -> None:
        self.tried, self.equal = self.tried + 1, self.equal + bool(same)
        self.worst[kind] = self.worst.get(kind, 0) + (not same)

    def close(self, kind: str, expected: object, found: object, allowed: float) -> None:
        size = error(expected, found)
        self.tried, self.equal = self.tried + 1, self.equal + (size <= allowed)
        self.worst[kind] = max(self.worst.get(kind, 0.0), size)

    def traced(self, image: Path, *more: str) -> dict:
        from safetensors.numpy import load_file

        target = self.folder / "trace.safetensors"
        subprocess.run([self.engine, "trace", image, "--model", self.model, "--precision", "f32", *more, "-o", target], check=True, stdout=subprocess.DEVNULL)
        return load_file(target)

    def stages(self, expected: dict, found: dict) -> None:
        """Pixels and ids exactly, all else within what rounding allows."""
        for key, value in expected.items():
            kind = key.split(".")[0]
            if kind in ("pixel_values", "input_ids", "token_ids"):
                self.exact(kind, value.shape == found[key].shape and (value == found[key]).all())
            else:
                self.close(key, value, found[key], STAGES if kind in ("vision", "image_tokens") else LOGITS)

    def captions(self, images: Path, prompt: str | None, options: dict[str, object]) -> Iterator[str]:
        rows = self.folder / "rows.jsonl"
        arguments = [part for key, value in ({"max_new_tokens": self.tokens} | options).items() for part in (f"--{key.replace('_', '-')}", str(value))]
        subprocess.run(
            [self.engine, "caption", images, "--model", self.model, "--precision", "f32", "--transformers", self.transformers, "--output", rows, "--overwrite", "--quiet", *arguments,
             *(["--prompt", prompt] if prompt is not None else [])], check=True)
        # Captions may hold what Python also takes for ends of lines, such as U+2028.
        for line in rows.read_bytes().splitlines():
            yield json.loads(line)["caption"]

    def samples(self, images: list[Path], prompt: str | None) -> None:
        """First tokens that are drawn, beside their probabilities after transformers' own warpers, by Pearson's chi-square test."""
        import numpy
        import torch
        from references.image_processor import open_rgb
        from transformers import TemperatureLogitsWarper, TopKLogitsWarper, TopPLogitsWarper

        options = SAMPLING | {"num_return_sequences": DRAWS}
        with ParityProbe(self.engine.parent / "parity-probe", "generation", str(self.model)) as probe:
            reply = probe.ask(paths=[str(path) for path in images], prompt=prompt, maxNewTokens=1, options=options, seed=1, version=self.transformers)
        for path, captions in zip(images, reply["captions"], strict=True):
            scores = torch.from_numpy(self.reference.logits(open_rgb(path), prompt, [0])[:1].copy())
            for warper in (TemperatureLogitsWarper(SAMPLING["temperature"]), TopKLogitsWarper(SAMPLING["top_k"]), TopPLogitsWarper(SAMPLING["top_p"])):
                scores = warper(None, scores)
            probabilities = scores.softmax(dim=-1)[0].numpy()
            counts = numpy.bincount([caption["ids"][0] for caption in captions], minlength=len(probabilities))
            p = chi_square(counts, probabilities)
            # One case in ten thousand may fall below by chance.
            self.exact("samples", p >= 1e-4 and not counts[probabilities == 0].any())
            self.worst["least p"] = min(self.worst.get("least p", 1.0), p)

    def texts(self, images: list[Path], runs: Runs) -> None:
        from references.image_processor import open_rgb

        texts = set()
        for prompt, options in runs:
            for path, caption in zip(images, self.captions(images[0].parent, prompt, options), strict=True):
                expected = self.reference.generate(open_rgb(path), prompt, **{"max_new_tokens": self.tokens} | options)[1].strip()
                texts.add(expected)
                self.exact("texts", caption == expected)
                if caption != expected:
                    print(f"{path.name} {prompt!r} {options}: {caption!r}, expected {expected!r}")
        self.worst["distinct"] = len(texts)


def run(description: str, cases: dict[str, object], reference: Callable[[Path], object], tokens: int, compare: Callable[[Comparison, str, list[Path]], None]) -> int:
    """Compares all cases, models by their names; an exit status."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_caption_images(parser)
    parser.add_argument("--count", type=int, default=200, help="pictures that have a text of each kind")
    parser.add_argument("--only", metavar="TEXT", help="cases whose names hold this")
    options = parser.parse_args()
    tried = equal = 0
    for name, model in cases.items():
        if options.only and options.only not in name:
            continue
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            comparison = Comparison(model, reference, options.caption_images, folder, tokens)
            (folder / "pictures").mkdir()
            compare(comparison, name, crops(folder / "pictures", options.count, model.seed))
            figures = ", ".join(f"{key} {value:.1e}" if isinstance(value, float) else f"{key} {value}" for key, value in comparison.worst.items())
            print(f"{name:<42} {comparison.tried:>5} {comparison.equal:>5}  {figures}", flush=True)
            tried, equal = tried + comparison.tried, equal + comparison.equal
    print(f"\n{tried} cases, {equal} equal")
    return 0 if tried == equal else 1


def run_questions(
    description: str, cases: dict[str, object], reference: Callable[[Path], object], questions: tuple[str, ...], runs: Runs,
    more: Callable[[Comparison, list[Path]], None] | None = None
) -> int:
    """The same for a family that is asked two kinds of questions."""

    def compare(comparison: Comparison, _: str, images: list[Path]) -> None:
        from references.image_processor import open_rgb

        reference = comparison.reference
        for number, picture in enumerate(NAMES):
            image, question = open_rgb(PICTURES / picture), questions[number % 2]
            tokens, _ = reference.generate(image, question, max_new_tokens=10)
            found = comparison.traced(PICTURES / picture, "--prompt", question, "--max-new-tokens", "10")
            comparison.stages(reference.stages(image, question) | {"logits": reference.logits(image, question, tokens)}, found)
            comparison.exact("token_ids", found["token_ids"].tolist() == tokens)
        comparison.texts(images, runs)
        comparison.samples(images[:5], questions[0])
        if more:
            more(comparison, images)

    return run(description, cases, reference, 14, compare)
