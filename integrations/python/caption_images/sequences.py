"""Many images, and what comes of them, in their order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from .images import is_one_image
from .request import Request, Result
from .results import WorkerError

BYTES_AHEAD = 64 << 20
"""Enough for requests that wait, however few they are."""


def in_order(sent: Iterator[Request], kind: type[Result], ahead: int, check: Callable[[], None]) -> Iterator[Result]:
    """Results in the order of their requests, which are sent some ahead.

    :param sent: sends a request with each step.
    :param ahead: the most requests that wait.
    :param check: is called before each step, and raises if there may be no more.
    :raises: what ends the requests, after the results of those before; and WorkerError.
    """
    owner = os.getpid()
    waiting: deque[Request] = deque()
    size = 0

    def first() -> Result:
        nonlocal size
        request = waiting.popleft()
        size -= request.size
        return request.result(kind)

    failure: Exception | None = None
    while True:
        try:
            if os.getpid() != owner:
                raise WorkerError("these images were begun by another process, of which this one is a fork")
            check()
            request = next(sent)
        except StopIteration:
            break
        except Exception as error:  # noqa: BLE001 - Whatever the images end with, those before it get their captions.
            failure = error
            break
        waiting.append(request)
        size += request.size
        while waiting and (len(waiting) >= ahead or size >= BYTES_AHEAD or waiting[0].is_answered):
            yield first()
    while waiting:
        yield first()
    if failure is not None:
        raise failure


def paired(images: Iterable[Any], others: Iterable[Any], name: str) -> Iterator[tuple[Any, Any]]:
    """Pairs; other than with `zip`, what is missing is an error."""
    rest = iter(others)
    for image in images:
        try:
            other = next(rest)
        except StopIteration:
            raise ValueError(f"there are fewer {name} than images") from None
        yield image, other


def several(values: Iterable[Any], name: str) -> Iterable[Any]:
    """What is to be iterated.

    :raises TypeError: for one image, or one text.
    """
    if is_one_image(values):
        raise TypeError(f"{name} is a single {type(values).__name__}: expected an iterable, such as a list")
    return values


def listed(texts: Iterable[str]) -> list[str]:
    """Texts of an image.

    :raises TypeError: for one text.
    """
    return list(several(texts, "texts"))
