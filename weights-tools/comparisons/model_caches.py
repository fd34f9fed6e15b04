#!/usr/bin/env python3
"""Downloads a model with the tools of Hugging Face and ModelScope, and looks whether `--model NAME` finds it.

The tools run as they are, with a hub on this machine to download from, and with the variables that move their caches.
Of each tool several versions can be given. Exit status: 0 everything was found, 1 something was not, 2 a tool failed.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from checkpoints.architecture import PRESETS
from checkpoints.random_model import RandomModel
from comparisons.engine import add_caption_images
from comparisons.local_hub import NAME, commit, serving

PLACES = ("HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "TRANSFORMERS_CACHE", "XDG_CACHE_HOME", "MODELSCOPE_CACHE")
"""Variables that must not come from the user."""

OLDER_MODELSCOPE = """
import sys
from modelscope.hub.snapshot_download import snapshot_download
for module in list(sys.modules.values()):
    if "MODELSCOPE_URL_SCHEME" in vars(module):
        module.MODELSCOPE_URL_SCHEME = "http://"
snapshot_download(sys.argv[1], revision="master")
"""
"""Versions before 1.38 insist on https, whatever hub they are given, and take the newest tag by default."""


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hf", action="append", default=[], metavar="PATH", help="hf or huggingface-cli; can be repeated")
    parser.add_argument("--modelscope", action="append", default=[], metavar="PATH", help="modelscope 1.38 or later; can be repeated")
    parser.add_argument(
        "--modelscope-python", action="append", default=[], metavar="PATH",
        help="a Python interpreter with an older modelscope; can be repeated")
    add_caption_images(parser)
    return parser


def run(command: list[str], environment: dict[str, str], home: Path) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in PLACES and "PROXY" not in name.upper()}
    return subprocess.run(
        command, cwd=home, env=kept | {"HOME": str(home)} | environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        check=False)


def layout(home: Path) -> str:
    """Where the configuration came to lie."""
    return ", ".join(sorted(str(path.parent.relative_to(home)) for path in home.rglob("config.json")))


class Comparison:
    """Counts what was tried and found."""

    def __init__(self, engine: Path, models: dict[str, Path]) -> None:
        self.engine = str(engine)
        self.models = models
        self.tried = self.found = self.failed = 0

    def inspect(self, model: str, environment: dict[str, str], home: Path) -> str:
        done = run([self.engine, "inspect", model], environment, home)
        return done.stdout if done.returncode == 0 else done.stderr

    def case(self, label: str, command: list[str], tool: dict[str, str], places: dict[str, str], revision: str | None) -> None:
        """Downloads into caches of its own; then the name must mean the same model as the folder that was served."""
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            environment = {name: value.replace("HOME", str(home)) for name, value in places.items()}
            done = run(command, tool | environment, home)
            what = f"{label} {' '.join(f'{name}={value}' for name, value in places.items())}".strip()
            if done.returncode != 0:
                self.failed += 1
                print(f"FAILED   {what}: {done.stderr.strip()[-2000:]}", flush=True)
                return
            name = NAME if revision is None else f"{NAME}@{revision}"
            found = self.inspect(name, environment, home)
            equal = found == self.inspect(str(self.models[revision or "main"]), environment, home)
            self.tried += 1
            self.found += equal
            print(f"{'ok      ' if equal else 'MISMATCH'} {what}: {layout(home)}", flush=True)
            if not equal:
                print(found.rstrip())


def compare(options: argparse.Namespace, comparison: Comparison, port: int) -> None:
    host = f"127.0.0.1:{port}"
    hub = {"HF_ENDPOINT": f"http://{host}", "HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_XET": "1"}
    for tool in options.hf:
        # Versions with the older command do not replace these everywhere.
        replaced = ({"HF_HUB_CACHE": "~/e"}, {"HF_HOME": "$PLACE/f", "PLACE": "HOME"}) if Path(tool).name == "hf" else ()
        for places in (
            {}, {"HF_HOME": "HOME/a"}, {"HF_HUB_CACHE": "HOME/b"}, {"HUGGINGFACE_HUB_CACHE": "HOME/c"},
            {"XDG_CACHE_HOME": "HOME/d"}, *replaced,
            {"HF_HUB_CACHE": "HOME/b", "HUGGINGFACE_HUB_CACHE": "HOME/c", "HF_HOME": "HOME/a", "XDG_CACHE_HOME": "HOME/d"},
        ):
            comparison.case(tool, [tool, "download", NAME, "--exclude", "*.bin"], hub, places, None)
        for revision in ("v1", commit("v1")):
            command = [tool, "download", NAME, "--revision", revision, "--exclude", "*.bin"]
            comparison.case(f"{tool} --revision", command, hub, {}, revision)
    newest = {"MODELSCOPE_ENDPOINT": f"http://{host}", "MODELSCOPE_DOMAIN": host}
    places = ({}, {"MODELSCOPE_CACHE": "HOME/a"}, {"XDG_CACHE_HOME": "HOME/d"})
    for tool in options.modelscope:
        for variables in (*places, {"MODELSCOPE_CACHE": "~/e"}):
            comparison.case(tool, [tool, "download", "--model", NAME], newest, variables, None)
        command = [tool, "download", "--model", NAME, "--revision", "v1"]
        comparison.case(f"{tool} --revision", command, newest, {}, "v1")
    for python in options.modelscope_python:
        for variables in places:
            comparison.case(python, [python, "-c", OLDER_MODELSCOPE, NAME], {"MODELSCOPE_DOMAIN": host}, variables, None)


def main() -> int:
    options = arguments().parse_args()
    if not (options.hf or options.modelscope or options.modelscope_python):
        options.hf = [tool for tool in ("hf",) if shutil.which(tool)]
        options.modelscope = [tool for tool in ("modelscope",) if shutil.which(tool)]
    with tempfile.TemporaryDirectory() as folder:
        models = {"main": Path(folder) / "main", "v1": Path(folder) / "v1"}
        for layers, model in enumerate(models.values(), start=1):
            RandomModel(replace(PRESETS["tiny"], text_layers=layers)).write(model)
        models[commit("v1")] = models["v1"]
        comparison = Comparison(options.caption_images.resolve(), models)
        with serving({"main": models["main"], "v1": models["v1"]}) as port:
            compare(options, comparison, port)
    print(f"{comparison.failed} downloads could not be made\n\n{comparison.tried} cases, {comparison.found} equal")
    if comparison.failed or not comparison.tried:
        return 2
    return 0 if comparison.found == comparison.tried else 1


if __name__ == "__main__":
    sys.exit(main())
