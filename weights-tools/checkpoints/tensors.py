"""The tensors of a BLIP-2 OPT checkpoint: names, shapes and how random ones are drawn.

The scaling keeps activations in the range of trained models at any width and depth:

- A linear layer draws from a normal distribution of standard deviation gain / sqrt(inputs), so its output has about
  `gain` times the scale of its input. Queries and keys get a gain of 1.4: attention scores then spread by about 2,
  which makes attention neither uniform nor a choice of one position.
- What is added to a residual stream of L layers has a gain of 1 / sqrt(2 L) times a constant, so that the stream does
  not blow up with depth.
- The layer after an activation function has weights that sum to zero in each row. Activations are positive on average, and
  the constant vector this would add in every layer of a deep model drowns what differs between images.
- Layer norms are near one and their biases near zero, but neither is ever exactly so: a forgotten term shows.

Greedy decoding of a random model is a string of near ties if all token embeddings are alike: among V equal normal
logits the gap between the first and the second is a small part of the largest. Here COMMON_TOKENS tokens, chosen by the
seed, have longer embedding rows (tied to the output) than the rest: rank 0 and 1 have the length 1, rank 2 and 3 the
length 1 / 2 ** (1 / TAIL), the k-th pair 1 / k ** (1 / TAIL), all others SHORT_ROW. The two rows of a pair point in
opposite directions, so that every hidden state likes one of them. The largest logit then stands out as a trained
model's does, at about LOGIT_SCALE; it is close to the runner-up only where the hidden state is close to one of few
boundaries.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from checkpoints.architecture import Architecture

COMMON_TOKENS = 32
TAIL = 0.75
SHORT_ROW = 0.03
LOGIT_SCALE = 8.0


@dataclass(frozen=True)
class TensorSpecification:
    """One tensor: its name in the file, its shape, and the normal distribution a random one is drawn from."""

    name: str
    shape: tuple[int, ...]
    standard_deviation: float
    mean: float = 0.0
    zero_middle_third: bool = False
    """The vision tower's attention has no key bias: the middle third of `qkv.bias` is zero."""
    centred_rows: bool = False
    """Each row sums to zero."""
    token_embedding: bool = False
    """Some rows are longer than others, as the module's docstring says."""

    @property
    def count(self) -> int:
        total = 1
        for size in self.shape:
            total *= size
        return total


def linear(
    name: str, outputs: int, inputs: int, gain: float = 1.0, centred: bool = False
) -> Iterator[TensorSpecification]:
    yield TensorSpecification(f"{name}.weight", (outputs, inputs), gain / inputs**0.5, centred_rows=centred)
    yield TensorSpecification(f"{name}.bias", (outputs,), 0.1 * gain)


def layer_norm(name: str, width: int, scale: float = 1.0) -> Iterator[TensorSpecification]:
    yield TensorSpecification(f"{name}.weight", (width,), 0.1 * scale, mean=scale)
    yield TensorSpecification(f"{name}.bias", (width,), 0.1 * scale)


def vision_tensors(a: Architecture) -> Iterator[TensorSpecification]:
    width, residual_gain = a.vision_width, 2.0 / (2 * a.vision_layers) ** 0.5
    yield TensorSpecification("vision_model.embeddings.class_embedding", (1, 1, width), 0.5)
    yield TensorSpecification("vision_model.embeddings.position_embedding", (1, a.vision_positions, width), 0.5)
    inputs = 3 * a.patch_size**2
    yield TensorSpecification(
        "vision_model.embeddings.patch_embedding.weight", (width, 3, a.patch_size, a.patch_size), 1 / inputs**0.5)
    yield TensorSpecification("vision_model.embeddings.patch_embedding.bias", (width,), 0.1)
    for index in range(a.vision_layers):
        layer = f"vision_model.encoder.layers.{index}"
        yield TensorSpecification(f"{layer}.self_attn.qkv.weight", (3 * width, width), 1.4 / width**0.5)
        yield TensorSpecification(f"{layer}.self_attn.qkv.bias", (3 * width,), 0.1, zero_middle_third=True)
        yield from linear(f"{layer}.self_attn.projection", width, width, residual_gain)
        yield from layer_norm(f"{layer}.layer_norm1", width)
        yield from linear(f"{layer}.mlp.fc1", a.vision_ffn, width, 1.4)
        yield from linear(f"{layer}.mlp.fc2", width, a.vision_ffn, residual_gain, centred=True)
        yield from layer_norm(f"{layer}.layer_norm2", width)
    yield from layer_norm("vision_model.post_layernorm", width)


