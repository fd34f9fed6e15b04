"""Captions in Ray Data."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

from .captioner import Captioner
from .column import CaptionColumn


class CaptionActor:
    """What an actor of Ray Data does with batches: it adds captions.

        dataset.map_batches(
            CaptionActor, fn_constructor_kwargs={"model": "/models/blip2-int8", "threads": 4},
            compute=ray.data.ActorPoolStrategy(size=2), num_cpus=4, batch_size=64, max_restarts=-1, max_task_retries=-1)

    An actor that dies is then started again, and its batches are done again. Ray itself is not needed to import this.
    """

    def __init__(
        self, model: str | os.PathLike[str] | None = None, *, image: str = "image", text: str = "caption",
        prompts: str | None = None, error: str | None = "caption_error", **options: Any,
    ):
        """
        :param model: as of `Captioner`, whose options the others are.
        :param image: this and the following as of `CaptionColumn`.
        """
        self._column = CaptionColumn(Captioner(model, **options), image, text, prompts=prompts, error=error)

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        """
        :param batch: columns as NumPy arrays, Ray's default, or a data frame; as they come from `read_parquet`, `read_images`,
            `read_binary_files`. NaN is no image: a block without any image has it.
        :return: the batch with the new columns.
        """
        return {**batch, **self._column(batch)}
