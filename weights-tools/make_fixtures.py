#!/usr/bin/env python3
"""Makes Tests/Fixtures: pictures, random checkpoints, and what transformers makes of them.

Swift's tests compare the engine with these files. Everything comes from seeds, the installed libraries and the Noto Color
Emoji font. The schema is in Tests/Fixtures/README.md.
"""

import argparse
import shutil
import sys
from pathlib import Path

from blip2tools import manifest

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "Tests" / "Fixtures"
DEMO = "Sources/DemoModel/Resources/checkpoint"
DEMO_STAGE_PICTURES = ("scene-001.jpg", "easy-vqa-007.png", "size-500x3.png")
COMMAND = "python weights-tools/make_fixtures.py"


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--only", action="append", metavar="PART",
        help="make one part: pictures (all references are out of date then), demo, or the name of a random model; "
        "can be repeated. Default: everything")
    parser.add_argument("--check", action="store_true", help="only compare the files with their manifest")
    parser.add_argument("--font", type=Path, help="NotoColorEmoji.ttf, if it is not where Debian puts it")
    parser.add_argument(
        "--find-seeds", metavar="MODEL", help="write nothing; print seeds for a random model that give varied captions "
        "without near ties")
    parser.add_argument("--first-seed", type=int, default=1, help="where --find-seeds begins")
    parser.add_argument("--seeds", type=int, default=500, help="how many seeds --find-seeds tries")
    return parser


def check() -> int:
    found = manifest.differences(FIXTURES)
    print("\n".join(found) if found else f"{FIXTURES}: all files are as {manifest.NAME} says")
    return 1 if found else 0


def make_model(fixture) -> dict[str, object]:  # noqa: ANN001 - its module is imported only where it is needed
    from blip2tools.fixture_reference import write_reference

    folder = FIXTURES / "models" / fixture.name
    if folder.exists():
        shutil.rmtree(folder)
    fixture.model.write(folder)
    label = folder.relative_to(ROOT).as_posix()
    return write_reference(
        folder, label, FIXTURES / "pictures", FIXTURES / "reference" / fixture.name, fixture.stage_pictures,
        fixture.runs)


def make_demo() -> dict[str, object]:
    from blip2tools.fixture_reference import RUNS, write_reference

    return write_reference(
        ROOT / DEMO, DEMO, FIXTURES / "pictures", FIXTURES / "reference" / "demo", DEMO_STAGE_PICTURES, RUNS)


def report(name: str, document: dict[str, object], tolerate_ties: bool) -> bool:
    """Prints one line for each run; False if there is a near tie where there must be none."""
    ties = 0
    for run in document["runs"]:
        ties += len(run["near_ties"])
        texts = {tuple(caption["token_ids"]) for caption in run["captions"]}
        print(f"{name}: prompt {run['prompt']!r}, {len(run['captions'])} pictures, {len(texts)} different captions, "
              f"smallest margin {run['smallest_margin']:.5f}, {len(run['near_ties'])} near ties", flush=True)
    return tolerate_ties or ties == 0


def main() -> int:
    options = arguments().parse_args()
    if options.check:
        return check()

    import torch

    from blip2tools.fixture_models import FIXTURE_MODELS
    from blip2tools.fixture_pictures import SEED, write_pictures
    from blip2tools.noto_emoji import DEBIAN_FONT, NotoEmoji
    from blip2tools.seed_search import promising_seeds

    # One thread: the order of additions, and with it the last bits, then does not depend on the number of cores.
    torch.set_num_threads(1)
    models = {fixture.name: fixture for fixture in FIXTURE_MODELS}
    if options.find_seeds:
        if options.find_seeds not in models:
            print(f"make_fixtures.py: no random model is named {options.find_seeds}", file=sys.stderr)
            return 64
        fixture = models[options.find_seeds]
        for seed, figures in promising_seeds(fixture, FIXTURES / "pictures", options.first_seed, options.seeds):
            print(f"{fixture.name} {seed}: {figures}", flush=True)
        return 0

    parts = options.only or ["pictures", *models, "demo"]
    unknown = set(parts) - {"pictures", "demo", *models}
    if unknown:
        print(f"make_fixtures.py: no part is named {', '.join(sorted(unknown))}", file=sys.stderr)
        return 64
    emoji = NotoEmoji(options.font or DEBIAN_FONT)
    good = True
    if "pictures" in parts:
        write_pictures(FIXTURES / "pictures", emoji)
    for name, fixture in models.items():
        if name in parts:
            good = report(name, make_model(fixture), tolerate_ties=False) and good
    if "demo" in parts:
        report("demo", make_demo(), tolerate_ties=True)
    seeds = {"pictures": SEED} | {name: fixture.model.seed for name, fixture in models.items()}
    manifest.write(FIXTURES, seeds, COMMAND, emoji.version)
    if not good:
        print("make_fixtures.py: a random model has near ties: look for another seed with --find-seeds", file=sys.stderr)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