def qformer_attention(name: str, width: int, key_width: int) -> Iterator[TensorSpecification]:
    yield from linear(f"{name}.attention.query", width, width, 1.4)
    yield from linear(f"{name}.attention.key", width, key_width, 1.4)
    yield from linear(f"{name}.attention.value", width, key_width, 1.4)
    yield from linear(f"{name}.output.dense", width, width)
    yield from layer_norm(f"{name}.output.LayerNorm", width)


def qformer_tensors(a: Architecture) -> Iterator[TensorSpecification]:
    width = a.qformer_width
    yield TensorSpecification("query_tokens", (1, a.queries, width), 1.0)
    yield from layer_norm("qformer.layernorm", width)
    for index in range(a.qformer_layers):
        layer = f"qformer.encoder.layer.{index}"
        yield from qformer_attention(f"{layer}.attention", width, width)
        if index % a.cross_attention_frequency == 0:
            yield from qformer_attention(f"{layer}.crossattention", width, a.vision_width)
        yield from linear(f"{layer}.intermediate_query.dense", a.qformer_ffn, width, 1.4)
        yield from linear(f"{layer}.output_query.dense", width, a.qformer_ffn, centred=True)
        yield from layer_norm(f"{layer}.output_query.LayerNorm", width)
    yield from linear("language_projection", a.text_width, width)


def text_tensors(a: Architecture, vocabulary_size: int) -> Iterator[TensorSpecification]:
    width, residual_gain = a.text_width, 4.0 / (2 * a.text_layers) ** 0.5
    decoder = "language_model.model.decoder"
    yield TensorSpecification(
        f"{decoder}.embed_tokens.weight", (vocabulary_size, width), SHORT_ROW / width**0.5, token_embedding=True)
    yield TensorSpecification(f"{decoder}.embed_positions.weight", (a.positions + 2, width), 0.5 / width**0.5)
    yield from layer_norm(f"{decoder}.final_layer_norm", width, LOGIT_SCALE)
    for index in range(a.text_layers):
        layer = f"{decoder}.layers.{index}"
        for projection in ("k_proj", "v_proj", "q_proj"):
            yield from linear(f"{layer}.self_attn.{projection}", width, width, 1.4)
        yield from linear(f"{layer}.self_attn.out_proj", width, width, residual_gain)
        yield from layer_norm(f"{layer}.self_attn_layer_norm", width)
        yield from linear(f"{layer}.fc1", a.text_ffn, width, 1.4)
        yield from linear(f"{layer}.fc2", width, a.text_ffn, residual_gain, centred=True)
        yield from layer_norm(f"{layer}.final_layer_norm", width)


EMBEDDING = "language_model.model.decoder.embed_tokens.weight"
OUTPUT_HEAD = "language_model.lm_head.weight"


def checkpoint_tensors(
    architecture: Architecture, vocabulary_size: int, output_head: bool
) -> Iterator[TensorSpecification]:
    """All tensors in file order; with `output_head` the tied copy of the token embeddings comes last."""
    yield from vision_tensors(architecture)
    yield from qformer_tensors(architecture)
    yield from text_tensors(architecture, vocabulary_size)
    if output_head:
        yield TensorSpecification(
            OUTPUT_HEAD, (vocabulary_size, architecture.text_width), SHORT_ROW / architecture.text_width**0.5,
            token_embedding=True)
