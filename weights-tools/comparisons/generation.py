#!/usr/bin/env python3
"""Compares the engine's searches with the installed transformers: beams, penalties, lengths, and what sampling draws.

Version 5, and with an environment of its own version 4.38, whose results differ in places; the engine follows the one at
hand. Scores of beams must agree within 1e-4. What is sampled cannot be equal, so first tokens are drawn some thousand times and
compared with the probabilities after transformers' own processors, with Pearson's chi-square test. Exit status: 0 everything is equal,
1 something differs.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from comparisons.engine import ParityProbe, add_probe
from fixtures.generation_cases import BEAM_GRID, BEAM_SAMPLING, DETAILS, SAMPLING, Case
from fixtures.places import DEMO_CHECKPOINT, PICTURES

if TYPE_CHECKING:
    import numpy

    from references.blip2 import GenerationReference

BATCH = 8
DRAWS = 1000
"""Captions of one image in one request: what `num_return_sequences` may be."""


def compare_search(reference: GenerationReference, probe: ParityProbe, pixels: dict[str, numpy.ndarray], case: Case) -> tuple[int, list[str]]:
    import numpy

    names = list(pixels)[:: case.every]
    asked = ask(probe, names, case, case.options)
    different = []
    for start in range(0, len(names), BATCH):
        batch = names[start : start + BATCH]
        expected = reference.generate(numpy.stack([pixels[name] for name in batch]), case)
        for name, theirs, ours in zip(batch, expected, asked[start : start + BATCH], strict=True):
            tokens = [caption["token_ids"] for caption in theirs] == [caption["ids"] for caption in ours]
            scores = [(a["score"], b["score"]) for a, b in zip(theirs, ours, strict=False) if "score" in a]
            if not tokens or any(abs(a - b) > 1e-4 * max(1, abs(a)) for a, b in scores):
                different.append(f"{name}: {ours} for {theirs}")
    return len(names), different


def compare_sampling(reference: GenerationReference, probe: ParityProbe, pixels: dict[str, numpy.ndarray], case: Case) -> tuple[int, list[str]]:
    import numpy

    names = list(pixels)[:: case.every]
    options = case.options | {"num_return_sequences": DRAWS}
    asked = ask(probe, names, case, options, max_new_tokens=1)
    different = []
    for name, captions in zip(names, asked, strict=True):
        probabilities = reference.first_token(pixels[name], case)
        counts = numpy.bincount([caption["ids"][0] for caption in captions], minlength=len(probabilities))
        p = chi_square(counts, probabilities)
        # One case in ten thousand may fall below by chance.
        if p < 1e-4 or counts[probabilities == 0].any():
            different.append(f"{name}: p = {p:.1e}")
    return len(names), different


def compare_beam_sampling(
    reference: GenerationReference, probe: ParityProbe, pixels: dict[str, numpy.ndarray], case: Case, runs: int
) -> tuple[int, list[str]]:
    """What both draw in some hundred runs each, as counts of the same outcomes."""
    import numpy
    import torch

    names = list(pixels)[:: case.every]
    different = []
    for name in names:
        theirs, ours = Counter(), Counter()
        for seed in range(0, runs, BATCH):
            torch.manual_seed(seed)
            batch = numpy.stack([pixels[name]] * BATCH)
            theirs.update(tuple(tuple(c["token_ids"]) for c in captions) for captions in reference.generate(batch, case))
        for seed in range(runs):
            captions = ask(probe, [name], case, case.options, seed=seed)[0]
            ours[tuple(tuple(c["ids"]) for c in captions)] += 1
        outcomes = list(theirs | ours)
        pooled = numpy.array([theirs[o] + ours[o] for o in outcomes])
        # As many runs each, so half of every outcome is expected on either side; both sides deviate alike.
        p = chi_square(numpy.array([ours[o] for o in outcomes]), pooled, factor=2)
        if p < 1e-4:
            different.append(f"{name}: p = {p:.1e}, {ours.most_common(3)} for {theirs.most_common(3)}")
    return len(names), different


def chi_square(counts: numpy.ndarray, probabilities: numpy.ndarray, factor: float = 1) -> float:
    """The probability of counts that lie as far off. Tokens expected fewer than five times count together with others."""
    import numpy
    import torch

    expected = probabilities.astype(numpy.float64) / probabilities.sum() * counts.sum()
    order = numpy.argsort(expected)
    # The rare ones are group 0, each other token is a group; a group that is still too small joins the next.
    group = numpy.cumsum(expected[order] >= 5)
    observed, expected = (numpy.bincount(group, weights=values[order]) for values in (counts, expected))
    if expected[0] < 5 and len(expected) > 1:
        observed, expected = ([values[0] + values[1], *values[2:]] for values in (observed, expected))
    observed, expected = numpy.array(observed), numpy.array(expected)
    if len(expected) < 2:
        return 1.0
    statistic = float(factor * ((observed - expected) ** 2 / expected).sum())
    half = torch.tensor([(len(expected) - 1) / 2, statistic / 2], dtype=torch.float64)
    return float(torch.special.gammaincc(half[0], half[1]))


def ask(probe: ParityProbe, names: list[str], case: Case, options: dict, max_new_tokens: int | None = None, seed: int = 1) -> list[list[dict]]:
    from references.blip2 import IS_OLD

    reply = probe.ask(
        paths=[str(PICTURES / name) for name in names], prompt=case.prompt, maxNewTokens=max_new_tokens or case.max_new_tokens,
        options=options, seed=seed, version="4" if IS_OLD else "5")
    if "error" in reply:
        raise RuntimeError(reply["error"])
    return reply["captions"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoints", nargs="*", type=Path, default=[DEMO_CHECKPOINT], help="default: the demo model")
    add_probe(parser)
    parser.add_argument("--every", type=int, default=1, help="take every n-th image only")
    parser.add_argument("--runs", type=int, default=400, metavar="N", help=f"of beam sampling for one picture, a multiple of {BATCH} (default: %(default)s)")
    options = parser.parse_args()
    from fixtures.model_references import load_pictures
    from references.blip2 import IS_OLD, GenerationReference

    tried = equal = 0
    for checkpoint in options.checkpoints:
        reference = GenerationReference(checkpoint)
        pixels = load_pictures(reference.pixel_values)
        pixels = dict(list(pixels.items())[:: options.every])
        with ParityProbe(options.probe, "generation", str(checkpoint)) as probe:
            print(f"{checkpoint}\n{'options':<110} {'tried':>6} {'equal':>6}")
            for compare, cases in (
                (compare_search, [*BEAM_GRID, *DETAILS]), (compare_sampling, SAMPLING), (partial(compare_beam_sampling, runs=options.runs), BEAM_SAMPLING)):
                for case in cases:
                    if IS_OLD and "min_p" in case.options:
                        continue  # came with 4.39
                    count, different = compare(reference, probe, pixels, case)
                    shown = ", ".join(f"{name} {value}" for name, value in case.options.items())
                    print(f"{shown + (', prompt' if case.prompt else ''):<110} {count:>6} {count - len(different):>6}", flush=True)
                    print("".join(f"    {line[:400]}\n" for line in different[:3]), end="")
                    tried, equal = tried + count, equal + count - len(different)
    print(f"\n{tried} cases, {equal} equal")
    return 0 if tried == equal else 1


if __name__ == "__main__":
    sys.exit(main())
