#!/usr/bin/env python3
"""Writes a random PaliGemma or PaliGemma 2 checkpoint, of any size, as Hugging Face stores it.

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

from checkpoints.gemma_tokenizer import ROLES, TURNS, added, byte_pieces, learned_pieces, tokenizer_config, tokenizer_json, unlearned_pieces, with_pairs
from checkpoints.random_blip import Stack, layer, norm, stack_configuration
from checkpoints.random_clip import save

LINES = (
    "caption en", "describe en", "answer en where is the cat sitting?", "a photo of two dogs on the beach with a red ball in the water", "detect person ; car", "ocr",
    "the man is riding a brown horse near a small house under a tree") * 3
PLACES = [f"<loc{number:04}>" for number in range(1024)] + [f"<seg{number:03}>" for number in range(128)]


@dataclass(frozen=True)
class RandomPaliGemma:
    vision: Stack = Stack(36, 2, 2, 62)
    text: Stack = Stack(40, 4, 3, 90)
    head: int = 12
    second: bool = False
    """Whether the decoder is Gemma 2."""
    key_value_heads: int = 1
    query_scalar: int = 24
    """What Gemma 2 divides scores by the square root of."""
    score_cap: float | None = 5.0
    """Of Gemma 2; None for none."""
    logit_cap: float | None = 9.0
    image_size: int = 42
    patch: int = 14
    pieces: int = 120
    places: int = 16
    """How many of the tokens of places and segments there are; all 1152 in the published ones."""
    rows: int | None = None
    """The rows of the embedding table, if not 7 more than tokens."""
    names: str = "hub"
    """hub; saved5: what transformers 5 saves; saved4: what 4.52 saves."""
    dtype: str = "F32"
    gain: float = 1.6
    word_scale: float = 0.12
    """Of the embeddings, which Gemma multiplies by the square root of its width, and which are the output layer."""
    end_gain: float = 2.0
    """How much larger the output row of the end token is than others."""
    seed: int = 0

    def tensors(self, rows: int) -> dict[str, numpy.ndarray]:
        """All tensors in float32 by the hub's names, sorted."""
        import numpy

        random = numpy.random.default_rng(self.seed)
        result = {name: self._draw(random, name, shape) for name, shape in sorted(self._shapes(rows))}
        result["language_model.model.embed_tokens.weight"][1] *= self.end_gain
        return result

    def _draw(self, random: numpy.random.Generator, name: str, shape: tuple[int, ...]) -> numpy.ndarray:
        import numpy

        values = random.standard_normal(shape, dtype=numpy.float32)
        if "norm" in name:
            # Gemma's are differences from 1.
            return 0.2 * values + (1 if name.endswith("weight") and not name.startswith("language") else 0)
        if len(shape) == 1:
            return 0.2 * values
        if "embed_tokens" in name:
            return numpy.float32(self.word_scale) * values
        if "position" in name:
            return 0.5 * values
        return values * numpy.float32(self.gain / float(numpy.prod(shape[1:])) ** 0.5)

    def _shapes(self, rows: int) -> Iterator[tuple[str, tuple[int, ...]]]:
        vision, text = self.vision, self.text
        root = "vision_tower.vision_model"
        yield f"{root}.embeddings.patch_embedding.weight", (vision.width, 3, self.patch, self.patch)
        yield f"{root}.embeddings.patch_embedding.bias", (vision.width,)
        yield f"{root}.embeddings.position_embedding.weight", ((self.image_size // self.patch) ** 2, vision.width)
        yield from norm(f"{root}.post_layernorm", vision.width)
        for index in range(vision.layers):
            block = f"{root}.encoder.layers.{index}"
            yield from norm(f"{block}.layer_norm1", vision.width)
            yield from norm(f"{block}.layer_norm2", vision.width)
            for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
                yield from layer(f"{block}.self_attn.{part}", vision.width, vision.width)
            yield from layer(f"{block}.mlp.fc1", vision.inner, vision.width)
            yield from layer(f"{block}.mlp.fc2", vision.width, vision.inner)
        yield from layer("multi_modal_projector.linear", text.width, vision.width)
        root = "language_model.model"
        yield f"{root}.embed_tokens.weight", (rows, text.width)
        yield f"{root}.norm.weight", (text.width,)
        for index in range(text.layers):
            block = f"{root}.layers.{index}"
            yield f"{block}.input_layernorm.weight", (text.width,)
            yield f"{block}.post_attention_layernorm.weight", (text.width,)
            if self.second:
                yield f"{block}.pre_feedforward_layernorm.weight", (text.width,)
                yield f"{block}.post_feedforward_layernorm.weight", (text.width,)
            yield f"{block}.self_attn.q_proj.weight", (text.heads * self.head, text.width)
            for part in ("k_proj", "v_proj"):
                yield f"{block}.self_attn.{part}.weight", (self.head * self.key_value_heads, text.width)
            yield f"{block}.self_attn.o_proj.weight", (text.width, text.heads * self.head)
            for part in ("gate_proj", "up_proj"):
                yield f"{block}.mlp.{part}.weight", (text.inner, text.width)
            yield f"{block}.mlp.down_proj.weight", (text.width, text.inner)

    def _tokenizer(self) -> tuple[list[str], dict[str, object]]:
        fixed = unlearned_pieces(8)
        taken = {*ROLES, *fixed, *byte_pieces()}
        pieces = [*ROLES, *fixed, *byte_pieces(), *(piece for piece in learned_pieces(LINES, self.pieces) if piece not in taken)]
        places = PLACES[: self.places]
        listed = added([*pieces, *places, "<image>"], [*ROLES, *TURNS], True) + added([*pieces, *places, "<image>"], places, False)
        listed += added([*pieces, *places, "<image>"], ["<image>"], True)
        content = tokenizer_json(pieces, listed, new=True)
        # The library gives tokens that are no pieces the ids after them.
        return [*pieces, *places, "<image>"], {"tokenizer.json": with_pairs(content), "tokenizer_config.json": tokenizer_config(listed)}

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        tokens, contents = self._tokenizer()
        rows = self.rows or len(tokens) + 7
        save({self._name(name): values for name, values in self.tensors(rows).items()}, folder, "model.safetensors", self.dtype)
        contents |= {"config.json": self._configuration(rows, len(tokens) - 1), "preprocessor_config.json": self._preprocessing()}
        for name, content in contents.items():
            (folder / name).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")

    def _name(self, name: str) -> str:
        if self.names == "saved4":
            return "model." + name.replace("language_model.model.", "language_model.")
        if self.names == "saved5":
            return "model." + name.replace("language_model.model.", "language_model.").replace("vision_tower.vision_model.", "vision_tower.")
        return name

    def _configuration(self, rows: int, image: int) -> dict[str, object]:
        vision = stack_configuration(self.vision) | {
            "model_type": "siglip_vision_model", "patch_size": self.patch, "num_image_tokens": (self.image_size // self.patch) ** 2, "projection_dim": self.text.width,
            "projector_hidden_act": "gelu_fast", "vision_use_head": False}
        if self.image_size != 224:
            vision["image_size"] = self.image_size
        text = stack_configuration(self.text) | {
            "model_type": "gemma2" if self.second else "gemma", "num_key_value_heads": self.key_value_heads, "vocab_size": rows, "num_image_tokens": vision["num_image_tokens"], "torch_dtype": "float32"}
        if self.second:
            text |= {
                "attn_logit_softcapping": self.score_cap, "final_logit_softcapping": self.logit_cap, "query_pre_attn_scalar": self.query_scalar, "sliding_window": 4096,
                "hidden_activation": "gelu_pytorch_tanh"}
        if self.head != 256:
            text["head_dim"] = self.head
        return {
            "architectures": ["PaliGemmaForConditionalGeneration"], "model_type": "paligemma", "bos_token_id": 2, "eos_token_id": 1, "pad_token_id": 0, "hidden_size": self.text.width,
            "ignore_index": -100, "image_token_index": image, "projection_dim": self.text.width, "vocab_size": rows, "torch_dtype": "float32",
            "transformers_version": "4.42.0.dev0", "text_config": text, "vision_config": vision}

    def _preprocessing(self) -> dict[str, object]:
        return {
            "do_convert_rgb": None, "do_normalize": True, "do_rescale": True, "do_resize": True, "image_mean": [0.5, 0.5, 0.5], "image_processor_type": "SiglipImageProcessor",
            "image_seq_length": (self.image_size // self.patch) ** 2, "image_std": [0.5, 0.5, 0.5], "processor_class": "PaliGemmaProcessor", "resample": 3, "rescale_factor": 1 / 255,
            "size": {"height": self.image_size, "width": self.image_size}}


FULL = RandomPaliGemma(
    vision=Stack(1152, 16, 27, 4304), text=Stack(2048, 8, 18, 16384), head=256, image_size=224, rows=257216, dtype="BF16", gain=1.0, word_scale=0.02, end_gain=1)
FULL2 = replace(FULL, text=Stack(2304, 8, 26, 9216), second=True, key_value_heads=4, query_scalar=256, score_cap=50.0, logit_cap=30.0)
PRESETS = {"tiny": RandomPaliGemma(), "tiny2": RandomPaliGemma(second=True, key_value_heads=2), "3b-224": FULL, "2-3b-224": FULL2}


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
