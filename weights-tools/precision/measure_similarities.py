#!/usr/bin/env python3
"""What reduced precision changes in the similarities of a CLIP: each of N emoji scenes with the captions of all, compared with float32.

The scenes and their captions are those of the demo models' test split, no caption twice. The embeddings are those that
`caption-images score --embeddings` writes, in float16; what that rounding changes by itself is printed, too. A decision is whether
a similarity is at least the median of float32; a clear one is further from it than a tenth of the similarities' standard deviation.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from comparisons.engine import add_caption_images
from fixtures.places import DEMO_CHECKPOINT

if TYPE_CHECKING:
    import numpy

DEMO_CLIP = DEMO_CHECKPOINT.parent / "clip"


def write_scenes(folder: Path, count: int) -> None:
    """PNG files of scenes with one thing and with two, in turn, and a text file with the caption beside each."""
    sys.path.insert(1, str(Path(__file__).resolve().parents[1] / "demo_model"))
    from drawings import load_things
    from PIL import Image
    from scenes import Composer
    from sprites import sprite_bank

    things = load_things()
    composer = Composer(things, sprite_bank(things, "test", seed=0))
    draw, captions = random.Random(0), set()
    while len(captions) < count:
        scene = composer.pair(draw) if len(captions) % 2 else composer.single(draw)
        if scene.caption in captions:
            continue
        path = folder / f"{len(captions):05}.png"
        captions.add(scene.caption)
        Image.fromarray(scene.image).save(path)
        path.with_suffix(".txt").write_text(scene.caption)


def embeddings(options: argparse.Namespace, scenes: Path, precision: str, folder: Path) -> tuple[numpy.ndarray, numpy.ndarray, numpy.ndarray]:
    """Images, texts [N, P], in float16 as they are stored, and the similarity of each scene and its own caption, as the engine computed it."""
    import numpy

    records = folder / f"{precision}.jsonl"
    subprocess.run([options.caption_images, "score", scenes, "-o", records, "--clip", options.clip, "--clip-precision", precision,
                    "--embeddings", folder / precision, "--quiet"], check=True)
    images, texts = (numpy.load(folder / precision / f"{kind}_emb" / f"{kind}_emb_0.npy") for kind in ("img", "text"))
    own = [json.loads(line)["similarity"] for line in records.read_text().splitlines()]
    return images, texts, numpy.array(own)


def cosines(images: numpy.ndarray, texts: numpy.ndarray) -> numpy.ndarray:
    """[N, N], an image a row."""
    import numpy

    images, texts = (rows.astype(numpy.float64) for rows in (images, texts))
    images, texts = (rows / numpy.linalg.norm(rows, axis=1, keepdims=True) for rows in (images, texts))
    return images @ texts.T


def rank_correlation(found: numpy.ndarray, exact: numpy.ndarray) -> float:
    """Spearman's, of numbers of which hardly any are equal."""
    import numpy

    ranks = [values.ravel().argsort().argsort() for values in (found, exact)]
    return float(numpy.corrcoef(*ranks)[0, 1])


def figures(found: numpy.ndarray, exact: numpy.ndarray) -> dict[str, str]:
    import numpy

    change, deviation, threshold = numpy.abs(found - exact), exact.std(), numpy.median(exact)
    flipped, clear = (found >= threshold) != (exact >= threshold), numpy.abs(exact - threshold) > deviation / 10
    first = (found.argmax(1) == exact.argmax(1)).sum()
    return {
        "mean change": f"{change.mean():.6f}", "largest": f"{change.max():.6f}",
        "mean, deviations": f"{change.mean() / deviation:.4f}", "largest, deviations": f"{change.max() / deviation:.4f}",
        "rank correlation": f"{rank_correlation(found, exact):.6f}", "flipped": f"{flipped.mean():.3%} ({flipped.sum()})",
        "clear ones flipped": f"{flipped[clear].mean():.4%} ({flipped[clear].sum()} of {clear.sum()})",
        "same first text": f"{first} of {len(exact)}"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clip", type=Path, default=DEMO_CLIP, metavar="FOLDER", help="default: the demo CLIP")
    parser.add_argument("--count", type=int, default=400, help="scenes, so that there are COUNT x COUNT pairs (default: 400)")
    add_caption_images(parser)
    options = parser.parse_args()
    import numpy

    from precision.errors import row_cosines

    with tempfile.TemporaryDirectory() as folder:
        scenes = Path(folder) / "scenes"
        scenes.mkdir()
        write_scenes(scenes, options.count)
        images, texts, own = embeddings(options, scenes, "f32", Path(folder))
        exact = cosines(images, texts)
        rounding = numpy.abs(exact.diagonal() - own)
        print(f"{exact.size} similarities: mean {exact.mean():.4f}, standard deviation {exact.std():.5f}, median {numpy.median(exact):.5f}; "
              f"rounding to float16: mean {rounding.mean():.6f}, largest {rounding.max():.6f}", flush=True)
        for precision in ("bf16", "int8"):
            changed = embeddings(options, scenes, precision, Path(folder))
            smallest = [f"{row_cosines(rows, before).min():.5f}" for rows, before in zip(changed, (images, texts), strict=False)]
            print(precision, json.dumps({"smallest cosine, image and text": smallest} | figures(cosines(*changed[:2]), exact), indent=2), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
