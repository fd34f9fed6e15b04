#!/usr/bin/env python3
"""Selects rows with the selectors, the filter and the deduplicator of this interpreter's py-data-juicer, and hashes images.

`fixtures/selection.py` starts it, as a script by its path. Standard input: a JSON object with "sets" (rows by name), "cases"
({"set", "operator", "options"}), "images" (paths) and "samples" (lists of paths). Standard output: what is left of each case, as
places in its set, the images' hashes, null for those that cannot be decoded, and the samples that the deduplicator keeps.
"""

import importlib.util
import json
import os
import sys
import types
import warnings
from importlib.metadata import version
from pathlib import Path


def without_networks() -> None:
    """Makes imagededup's module of hashes importable by itself: its packages also make a network, whose weights they fetch."""
    home = Path(importlib.util.find_spec("imagededup").origin).parent
    for name in ("methods", "utils"):
        package = types.ModuleType(f"imagededup.{name}")
        package.__path__ = [str(home / name)]
        sys.modules[package.__name__] = package
    from imagededup.methods import hashing

    for name in ("PHash", "DHash", "WHash", "AHash"):
        setattr(sys.modules["imagededup.methods"], name, getattr(hashing, name))


def selected(case: dict, rows: list[dict]) -> list[int]:
    """The places of the rows that an operator leaves, in its order."""
    from data_juicer.ops.filter.image_text_similarity_filter import ImageTextSimilarityFilter
    from data_juicer.ops.selector.range_specified_field_selector import RangeSpecifiedFieldSelector
    from data_juicer.ops.selector.topk_specified_field_selector import TopkSpecifiedFieldSelector
    from datasets import Dataset

    options = case["options"]
    if case["operator"] == "image_text_similarity_filter":
        # Made without its model, which only computes scores.
        judge = ImageTextSimilarityFilter.__new__(ImageTextSimilarityFilter)
        judge.min_closed_interval = judge.max_closed_interval = True
        judge.reversed_range = False
        judge.min_score, judge.max_score, judge.any = options["min_score"], options["max_score"], options["any_or_all"] == "any"
        return [place for place, row in enumerate(rows) if judge.process_single(row)]
    selectors = {"topk_specified_field_selector": TopkSpecifiedFieldSelector, "range_specified_field_selector": RangeSpecifiedFieldSelector}
    data = Dataset.from_list([row | {"place": place} for place, row in enumerate(rows)])
    return list(selectors[case["operator"]](**options).process(data)["place"])


def main() -> int:
    task = json.load(sys.stdin)
    output, sys.stdout = sys.stdout, sys.stderr
    os.environ["HF_HUB_OFFLINE"] = "1"
    warnings.simplefilter("ignore")
    without_networks()
    from data_juicer.ops.deduplicator.image_deduplicator import ImageDeduplicator
    from data_juicer.utils.constant import HashKeys
    from datasets import Dataset, disable_progress_bars

    disable_progress_bars()
    deduplicator = ImageDeduplicator(method="phash")
    hashes = []
    for path in task["images"]:
        # One by one: those after an image that cannot be decoded would be lost with it.
        try:
            hashes += Dataset.from_list([{"place": 0, "images": [path]}]).map(deduplicator.compute_hash)[HashKeys.imagehash]
        except Exception as problem:
            print(f"{path}: {problem}", file=sys.stderr)
            hashes.append(None)
    samples = Dataset.from_list([{"place": place, "images": images} for place, images in enumerate(task["samples"])])
    kept, _ = deduplicator.process(samples.map(deduplicator.compute_hash))
    names = ("py-data-juicer", "imagededup", "datasets", "pillow", "numpy", "scipy")
    json.dump(
        {"versions": {name: version(name) for name in names}, "cases": [selected(case, task["sets"][case["set"]]) for case in task["cases"]],
         "hashes": hashes, "kept": list(kept["place"])}, output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
