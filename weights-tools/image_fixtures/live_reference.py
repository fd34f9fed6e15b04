"""What the Pillow and transformers at hand make of a picture, as arrays."""

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageFile, ImageOps

from .reference import BlipImageProcessor, versions

__all__ = ["LiveReference", "Outcome", "versions"]


@dataclass
class Outcome:
    """A picture, `[H, W, 3]` bytes, with its `pixel_values`, `[3, h, w]`, or why there is none."""

    rgb: np.ndarray | None = None
    values: np.ndarray | None = None
    error: str | None = None

    @property
    def is_blank(self) -> bool:
        """Whether libjpeg or zlib gave up before Pillow had a single row, which then goes on with a black picture."""
        return self.rgb is not None and not self.rgb.any()

    def compare(self, found: "Outcome") -> tuple[str, str]:
        """A verdict on what the engine found, and details."""
        if self.error is not None:
            return ("both refuse", "") if found.error is not None else ("differs", f"Pillow refuses: {self.error}")
        if found.error is not None:
            return ("blank there" if self.is_blank else "we refuse"), found.error
        if self.rgb.shape != found.rgb.shape:
            return "differs", f"{found.rgb.shape} instead of {self.rgb.shape}"
        if not np.array_equal(self.rgb, found.rgb):
            difference = np.abs(self.rgb.astype(int) - found.rgb)
            rows = np.nonzero(difference.any((1, 2)))[0]
            details = (f"{np.count_nonzero(difference)} of {difference.size} samples by up to {difference.max()}, "
                       f"rows {rows[0]} to {rows[-1]} of {len(difference)}")
            return ("blank there" if self.is_blank else "differs"), details
        if self.values.tobytes() != found.values.tobytes():
            return "differs", f"pixel values by up to {np.abs(self.values - found.values).max()}"
        return "equal", ""


class LiveReference:
    """Pillow with truncated files allowed, then BLIP's image processor on it."""

    def __init__(self, edge: int) -> None:
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        self._processor = BlipImageProcessor(size={"height": edge, "width": edge})

    def outcome(self, path: Path, turns: bool) -> Outcome:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                picture = Image.open(path)
                if picture.format not in ("JPEG", "MPO", "PNG"):
                    return Outcome(error=f"a {picture.format} picture")
                picture.load()
            except Exception as error:
                return Outcome(error=f"{type(error).__name__}: {error}")
            if turns:
                try:
                    picture = ImageOps.exif_transpose(picture)
                except Exception:  # Pillow raises whatever comes when EXIF is broken, which is no fault of the pixels
                    pass
            rgb = np.asarray(picture.convert("RGB"))
        # The layout is stated: it would be guessed wrong where the height is 1 or 3.
        values = self._processor(rgb, input_data_format="channels_last", return_tensors="np")["pixel_values"][0]
        return Outcome(rgb=rgb, values=np.asarray(values))
