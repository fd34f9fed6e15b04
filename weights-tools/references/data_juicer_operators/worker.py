#!/usr/bin/env python3
"""Runs recipes with the py-data-juicer of this interpreter, as `dj-process` does.

`runs.py` starts it, as a script by its path. Standard input: a JSON object with "runs" ({"recipe"}) and "outcomes", a file
that gets a line for each run: {"error"}. With "model" true the recipe's image_captioning_mapper generates greedily.
"""

import json
import os
import sys
import traceback
import typing
from pathlib import Path
from unittest.mock import MagicMock

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "data_juicer_runs"))

from execution import execute, versions

PACKAGES = ("py-data-juicer", "datasets", "pyarrow", "pandas", "numpy", "pillow", "emoji", "imagededup")
OPERATORS = {
    "alphanumeric_filter", "character_repetition_filter", "flagged_words_filter", "image_aspect_ratio_filter", "image_captioning_mapper",
    "image_deduplicator", "image_shape_filter", "image_size_filter", "range_specified_field_selector", "special_characters_filter",
    "text_length_filter", "topk_specified_field_selector", "word_repetition_filter", "words_num_filter"}


def main() -> int:
    task = json.load(sys.stdin)
    # imagededup brings networks along that no operator here uses, and that need a torchvision.
    for name in ("imagededup.methods.cnn", "imagededup.utils.models"):
        sys.modules[name] = MagicMock()
    import jsonargparse.typing
    # 0.2.0 takes it from there, where later versions of jsonargparse have it no more.
    jsonargparse.typing.List = typing.List
    from data_juicer.ops import OPERATORS as registry
    # Reading a recipe makes options of every operator that there is, which takes seconds.
    for name in set(registry.modules) - OPERATORS:
        del registry.modules[name]
    if task.get("model"):
        import greedy_model
        import data_juicer.ops.mapper.image_captioning_mapper as module
        greedy_model.install(module)
    with Path(task["outcomes"]).open("w", encoding="utf-8") as outcomes:
        outcomes.write(json.dumps({"versions": versions(PACKAGES)}) + "\n")
        for run in task["runs"]:
            error = None
            os.chdir(Path(run["recipe"]).parent)
            try:
                execute(run["recipe"])
            except (Exception, SystemExit) as problem:
                traceback.print_exc()
                error = f"{type(problem).__name__}: {problem}".splitlines()[0][:200]
            outcomes.write(json.dumps({"error": error}) + "\n")
            outcomes.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
