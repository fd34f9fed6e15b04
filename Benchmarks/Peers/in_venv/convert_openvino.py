#!/usr/bin/env python3
"""Makes OpenVINO models of parts of a BLIP-2 checkpoint: float32, int8 weights, int8 after post-training quantisation.

PART-f32.xml has an .npz beside it with inputs and what torch makes of them, so that a script that times a model can check
whether it still computes the same, and PART.json says how many of how many layers it has. The int8 models are made from
the float32 one by NNCF, with its settings for transformers. A file that is there stays; it gets its name when it is
whole.
"""

import argparse
import gc
import json
from pathlib import Path

from shared import put

import numpy
import openvino
import torch

from parts import NAMES, Part, example

FORMS = ("f32", "int8-weights", "int8-ptq")
ROWS = 2
"""Of the input for conversion and for comparison; the models take any number."""


def save(model: openvino.Model, path: Path) -> None:
    """Never half a model under its name: the weights go first, the .xml that everyone looks for last."""
    partial = path.with_name(f"partial-{path.name}")
    openvino.save_model(model, partial, compress_to_fp16=False)
    partial.with_suffix(".bin").rename(path.with_suffix(".bin"))
    partial.rename(path)


def convert(name: str, options: argparse.Namespace) -> None:
    part = Part(options.checkpoint, name, options.layers)
    x = example(part, name, options.checkpoint, ROWS, options.pictures)
    path = options.folder / f"{name}-f32.xml"
    with torch.no_grad():
        numpy.savez(path.with_suffix(".npz"), input=x.numpy(), output=part(x).numpy())
        model = openvino.convert_model(part, example_input=x)
    (options.folder / f"{name}.json").write_text(json.dumps({"layers_of": part.layers_of}))
    save(model, path)


def compress(name: str, form: str, folder: Path) -> None:
    import nncf

    model = openvino.Core().read_model(folder / f"{name}-f32.xml")
    if form == "int8-weights":
        model = nncf.compress_weights(model, mode=nncf.CompressWeightsMode.INT8_ASYM)
    else:
        x = numpy.load(folder / f"{name}-f32.npz")["input"]
        data = nncf.Dataset([x, x[::-1].copy()])
        model = nncf.quantize(
            model, data, subset_size=2, model_type=nncf.ModelType.TRANSFORMER, fast_bias_correction=True)
    save(model, folder / f"{name}-{form}.xml")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the models go")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--parts", choices=NAMES, nargs="+", default=NAMES)
    parser.add_argument("--forms", choices=FORMS, nargs="+", default=FORMS)
    parser.add_argument("--pictures", type=Path, nargs="+", required=True, help="for the vision tower")
    parser.add_argument("--layers", type=int, help="of the language model (default: all)")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    options.folder.mkdir(parents=True, exist_ok=True)
    for name in options.parts:
        for form in sorted({"f32", *options.forms}):  # f32 comes first, which the others are made from
            if (options.folder / f"{name}-{form}.xml").exists():
                continue
            if form == "f32":
                convert(name, options)
            else:
                compress(name, form, options.folder)
            gc.collect()
    put({"folder": str(options.folder)})


if __name__ == "__main__":
    main()
