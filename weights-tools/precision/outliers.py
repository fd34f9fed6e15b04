"""Inputs and checkpoints in which a few channels are much larger than the rest, as published for OPT from 6.7 billion parameters on
(LLM.int8, arXiv 2208.07339; SmoothQuant, arXiv 2211.10438): the same channels in every token, most of them of one sign."""

import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

NORMS = {
    "language_model": {"self_attn_layer_norm": ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"), "final_layer_norm": ("fc1",)},
    "vision_model": {"layer_norm1": ("self_attn.qkv",), "layer_norm2": ("mlp.fc1",)},
}
"""The layer norms of a part of BLIP-2, and the linear layers that read them."""


def inputs(rows: int, width: int, channels: int, size: float, one_sided: bool, generator: torch.Generator) -> Tensor:
    """`[rows, width]`: normal numbers of deviation 1, but for some channels, which are about ± `size`, within a tenth of it, or all
    of them about -`size`."""
    x = torch.randn(rows, width, generator=generator)
    chosen = torch.randperm(width, generator=generator)[:channels]
    signs = torch.randint(0, 2, (channels,), generator=generator) * 2.0 - 1
    signs = -torch.ones(channels) if one_sided else signs
    if size > 1:
        x[:, chosen] = size * signs * (1 + 0.1 * torch.randn(rows, channels, generator=generator))
    return x


def amplify(source: Path, target: Path, part: str, channels: int, size: float, seed: int) -> list[str]:
    """Copies a checkpoint, some channels of the part's layer norms being `size` times as large and the weights that read them as
    much smaller. For a power of two this changes no bit of what is computed in float32.

    Returns the names of the layers whose inputs now have outliers.
    """
    shutil.copytree(source, target)
    file = target / "model.safetensors"
    tensors, changed = load_file(file), []
    generator = torch.Generator().manual_seed(seed)
    for name in sorted(tensors):
        prefix, _, norm = name.removesuffix(".weight").rpartition(".")
        readers = NORMS[part].get(norm)
        if not name.endswith(".weight") or readers is None or not prefix.startswith(part) or ".layers." not in prefix:
            continue
        chosen = torch.randperm(len(tensors[name]), generator=generator)[:channels]
        for parameter in (name, f"{prefix}.{norm}.bias"):
            tensors[parameter][chosen] *= size
        for reader in readers:
            changed.append(f"{prefix}.{reader}")
            tensors[f"{changed[-1]}.weight"][:, chosen] /= size
    save_file(tensors, file, metadata={"format": "pt"})
    return changed
