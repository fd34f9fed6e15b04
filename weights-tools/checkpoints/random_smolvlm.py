#!/usr/bin/env python3
"""Writes a random SmolVLM checkpoint, of any size, as Hugging Face stores it.

It has the names, shapes and files of a trained checkpoint and knows nothing: for comparing implementations and for measuring speed. The same options and seed give
the same bytes (with the same versions of numpy and tokenizers).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from checkpoints.random_blip import Stack, layer, norm, stack_configuration
from checkpoints.random_clip import save
from checkpoints.smolvlm_tokenizer import BEGIN, END, IMAGE, PAD, files, token_id

LINES = (
    "A photo of two cats on a red couch. What color is the car? Can you describe this image? User: Assistant: The image shows a man riding a horse on the beach.",
    "There are 12 people and 345 birds. It isn't far; they've seen the sign: \"STOP\" (now).", "Ein Mädchen im Café, 東京の空。")


@dataclass(frozen=True)
class RandomSmolVLM:
    vision: Stack = Stack(36, 3, 2, 68)
    text: Stack = Stack(48, 6, 3, 84)
    key_value_heads: int = 2
    tile: int = 64
    patch: int = 8
    longest: int = 128
    scale: int = 4
    splits: bool = True
    merges: int = 60
    rows: int | None = None
    """The rows of the embedding table, if not as many as tokens."""
    theta: float = 100000.0
    dtype: str = "F32"
    kind: str = "idefics3"
    configuration: str = "new"
    """new: what transformers 5 saves; old: what the hub has."""
    end_gain: float = 1.6
    """How much larger the output row of the end token is than others."""
    gain: float = 1.5
    seed: int = 0

    def tensors(self, rows: int, end: int) -> dict[str, numpy.ndarray]:
        """All tensors in float32, sorted."""
        import numpy

        random = numpy.random.default_rng(self.seed)
        result = {name: self._draw(random, name, shape) for name, shape in sorted(self._shapes(rows))}
        result["lm_head.weight"][end] *= self.end_gain
        return result

    def _draw(self, random: numpy.random.Generator, name: str, shape: tuple[int, ...]) -> numpy.ndarray:
        import numpy

        values = random.standard_normal(shape, dtype=numpy.float32)
        if "norm" in name:
            return 0.2 * values + (1 if name.endswith("weight") else 0)
        if len(shape) == 1:
            return 0.2 * values
        if "embed" in name and "patch" not in name:
            return numpy.float32(0.5) * values
        return values * numpy.float32(self.gain / float(numpy.prod(shape[1:])) ** 0.5)

    def _shapes(self, rows: int) -> Iterator[tuple[str, tuple[int, ...]]]:
        vision, text = self.vision, self.text
        root = "model.vision_model"
        yield f"{root}.embeddings.patch_embedding.weight", (vision.width, 3, self.patch, self.patch)
        yield f"{root}.embeddings.patch_embedding.bias", (vision.width,)
        yield f"{root}.embeddings.position_embedding.weight", ((self.tile // self.patch) ** 2, vision.width)
        yield from norm(f"{root}.post_layernorm", vision.width)
        for index in range(vision.layers):
            block = f"{root}.encoder.layers.{index}"
            yield from norm(f"{block}.layer_norm1", vision.width)
            yield from norm(f"{block}.layer_norm2", vision.width)
            for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
                yield from layer(f"{block}.self_attn.{part}", vision.width, vision.width)
            yield from layer(f"{block}.mlp.fc1", vision.inner, vision.width)
            yield from layer(f"{block}.mlp.fc2", vision.width, vision.inner)
        yield "model.connector.modality_projection.proj.weight", (text.width, vision.width * self.scale**2)
        root, head = "model.text_model", self.head
        yield f"{root}.embed_tokens.weight", (rows, text.width)
        yield f"{root}.norm.weight", (text.width,)
        for index in range(text.layers):
            block = f"{root}.layers.{index}"
            yield f"{block}.input_layernorm.weight", (text.width,)
            yield f"{block}.post_attention_layernorm.weight", (text.width,)
            yield f"{block}.self_attn.q_proj.weight", (text.heads * head, text.width)
            for part in ("k_proj", "v_proj"):
                yield f"{block}.self_attn.{part}.weight", (self.key_value_heads * head, text.width)
            yield f"{block}.self_attn.o_proj.weight", (text.width, text.heads * head)
            for part in ("gate_proj", "up_proj"):
                yield f"{block}.mlp.{part}.weight", (text.inner, text.width)
            yield f"{block}.mlp.down_proj.weight", (text.width, text.inner)
        yield "lm_head.weight", (rows, text.width)

    @property
    def head(self) -> int:
        return self.text.width // self.text.heads

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        contents = files(LINES, self.merges)
        tokenizer = contents["tokenizer.json"]
        rows = self.rows or max(token["id"] for token in tokenizer["added_tokens"]) + 1
        ids = {text: token_id(tokenizer, text) for text in (BEGIN, PAD, END, IMAGE)}
        save(self.tensors(rows, ids[END]), folder, "model.safetensors", self.dtype)
        contents |= {
            "config.json": self._configuration(rows, ids), "preprocessor_config.json": self._preprocessing(),
            "processor_config.json": {"image_seq_len": (self.tile // self.patch // self.scale) ** 2, "processor_class": "Idefics3Processor"},
            "generation_config.json": {"bos_token_id": 0, "eos_token_id": ids[END], "pad_token_id": ids[PAD]}}
        for name, content in contents.items():
            (folder / name).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    def _configuration(self, rows: int, ids: dict[str, int]) -> dict[str, object]:
        vision = stack_configuration(self.vision) | {
            "model_type": f"{self.kind}_vision", "image_size": self.tile, "patch_size": self.patch, "hidden_act": "gelu_pytorch_tanh", "layer_norm_eps": 1e-6}
        text = stack_configuration(self.text) | {
            "model_type": "llama", "num_key_value_heads": self.key_value_heads, "vocab_size": rows, "max_position_embeddings": 8192, "rms_norm_eps": 1e-5, "head_dim": self.head,
            "hidden_act": "silu", "bos_token_id": ids[BEGIN], "eos_token_id": ids[PAD], "pad_token_id": ids[PAD]}
        text |= {"rope_theta": self.theta} if self.configuration == "old" else {"rope_parameters": {"rope_theta": self.theta, "rope_type": "default"}}
        name = {"idefics3": "Idefics3ForConditionalGeneration", "smolvlm": "SmolVLMForConditionalGeneration"}[self.kind]
        result = {
            "model_type": self.kind, "architectures": [name], "image_token_id": ids[IMAGE], "scale_factor": self.scale, "tie_word_embeddings": False, "vocab_size": rows,
            "pad_token_id": ids[PAD], "text_config": text, "vision_config": vision}
        if self.configuration == "old":
            # What nothing reads.
            text |= {"pixel_shuffle_factor": self.scale, "use_resampler": False, "qk_layer_norms": False, "perceiver_config": {"model_type": "vllama3"}, "tie_word_embeddings": False}
            result |= {"pad_token_id": 128002, "torch_dtype": "bfloat16", "use_cache": False}
        return result

    def _preprocessing(self) -> dict[str, object]:
        return {
            "do_convert_rgb": True, "do_image_splitting": self.splits, "do_normalize": True, "do_pad": True, "do_rescale": True, "do_resize": True, "image_mean": [0.5, 0.5, 0.5],
            "image_processor_type": "Idefics3ImageProcessor", "image_std": [0.5, 0.5, 0.5], "max_image_size": {"longest_edge": self.tile}, "processor_class": "Idefics3Processor",
            "resample": 1, "rescale_factor": 1 / 255, "size": {"longest_edge": self.longest}}


FULL = RandomSmolVLM(
    vision=Stack(768, 12, 12, 3072), text=Stack(576, 9, 30, 1536), key_value_heads=3, tile=512, patch=16, longest=2048, rows=49280, configuration="old", end_gain=1, gain=1.0)
PRESETS = {
    "tiny": RandomSmolVLM(), "256m": FULL, "500m": replace(FULL, text=Stack(960, 15, 32, 2560), key_value_heads=5),
    "2.2b": replace(
        FULL, vision=Stack(1152, 16, 27, 4304), text=Stack(2048, 32, 24, 8192), key_value_heads=32, tile=384, patch=14, longest=1536, scale=3, rows=49155, theta=273768.0)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--preset", choices=PRESETS, default="tiny")
    parser.add_argument("--dtype", choices=("F32", "F16", "BF16"), default="BF16")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    replace(PRESETS[options.preset], dtype=options.dtype, seed=options.seed).write(options.folder)


if __name__ == "__main__":
    main()
