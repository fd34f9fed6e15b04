"""What rows are measured with: a checkpoint, images, packed models, and models for OpenVINO. Each is made once."""

import re
import shutil
import sys
from pathlib import Path

from .row import OPENVINO, OURS, Row
from .running import CommandFailed, run
from .settings import IN_VENV, ROOT, Settings

PICTURES = 8
"""How many show different things."""

PARTS = {
    "vision": ["vision"], "q_former": ["q_former"], "prefill": ["opt", "lm_head"],
    "decode_tokens": ["opt", "lm_head"]}
"""The OpenVINO models that a stage takes, by its name in the rows."""


def form(precision: str) -> str:
    """Which file: bf16 is the float32 model, computed otherwise."""
    return precision if precision.startswith("int8") else "f32"


class Materials:
    """Makes what the chosen rows need; `missing` says why a row cannot be measured as meant."""

    def __init__(self, settings: Settings, failures: dict[str, str]) -> None:
        self.settings = settings
        self.missing: dict[str, str] = dict(failures)
        self.pictures: list[Path] = []

    def prepare(self, rows: list[Row], repack: bool) -> None:
        self._make_checkpoint()
        self._make_pictures(max((2 * row.batch + row.images for row in rows), default=0))
        for precision in sorted({row.precision for row in rows if row.who == OURS} - {"f32"}):
            self._pack(precision, repack)
        theirs = [row for row in rows if row.who == OPENVINO]
        if theirs and OPENVINO not in self.missing:
            self._convert(theirs)

    def _run(self, what: str, command: list[object]) -> None:
        print(f"Making {what} ...", file=sys.stderr)
        run([*command])

    def _make_checkpoint(self) -> None:
        folder = self.settings.checkpoint
        if (folder / "config.json").exists():
            return
        size = ["--preset", "tiny"] if self.settings.tiny else [
            "--preset", "opt-2.7b", "--vocabulary-size", "50304", "--shard-size", "10GB"]
        partial = folder.with_name(f"{folder.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        self._run(f"the checkpoint {folder}", [
            self.settings.python, ROOT / "weights-tools" / "checkpoints" / "random_checkpoint.py", partial, *size])
        partial.rename(folder)

    def _make_pictures(self, count: int) -> None:
        """Number k of the list shows the same as number k modulo eight, in other bytes: the engine captions equal files once."""
        folder = self.settings.work / "pictures"
        if not (folder / f"{PICTURES - 1:03}.jpg").exists():
            self._run("pictures", [self.settings.python, IN_VENV / "make_pictures.py", folder, PICTURES])
        self.pictures = [folder / f"{number:03}.jpg" for number in range(max(count, PICTURES))]
        for number, picture in enumerate(self.pictures[PICTURES:], PICTURES):
            picture.write_bytes(commented(self.pictures[number % PICTURES].read_bytes(), str(number)))

    def _pack(self, precision: str, repack: bool) -> None:
        folder, engine = self.settings.packed(precision), self.settings.engine
        if repack:
            shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():
            return
        try:
            # An engine without the command would take its name for that of an image.
            if not any(re.match(r"\s+pack\b", line) for line in run([engine, "--help"]).lines):
                raise CommandFailed("this build has no `pack`")
            folder.parent.mkdir(parents=True, exist_ok=True)
            partial = folder.with_name(f"{folder.name}.partial")
            shutil.rmtree(partial, ignore_errors=True)
            self._run(f"the model packed in {precision}", [
                engine, "pack", self.settings.checkpoint, "-o", partial, "--precision", precision])
            partial.rename(folder)
        except CommandFailed as failure:
            self.missing[f"packed {precision}"] = str(failure)

    def _convert(self, rows: list[Row]) -> None:
        """A process for each part, so that the memory of the one before is free again; a tiny model has one for all."""
        needs: dict[str, set[str]] = {}
        for row in rows:
            for part in PARTS[row.what]:
                needs.setdefault(part, set()).add(form(row.precision))
        groups = [list(needs)] if self.settings.tiny else [[part] for part in needs]
        for parts in groups:
            forms = sorted(set().union(*(needs[part] for part in parts)))
            if all((self.settings.openvino / f"{part}-{form}.xml").exists() for part in parts for form in forms):
                continue
            try:
                self._run(f"OpenVINO's {', '.join(parts)}; {', '.join(forms)}", [
                    self.settings.python, IN_VENV / "convert_openvino.py", self.settings.openvino,
                    self.settings.checkpoint, "--parts", *parts, "--forms", *forms,
                    "--layers", self.settings.text_layers, "--threads", self.settings.threads,
                    "--pictures", *self.pictures[:2]])
            except CommandFailed as failure:
                self.missing |= {f"{OPENVINO} {part}": str(failure) for part in parts}


def commented(jpeg: bytes, text: str) -> bytes:
    """A JPEG file with a comment, which changes no pixel."""
    comment = text.encode()
    return jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + jpeg[2:]
