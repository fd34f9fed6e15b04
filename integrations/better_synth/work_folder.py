"""A folder of the challenge's layout in which its script runs as it is, with our data set in the place of the seed's.

    WORK/input/...     what the toolkit's neighbour `input` holds, as links, and the data set
    WORK/toolkit/...   the script and `eval`, copied; `training` and `data-juicer`, links
    WORK/output/...    what the script writes
"""

import os
import shutil
from pathlib import Path

from better_synth.problem import Problem
from better_synth.training_script import TrainingScript

EVALUATIONS = ("textvqa.sh", "mmbench.sh")


class WorkFolder:
    def __init__(self, folder: Path, toolkit: Path, script: Path) -> None:
        self.folder, self.original = folder, toolkit
        self.toolkit = folder / "toolkit"
        self.output = folder / "output"
        self.script = TrainingScript.read(script, self.toolkit)

    def lay_out(self, *, training: bool = True) -> None:
        """training: links the toolkit's `training`; a rehearsal has its own."""
        (self.toolkit / "eval").mkdir(parents=True, exist_ok=True)
        self.output.mkdir(exist_ok=True)
        shutil.copyfile(self.script.path, self.toolkit / self.script.path.name)
        for name in EVALUATIONS:
            shutil.copyfile(self._found(self.original / "eval" / name), self.toolkit / "eval" / name)
        link(self._found(self.original / "data-juicer", "install.sh of the challenge clones it"), self.toolkit / "data-juicer")
        if training:
            link(self._found(self.original / "training"), self.toolkit / "training")
        # The places are those in the work folder; what lies at the same places beside the toolkit is linked there.
        for place in {self.script.file("PRETRAIN_DATASET").parent, self.script.file("PRETRAIN_DATASET_IMAGE_PATH"), self.script.file("ORIGINAL_DATASET_ALL").parent}:
            place.mkdir(parents=True, exist_ok=True)
            for entry in sorted(self.seed(place).iterdir()):
                if place / entry.name not in self._written:
                    link(entry, place / entry.name)

    def seed(self, place: Path) -> Path:
        """Where a place below the work folder is in the challenge's own."""
        try:
            inner = place.relative_to(self.folder)
        except ValueError:
            return place
        return self._found(self.original.parent / inner, "download.sh of the challenge downloads it")

    @property
    def _written(self) -> set[Path]:
        """What this program and the script write among the links."""
        return {self.script.file(name) for name in ("PRETRAIN_DATASET", "SAMPLED_PRETRAIN_DATASET", "PRETRAIN_DATASET_JSON")}

    @staticmethod
    def _found(path: Path, hint: str = "") -> Path:
        if not path.exists():
            raise Problem(f"{path} is missing" + (f"; {hint}" if hint else ""))
        return path


def link(source: Path, place: Path) -> None:
    """:raises Problem: when something else is there."""
    source = source.resolve()
    if place.is_symlink() and place.resolve() == source:
        return
    try:
        os.symlink(source, place)
    except FileExistsError:
        raise Problem(f"{place} is there, and no link to {source}") from None
