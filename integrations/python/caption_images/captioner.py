"""Images to captions."""

from __future__ import annotations

import json
import logging
import os
import weakref
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from types import TracebackType
from typing import Any, Union

from .command import plain, worker_command
from .images import Image, RequestedImage
from .request import Request, Result
from .sequences import in_order, listed, paired, several
from .results import Caption, CaptionError, Score, Scores, WorkerError
from .worker import Worker

OptionValue = Union[str, int, float, bool, None, "os.PathLike[str]", Sequence[Union[str, int, float]]]

BATCHES_AHEAD = 3
"""The worker has two batches at work, and reads the next."""

_captioners: weakref.WeakSet[Captioner] = weakref.WeakSet()


class Captioner:
    """Captions images with a model, in a `caption-images -` process of its own.

    The process is started by the first request, loads the model once, and ends with `close`, with the captioner, and with the
    Python process, however that ends. If it dies, another one is started and given what is unanswered.

    Threads may share a captioner; their images share batches. Pickling takes the options alone: a copy in another process,
    such as those of `datasets`, starts a process of its own, and so does a fork.
    """

    def __init__(
        self,
        model: str | os.PathLike[str] | None = None,
        *,
        executable: str | os.PathLike[str] | None = None,
        precision: str | None = None,
        threads: int | None = None,
        batch_size: int | None = None,
        prompt: str | None = None,
        arguments: Sequence[str] = (),
        **options: OptionValue,
    ):
        """
        What is not given is left to the tool. `caption-images caption --help` lists its options.

        :param model: a checkpoint folder, or the name of a downloaded model; None for the demo model.
        :param executable: the program, a path or a name; otherwise what the environment variable CAPTION_IMAGES says, or
            `caption-images` on the PATH. It is looked for when the process is started, on the machine where it is.
        :param precision: `auto`, `f32`, `bf16` or `int8`.
        :param threads: of computation, by default one for each processor that the process may use. Of N processes, give each
            a share.
        :param batch_size: the most images that go through the model together, 8 unless given.
        :param prompt: a text that captions continue, or with MGM the question.
        :param arguments: options as they are typed, such as `["--layer-precision", "lm_head=bf16"]`.
        :param options: others by their names, such as `num_beams=4`, `sample=True`, `log_probabilities=True`: True is `--name`,
            False `--no-name` where there is such an option and else nothing, None nothing.
        :raises TypeError: for options that are none of these.
        """
        if isinstance(arguments, (str, bytes)):
            raise TypeError(f"arguments is a list, such as [{arguments!r}]")
        if model is not None and os.path.isdir(model):
            # Another process may have another working directory.
            model = os.path.abspath(model)
        given = {
            "model": model, "precision": precision, "threads": threads, "batch_size": batch_size, "prompt": prompt, **options}
        self._settings: dict[str, Any] = {
            "executable": None if executable is None else os.fspath(executable),
            "options": {name: plain(value) for name, value in given.items()},
            "arguments": [str(argument) for argument in arguments],
        }
        self._begin()

    def caption(self, image: Image, prompt: str | None = None) -> Caption:
        """Captions one image.

        :param image: a path, the bytes of a file, a Pillow image, or a NumPy array; `caption_images.images.Image` has the list.
        :param prompt: for this image, in place of the captioner's.
        :raises CaptionError: when it has no caption.
        :raises WorkerError: when nothing can be captioned.
        :raises TypeError: for what is no kind of image.
        """
        return self._one(self._send(image, prompt=prompt), Caption)

    def captions(self, images: Iterable[Image], prompts: str | Iterable[str | None] | None = None) -> Iterator[Caption]:
        """Captions images in their order, as they come. Images are taken some batches ahead of the captions, and no more.

        :param images: any iterable, also an endless one.
        :param prompts: one for all, or one for each image; None is the captioner's.
        :return: a caption for each image. One that could not be captioned has an `error`, which its `text` raises.
        :raises WorkerError: when nothing can be captioned; also in a fork of the process that began, and after `close`.
        :raises TypeError: for what is no kind of image, and for one image in place of an iterable.
        """
        several(images, "images")
        each = repeat(prompts) if prompts is None or isinstance(prompts, str) else prompts
        return self._results((self._send(image, prompt=prompt) for image, prompt in paired(images, each, "prompts")), Caption)

    def score(self, image: Image, texts: Sequence[str], prompt: str | None = None) -> tuple[Score, ...]:
        """The log-likelihood of each text as the caption of an image, under the model.

        :param prompt: precedes the texts and is not scored.
        :raises: as `caption`.
        """
        return self._one(self._send(image, prompt=prompt, texts=listed(texts)), Scores).scores

    def scores(
        self, images: Iterable[Image], texts: Iterable[Sequence[str]], prompts: str | Iterable[str | None] | None = None
    ) -> Iterator[Scores]:
        """Scores texts for images in their order, as they come.

        :param texts: for each image its texts.
        :return: for each image its scores, or an `error`.
        :raises: as `captions`.
        """
        several(images, "images")
        each = repeat(prompts) if prompts is None or isinstance(prompts, str) else prompts
        rows = paired(paired(images, several(texts, "texts"), "texts"), each, "prompts")
        return self._results(
            (self._send(image, prompt=prompt, texts=listed(some)) for (image, some), prompt in rows), Scores)

    def column(self, image: str = "image", text: str = "caption", **columns: Any) -> Any:
        """A function for `datasets.Dataset.map(..., batched=True)`: see `CaptionColumn`, whose parameters these are."""
        from .column import CaptionColumn

        return CaptionColumn(self, image, text, **columns)

    @property
    def pid(self) -> int | None:
        """The id of the process, None if there is none."""
        worker = self._workers.get(os.getpid())
        return worker.pid if worker is not None else None

    @property
    def batch_size(self) -> int:
        """The most images that go through the model together."""
        return self._count("batch_size", 8)

    @property
    def caption_count(self) -> int:
        """How many captions an image gets."""
        return self._count("num_captions", 1)

    @property
    def settings(self) -> dict[str, Any]:
        """What captions depend on: model and options, without those that only say how they are computed."""
        ours = ("threads", "batch_size")
        options = {name: value for name, value in self._settings["options"].items() if name not in ours and value is not None}
        return {"options": options, "arguments": self._settings["arguments"]}

    def close(self) -> None:
        """Ends the process, and what `captions` and `scores` have begun. The next request starts another one."""
        self._closings += 1
        worker = self._workers.pop(os.getpid(), None)
        if worker is not None:
            worker.close()

    def __enter__(self) -> Captioner:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __del__(self) -> None:
        worker = self.__dict__.get("_workers", {}).pop(os.getpid(), None)
        if worker is not None:
            worker.close(patience=None)

    def __repr__(self) -> str:
        options = {name: value for name, value in self._settings["options"].items() if value is not None}
        return f"Captioner({', '.join(f'{name}={value!r}' for name, value in options.items())})"

    # One text: equal captioners have the same pickle, whatever their values share, and so the same fingerprint in `datasets`.
    def __getstate__(self) -> str:
        return json.dumps(self._settings, sort_keys=True)

    def __setstate__(self, state: str) -> None:
        self._settings = json.loads(state)
        self._begin()

    def _begin(self) -> None:
        # Checked here, and not where a copy is made in another process.
        json.dumps(self._settings)
        # At most one, by its Python process. A dictionary, since its methods are one step for threads and signals.
        self._workers: dict[int, Worker] = {}
        self._closings = 0
        # The tool's default.
        turns = self._option("exif_orientation") or ("ignore" if self._option("compat") == "better-synth" else "apply")
        self._turns = turns != "ignore"
        _captioners.add(self)

    def _option(self, name: str) -> Any:
        """What an option is given as, by its name or among the arguments."""
        value = self._settings["options"].get(name)
        option, arguments = "--" + name.replace("_", "-"), self._settings["arguments"]
        for argument, following in zip(arguments, [*arguments[1:], None]):
            if argument == option:
                value = following
            elif argument.startswith(option + "="):
                value = argument[len(option) + 1:]
        return value

    def _count(self, name: str, default: int) -> int:
        try:
            return max(1, int(self._option(name) or default))
        except (TypeError, ValueError):
            # The tool says what is wrong with it.
            return default

    def _running(self) -> Worker:
        worker = self._workers.get(os.getpid())
        if worker is None:
            command = worker_command(self._settings["executable"], self._settings["options"], self._settings["arguments"])
            new = Worker(command, logging.getLogger("caption_images").info)
            worker = self._workers.setdefault(os.getpid(), new)
            if worker is not new:
                # Another thread was first.
                new.close(patience=None)
        return worker

    def _send(self, image: Image, **members: Any) -> Request:
        """Sends a request. What is wrong with the image is the answer's error."""
        requested = RequestedImage()
        try:
            requested.take(image, self._turns)
            prompt = members.get("prompt")
            if prompt is not None and not isinstance(prompt, str):
                raise CaptionError("request", f"a prompt is a text, and no {type(prompt).__name__}")
            members = requested.members | {name: value for name, value in members.items() if value is not None}
            # They are large.
            requested.members = {}
            return Request(requested, *self._running().submit(members, requested.close))
        except BaseException as error:
            requested.close()
            if isinstance(error, CaptionError):
                return Request(error=CaptionError(error.stage, error.message, error.path or requested.path))
            raise

    @staticmethod
    def _one(sent: Request, kind: type[Result]) -> Result:
        found = sent.result(kind)
        if found.error is not None:
            raise found.error
        return found

    def _results(self, sent: Iterator[Request], kind: type[Result]) -> Iterator[Result]:
        closings = self._closings

        def check() -> None:
            if self._closings != closings:
                raise WorkerError("the captioner was closed meanwhile")

        return in_order(sent, kind, BATCHES_AHEAD * self.batch_size, check)


def _after_fork() -> None:
    for captioner in list(_captioners):
        captioner._workers.clear()


os.register_at_fork(after_in_child=_after_fork)
