"""BLIP's image processing spelled out: what transformers calls the slow, or PIL, image processor."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy
from PIL import Image, ImageOps


def open_rgb(path: Path, exif_orientation: bool = False) -> Image.Image:
    """Decodes an image and drops alpha and palette as Pillow does; turned as its EXIF says only if asked for."""
    with Image.open(path) as image:
        return (ImageOps.exif_transpose(image) if exif_orientation else image).convert("RGB")


@dataclass(frozen=True)
class SlowImageProcessor:
    """Resizes to a fixed size whatever the aspect ratio, rescales and normalises."""

    height: int
    width: int
    rescale_factor: float
    mean: tuple[float, ...]
    deviation: tuple[float, ...]

    @classmethod
    def read(cls, folder: Path) -> "SlowImageProcessor":
        """From a checkpoint's preprocessor_config.json or else the image processor inside processor_config.json."""
        path = folder / "preprocessor_config.json"
        if path.exists():
            values = json.loads(path.read_text())
        else:
            path = folder / "processor_config.json"
            values = json.loads(path.read_text()).get("image_processor")
            if values is None:
                raise ValueError(f"{path} has no image_processor")
        if values["resample"] != Image.Resampling.BICUBIC:
            raise ValueError(f"{path}: resample {values['resample']} is not bicubic (3)")
        return cls(
            values["size"]["height"], values["size"]["width"], values["rescale_factor"],
            tuple(values["image_mean"]), tuple(values["image_std"]))

    def __call__(self, image: Image.Image) -> numpy.ndarray:
        """float32 `[3, H, W]`: rescaled in float64, rounded to float32, then normalised in float32 as the slow
        processor of transformers 4.38 did."""
        if image.mode != "RGB":
            raise ValueError(f"expected an RGB image, found {image.mode}")
        resized = numpy.array(image.resize((self.width, self.height), resample=Image.Resampling.BICUBIC))
        rescaled = (resized.astype(numpy.float64) * self.rescale_factor).astype(numpy.float32)
        mean = numpy.array(self.mean, dtype=numpy.float32)
        deviation = numpy.array(self.deviation, dtype=numpy.float32)
        return numpy.ascontiguousarray(((rescaled - mean) / deviation).transpose(2, 0, 1))
