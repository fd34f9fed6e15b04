"""What comes back: captions, scores, and the reasons why there are none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


class WorkerError(RuntimeError):
    """The worker cannot be started, or dies again and again. Nothing can be captioned."""


class CaptionError(Exception):
    """Why one image has no caption, or no scores. The next image may have some."""

    def __init__(self, stage: str, message: str, path: str | None = None):
        """
        :param stage: `read`, `decode`, `prompt`, `caption` or `request`, as docs/worker.md has them.
        :param message: the cause.
        :param path: of the image, if it was given by one.
        """
        # All of them, so that pickling works.
        super().__init__(stage, message, path)
        self.stage = stage
        self.message = message
        self.path = path

    def __str__(self) -> str:
        return self.message if self.path is None or self.path in self.message else f"{self.path}: {self.message}"


@dataclass(frozen=True)
class Caption:
    """What one image got: captions, or an error."""

    texts: tuple[str, ...] = ()
    """The captions, the best first; none if there is an error. There is one unless `num_captions` says otherwise."""
    log_probabilities: tuple[float, ...] = ()
    """Of each caption under the model, in nats, with `log_probabilities=True`."""
    note: str | None = None
    """What was wrong with the image's file although it could be captioned."""
    error: CaptionError | None = None
    """Why there are no captions."""

    @property
    def text(self) -> str:
        """The first caption.

        :raises CaptionError: if there is none.
        """
        if self.error is not None:
            raise self.error
        return self.texts[0]

    def __str__(self) -> str:
        return self.text

    @classmethod
    def of_answer(cls, answer: dict[str, Any]) -> Caption:
        """A caption from a worker's answer that has one."""
        return cls(
            texts=tuple(answer["captions"]) if "captions" in answer else (answer["caption"],),
            log_probabilities=tuple(
                answer.get("log_probabilities") or ([answer["log_probability"]] if "log_probability" in answer else [])),
            note=answer.get("note"))


@dataclass(frozen=True)
class Score:
    """The log-likelihood of a text as the caption of an image, in nats. Its end token is part of it."""

    log_probability: float
    mean_log_probability: float
    """Of a token. It compares texts of different length."""


@dataclass(frozen=True)
class Scores:
    """What the texts of one image got: a score each, or an error."""

    scores: tuple[Score, ...] = ()
    """In the order of the texts; none if there is an error."""
    note: str | None = None
    """What was wrong with the image's file although it could be read."""
    error: CaptionError | None = None
    """Why there are no scores."""

    @classmethod
    def of_answer(cls, answer: dict[str, Any]) -> Scores:
        """Scores from a worker's answer that has them."""
        nan = float("nan")
        # Null is what is not finite.
        return cls(
            scores=tuple(
                Score(*(nan if score[name] is None else score[name] for name in ("log_probability", "mean_log_probability")))
                for score in answer["scores"]),
            note=answer.get("note"))
