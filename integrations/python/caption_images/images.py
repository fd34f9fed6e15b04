"""Images of all kinds as members of a request."""

from __future__ import annotations

import base64
import os
import re
import sys
import tempfile
import urllib.parse
from collections.abc import Iterable, Mapping
from typing import Any

from .bitmap import bitmap_chunks
from .results import CaptionError

Image = Any
"""A path or address (`str`, `os.PathLike`), the bytes of an image file (`bytes`, `bytearray`, `memoryview`, a NumPy array of one
dimension), a Pillow image, pixels (a NumPy array of bytes, `[H, W]`, `[H, W, 1]`, `[H, W, 3]` or `[H, W, 4]`, alpha being
ignored), or a dict with `bytes` and `path`, as `datasets` and Parquet files have images that are not decoded."""

LARGEST = 45 << 20
"""The most bytes that a line may have as Base64; see docs/worker.md. What is larger goes through a temporary file."""

ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class RequestedImage:
    """An image as the worker takes it: see `take`. It is to be closed, whatever `take` ends with."""

    def __init__(self) -> None:
        self.members: dict[str, Any] = {}
        self.path: str | None = None
        """Of an image that has one, but is not sent by it."""
        self.file: str | None = None
        """The temporary file of an image that is too large for a line."""
        self.description = ""
        """What errors have in place of the temporary file."""

    def close(self) -> None:
        """Removes the temporary file, if there is one."""
        if self.file is not None:
            try:
                os.unlink(self.file)
            except OSError:
                pass

    def take(self, image: Image, turns: bool = True) -> None:
        """Reads an image.

        :param turns: whether a Pillow image is turned as its EXIF orientation says.
        :raises CaptionError: when there is no image, or it cannot be decoded or sent.
        :raises TypeError: for what is no kind of image.
        """
        if image is None:
            raise CaptionError("read", "there is no image")
        if isinstance(image, (str, os.PathLike)):
            self.members["image"] = path_member(image)
        elif isinstance(image, Mapping):
            self._take_mapping(image, turns)
        elif is_pillow(image):
            self._take_pillow(image, turns)
        else:
            self._take_buffer(image)

    def _take_mapping(self, image: Mapping[str, Any], turns: bool) -> None:
        if not image.keys() & {"bytes", "path"}:
            raise TypeError(f"a dict with neither bytes nor path is no image: it has {', '.join(map(str, image))}")
        data, path = image.get("bytes"), image.get("path")
        if data is not None and isinstance(path, (str, os.PathLike)):
            self.path = os.fspath(path)
        self.take(data if data is not None else path, turns)

    def _take_pillow(self, image: Image, turns: bool) -> None:
        try:
            if turns:
                image = turned(image)
            # As transformers does, which drops alpha; grey stays one sample.
            if image.mode != "L":
                image = image.convert("RGB")
            data, (width, height) = image.tobytes(), image.size
        except Exception as error:  # noqa: BLE001 - Pillow's decoders raise almost anything for a broken file.
            raise CaptionError("decode", f"{type(error).__name__}: {error}", getattr(image, "filename", None) or None) from error
        self._take_pixels(memoryview(data), width, height, len(data) // (width * height) if data else 0)

    def _take_buffer(self, image: Image) -> None:
        try:
            view = memoryview(image)
        except (TypeError, ValueError, BufferError):
            raise TypeError(f"{type(image).__name__} is no kind of image; {KINDS}") from None
        if view.format not in ("B", "c"):
            raise TypeError(f"an array of {getattr(image, 'dtype', view.format)} is no image; {KINDS}")
        shape = view.shape or ()
        if len(shape) == 1:
            self._take_file(view)
        elif len(shape) == 2 or len(shape) == 3 and shape[2] in (1, 3, 4):
            height, width, channels = (*shape, 1)[:3]
            self._take_pixels(view, width, height, channels)
        else:
            raise TypeError(f"an array of the shape {list(shape)} is no image; {KINDS}")

    def _take_file(self, data: memoryview) -> None:
        if data.nbytes > LARGEST:
            self._write([data.tobytes()], f"an image of {data.nbytes} bytes")
        else:
            self.members["image_base64"] = encoded(data)

    def _take_pixels(self, pixels: memoryview, width: int, height: int, channels: int) -> None:
        if width == 0 or height == 0:
            raise CaptionError("decode", f"an image of {width} x {height} pixels is empty")
        if pixels.nbytes > LARGEST:
            if 3 * width * height >= 1 << 32:
                raise CaptionError("decode", f"an image of {width} x {height} pixels is too large")
            self._write(bitmap_chunks(pixels.tobytes(), width, height, channels), f"an image of {width} x {height} pixels")
        else:
            self.members.update(pixels=encoded(pixels), width=width, height=height, channels=channels)

    def _write(self, chunks: Iterable[bytes], description: str) -> None:
        self.description = description
        try:
            descriptor, self.file = tempfile.mkstemp(prefix="caption-images-", suffix=".tmp")
            with open(descriptor, "wb") as file:
                for chunk in chunks:
                    file.write(chunk)
        except OSError as error:
            raise CaptionError("read", f"{description} is too large for a request, and cannot be kept in a file: {error}") from None
        self.members["image"] = self.file


KINDS = (
    "give a path, the bytes of an image file, a Pillow image, or an array of uint8 with the shape [H, W], [H, W, 1], [H, W, 3] "
    "or [H, W, 4]")


def path_member(path: str | os.PathLike[str] | os.PathLike[bytes]) -> str:
    """A path as a request has it: absolute, and as an address if it is not UTF-8. Addresses stay.

    :raises CaptionError: for what is no path, and for a relative one where there is no working directory.
    """
    if isinstance(path, str) and ADDRESS.match(path):
        return path
    try:
        name = os.fsencode(path)
        if not name:
            return ""
        if not os.path.isabs(name):
            # Not normalised: what `..` means depends on links.
            name = os.path.join(os.getcwdb(), name)
    except UnicodeEncodeError:
        raise CaptionError("read", f"{os.fspath(path)!r} is no path") from None
    except OSError as error:
        raise CaptionError("read", f"there is no working directory: {error}", os.fsdecode(path)) from None
    try:
        return name.decode()
    except UnicodeDecodeError:
        return "file://" + urllib.parse.quote(name)


def is_one_image(value: Any) -> bool:
    """Whether it is one image, or one text, and no iterable of images. An array of four dimensions is one of three of them."""
    if isinstance(value, (str, bytes, bytearray, memoryview, os.PathLike, Mapping)) or is_pillow(value):
        return True
    return str(getattr(value, "dtype", "")) == "uint8" and getattr(value, "ndim", 0) < 4


def is_pillow(image: Image) -> bool:
    """Whether it is a Pillow image, without importing Pillow for it."""
    module = sys.modules.get("PIL.Image")
    return module is not None and isinstance(image, module.Image)


def turned(image: Image) -> Image:
    """The image as its EXIF orientation says. An orientation that cannot be read is none."""
    from PIL import ImageOps

    image.load()
    try:
        return image if image.getexif().get(0x0112, 1) == 1 else ImageOps.exif_transpose(image)
    except Exception:  # noqa: BLE001 - EXIF data can be broken in as many ways as a file.
        return image


def encoded(data: memoryview) -> str:
    """Base64."""
    return base64.b64encode(data if data.c_contiguous else data.tobytes()).decode()
