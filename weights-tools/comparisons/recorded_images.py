#!/usr/bin/env python3
"""Compares what the Pillow and transformers at hand make of the image fixtures with what is recorded in their `reference.json`.

The Swift tests compare the engine with `reference.json`; this verifies `reference.json` against Pillow, of any version. Exit status: 0 everything is as
recorded, 1 a file differs, which is named with the fields that do.
"""

import argparse
import json
import sys
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from fixtures.places import TESTS


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=TESTS / "ImageProcessingTests" / "Fixtures", help="default: the tests' fixtures")
    folder = parser.parse_args().folder
    from references.pillow import describe, versions

    reference = json.loads((folder / "reference.json").read_text())
    for name, version in versions().items():
        if version != reference["versions"][name]:
            print(f"{name}: {version} here, {reference['versions'][name]} when the reference was made")
    equal = 0
    for name, expected in reference["files"].items():
        found = describe(folder / name)
        fields = [field for field in expected if found[field] != expected[field]]
        equal += not fields
        if fields:
            print(f"{name}: differs in {', '.join(fields)}")
    print(f"\n{len(reference['files'])} cases, {equal} equal")
    return 0 if equal == len(reference["files"]) else 1


if __name__ == "__main__":
    sys.exit(main())
