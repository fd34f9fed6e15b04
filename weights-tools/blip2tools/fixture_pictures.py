"""The pictures that all parity tests use: small real JPEG and PNG files."""

import shutil
from collections.abc import Callable
from importlib import metadata, resources
from pathlib import Path

from PIL import Image

from .noto_emoji import NotoEmoji
from .scenes import Composer

SEED = 20230130

SIZES = [
    (136, 128), (96, 96), (112, 112), (64, 64), (120, 80), (80, 120), (160, 90), (97, 71), (71, 97), (128, 96),
    (53, 101), (150, 150), (33, 47), (89, 144), (144, 89), (60, 200), (200, 60), (112, 84), (48, 48), (101, 103)]
"""Sizes that scenes take in turn."""

ODD_SIZES = [
    (1, 1), (2, 1), (1, 2), (3, 3), (2, 2), (5, 4), (500, 3), (3, 500), (400, 1), (1, 400), (7, 300), (300, 7),
    (16, 8), (8, 16), (17, 17), (31, 9), (224, 224), (225, 223), (113, 111), (15, 15)]
"""Sizes at which a resize goes wrong first; gradients, so that the files stay small."""

LARGE_SIZES = [(400, 300), (300, 400), (384, 384), (320, 240), (240, 320), (400, 225)]

EASY_VQA_COUNT = 60

JPEG_VARIANTS: list[dict[str, object]] = [
    {"quality": 75, "subsampling": "4:2:0"}, {"quality": 90, "subsampling": "4:4:4"},
    {"quality": 60, "subsampling": "4:2:2"}, {"quality": 80, "subsampling": "4:2:0", "progressive": True},
    {"quality": 35, "subsampling": "4:2:0"}, {"quality": 85, "subsampling": "4:4:4", "progressive": True},
    {"quality": 70, "subsampling": "4:2:0", "optimize": True}]

LICENSES = """# Where these pictures come from
- `easy-vqa-*.png`: the first pictures of the test split of easy-VQA 1.0 by Victor Zhou, byte for byte. MIT licence, below.
- `scene-*.jpg`, `large-*.jpg`, `drawn-*.png`, `transparent-*.png`: composed from the drawings of Noto Color Emoji, copyright Google Inc.,
  SIL Open Font License 1.1, which does not extend to documents made with a font.
- `size-*`, `noise-*`, `stripes-*`, `sixteen-bit-*`: computed from random numbers; no rights are claimed.

## The licence of easy-VQA
"""


def write_pictures(folder: Path, emoji: NotoEmoji) -> None:
    """Fills `folder`, replacing what is there."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    composer = Composer(SEED, emoji)
    write_scenes(folder, composer)
    write_odd_sizes(folder, composer)
    write_textures(folder, composer)
    copy_easy_vqa(folder)
    licence = next(file for file in metadata.files("easy-vqa") or [] if file.name == "LICENSE")
    (folder / "LICENSES.md").write_text(LICENSES + licence.read_text())


def write_scenes(folder: Path, composer: Composer) -> None:
    for index in range(84):
        width, height = SIZES[index % len(SIZES)]
        scene = composer.scene(width, height, 1 + index % 2)
        options = JPEG_VARIANTS[index % len(JPEG_VARIANTS)]
        if index % 12 == 11:
            scene, options = scene.convert("L"), {"quality": 80}
        scene.save(folder / f"scene-{index:03}.jpg", **options)
    for index, (width, height) in enumerate(LARGE_SIZES):
        composer.scene(width, height, 2).save(folder / f"large-{index:03}.jpg", quality=70, subsampling="4:2:0")
    forms: list[Callable[[Image.Image], Image.Image]] = [
        lambda image: image,
        lambda image: image.quantize(32, dither=Image.Dither.NONE),
        lambda image: image.convert("L"),
        lambda image: image.quantize(16, dither=Image.Dither.NONE),
        lambda image: image.convert("1", dither=Image.Dither.NONE),
        lambda image: image.convert("LA")]
    for index in range(24):
        side = 40 + 3 * index
        scene = composer.scene(side, side + index % 5 - 2, 1 + index % 2)
        forms[index % len(forms)](scene).save(folder / f"drawn-{index:03}.png", optimize=True)
    for index in range(6):
        composer.transparent_drawing(44 + 7 * index).save(folder / f"transparent-{index:03}.png", optimize=True)


def write_odd_sizes(folder: Path, composer: Composer) -> None:
    for index, (width, height) in enumerate(ODD_SIZES):
        composer.gradient(width, height).save(folder / f"size-{width}x{height}.png", optimize=True)
        if index % 2:
            composer.gradient(width, height).save(folder / f"size-{width}x{height}.jpg", quality=85)


def write_textures(folder: Path, composer: Composer) -> None:
    for index in range(6):
        composer.noise(12 + 5 * index, 30 - 3 * index).save(folder / f"noise-{index:03}.png")
    for index in range(4):
        composer.noise(40, 24 + 8 * index).save(folder / f"noise-{index:03}.jpg", **JPEG_VARIANTS[index])
    for index in range(8):
        composer.stripes(50 + 11 * index, 120 - 9 * index).save(folder / f"stripes-{index:03}.png", optimize=True)
    for index in range(4):
        composer.sixteen_bit_grey(20 + index, 28 - index).save(folder / f"sixteen-bit-{index:03}.png")


def copy_easy_vqa(folder: Path) -> None:
    """The first pictures of easy-VQA's test split, byte for byte."""
    images = resources.files("easy_vqa") / "data" / "test" / "images"
    for index in range(EASY_VQA_COUNT):
        (folder / f"easy-vqa-{index:03}.png").write_bytes((images / f"{index}.png").read_bytes())
