#!/usr/bin/env python3
"""Compares the engine with Pillow's `ImageOps.exif_transpose`: some 20,000 ways to state an orientation, right and wrong.

JPEGs and PNGs are made from a seed, and their pixels compared. Needs Pillow and numpy. The engine follows Pillow 12; another one is tried
with PYTHONPATH. Where Pillow raises at metadata, the engine shows the picture: as it is stored when Pillow does not get as far as an
orientation, and turned when it does, but cannot write the rest of the EXIF anew. Exit status: 0 nothing differs, 1 something does.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from comparisons.engine import ParityProbe, add_probe

if TYPE_CHECKING:
    import numpy as np
    from PIL import Image

METHODS = {2: "FLIP_LEFT_RIGHT", 3: "ROTATE_180", 4: "FLIP_TOP_BOTTOM", 5: "TRANSPOSE", 6: "ROTATE_270", 7: "TRANSVERSE", 8: "ROTATE_90"}
COLUMNS = ["tried", "equal", "as stored", "turned", "raises", "raises turned", "refuses", "differs"]


def loaded(path: Path) -> Image.Image:
    from PIL import Image

    picture = Image.open(path)
    picture.load()
    return picture


def pixels(picture: Image.Image) -> np.ndarray:
    import numpy as np

    return np.asarray(picture.convert("RGB"))


def reference(path: Path) -> tuple[np.ndarray | None, str]:
    """Pillow's pixels and what it did, one of the columns."""
    import numpy as np
    from PIL import Image, ImageOps

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            picture = loaded(path)
        except Exception:  # whatever comes of broken metadata
            return None, "refuses"
        stored = pixels(picture)
        try:
            shown = pixels(ImageOps.exif_transpose(picture))
            return shown, "as stored" if np.array_equal(shown, stored) else "turned"
        except Exception:  # likewise
            pass
        try:
            method = METHODS.get(loaded(path).getexif().get(0x0112, 1))
        except Exception:  # likewise
            return stored, "raises"
        return stored if method is None else pixels(picture.transpose(Image.Transpose[method])), "raises turned"


def engine(probe: ParityProbe, path: Path) -> np.ndarray | str:
    """The engine's pixels, or why there are none."""
    import numpy as np

    reply = probe.ask(path=str(path), turns=True, height=1, width=1)
    if "error" in reply:
        return reply["error"]
    shape = (reply["height"], reply["width"], 3)
    found = np.frombuffer(probe.payload(int(np.prod(shape))), np.uint8).reshape(shape)
    probe.payload(3 * 4)  # the image's one pixel value of each channel
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_probe(parser)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1500, help="cases of each kind that is made at random (default: %(default)s)")
    parser.add_argument("--only", metavar="TEXT", help="kinds and names that contain this")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="copy images that differ there")
    options = parser.parse_args()
    import numpy as np
    import PIL
    from PIL import ImageFile

    from fixtures.images import orientations

    ImageFile.LOAD_TRUNCATED_IMAGES = True
    print(f"pillow {PIL.__version__}, seed {options.seed}", flush=True)
    start = time.monotonic()
    counts: dict[str, Counter] = {}
    with tempfile.TemporaryDirectory() as folder, ParityProbe(options.probe, "pictures") as probe:
        for kind, make in orientations.kinds(options.seed, options.count).items():
            count = counts.setdefault(kind, Counter())
            for name, content in make():
                if options.only and options.only not in f"{kind} {name}":
                    continue
                path = Path(folder) / "picture"
                path.write_bytes(content)
                expected, remark = reference(path)
                found = engine(probe, path)
                count["tried"] += 1
                count[remark] += 1
                if expected is None:
                    continue
                if not isinstance(found, str) and np.array_equal(expected, found):
                    count["equal"] += 1
                    continue
                count["differs"] += 1
                print(f"differs: {kind}, {name}: {found if isinstance(found, str) else 'turned otherwise'}", flush=True)
                if options.keep:
                    options.keep.mkdir(parents=True, exist_ok=True)
                    (options.keep / name).write_bytes(content)
    counts["all"] = sum(counts.values(), Counter())
    print(f"{'kind':<24}" + "".join(f"{column:>15}" for column in COLUMNS))
    for kind, count in counts.items():
        print(f"{kind:<24}" + "".join(f"{count[column]:>15}" for column in COLUMNS))
    everything = counts["all"]
    print(f"{time.monotonic() - start:.0f} s\n\n{everything['tried']} cases, {everything['equal']} equal")
    return 1 if everything["differs"] else 0


if __name__ == "__main__":
    sys.exit(main())
