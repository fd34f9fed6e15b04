"""Parts of a BLIP-2 checkpoint as torch modules of one tensor in and one out: what OpenVINO can be given.

Only the tensors of the part are read, so that the vision tower or a few layers of the language model fit into memory
beside what OpenVINO makes of them.
"""

import json
from collections.abc import Callable
from pathlib import Path

import shared  # noqa: F401  (first: it keeps transformers off the network)

import torch
from safetensors import safe_open
from transformers import Blip2Config, Blip2QFormerModel, Blip2VisionModel
from transformers.models.opt.modeling_opt import OPTModel

from references.image_processor import SlowImageProcessor, open_rgb

NAMES = ("vision", "q_former", "opt", "lm_head")


def tensors(checkpoint: Path, prefix: str, wanted: Callable[[str], bool] = lambda _: True) -> dict[str, torch.Tensor]:
    """The tensors below a prefix, without it, in float32."""
    index = checkpoint / "model.safetensors.index.json"
    if index.exists():
        files = sorted(set(json.loads(index.read_text())["weight_map"].values()))
    else:
        files = ["model.safetensors"]
    found = {}
    for name in files:
        with safe_open(checkpoint / name, framework="pt") as file:
            for key in file.keys():
                if key.startswith(prefix) and wanted(key.removeprefix(prefix)):
                    found[key.removeprefix(prefix)] = file.get_tensor(key).float()
    if not found:
        raise ValueError(f"{checkpoint} has no tensors below {prefix}")
    return found


def filled(model: torch.nn.Module, values: dict[str, torch.Tensor]) -> torch.nn.Module:
    """The model with these tensors in place of its own, and complaints about any that is missing."""
    missing, unexpected = model.load_state_dict(values, strict=False, assign=True)
    missing = [name for name in missing if "position_ids" not in name]
    unexpected = [name for name in unexpected if "position_ids" not in name]
    if missing or unexpected:
        raise ValueError(f"missing {missing[:3]}, unexpected {unexpected[:3]}")
    return model.eval()


class Part(torch.nn.Module):
    """A part and one input for it. `layers_of` says how many layers it has and how many the whole model has."""

    def __init__(self, checkpoint: Path, name: str, layers: int | None) -> None:
        super().__init__()
        self.config = Blip2Config.from_pretrained(checkpoint)
        self.layers_of = (1, 1)
        torch.manual_seed(1)
        getattr(self, f"_prepare_{name}")(checkpoint, layers)

    def _prepare_vision(self, checkpoint: Path, _: int | None) -> None:
        self.config.vision_config._attn_implementation = "sdpa"
        self.model = filled(Blip2VisionModel(self.config.vision_config), tensors(checkpoint, "vision_model."))
        self.call = lambda x: self.model(x).last_hidden_state

    def _prepare_q_former(self, checkpoint: Path, _: int | None) -> None:
        self.model = filled(Blip2QFormerModel(self.config.qformer_config), tensors(checkpoint, "qformer."))
        self.queries = torch.nn.Parameter(tensors(checkpoint, "query_tokens")[""])
        projection = tensors(checkpoint, "language_projection.")
        self.projection = torch.nn.Linear(projection["weight"].shape[1], projection["weight"].shape[0])
        self.projection = filled(self.projection, projection)
        self.call = lambda x: self.projection(
            self.model(query_embeds=self.queries.expand(x.shape[0], -1, -1), encoder_hidden_states=x).last_hidden_state)

    def _prepare_opt(self, checkpoint: Path, layers: int | None) -> None:
        config = self.config.text_config
        whole = config.num_hidden_layers
        config.num_hidden_layers = min(layers or whole, whole)
        config._attn_implementation = "eager"
        self.layers_of = (config.num_hidden_layers, whole)

        def wanted(key: str) -> bool:
            place = key.removeprefix("decoder.layers.").split(".")[0]
            return not place.isdigit() or int(place) < config.num_hidden_layers

        with torch.device("meta"):
            model = OPTModel(config)
        values = tensors(checkpoint, "language_model.model.", wanted)
        self.model = filled(model, values)
        self.call = lambda x: self.model(inputs_embeds=x, use_cache=False).last_hidden_state

    def _prepare_lm_head(self, checkpoint: Path, _: int | None) -> None:
        table = tensors(checkpoint, "language_model.model.decoder.embed_tokens.")["weight"]
        self.model = filled(torch.nn.Linear(table.shape[1], table.shape[0], bias=False), {"weight": table})
        self.call = self.model

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.call(x)


def example(part: Part, name: str, checkpoint: Path, batch: int, pictures: list[Path]) -> torch.Tensor:
    """An input of the size that captioning has: images for the vision tower, noise of unit variance elsewhere."""
    vision, text = part.config.vision_config, part.config.text_config
    if name == "vision":
        processor = SlowImageProcessor.read(checkpoint)
        pixels = [torch.from_numpy(processor(open_rgb(picture))) for picture in pictures]
        return torch.stack([pixels[row % len(pixels)] for row in range(batch)])
    if name == "q_former":
        positions = (vision.image_size // vision.patch_size) ** 2 + 1
        return torch.randn(batch, positions, vision.hidden_size)
    if name == "lm_head":
        return torch.randn(batch, text.hidden_size)
    return torch.randn(batch, part.config.num_query_tokens + 1, text.hidden_size)
