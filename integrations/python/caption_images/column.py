"""Captions as a column of a table."""

from __future__ import annotations

import numbers
from collections.abc import Iterable, Mapping
from typing import Any

from .captioner import Captioner
from .images import is_one_image
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
        :raises ValueError: if a column that is read would be written, or one written twice.
        """
        check_columns(image, prompts, text, error)
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
        images = rows[self.image]
        # The images of a batch may be one array.
        if is_one_image(images) and not hasattr(images, "dtype"):
            raise TypeError("this is one row and no batch: call map with batched=True")
        return self.columns(images, None if self.prompts is None else rows[self.prompts])

    def columns(self, images: Iterable[Any], prompts: Iterable[str | None] | None) -> dict[str, list[Any]]:
        """The new columns."""
        captions = list(self.captioner.captions(values(images), None if prompts is None else values(prompts)))
        columns: dict[str, list[Any]] = {
            self.text: TextColumn((self._value(caption) for caption in captions), self.captioner.caption_count > 1)}
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


class TextColumn(list):  # type: ignore[type-arg]
    """Texts, or lists of texts, that have this type in Arrow although all of them may be null: `datasets` takes the types of
    new columns from the first batch."""

    def __init__(self, values: Iterable[Any], are_lists: bool):
        super().__init__(values)
        self._are_lists = are_lists

    def __arrow_array__(self, type: Any = None) -> Any:
        import pyarrow as pa

        return pa.array(list(self), type or (pa.list_(pa.string()) if self._are_lists else pa.string()))


def check_columns(image: str, prompts: str | None, text: str, error: str | None) -> None:
    """
    :raises ValueError: if a column that is read would be written, or one written twice.
    """
    for name in filter(None, (text, error)):
        if name in (image, prompts):
            raise ValueError(f"the column {name!r} is read, and cannot be written")
    if text == error:
        raise ValueError(f"the column {text!r} cannot have the captions and the errors")


def values(column: Iterable[Any]) -> list[Any]:
    """A column's values: of Arrow's as Python has them, and None for NaN, which Pandas and Ray have for what is missing."""
    found = column.to_pylist() if hasattr(column, "to_pylist") else list(column)
    return [None if isinstance(value, numbers.Real) and value != value else value for value in found]
