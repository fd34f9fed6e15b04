"""Writes the pictures of Tests/ImageProcessingTests/Fixtures and `reference.json`, what Pillow makes of them.

    python make_image_fixtures.py [FOLDER]

Needs pillow 12 up to 12.1, numpy, transformers and `cjpeg` of libjpeg-turbo. The same versions write the same bytes.
"""

import json
import shutil
import sys
from pathlib import Path

from image_fixtures.pictures import pictures
from image_fixtures.reference import describe, versions

FOLDER = Path(__file__).parent.parent / "Tests" / "ImageProcessingTests" / "Fixtures"


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    files = {}
    for name, content in pictures():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        files[name] = describe(path)
    reference = {"versions": versions(), "files": files}
    (folder / "reference.json").write_text(json.dumps(reference, indent=1) + "\n")
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{len(files)} pictures, {size} bytes")


if __name__ == "__main__":
    main()
