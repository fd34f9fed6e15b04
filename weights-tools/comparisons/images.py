#!/usr/bin/env python3
"""Compares the engine's images and `pixel_values` with the Pillow and transformers at hand, bit for bit.

More than 900 images are made from a seed, the tests' fixtures come to them, and those in folders and Python packages that are named or,
with --download, fetched. Each is decoded turned as its EXIF says and as it is stored, and processed to 224 x 224 pixels. Another
Pillow is tried with PYTHONPATH; of all versions the engine follows those before 12.2, which resize across before they resize down: with
later ones `pixel_values` are not compared. Of BMP it follows 13, which reads run-length encodings right that 12 does not.
Truncated progressive JPEGs with subsampled rows differ by a few levels where the engine's libjpeg-turbo is older than 3.0.1.
Exit status: 0 nothing differs but images that Pillow shows black, 1 something does.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from comparisons import real_images
from comparisons.engine import ParityProbe, add_probe

if TYPE_CHECKING:
    from references.pillow import Outcome

EDGE = 224
# From bad to good. `blank there`: Pillow shows a black image, the engine refuses it or shows what there is.
VERDICTS = ["differs", "we refuse", "blank there", "both refuse", "equal"]


def cases(options: argparse.Namespace) -> Iterator[tuple[str, str, bytes]]:
    """Kind, file name and bytes of every image."""
    from comparisons import varied_images
    from fixtures.images import formats, pictures

    for kind, make in (varied_images.KINDS | formats.KINDS | {trait: formats.OPTIONAL_KINDS[trait] for trait in options.trait}).items():
        for name, content in make():
            yield kind, name, content
    for name, content in pictures.pictures():
        yield "fixtures of the tests", name, content
    for source in [*options.sources, *(real_images.download(options.download) if options.download else [])]:
        for name, content in real_images.inside(source):
            yield f"real: {source.name.split('-')[0]}", name, content


def ask(probe: ParityProbe, path: Path, turns: bool) -> tuple[Outcome, str | None]:
    """What the engine makes of an image, and its note."""
    import numpy as np

    from references.pillow import Outcome

    reply = probe.ask(path=str(path), turns=turns, height=EDGE, width=EDGE)
    if "error" in reply:
        return Outcome(error=reply["error"]), None
    shape = (reply["height"], reply["width"], 3)
    rgb = np.frombuffer(probe.payload(int(np.prod(shape))), np.uint8).reshape(shape)
    values = np.frombuffer(probe.payload(3 * EDGE * EDGE * 4), np.float32).reshape(3, EDGE, EDGE)
    return Outcome(rgb=rgb, values=values), reply.get("note")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", type=Path, nargs="*", metavar="SOURCE", help="folders, wheels and .tar.gz with more images")
    parser.add_argument("--download", type=Path, metavar="FOLDER", help="fetch packages with images into this folder and use them")
    add_probe(parser)
    parser.add_argument("--trait", action="append", default=[], choices=["AVIF", "TIFF", "HEIC"], help="a trait of the package that the probe was built with; can be repeated")
    parser.add_argument("--only", metavar="TEXT", help="kinds and names that contain this")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="copy images that differ there")
    options = parser.parse_args()
    from references.pillow import LiveReference, versions

    print(", ".join(f"{name} {version}" for name, version in versions().items()), flush=True)
    start = time.monotonic()
    counts: dict[str, Counter] = {}
    lines: list[str] = []
    reference = LiveReference(EDGE, options.trait)
    with tempfile.TemporaryDirectory() as folder, ParityProbe(options.probe, "pictures") as probe:
        for kind, name, content in cases(options):
            if options.only and options.only not in f"{kind} {name}":
                continue
            path = Path(folder) / Path(name).name
            path.write_bytes(content)
            count = counts.setdefault(kind, Counter())
            count["tried"] += 1
            verdicts = set()
            for turns in (True, False):
                found, note = ask(probe, path, turns)
                verdict, details = reference.outcome(path, turns).compare(found)
                verdicts.add(verdict)
                if verdict not in ("equal", "both refuse"):
                    lines.append(f"{verdict}: {kind}, {name}, {'turned' if turns else 'as stored'}: {details}")
            worst = next(verdict for verdict in VERDICTS if verdict in verdicts)
            count[worst] += 1
            count["noted"] += note is not None
            if worst in ("differs", "we refuse") and options.keep:
                options.keep.mkdir(parents=True, exist_ok=True)
                (options.keep / name.replace("/", "_")).write_bytes(content)
            path.unlink()

    columns = ["tried", *reversed(VERDICTS), "noted"]
    print(f"{'kind':<28}" + "".join(f"{column:>13}" for column in columns))
    counts["all"] = sum(counts.values(), Counter())
    for kind, count in counts.items():
        print(f"{kind:<28}" + "".join(f"{count[column]:>13}" for column in columns))
    print("\n".join(lines))
    everything = counts["all"]
    print(f"{time.monotonic() - start:.0f} s\n\n{everything['tried']} cases, {everything['equal'] + everything['both refuse']} equal")
    return 1 if counts["all"]["differs"] or counts["all"]["we refuse"] else 0


if __name__ == "__main__":
    sys.exit(main())
