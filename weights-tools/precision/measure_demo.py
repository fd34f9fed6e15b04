#!/usr/bin/env python3
"""Scores the demo model on its held-out images and questions as the engine answers them, precision by precision.

The evaluation is that of demo_model/evaluate.py on the test split; beside its scores is the share of captions and of answers
that are word for word those of the first plan. A plan is a precision, and `part=precision` for layers that get another.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from comparisons.engine import add_probe
from fixtures.places import DEMO_CHECKPOINT


def rows(scores: dict) -> dict[str, float]:
    """The table's columns: exact captions and right answers, by kind of image."""
    kinds = ("single", "pair", "pair never trained on", "easy-VQA")
    captions = {f"{kind}, captions": scores[kind]["caption"]["exact"] for kind in kinds}
    return captions | {f"{kind}, answers": scores[kind]["questions"]["all"] for kind in kinds}


def equal(said: list[str], expected: list[str]) -> str:
    same = sum(a == b for a, b in zip(said, expected, strict=True))
    return f"{same / len(said):.4f} ({len(said) - same} of {len(said)} differ)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("plans", nargs="*", default=["f32", "bf16", "int8"], help="such as int8 or 'int8 lm_head=bf16'")
    parser.add_argument("--checkpoint", type=Path, default=DEMO_CHECKPOINT)
    parser.add_argument("--split", choices=["development", "test"], default="test")
    parser.add_argument("--count", type=int, default=1000, help="emoji scenes of each kind; easy-VQA is scaled alike")
    add_probe(parser)
    parser.add_argument("--output", type=Path, help="write everything as JSON")
    options = parser.parse_args()
    from precision.engine_speaker import EngineSpeaker, demo_score

    results, first = {}, None
    with tempfile.TemporaryDirectory() as pictures:
        for plan in options.plans:
            with EngineSpeaker(options.checkpoint, plan, options.probe, Path(pictures)) as speaker:
                scores = demo_score(speaker, options.split, options.count)
            first = first or speaker
            same = {"captions": equal(speaker.captions, first.captions), "answers": equal(speaker.answers, first.answers)}
            results[plan] = {"scores": scores, "as the first": same}
            print(plan, json.dumps(rows(scores) | {f"{kind} as the first": share for kind, share in same.items()}, indent=2), flush=True)
            if options.output:
                options.output.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
