"""The emoji drawings the scenes are made of, read from Debian's font and Unicode's name list."""

import io
from dataclasses import dataclass
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import Image

FONT = Path("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf")
EMOJI_TEST = Path("/usr/share/unicode/emoji/emoji-test.txt")
OBJECTS = Path(__file__).with_name("objects.txt")


@dataclass(frozen=True)
class Thing:
    """Something the model can name: its phrase ("a red apple") and its drawing (RGBA, trimmed to what is drawn)."""

    phrase: str
    drawing: Image.Image

    @property
    def name(self) -> str:
        """The phrase without its article."""
        return self.phrase.removeprefix("an ").removeprefix("a ")


def phrases() -> list[tuple[str, str]]:
    """Pairs (phrase in captions, Unicode name) in the order of objects.txt."""
    lines = OBJECTS.read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines if line and not line.startswith("#")]


def code_points() -> dict[str, int]:
    """Unicode name -> code point, for every emoji that is one code point (with or without a variation selector)."""
    found = {}
    for line in EMOJI_TEST.read_text(encoding="utf-8").splitlines():
        if "; fully-qualified" not in line:
            continue
        codes, comment = line.split(";", 1)
        points = [point for point in codes.split() if point != "FE0F"]
        if len(points) == 1:
            # The comment reads "# <emoji> E<version> <name>".
            found[comment.split("#", 1)[1].split(maxsplit=2)[2].strip()] = int(points[0], 16)
    return found


def load_things() -> list[Thing]:
    """Every thing of objects.txt with its drawing. Raises KeyError for a name that the font or the list lacks."""
    font = TTFont(FONT)
    glyphs, strike, points = font.getBestCmap(), font["CBDT"].strikeData[0], code_points()
    things = []
    for phrase, unicode_name in phrases():
        drawing = Image.open(io.BytesIO(strike[glyphs[points[unicode_name]]].imageData)).convert("RGBA")
        things.append(Thing(phrase, drawing.crop(drawing.getbbox())))
    return things
