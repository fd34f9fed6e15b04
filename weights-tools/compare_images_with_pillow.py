"""Checks that the Pillow and transformers at hand still make of the fixtures what `reference.json` says.

    python compare_images_with_pillow.py [FOLDER]

The Swift tests hold the package to `reference.json`; this holds `reference.json` to Pillow. Exits with 1 and names the
files and fields where they differ.
"""

import json
import sys
from pathlib import Path

from image_fixtures.reference import describe, versions
from make_image_fixtures import FOLDER


def main() -> int:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    reference = json.loads((folder / "reference.json").read_text())
    for name, version in versions().items():
        if version != reference["versions"][name]:
            print(f"{name}: {version} here, {reference['versions'][name]} when the reference was made")
    differing = 0
    for name, expected in reference["files"].items():
        found = describe(folder / name)
        fields = [field for field in expected if found[field] != expected[field]]
        if fields:
            differing += 1
            print(f"{name}: differs in {', '.join(fields)}")
    print(f"{len(reference['files']) - differing} of {len(reference['files'])} pictures as in the reference")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
