"""What Pillow and BLIP's image processor of transformers make of an image file: as hashes for fixtures, as arrays for comparisons."""

import hashlib
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import PIL
import transformers
from PIL import Image, ImageFile, ImageOps, features

try:
    from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil as BlipImageProcessor
except ImportError:  # transformers before 5
    from transformers import BlipImageProcessor

# Which the engine does not follow: the pixel values of tall images are others then, and are not compared.
RESIZES_DOWN_FIRST = tuple(int(part) for part in PIL.__version__.split(".")[:2]) >= (12, 2)
# Height and width of `pixel_values`: what models take, and one that is no multiple of anything.
SIZES = [(224, 224), (37, 61)]


def versions() -> dict[str, str]:
    """Of everything that has a say in the hashes."""
    return {"pillow": PIL.__version__, "libjpeg_turbo": features.version("libjpeg_turbo") or "none",
            "transformers": transformers.__version__, "numpy": np.__version__}


def _sha256(array: np.ndarray) -> str:
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()


def _turned(picture: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # Pillow raises whatever comes when EXIF is broken, which is no fault of the pixels
        return picture


def describe(path: Path) -> dict:
    """Sizes and hashes of one file; needs Pillow up to 12.1: later ones take the passes of tall images in another order."""
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        stored = Image.open(path)
        stored.load()
        shown = _turned(stored).convert("RGB")
        stored = stored.convert("RGB")
    # As an array it has lost Pillow's note of a transparent colour, which makes transformers 5 put white in its place.
    shown = np.asarray(shown)
    result = {
        "size": [shown.shape[1], shown.shape[0]],
        "rgb": _sha256(shown),
        "rgb_orientation_ignored": _sha256(np.asarray(stored)),
    }
    for height, width in SIZES:
        processor = BlipImageProcessor(size={"height": height, "width": width})
        # The layout is stated: transformers 4 guesses it wrong where the height is 1 or 3.
        values = np.asarray(processor(shown, input_data_format="channels_last", return_tensors="np")["pixel_values"][0])
        assert values.dtype == np.float32 and values.shape == (3, height, width)
        result[f"pixel_values_{height}x{width}"] = _sha256(values)
    return result


@dataclass
class Outcome:
    """An image, `[H, W, 3]` bytes, with its `pixel_values`, `[3, h, w]`, or why there is none."""

    rgb: np.ndarray | None = None
    values: np.ndarray | None = None
    error: str | None = None

    @property
    def is_blank(self) -> bool:
        """Whether a decoder gave up before Pillow had a single row, which then continues with an image of one colour."""
        return self.rgb is not None and bool((self.rgb == self.rgb[0, 0]).all())

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
        if not RESIZES_DOWN_FIRST and self.values.tobytes() != found.values.tobytes():
            return "differs", f"pixel values by up to {np.abs(self.values - found.values).max()}"
        return "equal", ""


class LiveReference:
    """Pillow with truncated files allowed, then BLIP's image processor on it."""

    def __init__(self, edge: int, traits: Sequence[str] = ()) -> None:
        """`traits`: those of the package that the engine was built with."""
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        self._formats = {"JPEG", "MPO", "PNG", "GIF", "BMP", "WEBP", *traits}
        if "HEIC" in traits:
            import pillow_heif

            pillow_heif.register_heif_opener()
            self._formats.add("HEIF")
        self._processor = BlipImageProcessor(size={"height": edge, "width": edge})

    def outcome(self, path: Path, turns: bool) -> Outcome:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                picture = Image.open(path)
                if picture.format not in self._formats:
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
