"""Makes a data set as large and laid out as the seed of the Better Synth challenge: `python Tests/Endurance/seed_set.py FOLDER`.

Images are scenes of the demo model's own recipe, in photographs' sizes, as JPEG (one in ten PNG): images/00609/006092514.jpg.
One in a hundred is broken, in twelve ways in turn; one in a hundred is a copy of another. The same seed makes the same files.
"""

import argparse
import json
import os
import random
import shutil
import sys
from multiprocessing import Pool
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "weights-tools" / "demo_model"))

SIZES = [(500, 375), (640, 480), (336, 448), (512, 512), (400, 600), (448, 336)]  # width, height
WAYS = [
    "missing", "empty", "cut in its header", "a page of HTML", "noise", "a folder", "a link to itself", "a pipe", "a WebP that ends early",
    "a PNG larger than any", "a JPEG without a frame", "cut in the middle",
]  # fmt: skip
COPIED, BROKEN = 50, 97  # of each hundred

_things = []


def name(index: int) -> str:
    """Where the seed would have the image."""
    number = 6_092_514 + 37 * index
    return f"images/{number // 10000:05}/{number:09}" + (".png" if index % 10 == 9 else ".jpg")


def draw(job: tuple[Path, int, int]) -> None:
    from drawings import load_things
    from large_scenes import pair, single

    folder, index, seed = job
    if not _things:
        _things.extend(load_things())
    rng = random.Random(f"seed-set/{seed}/{index}")
    width, height = SIZES[rng.randrange(len(SIZES))]
    picture, _ = (single if rng.random() < 0.5 else pair)(rng, _things, height, width)
    path = folder / name(index)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".png":
        picture.save(path)
    else:
        picture.save(path, quality=88)


def break_picture(path: Path, way: str) -> None:
    """Replaces a good image by one that is broken in a certain way."""
    good = path.read_bytes()
    path.unlink()
    if way == "missing":
        return
    if way == "a folder":
        path.mkdir()
    elif way == "a link to itself":
        os.symlink(path.name, path)
    elif way == "a pipe":
        os.mkfifo(path)
    else:
        path.write_bytes({
            "empty": b"",
            "cut in its header": good[:12],
            "a page of HTML": b"<!DOCTYPE html><html><body>404</body></html>",
            "noise": random.Random(len(good)).randbytes(4096),
            "a WebP that ends early": b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(24),
            "a PNG larger than any": bytes.fromhex("89504e470d0a1a0a0000000d494844520000fde80000fde808020000001a5b9b4c") + bytes(64),
            "a JPEG without a frame": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9",
            "cut in the middle": good[: len(good) // 2],
        }[way])  # fmt: skip


def make(folder: Path, count: int, seed: int) -> dict[str, int]:
    """Makes the set. Returns how many images are broken in which way."""
    with Pool() as pool:
        for _ in pool.imap_unordered(draw, ((folder, i, seed) for i in range(count)), chunksize=50):
            pass
    broken: dict[str, int] = {}
    rows = []
    for index in range(count):
        path = folder / name(index)
        if index % 100 == COPIED:
            shutil.copyfile(folder / name(index - 10), path)
        if index % 100 == BROKEN:
            way = WAYS[index // 100 % len(WAYS)]
            break_picture(path, way)
            broken[way] = broken.get(way, 0) + 1
        text = f"<__dj__image>\nan alt text of the web, no. {index}: café “{index % 7}” <|__dj__eoc|>"
        rows.append({"id": Path(name(index)).stem, "text": text, "images": [name(index)]})
    with open(folder / "seed.jsonl", "w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return broken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.folder.exists() and any(options.folder.iterdir()):
        parser.error(f"{options.folder}: it is not empty")
    for way, count in make(options.folder, options.count, options.seed).items():
        print(f"{count:5} {way}")


if __name__ == "__main__":
    main()
