"""What Pillow and transformers make of a picture, as hashes."""

import hashlib
import warnings
from pathlib import Path

import numpy as np
import PIL
import transformers
from PIL import Image, ImageFile, ImageOps, features

try:
    from transformers.models.blip.image_processing_pil_blip import BlipImageProcessorPil as BlipImageProcessor
except ImportError:  # transformers before 5
    from transformers import BlipImageProcessor

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
    """Sizes and hashes of one file; needs Pillow up to 12.1: later ones take the passes of tall pictures in another order."""
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
        values = np.asarray(processor(Image.fromarray(shown), return_tensors="np")["pixel_values"][0])
        assert values.dtype == np.float32 and values.shape == (3, height, width)
        result[f"pixel_values_{height}x{width}"] = _sha256(values)
    return result
