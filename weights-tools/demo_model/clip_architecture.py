"""The CLIP model: the demo model's vision transformer, cut to size, and a text transformer of its own."""

from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import CLIPConfig, CLIPModel, CLIPTextConfig, CLIPVisionConfig

from architecture import HEADS, PATCH, WIDTH
from clip_tokenizer import LONGEST
from scenes import CANVAS

LAYERS, INNER = 4, 384  # of the demo model's 5 and 608
CHECKPOINT = Path(__file__).resolve().parents[2] / "Sources/DemoModel/Resources/checkpoint/model.safetensors"


def configuration(vocabulary: int) -> CLIPConfig:
    vision = CLIPVisionConfig(
        hidden_size=WIDTH, intermediate_size=INNER, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
        image_size=CANVAS, patch_size=PATCH, hidden_act="gelu", projection_dim=128,
    )  # fmt: skip
    text = CLIPTextConfig(
        vocab_size=vocabulary, hidden_size=96, intermediate_size=288, num_hidden_layers=2, num_attention_heads=3,
        max_position_embeddings=LONGEST, hidden_act="gelu", projection_dim=128,
        bos_token_id=vocabulary - 2, eos_token_id=vocabulary - 1, pad_token_id=vocabulary - 1,
    )  # fmt: skip
    return CLIPConfig(text_config=text.to_dict(), vision_config=vision.to_dict(), projection_dim=128)


def new_model(config: CLIPConfig, seed: int) -> CLIPModel:
    """A model whose vision transformer begins with the demo model's weights; the rest is random."""
    torch.manual_seed(seed)
    model = CLIPModel(config)
    model.set_attn_implementation("eager")  # the fastest on a CPU for heads this small
    weights = {name: value.float() for name, value in load_file(CHECKPOINT).items() if name.startswith("vision_model.")}
    model.vision_model.load_state_dict(vision_weights(weights), strict=True)
    with torch.no_grad():
        model.text_model.embeddings.token_embedding.weight.normal_(0, 0.05)
    return model


def vision_weights(blip: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The demo model's first layers by CLIP's names.

    The bias of the patch embedding, which CLIP has not, goes into the positions. `pre_layrnorm`, which BLIP-2 has not, begins as
    a multiplication with the usual deviation of a row of positions. Of the feed-forward units those with the largest weights stay.
    """
    bias = blip["vision_model.embeddings.patch_embedding.bias"]
    positions = blip["vision_model.embeddings.position_embedding"][0].clone()
    positions[1:] += bias
    result = {
        "embeddings.class_embedding": blip["vision_model.embeddings.class_embedding"].flatten(),
        "embeddings.patch_embedding.weight": blip["vision_model.embeddings.patch_embedding.weight"],
        "embeddings.position_embedding.weight": positions,
        "pre_layrnorm.weight": torch.full((WIDTH,), row_deviation(blip, positions)),
        "pre_layrnorm.bias": torch.zeros(WIDTH),
        "post_layernorm.weight": blip["vision_model.post_layernorm.weight"],
        "post_layernorm.bias": blip["vision_model.post_layernorm.bias"],
    }
    for layer in range(LAYERS):
        ours = f"encoder.layers.{layer}."
        theirs = {name.removeprefix("vision_model." + ours): value for name, value in blip.items() if ours in name}
        kept = (theirs["mlp.fc1.weight"].norm(dim=1) * theirs["mlp.fc2.weight"].norm(dim=0)).topk(INNER).indices.sort().values
        theirs["mlp.fc1.weight"], theirs["mlp.fc1.bias"] = theirs["mlp.fc1.weight"][kept], theirs["mlp.fc1.bias"][kept]
        theirs["mlp.fc2.weight"] = theirs["mlp.fc2.weight"][:, kept]
        for kind in ("weight", "bias"):
            for part, value in zip("qkv", theirs.pop(f"self_attn.qkv.{kind}").chunk(3)):
                theirs[f"self_attn.{part}_proj.{kind}"] = value
            theirs[f"self_attn.out_proj.{kind}"] = theirs.pop(f"self_attn.projection.{kind}")
        result |= {ours + name: value for name, value in theirs.items()}
    return result


def row_deviation(blip: dict[str, torch.Tensor], positions: torch.Tensor) -> float:
    """The deviation of the embedding of a gray patch, averaged over positions."""
    gray = blip["vision_model.embeddings.patch_embedding.weight"].sum((1, 2, 3)) * 0.1
    return (positions[1:] + gray).std(dim=1).mean().item()
