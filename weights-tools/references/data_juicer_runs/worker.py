#!/usr/bin/env python3
"""Runs cases with the py-data-juicer of this interpreter, as `dj-process` does, with a model that stands in, or, where
the task has no captions, with the recipe's own, greedily.

`Profile` starts it, as a script by its path, so that its folder and nothing else comes first
in the search for modules. Standard input: a JSON object with "folder", "captions", "numbers" (hexadecimal; their
spellings go to the file "spellings") and "runs" ({"name", "recipe", "choice", "working_folder", "journal", "export"});
each run's outcome is a line in the file that "outcomes" names.
"""

import json
import os
import sys
import traceback
from pathlib import Path

import greedy_model
from execution import execute, versions
from fake_model import FakeModel

PACKAGES = ("py-data-juicer", "datasets", "pyarrow", "pandas", "numpy", "pillow", "simhash-pybind")


def spellings(numbers: list[str]) -> list[list[str]]:
    """Numbers as pandas writes them; what is in a text that it wrote after reading their shortest spelling; and what it
    reads there itself."""
    import pandas
    try:
        dumps, loads = pandas.io.json.ujson_dumps, pandas.io.json.ujson_loads
    except AttributeError:
        from pandas.io.json import dumps, loads
    values = [float.fromhex(number) for number in numbers]
    again = [dumps(loads(repr(value))) for value in values]
    return [[dumps(value), repr(float(text)), repr(loads(text))] for value, text in zip(values, again, strict=True)]


def message(problem: BaseException, folder: str) -> str:
    """The first line of what went wrong first."""
    while problem.__cause__ and not type(problem.__cause__).__name__.endswith("Traceback"):
        problem = problem.__cause__
    lines = str(problem).splitlines() or [""]
    return f"{type(problem).__name__}: {lines[0]}"[:200].replace(folder, "@FOLDER@")


def main() -> int:
    task = json.load(sys.stdin)
    Path(task["spellings"]).write_text(json.dumps(spellings(task["numbers"])), encoding="utf-8")
    import data_juicer.ops.mapper.image_captioning_mapper as module
    from data_juicer.ops import OPERATORS
    from data_juicer.utils.mm_utils import SpecialTokens
    import datasets

    # Reading a recipe makes options of every operator that there is, which takes seconds.
    for name in set(OPERATORS.modules) - {"image_captioning_mapper"}:
        del OPERATORS.modules[name]

    model = FakeModel(task["captions"] or {}, Path(task["folder"]), Path("/dev/null"))
    if task["captions"] is None:
        greedy_model.install(module)
    else:
        model.install(module)
    usual = {name: getattr(SpecialTokens, name) for name in ("image", "audio", "video", "eoc")}
    with Path(task["outcomes"]).open("w", encoding="utf-8") as outcomes:
        outcomes.write(json.dumps({"versions": versions(PACKAGES)}) + "\n")
        for run in task["runs"]:
            for name, token in usual.items():
                setattr(SpecialTokens, name, token)
            model.journal, model.choice, model.calls = Path(run["journal"]), run["choice"], 0
            model.journal.touch()
            os.chdir(run["working_folder"])
            error = None
            try:
                execute(run["recipe"])
            except (Exception, SystemExit) as problem:
                traceback.print_exc()
                error = message(problem, task["folder"])
            datasets.enable_caching()
            outcomes.write(json.dumps({"name": run["name"], "error": error}) + "\n")
            outcomes.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
