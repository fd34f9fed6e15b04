"""What the tests share: the built tool, the demo model's images, and what the tool says by hand."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

INTEGRATIONS = Path(__file__).resolve().parent.parent
PROJECT = INTEGRATIONS.parent
PICTURES = PROJECT / "Sources" / "DemoModel" / "Resources" / "pictures"
PACKAGE = INTEGRATIONS / "python"
sys.path[:0] = [str(INTEGRATIONS), str(PACKAGE)]


def pytest_addoption(parser):
    parser.addoption(
        "--caption-images", type=Path, default=PROJECT / ".build" / "release" / "caption-images", help="the built tool")
    parser.addoption("--toolkit", type=Path, help="the Better Synth challenge's folder `toolkit`")


@pytest.fixture
def executable(request, tmp_path) -> str:
    """The tool under a name of this test's own, by which its processes are known."""
    built = request.config.getoption("--caption-images").resolve()
    assert built.exists(), f"{built} is missing: swift build -c release --product caption-images"
    link = tmp_path / "caption-images"
    link.symlink_to(built)
    return str(link)


@pytest.fixture
def pictures() -> list[str]:
    """The demo model's images."""
    return sorted(str(path) for path in PICTURES.iterdir() if path.suffix in (".png", ".jpg"))


@pytest.fixture
def environment(tmp_path) -> dict[str, str]:
    """Nothing is fetched from anywhere: Data-Juicer installs what it misses, if it can."""
    return os.environ | {
        "PYTHONPATH": str(PACKAGE),
        "PIP_NO_INDEX": "1", "UV_OFFLINE": "1", "HF_HOME": str(tmp_path / "hf"), "HF_HUB_OFFLINE": "1",
        "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}


def by_hand(executable: str, requests: list[dict], *options: str) -> list[dict]:
    """The worker's answers, without any of the code under test."""
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    result = subprocess.run([executable, "-", "--quiet", *options], input=lines, capture_output=True, text=True, check=False)
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(answers) == len(requests), result.stderr
    return answers


def processes(executable: str) -> list[int]:
    """The ids of running workers."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and (entry / "cmdline").read_bytes().startswith(executable.encode() + b"\0-\0"):
                found.append(int(entry.name))
        except OSError:
            pass  # It ended meanwhile.
    return found


def read_jsonl(path: Path) -> list[dict]:
    # Not at the separators of Unicode, where splitlines would cut, too.
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n")[:-1]]
