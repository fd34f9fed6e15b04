"""How much there is to compute and to read for a caption, from a checkpoint's configuration."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Work:
    """Operations count a product and a sum as two. What the embedding of patches takes is included, softmax is not."""

    operations_per_image: int
    """All linear layers and attention's two products, from pixels to the last of the new tokens."""
    decode_weights: int
    """Parameters that a decode step has to read: the layers' matrices and the table of tokens."""


def work(checkpoint: Path, new_tokens: int) -> Work:
    config = json.loads((checkpoint / "config.json").read_text())
    vision, former, text = (Sizes(config[name]) for name in ("vision_config", "qformer_config", "text_config"))
    vision_layer = 4 * vision.width**2 + 2 * vision.width * vision.inner
    patches = (vision["image_size"] // vision["patch_size"]) ** 2
    positions = patches + 1
    multiplications = patches * vision.width * 3 * vision["patch_size"] ** 2
    multiplications += vision.layers * (positions * vision_layer + 2 * positions**2 * vision.width)

    queries = config["num_query_tokens"]
    former_layer = 4 * former.width**2 + 2 * former.width * former.inner
    multiplications += former.layers * (queries * former_layer + 2 * queries**2 * former.width)
    crossing = -(-former.layers // former.get("cross_attention_frequency", 2))
    multiplications += crossing * 2 * (
        queries * former.width**2 + positions * vision.width * former.width + queries * positions * former.width)
    multiplications += queries * former.width * text.width

    text_layer = 4 * text.width**2 + 2 * text.width * text.inner
    table = text["vocab_size"] * text.width
    # The image's positions and the begin token are read at once, then a token at a time but for the last.
    lengths = [queries + 1] + [1] * (new_tokens - 1)
    reached = 0
    for length in lengths:
        attention = sum(reached + position + 1 for position in range(length))
        multiplications += text.layers * (length * text_layer + 2 * attention * text.width) + table
        reached += length
    return Work(2 * multiplications, text.layers * text_layer + table)


class Sizes(dict):
    """A part's configuration; OPT has names of its own for the widths."""

    @property
    def width(self) -> int:
        return self["hidden_size"]

    @property
    def inner(self) -> int:
        return self["ffn_dim"] if "ffn_dim" in self else self["intermediate_size"]

    @property
    def layers(self) -> int:
        return self["num_hidden_layers"]
