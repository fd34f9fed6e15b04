"""What the machine can do at most, in the same session: multiply-adds by kernel-benchmark, reading by it and torch."""

import json
import re
import statistics
import tempfile
from pathlib import Path

from .running import CommandFailed, run
from .settings import IN_VENV, Settings

ROWS = 2056
"""Of eight pictures: what the shares of single linear layers are stated for."""


def measure(settings: Settings) -> dict[str, object]:
    """`linears` and `roofs` as kernel-benchmark writes them and what torch reads, `read_bytes_per_second`; where one of
    them cannot be had, why not."""
    roof: dict[str, object] = {}
    try:
        command = [settings.python, IN_VENV / "time_memory.py", "--threads", settings.threads]
        roof["read_bytes_per_second"] = json.loads(run(command).lines[-1])["read_bytes_per_second"]
    except (CommandFailed, ValueError) as failure:
        roof["memory_failure"] = str(failure)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "kernels.json"
        command = [
            settings.build / "kernel-benchmark", "--threads", settings.threads, "--rows", ROWS, "--rounds", 3,
            "--json", file]
        if settings.tiny:
            command += ["--layer", "Q-Former 768"]
        if name := fastest_kernels(settings):
            command += ["--kernels", name]
        try:
            run([*command, "--precision", "int8", "bf16"])
            content = json.loads(file.read_text())
            roof["linears"] = linears(content)
            roof["roofs"] = content.get("roofs", {}) if isinstance(content, dict) else {}
        except (CommandFailed, OSError, ValueError) as failure:
            roof["kernels_failure"] = f"kernel-benchmark: {failure}"
    return roof


def fastest_kernels(settings: Settings) -> str | None:
    """Those that caption-images takes by default: it names them first. All of them would take an hour."""
    try:
        text = " ".join(" ".join(run([settings.engine, "caption", "--help"]).lines).split())
    except CommandFailed:
        return None
    found = re.search(r"kernels that compute: ([\w-]+)", text)
    return found[1] if found else None


def linears(content: object) -> list[dict[str, object]]:
    """The figures of linear layers, wherever in the file they are: records with a layer and a share of the peak.

    - Raises: `ValueError` if there are none.
    """
    found, unseen = [], [content]
    while unseen:
        value = unseen.pop()
        if isinstance(value, dict):
            if {"layer", "rows", "precision", "peakGigaOperations", "shareOfPeak"} <= value.keys():
                found.append(value)
            else:
                unseen += value.values()
        elif isinstance(value, list):
            unseen += value
    if not found:
        raise ValueError("no figures of linear layers")
    return found


class Roof:
    """What ratios ask."""

    def __init__(self, content: dict[str, object] | None) -> None:
        content = content or {}
        self.roofs: dict[str, float] = content.get("roofs", {})
        reads = [content.get("read_bytes_per_second", 0), self.roofs.get("read, GB/s", 0) * 1e9]
        self.reads: float | None = max(reads) or None
        self._linears: list[dict] = content.get("linears", [])
        self.failures = [content[name] for name in ("memory_failure", "kernels_failure") if name in content]

    def _best(self, precision: str) -> list[dict]:
        """Each layer by the kernels that are fastest with it."""
        best: dict[str, dict] = {}
        for figure in self._linears:
            if figure["precision"] == precision and figure["rows"] == ROWS:
                other = best.get(figure["layer"])
                if other is None or figure["gigaOperations"] > other["gigaOperations"]:
                    best[figure["layer"]] = figure
        return list(best.values())

    def peak(self, precision: str) -> float | None:
        """Operations a second by registers alone, all threads together."""
        figures = self._best(precision)
        return statistics.median(figure["peakGigaOperations"] for figure in figures) * 1e9 if figures else None

    def linear_shares(self, precision: str) -> list[float]:
        """Of the peak, for each layer at 2056 rows."""
        return sorted(figure["shareOfPeak"] for figure in self._best(precision))
