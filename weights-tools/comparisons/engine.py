"""The engine's programs: `caption-images`, and `parity-probe`, whose modules are asked case by case."""

import argparse
import json
import subprocess
from pathlib import Path
from types import TracebackType

from fixtures.places import ROOT

CAPTION_IMAGES = ROOT / ".build" / "release" / "caption-images"
PROBE = ROOT / ".build" / "release" / "parity-probe"
BUILD = "swift build -c release --product parity-probe"


def add_caption_images(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--caption-images", type=Path, default=CAPTION_IMAGES, metavar="PATH", help="default: what `swift build -c release` makes")


def add_probe(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--probe", type=Path, default=PROBE, metavar="PATH", help=f"default: what `{BUILD}` makes")


class ParityProbe:
    """One process of `Tests/ParityProbe`; use as a context manager."""

    def __init__(self, program: Path, *arguments: str, stderr: int | None = None) -> None:
        if not program.exists():
            raise FileNotFoundError(f"{program} is not there; `{BUILD}` makes it")
        self._process = subprocess.Popen([program, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr)

    def __enter__(self) -> "ParityProbe":
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.stdin.close()
        self._process.wait()

    @property
    def process_id(self) -> int:
        return self._process.pid

    def reply(self) -> dict:
        """The next line."""
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"parity-probe ended with status {self._process.wait()}")
        return json.loads(line)

    def errors(self) -> str:
        """What it said before it ended, if `stderr` is a pipe."""
        return self._process.stderr.read().decode(errors="replace")

    def ask(self, **request: object) -> dict:
        """The reply to a request."""
        self._process.stdin.write(json.dumps(request).encode() + b"\n")
        self._process.stdin.flush()
        return self.reply()

    def payload(self, size: int) -> bytes:
        """Bytes that came after the last reply."""
        data = self._process.stdout.read(size)
        if len(data) != size:
            raise RuntimeError(f"parity-probe ended with status {self._process.wait()}")
        return data
