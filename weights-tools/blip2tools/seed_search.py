"""Finds seeds for the random checkpoints whose greedy captions are worth comparing."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy

from .fixture_models import FixtureModel
from .fixture_reference import NEAR_TIE, caption, load_pictures, run_margins
from .reference import Generated, Reference

SAFE_MARGIN = 1.2 * NEAR_TIE
"""Margins are measured in batches here and picture by picture later, which rounds otherwise in the last digits."""

BATCH = 64

FEWEST_CAPTIONS = (30, 8)
"""Different captions without a prompt, and with one: a model that says the same of all pictures would hide mistakes."""

ENDING_SHARE = (0.2, 0.9)
"""Share of captions that end before the longest allowed length: both cases must be frequent."""


def promising_seeds(fixture: FixtureModel, pictures: Path, first: int, count: int) -> Iterator[tuple[int, str]]:
    """Seeds from `first` on whose captions hold no near tie and are varied; with a line of figures for each."""
    processed: dict[str, numpy.ndarray] = {}
    for seed in range(first, first + count):
        with tempfile.TemporaryDirectory() as folder:
            replace(fixture.model, seed=seed).write(Path(folder))
            reference = Reference(Path(folder))
        if not processed:
            processed = load_pictures(pictures, reference.slow_processor, fixture.pictures)
        verdict = judge(reference, processed, fixture)
        if verdict is not None:
            yield seed, verdict


def judge(reference: Reference, pixels: dict[str, numpy.ndarray], fixture: FixtureModel) -> str | None:
    """Figures of a good seed, None for others."""
    smallest = 1.0
    figures = []
    for index, run in enumerate(fixture.runs):
        captions: dict[str, Generated] = {}
        names = list(pixels)[:: run.every]
        for start in range(0, len(names), BATCH):
            part = {name: pixels[name] for name in names[start : start + BATCH]}
            made = caption(reference, part, replace(run, every=1), BATCH)
            smallest = min(smallest, *(min(steps) for steps in run_margins(reference, made, run).values()))
            if smallest <= SAFE_MARGIN:
                return None
            captions |= made
        distinct = len({tuple(c.token_ids) for c in captions.values()})
        ending = sum(c.token_ids[-1] == reference.end_of_text for c in captions.values()) / len(captions)
        figures.append(f"{distinct} captions, {ending:.0%} end")
        if distinct < min(FEWEST_CAPTIONS[min(index, 1)], len(captions)):
            return None
        if fixture.pictures is not None:
            # Few captions cannot be varied, but they must not be one word each.
            if max(len(set(c.token_ids)) for c in captions.values()) < 4:
                return None
        elif index == 0 and not ENDING_SHARE[0] <= ending <= ENDING_SHARE[1]:
            return None
    return f"{'; '.join(figures)}; smallest margin {smallest:.5f}"
