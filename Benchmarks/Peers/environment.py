"""The virtual environment with the peers, and the machine they run on."""

import hashlib
import json
import platform
import re
import subprocess
import sys
from pathlib import Path

from .settings import Settings, clean_environment

REQUIREMENTS = Path(__file__).resolve().parent / "requirements.txt"
GROUPS = {
    "transformers": ("transformers", "tokenizers", "safetensors", "numpy", "pillow"),
    "OpenVINO": ("openvino", "nncf"),
    "plot": ("matplotlib",),
}
"""Installed one after the other, so that one that cannot be installed does not stop the others."""


def install(settings: Settings) -> dict[str, str]:
    """Makes the environment if it is not there.

    - Returns: for each group that could not be installed what pip said at last.
    """
    folder = settings.work / "venv"
    stamp = folder / "peers.json"
    pins = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if stamp.exists() and (state := json.loads(stamp.read_text()))["pins"] == pins and not state["failures"]:
        return {}
    print(f"Installing the peers into {folder} (some minutes) ...", file=sys.stderr)
    folder.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    failures = {}
    torch = re.search(r"^torch==\S+", REQUIREMENTS.read_text(), re.MULTILINE)[0]
    # The build without CUDA where pip is configured with an index that has it; the one on PyPI computes the same on a CPU.
    said = pip(settings, [f"{torch}+cpu"]) and pip(settings, [torch])
    if said:
        failures["transformers"] = failures["OpenVINO"] = said
    for group, packages in GROUPS.items():
        if group not in failures and (said := pip(settings, list(packages))):
            failures[group] = said
    stamp.write_text(json.dumps({"pins": pins, "failures": failures}))
    return failures


def pip(settings: Settings, packages: list[str]) -> str | None:
    """Installs packages in the pinned versions; the last line of what pip says if it cannot."""
    done = subprocess.run(
        [settings.python, "-m", "pip", "install", "--quiet", "--constraint", REQUIREMENTS, *packages],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=clean_environment())
    return (done.stdout.strip().splitlines() or ["pip failed"])[-1] if done.returncode != 0 else None


def versions(settings: Settings) -> dict[str, str]:
    """Of every pinned package, as installed."""
    done = subprocess.run(
        [settings.python, "-m", "pip", "list", "--format", "json"], stdout=subprocess.PIPE, text=True, check=False,
        env=clean_environment())
    pinned = re.findall(r"^([a-z-]+)==", REQUIREMENTS.read_text(), re.MULTILINE)
    installed = {package["name"].lower(): package["version"] for package in json.loads(done.stdout or "[]")}
    return {name: installed[name] for name in pinned if name in installed}


def machine() -> dict[str, object]:
    """The processor, what it can do that matters here, and its memory in bytes."""
    information, memory = Path("/proc/cpuinfo"), Path("/proc/meminfo")
    text = information.read_text() if information.exists() else ""
    flags = set((re.search(r"^flags\s*:\s*(.*)$", text, re.MULTILINE) or ["", ""])[1].split())
    model = (re.search(r"^model name\s*:\s*(.*)$", text, re.MULTILINE) or ["", platform.processor()])[1]
    family = re.search(r"^cpu family\s*:\s*(\d+)\nmodel\s*:\s*(\d+)$", text, re.MULTILINE)
    total = re.search(r"^MemTotal:\s*(\d+) kB$", memory.read_text() if memory.exists() else "", re.MULTILINE)
    wanted = ("avx2", "avx512f", "avx_vnni", "avx512_vnni", "avx512_bf16", "amx_int8", "amx_bf16")
    return {
        "processor": model + (f" (family {family[1]}, model {family[2]})" if family else ""),
        "extensions": [flag for flag in wanted if flag in flags], "machine": platform.machine(),
        "memory_bytes": int(total[1]) * 1024 if total else None}
