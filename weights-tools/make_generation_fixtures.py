#!/usr/bin/env python3
"""Makes Tests/Fixtures/generation: what transformers writes for the demo model with beams and logits processors, and what each
processor makes of random logits.

Results of versions 4 and 5 differ in places, so the script is run once with each: with the environment of requirements.txt, and
with transformers 4.38.0 (tokenizers 0.15.2, numpy below 2), which the Better Synth challenge pins. Processors are written by version 5 alone.
"""

import argparse
import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy

from blip2tools import manifest
from blip2tools.fixture_parts import DEMO
from blip2tools.fixture_reference import load_pictures
from blip2tools.generation_cases import BAD_WORDS, BEAM_GRID, DETAILS, Case, bad_words_case
from blip2tools.generation_reference import GenerationReference

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "Tests" / "Fixtures"
BATCH = 8


def describe(reference: GenerationReference, pixels: dict[str, numpy.ndarray], case: Case) -> dict[str, object]:
    names = list(pixels)[:: case.every]
    captions: dict[str, list[dict[str, object]]] = {}
    for start in range(0, len(names), BATCH):
        batch = names[start : start + BATCH]
        written = reference.generate(numpy.stack([pixels[name] for name in batch]), case)
        captions |= dict(zip(batch, written, strict=True))
    options = {name: value for name, value in case.options.items() if name != "bad_words_ids"}
    if "bad_words_ids" in case.options:
        options["bad_words"] = BAD_WORDS
    print(options, case.prompt, len(names), flush=True)
    return {"options": options, "prompt": case.prompt, "max_new_tokens": case.max_new_tokens, "captions": captions}


def one_line_a_picture(document: dict[str, object]) -> str:
    """JSON whose differences can be read."""
    def case(values: dict[str, object]) -> str:
        head = json.dumps({name: value for name, value in values.items() if name != "captions"})
        lines = [f"  {json.dumps(name)}: {json.dumps(captions)}" for name, captions in values["captions"].items()]
        return head[:-1] + ', "captions": {\n' + ",\n".join(lines) + "}}"

    head = json.dumps({name: value for name, value in document.items() if name != "cases"}, indent=1)
    cases = ",\n".join(case(values) for values in document["cases"])
    return head[:-2] + ',\n "cases": [\n' + cases + "]}\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=["searches", "processors"], help="make one part")
    options = parser.parse_args()
    folder = FIXTURES / "generation"
    folder.mkdir(exist_ok=True)
    major = int(version("transformers").split(".")[0])
    if options.only != "processors":
        reference = GenerationReference(ROOT / DEMO)
        pixels = load_pictures(FIXTURES / "pictures", reference.pixel_values)
        cases = [*BEAM_GRID, *DETAILS, bad_words_case(reference.encode)]
        document = {
            "checkpoint": DEMO,
            "weights_sha256": manifest.weight_hashes(ROOT / DEMO),
            "versions": {name: version(name) for name in ("transformers", "torch", "tokenizers", "numpy", "pillow")},
            "cases": [describe(reference, pixels, case) for case in cases],
        }
        (folder / f"demo-transformers-{major}.json").write_text(one_line_a_picture(document), encoding="utf-8")
    if options.only != "searches" and major >= 5:
        from blip2tools.processor_fixtures import write_processors

        write_processors(folder)
    manifest.refresh(FIXTURES)
    return 0


if __name__ == "__main__":
    sys.exit(main())
