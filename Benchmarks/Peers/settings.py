"""What a session was asked to do, and where things are."""

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IN_VENV = Path(__file__).resolve().parent / "in_venv"

INHERITED_NO_MORE = (
    "OPENBLAS_CORETYPE", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "ONEDNN_MAX_CPU_ISA",
    "ATEN_CPU_CAPABILITY", "CAPTIONER_KERNELS", "PYTHONPATH")
"""Variables that would decide for a program which kernels or how many threads it takes."""


def clean_environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in INHERITED_NO_MORE}


@dataclass(frozen=True)
class Settings:
    """Everything that is the same for all rows."""

    work: Path
    """Virtual environment, checkpoint, images and models of other programs; may be thrown away."""
    results: Path
    """Where JSON, Markdown and plots go."""
    checkpoint: Path
    build: Path
    """The folder with caption-images and kernel-benchmark."""
    threads: int
    new_tokens: int
    rounds: int
    tiny: bool
    text_layers: int
    """Layers of the language model that OpenVINO is given."""

    @property
    def python(self) -> Path:
        return self.work / "venv" / "bin" / "python"

    @property
    def engine(self) -> Path:
        return self.build / "caption-images"

    @property
    def models(self) -> Path:
        """What was made of this checkpoint for others."""
        return self.work / "made-from" / self.checkpoint.name

    def packed(self, precision: str) -> Path:
        return self.models / f"packed-{precision}"

    @property
    def openvino(self) -> Path:
        return self.models / f"openvino-{self.text_layers}-text-layers"

    @property
    def comparable(self) -> dict[str, object]:
        """What must be equal for results of two sessions to be in one table."""
        return {
            "checkpoint": self.checkpoint.name, "threads": self.threads, "new_tokens": self.new_tokens,
            "tiny": self.tiny, "text_layers": self.text_layers}
