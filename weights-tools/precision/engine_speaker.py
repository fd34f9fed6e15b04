"""The engine in place of transformers in the demo model's evaluation."""

import hashlib
import sys
from collections import defaultdict
from pathlib import Path

from PIL import Image
from transformers import AutoTokenizer

from comparisons.engine import ParityProbe

PROMPT = "Question: {} Answer:"


class EngineSpeaker:
    """A checkpoint that says what it sees, greedily, in a given precision; keeps all that it says."""

    def __init__(self, folder: Path, plan: str, probe: Path, pictures: Path) -> None:
        """`plan`: a precision, then `part=precision` for some layers; `pictures`: a folder for what is shown."""
        self._probe = ParityProbe(probe, "generation", str(folder), *plan.split())
        self._tokenizer = AutoTokenizer.from_pretrained(folder)
        self._pictures = pictures
        self.captions: list[str] = []
        self.answers: list[str] = []

    def __enter__(self) -> "EngineSpeaker":
        return self

    def __exit__(self, *failure: object) -> None:
        self._probe.__exit__(*failure)

    def say(self, images: list[Image.Image], asked: list[str] | None = None, batch: int = 64) -> list[str]:
        """Captions of images, or answers where a question is given ("" for none)."""
        paths = [self._path(image) for image in images]
        rows = defaultdict(list)
        for i, question in enumerate(asked or [""] * len(images)):
            rows[question].append(i)
        said = [""] * len(images)
        for question, members in rows.items():
            for start in range(0, len(members), batch):
                part = members[start : start + batch]
                for i, text in zip(part, self._ask([paths[i] for i in part], question), strict=True):
                    said[i] = text
        (self.captions if asked is None else self.answers).extend(said)
        return said

    def _ask(self, paths: list[str], question: str) -> list[str]:
        prompt = PROMPT.format(question) if question else None
        reply = self._probe.ask(paths=paths, prompt=prompt, maxNewTokens=24, options={}, seed=1, version="5")
        if "error" in reply:
            raise RuntimeError(reply["error"])
        ids = [captions[0]["ids"] for captions in reply["captions"]]
        return [text.strip() for text in self._tokenizer.batch_decode(ids, skip_special_tokens=True)]

    def _path(self, image: Image.Image) -> str:
        digest = hashlib.sha256(image.tobytes() + repr((image.size, image.mode)).encode()).hexdigest()
        path = self._pictures / f"{digest}.png"
        if not path.exists():
            image.save(path, compress_level=1)
        return str(path)


def demo_score(speaker: EngineSpeaker, split: str, count: int) -> dict:
    """The scores of demo_model/scoring.py, whose modules are found from its own folder."""
    folder = str(Path(__file__).resolve().parents[1] / "demo_model")
    if folder not in sys.path:
        sys.path.insert(0, folder)
    from scoring import score

    return score(speaker, split, count)
