"""Captions images and says how sure each was: `python show.py CHECKPOINT PICTURE...` prints rows of a Markdown table."""

import argparse
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("pictures", type=Path, nargs="+")
    options = parser.parse_args()
    from PIL import Image

    from captioning import Speaker

    speaker = Speaker(options.folder)
    for file in options.pictures:
        image = Image.open(file).convert("RGB")
        print(f"| {file.name} | {image.width}x{image.height} | {speaker.say([image])[0]} | {min(speaker.margins(image)):.2f} |")


if __name__ == "__main__":
    main()
