#!/usr/bin/env python3
"""Makes Tests/Fixtures: pictures, random checkpoints, and what transformers makes of them.

Swift's tests compare the engine with these files. Everything comes from seeds, the installed libraries and the Noto Color
Emoji font. The schema is in Tests/Fixtures/README.md.
"""

import argparse
import sys
from pathlib import Path

from blip2tools import manifest

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "Tests" / "Fixtures"
COMMAND = "python weights-tools/make_fixtures.py"


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--only", action="append", metavar="PART",
        help="make one part: pictures (all references are out of date then), demo, or the name of a random model; "
        "can be repeated. Default: everything")
    parser.add_argument("--check", action="store_true", help="only compare the files with their manifest, and the references with the weights they were made from")
    parser.add_argument("--font", type=Path, help="NotoColorEmoji.ttf, if it is not where Debian puts it")
    parser.add_argument(
        "--find-seeds", metavar="MODEL", help="write nothing; print seeds for a random model that give varied captions "
        "without near ties")
    parser.add_argument("--first-seed", type=int, default=1, help="where --find-seeds begins")
    parser.add_argument("--seeds", type=int, default=500, help="how many seeds --find-seeds tries")
    return parser


def check() -> int:
    found = manifest.differences(FIXTURES) + manifest.outdated_references(ROOT, FIXTURES)
    print("\n".join(found) if found else f"{FIXTURES}: all files are as {manifest.NAME} says, and made from the weights at hand")
    return 1 if found else 0


def find_seeds(options: argparse.Namespace) -> int:
    from blip2tools.fixture_models import FIXTURE_MODELS
    from blip2tools.seed_search import promising_seeds

    fixture = next((fixture for fixture in FIXTURE_MODELS if fixture.name == options.find_seeds), None)
    if fixture is None:
        print(f"make_fixtures.py: no random model is named {options.find_seeds}", file=sys.stderr)
        return 64
    for seed, figures in promising_seeds(fixture, FIXTURES / "pictures", options.first_seed, options.seeds):
        print(f"{fixture.name} {seed}: {figures}", flush=True)
    return 0


def make(options: argparse.Namespace) -> int:
    from blip2tools.fixture_models import FIXTURE_MODELS
    from blip2tools.fixture_parts import make_demo, make_model, near_ties
    from blip2tools.fixture_pictures import SEED, write_pictures
    from blip2tools.noto_emoji import DEBIAN_FONT, NotoEmoji

    known = ["pictures", *(fixture.name for fixture in FIXTURE_MODELS), "demo"]
    parts = options.only or known
    unknown = sorted(set(parts) - set(known))
    if unknown:
        print(f"make_fixtures.py: no part is named {', '.join(unknown)}", file=sys.stderr)
        return 64
    emoji = NotoEmoji(options.font or DEBIAN_FONT)
    if "pictures" in parts:
        write_pictures(FIXTURES / "pictures", emoji)
    ties = sum(near_ties(fixture.name, make_model(ROOT, FIXTURES, fixture))
               for fixture in FIXTURE_MODELS if fixture.name in parts)
    if "demo" in parts:
        # A trained model has the ties it has; tests know them from the file.
        near_ties("demo", make_demo(ROOT, FIXTURES))
    seeds = {"pictures": SEED} | {fixture.name: fixture.model.seed for fixture in FIXTURE_MODELS}
    manifest.write(FIXTURES, seeds, COMMAND, emoji.version)
    if ties:
        print("make_fixtures.py: a random model has near ties: look for another seed with --find-seeds", file=sys.stderr)
    return 1 if ties else 0


def main() -> int:
    options = arguments().parse_args()
    if options.check:
        return check()

    import torch

    # One thread: the order of additions, and with it the last bits, then does not depend on the number of cores.
    torch.set_num_threads(1)
    return find_seeds(options) if options.find_seeds else make(options)


if __name__ == "__main__":
    sys.exit(main())
