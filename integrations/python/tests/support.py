"""What the tests share: the built tool, the demo model's images, and what the tool says by hand."""

from __future__ import annotations

import faulthandler
import importlib.util
import json
import os
import shutil
import subprocess
import tempfile
import time
import unittest
from collections.abc import Callable
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parent.parent.parent.parent
BUILT = Path(os.environ.get("CAPTION_IMAGES") or PROJECT / ".build" / "release" / "caption-images").resolve()
PICTURES = sorted(str(path) for path in (PROJECT / "Sources/DemoModel/Resources/pictures").iterdir() if path.suffix in (".png", ".jpg"))
"""The demo model's images."""

TIME_LIMIT = 1200
"""Of a test, in seconds."""

FAKE = """#!{python}
import json, os, signal, sys
print("ready", file=sys.stderr, flush=True)
for line in sys.stdin:
    request = json.loads(line)
    image = request.get("image", "")
    if "poison" in image:
        os.kill(os.getpid(), signal.SIGKILL)
    if "garbage" in image:
        print("no JSON", flush=True)
        continue
    if "once" in image and not os.path.exists(image):
        open(image, "w").close()
        os.kill(os.getpid(), signal.SIGKILL)
    with open(__file__ + ".log", "a") as log:
        log.write(os.path.basename(image) + "\\n")
    print(json.dumps({{"id": request["id"], "image": image, "caption": os.path.basename(image)}}), flush=True)
"""
"""A worker that dies of some images, and writes down those that it has answered."""


def needs(*modules: str) -> Callable[[Any], Any]:
    """Skips a test without these modules."""
    missing = [module for module in modules if importlib.util.find_spec(module) is None]
    return unittest.skipIf(missing, f"needs {', '.join(missing)}")


class ToolCase(unittest.TestCase):
    """A test with the built tool under a name of its own, by which its processes are known, and a folder."""

    def setUp(self) -> None:
        # What hangs is named.
        faulthandler.dump_traceback_later(TIME_LIMIT, exit=True)
        self.addCleanup(faulthandler.cancel_dump_traceback_later)
        self.assertTrue(BUILT.exists(), f"{BUILT} is missing: swift build -c release, or CAPTION_IMAGES=PATH")
        self.folder = Path(tempfile.mkdtemp(prefix="caption-images-tests-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.executable = str(self.folder / "caption-images")
        os.symlink(BUILT, self.executable)
        # After what tests have to clean up.
        self.addCleanup(self.wait_until, lambda: not self.processes())

    def wait_until(self, condition: Callable[[], bool], seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            self.assertLess(time.monotonic(), deadline, "it takes too long")
            time.sleep(0.05)

    def processes(self) -> list[int]:
        """The ids of running workers of this test."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and (entry / "cmdline").read_bytes().startswith(self.executable.encode() + b"\0-\0"):
                    found.append(int(entry.name))
            except OSError:
                pass  # It ended meanwhile.
        return found

    def by_hand(self, requests: list[dict[str, Any]], *options: str) -> list[dict[str, Any]]:
        """The worker's answers, without any of the code under test."""
        lines = "".join(json.dumps(request) + "\n" for request in requests)
        result = subprocess.run(
            [str(BUILT), "-", "--quiet", *options], input=lines, capture_output=True, text=True, check=False, timeout=600)
        answers = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertEqual(len(answers), len(requests), result.stderr)
        return answers

    def texts(self, images: list[str] = PICTURES, *options: str) -> list[str]:
        """The captions of image files, by hand."""
        return [answer["caption"] for answer in self.by_hand([{"image": image} for image in images], *options)]

    def fake(self) -> str:
        """The path of a worker that dies of some images."""
        import sys

        path = self.folder / "fake"
        path.write_text(FAKE.format(python=sys.executable))
        path.chmod(0o755)
        return str(path)


def parent(pid: int) -> int:
    """The process that started another one."""
    return int((Path("/proc") / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()[1])
