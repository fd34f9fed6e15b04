"""Single drawings out of the Noto Color Emoji font (SIL Open Font License 1.1)."""

import io
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import Image

DEBIAN_FONT = Path("/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf")
"""Where Debian's fonts-noto-color-emoji puts it."""


class NotoEmoji:
    """Looks up the bitmap of one code point; sequences (flags, skin tones) are not needed here."""

    def __init__(self, path: Path = DEBIAN_FONT) -> None:
        font = TTFont(path)
        if "CBDT" not in font:
            raise ValueError(f"{path} has no bitmaps (CBDT table)")
        self._glyphs = font.getBestCmap()
        self._bitmaps = font["CBDT"].strikeData[0]
        self.version = font["name"].getDebugName(5)

    def drawing(self, character: str) -> Image.Image:
        """RGBA, cropped to what is visible."""
        name = self._glyphs.get(ord(character))
        if name is None or name not in self._bitmaps:
            raise ValueError(f"the font has no bitmap for U+{ord(character):04X}")
        image = Image.open(io.BytesIO(self._bitmaps[name].imageData)).convert("RGBA")
        return image.crop(image.getbbox())
