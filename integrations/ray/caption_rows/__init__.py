"""What an actor does with rows."""

import json
import os
from collections.abc import Iterator

from caption_images import Caption, Captioner

ERRORS = "caption_errors"


class CaptionRows:
    """Reads rows and adds captions to them. Called with batches as Ray Data has them: pieces of the data set."""

    def __init__(self, captioner: Captioner, dataset: str):
        """
        :param captioner: its copy in this process starts a worker of its own.
        :param dataset: a JSONL file; relative paths of images start from its folder.
        """
        self.dataset = dataset
        self.captioner = captioner

    def __call__(self, pieces: dict) -> dict:
        rows = [row for start, end in zip(pieces["start"], pieces["end"]) for row in self._rows(int(start), int(end))]
        folder = os.path.dirname(self.dataset)
        captions = self.captioner.captions(os.path.join(folder, image) for row in rows for image in self._images(row))
        return {"text": [self._captioned(row, captions) for row in rows]}

    def _rows(self, start: int, end: int) -> list[dict]:
        with open(self.dataset, "rb") as file:
            file.seek(start)
            return [json.loads(line) for line in file.read(end - start).split(b"\n") if line.strip()]

    @staticmethod
    def _images(row: dict) -> list[str]:
        return row["images"] or [] if "images" in row else [row["image"]]

    def _captioned(self, row: dict, captions: Iterator[Caption]) -> str:
        own = [next(captions) for _ in self._images(row)]
        row["captions"] = [self._value(caption) for caption in own]
        errors = [{"stage": caption.error.stage, "message": caption.error.message} for caption in own if caption.error]
        if errors:
            row[ERRORS] = errors
        return json.dumps(row, ensure_ascii=False)

    def _value(self, caption: Caption) -> str | list[str] | None:
        if caption.error is not None:
            return None
        return list(caption.texts) if self.captioner.caption_count > 1 else caption.text


def has_errors(line: str) -> bool:
    """Whether an image of a row has no caption."""
    return ERRORS in json.loads(line)
