"""Draws the twelve images that come with the demo model: `python pictures.py FOLDER`.

They are the first that the seed gives, whatever the model says of them: four things, four pairs it never saw together, in the
sizes and formats images come in, and the first four of easy-VQA's test images.
"""

import argparse
import random
import shutil
from pathlib import Path

SIZES = [(320, 240), (400, 400), (280, 420), (256, 256), (480, 320), (300, 300), (360, 270), (300, 400)]  # width, height


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    from drawings import load_things
    from large_scenes import pair, single
    from shapes import load_pictures, root

    options.folder.mkdir(parents=True, exist_ok=True)
    things, rng = load_things(), random.Random(f"pictures/{options.seed}")
    for i, (width, height) in enumerate(SIZES):
        draw = single if i % 2 == 0 else pair
        picture, caption = draw(rng, things, height, width)
        name = f"scene-{i + 1:02}" + (".png" if i % 4 in (0, 3) else ".jpg")
        if name.endswith("png"):
            picture.save(options.folder / name, optimize=True)
        else:
            picture.save(options.folder / name, quality=90)
        print(f"{name}\t{caption}")
    for i, picture in enumerate(load_pictures("test")[:4]):
        name = f"shape-{i + 1:02}.png"
        shutil.copyfile(root("test") / "images" / f"{picture.index}.png", options.folder / name)
        print(f"{name}\t{picture.caption or 'its questions do not say'}")


if __name__ == "__main__":
    main()
