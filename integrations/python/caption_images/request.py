"""A request that is under way."""

from __future__ import annotations

import re
from typing import Any, TypeVar

from .images import RequestedImage
from .reply import Reply
from .results import Caption, CaptionError, Scores

Result = TypeVar("Result", Caption, Scores)

LINE = re.compile(r"line \d+: ")
"""How messages about requests begin: the number is of the worker's input, which no caller sees."""


class Request:
    """A request that was sent, or the reason why there is nothing to send."""

    def __init__(
        self, image: RequestedImage | None = None, reply: Reply | None = None, size: int = 0, error: CaptionError | None = None
    ):
        """
        :param size: bytes.
        """
        self.size = size
        self._image = image
        self._reply = reply
        self._error = error

    @property
    def is_answered(self) -> bool:
        return self._reply is None or self._reply.is_there

    def result(self, kind: type[Result]) -> Result:
        """Waits for the answer.

        :return: also what has an error.
        :raises WorkerError: if there will be no answer.
        """
        if self._reply is None or self._image is None:
            return kind(error=self._error)
        answer = self._reply.result()
        return kind(error=named(answer, self._image)) if "error" in answer else kind.of_answer(answer)


def named(answer: dict[str, Any], image: RequestedImage) -> CaptionError:
    """The error of an answer, with the names that the caller knows."""
    stage, message = answer["error"]["stage"], answer["error"]["message"]
    if stage == "request":
        message = LINE.sub("", message, count=1)
    file = image.file
    if file is None:
        return CaptionError(stage, message, image.path or answer.get("image"))
    return CaptionError(stage, message.replace(file, image.description), image.path)
