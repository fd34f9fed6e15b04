"""The parts of Tests/Fixtures that make_fixtures.py makes; needs torch and transformers."""

import shutil
from pathlib import Path

from .fixture_models import FixtureModel
from .fixture_reference import RUNS, write_reference

DEMO = "Sources/DemoModel/Resources/checkpoint"
DEMO_STAGE_PICTURES = ("scene-001.jpg", "easy-vqa-007.png", "size-500x3.png")


def make_model(root: Path, fixtures: Path, fixture: FixtureModel) -> dict[str, object]:
    """Writes the checkpoint anew, and what transformers makes of it; returns what is in the JSON file."""
    folder = fixtures / "models" / fixture.name
    if folder.exists():
        shutil.rmtree(folder)
    fixture.model.write(folder)
    return write_reference(
        folder, folder.relative_to(root).as_posix(), fixtures / "pictures", fixtures / "reference" / fixture.name,
        fixture.stage_pictures, fixture.runs, fixture.pictures)


def make_demo(root: Path, fixtures: Path) -> dict[str, object]:
    """What transformers makes of the demo model as it is in the repository."""
    return write_reference(
        root / DEMO, DEMO, fixtures / "pictures", fixtures / "reference" / "demo", DEMO_STAGE_PICTURES, RUNS)


def near_ties(name: str, document: dict[str, object]) -> int:
    """Prints a line for each run and returns how many near ties there are in all."""
    total = 0
    for run in document["runs"]:
        texts = {tuple(caption["token_ids"]) for caption in run["captions"]}
        print(f"{name}: prompt {run['prompt']!r}, {len(run['captions'])} pictures, {len(texts)} different captions, "
              f"smallest margin {run['smallest_margin']:.5f}, {len(run['near_ties'])} near ties", flush=True)
        total += len(run["near_ties"])
    return total
