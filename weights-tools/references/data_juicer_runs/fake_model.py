"""A stand-in for the model of `image_captioning_mapper`, which writes down what the operator asked of it."""

import json
import types
from pathlib import Path


class FakeModel:
    """Says the captions that it was given: for image path p in round i, `captions[p][i]`.

    - Parameters of `install`: the module of the operator, in which it takes the places of loader, model and dice.
    """

    device = "cpu"

    def __init__(self, captions: dict[str, list[str]], folder: Path, journal: Path) -> None:
        self.captions = captions
        self.folder = str(folder) + "/"
        self.journal = journal
        self.choice = 0
        self.config = types.SimpleNamespace()

    def note(self, **record: object) -> None:
        """Appends to the journal, which outlives worker processes."""
        with self.journal.open("a", encoding="utf-8") as file:
            file.write(json.dumps(record) + "\n")

    def install(self, module: types.ModuleType) -> None:
        load = module.load_image

        def load_image(path: str):
            try:
                image = load(path)
            except BaseException:
                self.note(failed=path.removeprefix(self.folder))
                raise
            image.fake_path = path.removeprefix(self.folder)
            return image

        module.load_image = load_image
        module.prepare_model = lambda *_, **__: "fake"
        module.get_model = lambda *_, **__: (self, self.process)
        module.random = types.SimpleNamespace(choice=lambda candidates: candidates[self.choice])
        self.process.__func__.batch_decode = lambda texts, **_: texts
        batched = getattr(module.ImageCaptioningMapper, "_batched_generate", None)
        if batched:
            def in_rounds(mapper, images, *rest, **named):
                self.batches = max(1, -(-len(images) // mapper.gpu_batch_size))
                self.calls = 0
                return batched(mapper, images, *rest, **named)

            module.ImageCaptioningMapper._batched_generate = in_rounds

    batches = 0
    """How many calls of the processor make a round; 0 where one call serves all rounds."""
    calls = 0

    def process(self, images=None, text=None, **_):
        """The processor. As the real one it does not take an empty list, and no text without text.

        - Throws: IndexError, ValueError.
        """
        if not images:
            raise IndexError("list index out of range")
        if text is not None and any(not isinstance(prompt, str) for prompt in text):
            raise ValueError("text input must be of type str")
        first = self.calls // self.batches if self.batches else 0
        self.calls += 1
        for index, image in enumerate(images):
            self.note(image=image.fake_path, prompt=text[index] if text else None)
        return Inputs(paths=[image.fake_path for image in images], rounds=iter(range(first, 1000)))

    def generate(self, paths, rounds, **_):
        """Texts in place of ids; `batch_decode` lets them through."""
        number = next(rounds)
        return [self.captions[path][number] for path in paths]


class Inputs(dict):
    """What a processor returns."""

    def to(self, _device):
        return self
