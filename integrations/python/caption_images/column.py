"""Captions as a column of a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from .captioner import Captioner
from .images import is_pillow
from .results import Caption


class CaptionColumn:
    """Adds captions to batches of rows: a function for `datasets.Dataset.map`.

        dataset.map(captioner.column("image", "caption"), batched=True, batch_size=64, num_proc=2)

    It can be pickled; each process gets a worker of its own. Its pickle depends on nothing but the options, so `datasets`
    finds results of an earlier run in its cache. (A model that was changed in its folder keeps its name: give
    `new_fingerprint`, or `load_from_cache_file=False`.)
    """

    def __init__(
        self, captioner: Captioner, image: str = "image", text: str = "caption", *, prompts: str | None = None,
        error: str | None = "caption_error",
    ):
        """
        :param image: the column of the images; `caption_images.images.Image` says of which kinds.
        :param text: the column to write: the caption, or with `num_captions` above 1 the list of them; null without one.
        :param prompts: a column with a prompt for each image, or null.
        :param error: the column to write with the reason why there is no caption, and an empty text where there is one. None
            raises the first error.
        """
        self.captioner = captioner
        self.image = image
        self.text = text
        self.prompts = prompts
        self.error = error

    def __call__(self, rows: Mapping[str, Any]) -> dict[str, Any]:
        """
        :param rows: a batch: a list or an array for each column.
        :return: the new columns, which `datasets` adds.
        """
        if isinstance(rows[self.image], (str, bytes, Mapping)) or is_pillow(rows[self.image]):
            raise TypeError("this is one row and no batch: call map with batched=True")
        return self.columns(rows[self.image], None if self.prompts is None else rows[self.prompts])

    def columns(self, images: Iterable[Any], prompts: Iterable[str | None] | None) -> dict[str, list[Any]]:
        """The new columns."""
        captions = list(self.captioner.captions(images, prompts))
        columns: dict[str, list[Any]] = {self.text: [self._value(caption) for caption in captions]}
        if self.error is not None:
            # Not null: of a first batch without errors no type could be inferred.
            columns[self.error] = ["" if caption.error is None else str(caption.error) for caption in captions]
        return columns

    def _value(self, caption: Caption) -> str | list[str] | None:
        if caption.error is not None:
            if self.error is None:
                raise caption.error
            return None
        return list(caption.texts) if self.captioner.caption_count > 1 else caption.text
