"""Checkpoint folders with pickles: as they were before safetensors, `pytorch_model.bin` or shards of it with an index, and as MGM's pretraining writes them."""

import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from checkpoints import mgm_pretraining
from checkpoints.pickled_weights import INDEX, PROJECTOR, SAFETENSORS, SAFETENSORS_INDEX, SINGLE


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


def write_pretraining(model: Path, projector: Path, language_model: Path) -> None:
    """Parts the folder of an MGM into what MGM's pretraining writes and a Gemma, with safetensors in two files."""
    configuration = json.loads((model / "config.json").read_text(encoding="utf-8"))
    tensors = {name: tensor for file in sorted(model.glob("*.safetensors")) for name, tensor in load_file(file).items()}
    saved = {name: tensor for name, tensor in tensors.items() if name.startswith(mgm_pretraining.SAVED)}
    projector.mkdir()
    torch.save(saved, projector / PROJECTOR)
    (projector / "config.json").write_text(json.dumps(configuration | {"tune_mm_mlp_adapter": True}))
    language_model.mkdir()
    for name in mgm_pretraining.OTHERS:
        if (model / name).is_file():
            shutil.copyfile(model / name, language_model / name)
    of_gemma = {key: value for key, value in configuration.items() if not key.startswith(("mm_", "image_", "tokenizer_", "optimize_", "tune_", "freeze_", "use_mm"))}
    (language_model / "config.json").write_text(json.dumps(of_gemma | {"model_type": "gemma", "architectures": ["GemmaForCausalLM"]}))
    names = [name for name in tensors if name not in saved]
    weight_map = {}
    for number, part in enumerate((names[::2], names[1::2]), start=1):
        file = f"{SAFETENSORS.removesuffix('.safetensors')}-{number:05}-of-00002.safetensors"
        save_file({name: tensors[name] for name in part}, language_model / file, {"format": "pt"})
        weight_map |= dict.fromkeys(part, file)
    (language_model / SAFETENSORS_INDEX).write_text(json.dumps({"metadata": {"total_size": 0}, "weight_map": weight_map}))
