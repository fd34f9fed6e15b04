#!/usr/bin/env python3
"""Writes a random BLIP checkpoint, of any size, as Hugging Face stores it.

It has the names, shapes and files of a trained checkpoint and knows nothing: for comparing implementations and for measuring speed. The same options and seed give
the same bytes (with the same numpy version).
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

from checkpoints.random_clip import DEVIATION, MEAN, save
from checkpoints.wordpiece_tokenizer import files, vocabulary

ARCHITECTURES = {
    "caption": "BlipForConditionalGeneration", "matching": "BlipForImageTextRetrieval", "questions": "BlipForQuestionAnswering"}
SEPARATOR = 102


@dataclass(frozen=True)
class Stack:
    width: int
    heads: int
    layers: int
    inner: int


@dataclass(frozen=True)
class RandomBLIP:
    kind: str = "caption"
    vision: Stack = Stack(48, 3, 2, 86)
    text: Stack = Stack(40, 5, 3, 74)
    image_size: int = 64
    patch_size: int = 16
    context: int = 48
    compared: int = 24
    tokens: int | None = None
    """The size of the vocabulary, without the two ids that no tokenizer has."""
    dtype: str = "F32"
    configuration: str = "new"
    """new: what transformers 5 saves; old: what the hub has, where what is known is left out and what is not needed is there."""
    head_twice: bool = False
    """Whether the output layer is stored beside the table, as on the hub; otherwise it is the table alone."""
    tokenizer_json: bool = True
    end_bias: float = 5.0
    """How much more probable the end of a caption is than chance has it."""
    gain: float = 1.5
    word_scale: float = 0.4
    """Of the word embeddings beside those of positions, which are 1.5: where they are large, the output layer, which is the same table, repeats the last word."""
    seed: int = 0

    @property
    def begin(self) -> int:
        return len(vocabulary(self.tokens))

    @property
    def rows(self) -> int:
        return self.begin + 2

    def tensors(self) -> dict[str, numpy.ndarray]:
        """All tensors in float32, sorted."""
        import numpy

        random = numpy.random.default_rng(self.seed)
        result = {name: self._draw(random, name, shape) for name, shape in sorted(self._shapes())}
        for name in [name for name in result if name.endswith("cls.predictions.bias")]:
            # Tokens that are no words are never said, but for the one that ends a caption.
            result[name][:104] -= 50
            result[name][SEPARATOR] += 50 + self.end_bias
            result[name][self.begin:] -= 50
            root = name.removesuffix(".bias")
            if self.head_twice:
                table = result[f"{root.removesuffix('cls.predictions')}bert.embeddings.word_embeddings.weight"]
                result |= {f"{root}.decoder.weight": table, f"{root}.decoder.bias": result[name]}
        if self.configuration == "old":
            for name in [name for name in result if name.endswith("word_embeddings.weight")]:
                result[name.replace("word_embeddings.weight", "position_ids")] = numpy.arange(self.context, dtype=numpy.int64)[None]
        return result

    def _draw(self, random: numpy.random.Generator, name: str, shape: tuple[int, ...]) -> numpy.ndarray:
        import numpy

        values = random.standard_normal(shape, dtype=numpy.float32)
        if "norm" in name.lower():
            return 0.2 * values + (1 if name.endswith("weight") else 0)
        if len(shape) == 1:
            return 0.2 * values
        if "embedding" in name and "patch" not in name:
            return numpy.float32(1.5 if "position" in name else self.word_scale) * values
        # What an image adds is the same for all tokens, and would make them all alike.
        gain = self.gain * (0.4 if "crossattention.output" in name else 1)
        return values * numpy.float32(gain / float(numpy.prod(shape[1:])) ** 0.5)

    def _shapes(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        yield from self._vision_shapes()
        if self.kind == "caption":
            yield from self._text_shapes("text_decoder.bert", self.vision.width)
            yield from self._head_shapes()
        elif self.kind == "matching":
            yield from self._text_shapes("text_encoder", self.vision.width)
            yield from layer("vision_proj", self.compared, self.vision.width)
            yield from layer("text_proj", self.compared, self.text.width)
            yield from layer("itm_head", 2, self.text.width)
        else:
            yield from self._text_shapes("text_encoder", self.vision.width)
            yield from self._text_shapes("text_decoder.bert", self.text.width)
            yield from self._head_shapes()

    def _vision_shapes(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        root, width, inner = "vision_model", self.vision.width, self.vision.inner
        yield f"{root}.embeddings.class_embedding", (1, 1, width)
        yield f"{root}.embeddings.position_embedding", (1, (self.image_size // self.patch_size) ** 2 + 1, width)
        yield f"{root}.embeddings.patch_embedding.weight", (width, 3, self.patch_size, self.patch_size)
        yield f"{root}.embeddings.patch_embedding.bias", (width,)
        yield from norm(f"{root}.post_layernorm", width)
        for index in range(self.vision.layers):
            block = f"{root}.encoder.layers.{index}"
            yield from norm(f"{block}.layer_norm1", width)
            yield from norm(f"{block}.layer_norm2", width)
            yield from layer(f"{block}.self_attn.qkv", 3 * width, width)
            yield from layer(f"{block}.self_attn.projection", width, width)
            yield from layer(f"{block}.mlp.fc1", inner, width)
            yield from layer(f"{block}.mlp.fc2", width, inner)

    def _text_shapes(self, root: str, attended: int) -> Iterator[tuple[str, tuple[int, ...]]]:
        width = self.text.width
        yield f"{root}.embeddings.word_embeddings.weight", (self.rows, width)
        yield f"{root}.embeddings.position_embeddings.weight", (self.context, width)
        yield from norm(f"{root}.embeddings.LayerNorm", width)
        for index in range(self.text.layers):
            block = f"{root}.encoder.layer.{index}"
            for name, source in (("attention", width), ("crossattention", attended)):
                yield from layer(f"{block}.{name}.self.query", width, width)
                yield from layer(f"{block}.{name}.self.key", width, source)
                yield from layer(f"{block}.{name}.self.value", width, source)
                yield from layer(f"{block}.{name}.output.dense", width, width)
                yield from norm(f"{block}.{name}.output.LayerNorm", width)
            yield from layer(f"{block}.intermediate.dense", self.text.inner, width)
            yield from layer(f"{block}.output.dense", width, self.text.inner)
            yield from norm(f"{block}.output.LayerNorm", width)

    def _head_shapes(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        root, width = "text_decoder.cls.predictions", self.text.width
        yield f"{root}.bias", (self.rows,)
        yield from layer(f"{root}.transform.dense", width, width)
        yield from norm(f"{root}.transform.LayerNorm", width)

    def write(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        save(self.tensors(), folder, "model.safetensors", self.dtype)
        contents = {"config.json": self._configuration(), "preprocessor_config.json": self._preprocessing(), **files(vocabulary(self.tokens), self.tokenizer_json)}
        for name, content in contents.items():
            text = content if isinstance(content, str) else json.dumps(content, indent=2, ensure_ascii=False) + "\n"
            (folder / name).write_text(text, encoding="utf-8")

    def _configuration(self) -> dict[str, object]:
        text = stack_configuration(self.text) | {
            "model_type": "blip_text_model", "vocab_size": self.rows, "max_position_embeddings": self.context, "bos_token_id": self.begin, "eos_token_id": 2,
            "pad_token_id": 0, "sep_token_id": SEPARATOR}
        vision = stack_configuration(self.vision) | {"model_type": "blip_vision_model", "image_size": self.image_size, "patch_size": self.patch_size}
        result = {
            "model_type": "blip", "architectures": [ARCHITECTURES[self.kind]], "image_text_hidden_size": self.compared, "projection_dim": 512,
            "logit_scale_init_value": 2.6592}
        if self.configuration == "old":
            # encoder_hidden_size is read by nothing: the width of the vision tower counts.
            text |= {"encoder_hidden_size": 768, "is_decoder": True, "hidden_act": "gelu", "layer_norm_eps": 1e-12, "transformers_version": "4.26.0.dev0", "max_length": 20}
            vision |= {"hidden_act": "gelu", "layer_norm_eps": 1e-5, "dropout": 0.0, "initializer_range": 0.02}
            result |= {"torch_dtype": "float32", "transformers_version": None, "initializer_factor": 1.0}
        return result | {"text_config": text, "vision_config": vision}

    def _preprocessing(self) -> dict[str, object]:
        result: dict[str, object] = {"do_normalize": True, "do_resize": True, "image_mean": MEAN, "image_std": DEVIATION, "size": {"height": self.image_size, "width": self.image_size}}
        if self.configuration == "old":
            return result | {"image_processor_type": "BlipImageProcessor", "processor_class": "BlipProcessor"}
        return result | {"image_processor_type": "BlipImageProcessor", "do_convert_rgb": True, "do_rescale": True, "resample": 3, "rescale_factor": 1 / 255}


def layer(name: str, outputs: int, inputs: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.weight", (outputs, inputs)
    yield f"{name}.bias", (outputs,)


def norm(name: str, width: int) -> Iterator[tuple[str, tuple[int, ...]]]:
    yield f"{name}.weight", (width,)
    yield f"{name}.bias", (width,)


def stack_configuration(stack: Stack) -> dict[str, object]:
    return {"hidden_size": stack.width, "intermediate_size": stack.inner, "num_hidden_layers": stack.layers, "num_attention_heads": stack.heads}


BASE, LARGE = Stack(768, 12, 12, 3072), Stack(1024, 16, 24, 4096)
FULL = RandomBLIP(vision=BASE, text=BASE, image_size=384, context=512, compared=256, tokens=30522, configuration="old", head_twice=True, end_bias=0, gain=1.0)
PRESETS = {
    "tiny": RandomBLIP(), "tiny-matching": RandomBLIP("matching"), "tiny-questions": RandomBLIP("questions", vision=Stack(40, 4, 2, 86)),
    "base": FULL, "large": replace(FULL, vision=LARGE), "itm-base": replace(FULL, kind="matching"), "itm-large": replace(FULL, kind="matching", vision=LARGE),
    "vqa-base": replace(FULL, kind="questions")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--preset", choices=PRESETS, default="tiny")
    parser.add_argument("--dtype", choices=("F32", "F16", "BF16"), default="F32")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    replace(PRESETS[options.preset], dtype=options.dtype, seed=options.seed).write(options.folder)


if __name__ == "__main__":
    main()
