"""Checkpoint folders as they were before safetensors: `pytorch_model.bin`, or shards of it with an index."""

import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file

from checkpoints.pickled_weights import INDEX, SINGLE


def write_bin(source: Path, target: Path, zipped: bool = True) -> None:
    """Copies a folder with safetensors, the weights pickled; `zipped` is the format since PyTorch 1.6."""
    target.mkdir()
    weights = sorted(source.glob("*.safetensors"))
    weight_map = {}
    for number, file in enumerate(weights, start=1):
        name = SINGLE if len(weights) == 1 else f"pytorch_model-{number:05}-of-{len(weights):05}.bin"
        tensors = load_file(file)
        torch.save(tensors, target / name, _use_new_zipfile_serialization=zipped)
        weight_map |= dict.fromkeys(tensors, name)
    if len(weights) > 1:
        (target / INDEX).write_text(json.dumps({"metadata": {"total_size": 0}, "weight_map": weight_map}))
    for file in source.iterdir():
        if not file.name.endswith((".safetensors", ".safetensors.index.json")):
            shutil.copyfile(file, target / file.name)
