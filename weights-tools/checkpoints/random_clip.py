#!/usr/bin/env python3
"""Writes a random CLIP checkpoint, of any size, as Hugging Face or open_clip store it.

It has the names, shapes and files of a trained checkpoint and knows nothing: for comparing implementations and for measuring speed.
The same options and seed give the same bytes (with the same numpy version). The tokenizer has the first merges of the list that open_clip
installs as bpe_simple_vocab_16e6.txt.gz.
"""

from __future__ import annotations

import argparse
import gzip
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

from checkpoints import safetensors_stream
from checkpoints.tokenizer_files import byte_spellings

MEAN, DEVIATION = [0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]
WORDS = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"


@dataclass(frozen=True)
class Tower:
    width: int
    heads: int
    layers: int
    inner: int
    activation: str = "quick_gelu"
    epsilon: float = 1e-5


@dataclass(frozen=True)
class RandomCLIP:
    vision: Tower = Tower(66, 3, 3, 130)
    text: Tower = Tower(44, 2, 3, 90)
    image_size: int = 70
    patch_size: int = 14
    projection: int = 37
    merges: int = 1000
    context: int = 77
    dtype: str = "F32"
    layout: str = "huggingface"
    """huggingface, or openclip; with openclip the towers have one activation, and no epsilon but 1e-5."""
    configuration: str = "new"
    """new: what differs from the defaults; old: also *_config_dict, beside *_config that says otherwise."""
    end_token: int | None = None
    """eos_token_id of config.json; the id of <|endoftext|> if nothing is said."""
    resize: int | None = None
    """The shorter side that images are scaled to, if not image_size."""
    resize_mode: str = "shortest"
    position_ids: bool = False
    custom_text: bool = False
    """With openclip: names of the text tower below "text."."""
    logit_scale: float = 4.6052
    seed: int = 0

    @property
    def tokens(self) -> int:
        return (self.image_size // self.patch_size) ** 2 + 1

    @property
    def vocabulary_size(self) -> int:
        return 512 + self.merges + 2

    def tensors(self) -> dict[str, numpy.ndarray]:
        """All tensors in float32 by the names of transformers, sorted."""
        import numpy

        random = numpy.random.default_rng(self.seed)
        return {name: self._draw(random, name, shape) for name, shape in sorted(self._shapes())}

    def _draw(self, random: numpy.random.Generator, name: str, shape: tuple[int, ...]) -> numpy.ndarray:
        import numpy

        if name == "logit_scale":
            return numpy.array(self.logit_scale, dtype=numpy.float32)
        values = random.standard_normal(shape, dtype=numpy.float32)
        if "norm" in name or "layrnorm" in name:
            return 0.1 * values + (1 if name.endswith("weight") else 0)
        if name.endswith("bias"):
            return 0.02 * values
        if "embedding" in name and "patch" not in name:
            return 0.3 * values
        inputs = int(numpy.prod(shape[1:])) if len(shape) > 1 else shape[0]
        # What joins the residual stream is small, so that depth does not make it grow; queries and keys are large.
        gain = 0.5 if ("out_proj" in name or "fc2" in name) else 1.4 if ("q_proj" in name or "k_proj" in name) else 1.0
        return values * numpy.float32(gain / inputs**0.5)

    def _shapes(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        vision, text = self.vision, self.text
        yield "logit_scale", ()
        yield "visual_projection.weight", (self.projection, vision.width)
        yield "text_projection.weight", (self.projection, text.width)
        yield "vision_model.embeddings.class_embedding", (vision.width,)
        yield "vision_model.embeddings.patch_embedding.weight", (vision.width, 3, self.patch_size, self.patch_size)
        yield "vision_model.embeddings.position_embedding.weight", (self.tokens, vision.width)
        yield "text_model.embeddings.token_embedding.weight", (self.vocabulary_size, text.width)
        yield "text_model.embeddings.position_embedding.weight", (self.context, text.width)
        for norm, tower in (("vision_model.pre_layrnorm", vision), ("vision_model.post_layernorm", vision),
                            ("text_model.final_layer_norm", text)):
            yield f"{norm}.weight", (tower.width,)
            yield f"{norm}.bias", (tower.width,)
        for prefix, tower in (("vision_model", vision), ("text_model", text)):
            for layer in range(tower.layers):
                root, width = f"{prefix}.encoder.layers.{layer}", tower.width
                for norm in ("layer_norm1", "layer_norm2"):
                    yield f"{root}.{norm}.weight", (width,)
                    yield f"{root}.{norm}.bias", (width,)
                for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
                    yield f"{root}.self_attn.{part}.weight", (width, width)
                    yield f"{root}.self_attn.{part}.bias", (width,)
                yield f"{root}.mlp.fc1.weight", (tower.inner, width)
                yield f"{root}.mlp.fc1.bias", (tower.inner,)
                yield f"{root}.mlp.fc2.weight", (width, tower.inner)
                yield f"{root}.mlp.fc2.bias", (width,)

    def write(self, folder: Path, vocabulary: Path) -> None:
        """vocabulary: bpe_simple_vocab_16e6.txt.gz."""
        import numpy

        folder.mkdir(parents=True, exist_ok=True)
        tensors = self.tensors()
        if self.layout == "openclip":
            tensors = openclip_tensors(tensors, "text." if self.custom_text else "")
            name, files = "open_clip_model.safetensors", {"open_clip_config.json": self._openclip_configuration()}
        else:
            if self.position_ids:
                tensors["vision_model.embeddings.position_ids"] = numpy.arange(self.tokens, dtype=numpy.int64)[None]
                tensors["text_model.embeddings.position_ids"] = numpy.arange(self.context, dtype=numpy.int64)[None]
            name = "model.safetensors"
            files = {"config.json": self._configuration(), "preprocessor_config.json": self._preprocessing()}
        save(tensors, folder, name, self.dtype)
        for file, content in {**files, **tokenizer_files(first_merges(vocabulary, self.merges))}.items():
            text = content if isinstance(content, str) else json.dumps(content, indent=2, ensure_ascii=False)
            (folder / file).write_text(text, encoding="utf-8")

    def _configuration(self) -> dict[str, object]:
        end = self.vocabulary_size - 1 if self.end_token is None else self.end_token
        vision = tower_configuration(self.vision) | {"image_size": self.image_size, "patch_size": self.patch_size}
        text = tower_configuration(self.text) | {
            "vocab_size": self.vocabulary_size, "max_position_embeddings": self.context, "eos_token_id": end,
            "bos_token_id": self.vocabulary_size - 2, "pad_token_id": 1}
        result = {"model_type": "clip", "architectures": ["CLIPModel"], "projection_dim": self.projection, "logit_scale_init_value": 2.6592}
        if self.configuration == "old":
            wrong = {"hidden_size": 999, "layer_norm_eps": 0.1, "hidden_act": "quick_gelu"}
            return result | {"vision_config": vision | wrong, "text_config": text | wrong,
                             "vision_config_dict": vision, "text_config_dict": text}
        return result | {"vision_config": vision, "text_config": text}

    def _preprocessing(self) -> dict[str, object]:
        edge = self.resize or self.image_size
        result = {
            "do_center_crop": True, "do_normalize": True, "do_resize": True, "image_mean": MEAN, "image_std": DEVIATION, "resample": 3}
        if self.configuration == "old":
            return result | {"feature_extractor_type": "CLIPFeatureExtractor", "size": edge, "crop_size": self.image_size}
        return result | {
            "image_processor_type": "CLIPImageProcessor", "size": {"shortest_edge": edge}, "do_convert_rgb": True, "do_rescale": True,
            "rescale_factor": 1 / 255, "crop_size": {"height": self.image_size, "width": self.image_size}}

    def _openclip_configuration(self) -> dict[str, object]:
        vision, text = self.vision, self.text
        model = {
            "embed_dim": self.projection,
            "vision_cfg": {
                "image_size": self.image_size, "layers": vision.layers, "width": vision.width, "head_width": vision.width // vision.heads,
                "mlp_ratio": vision.inner / vision.width, "patch_size": self.patch_size},
            "text_cfg": {
                "context_length": self.context, "vocab_size": self.vocabulary_size, "width": text.width, "heads": text.heads,
                "layers": text.layers, "mlp_ratio": text.inner / text.width}}
        if vision.activation == "quick_gelu":
            model["quick_gelu"] = True
        if self.custom_text:
            model["custom_text"] = True
        return {"model_cfg": model, "preprocess_cfg": {
            "mean": MEAN, "std": DEVIATION, "interpolation": "bicubic", "resize_mode": self.resize_mode}}


def tower_configuration(tower: Tower) -> dict[str, object]:
    return {
        "hidden_size": tower.width, "intermediate_size": tower.inner, "num_hidden_layers": tower.layers,
        "num_attention_heads": tower.heads, "hidden_act": tower.activation, "layer_norm_eps": tower.epsilon}


def openclip_tensors(tensors: dict[str, numpy.ndarray], text: str) -> dict[str, numpy.ndarray]:
    """The tensors by open_clip's names: queries, keys and values in one, projections transposed."""
    import numpy

    plain = {
        "logit_scale": "logit_scale",
        "vision_model.embeddings.class_embedding": "visual.class_embedding",
        "vision_model.embeddings.patch_embedding.weight": "visual.conv1.weight",
        "vision_model.embeddings.position_embedding.weight": "visual.positional_embedding",
        "text_model.embeddings.token_embedding.weight": f"{text}token_embedding.weight",
        "text_model.embeddings.position_embedding.weight": f"{text}positional_embedding"}
    for kind in ("weight", "bias"):
        plain[f"vision_model.pre_layrnorm.{kind}"] = f"visual.ln_pre.{kind}"
        plain[f"vision_model.post_layernorm.{kind}"] = f"visual.ln_post.{kind}"
        plain[f"text_model.final_layer_norm.{kind}"] = f"{text}ln_final.{kind}"
    result = {
        "visual.proj": tensors["visual_projection.weight"].T.copy(), f"{text}text_projection": tensors["text_projection.weight"].T.copy()}
    for name, values in tensors.items():
        if name in plain:
            result[plain[name]] = values
        elif ".encoder.layers." in name:
            model, rest = name.split(".encoder.layers.")
            layer, part = rest.split(".", 1)
            block = f"{'visual.' if model == 'vision_model' else text}transformer.resblocks.{layer}."
            for ours, theirs in (("self_attn.out_proj", "attn.out_proj"), ("layer_norm1", "ln_1"), ("layer_norm2", "ln_2"),
                                 ("mlp.fc1", "mlp.c_fc"), ("mlp.fc2", "mlp.c_proj")):
                if part.startswith(ours):
                    result[block + theirs + part.removeprefix(ours)] = values
            if part.startswith("self_attn.q_proj."):
                parts = [tensors[name.replace("q_proj", letter)] for letter in ("q_proj", "k_proj", "v_proj")]
                result[f"{block}attn.in_proj_{part.rsplit('.', 1)[1]}"] = numpy.concatenate(parts)
    return result


@dataclass(frozen=True)
class Stored:
    """A tensor of a file."""

    name: str
    values: numpy.ndarray

    @property
    def shape(self) -> tuple[int, ...]:
        return self.values.shape

    @property
    def count(self) -> int:
        return self.values.size


def save(tensors: dict[str, numpy.ndarray], folder: Path, name: str, dtype: str) -> None:
    """Writes a safetensors file; floats in F32, F16 or BF16."""
    import numpy

    from checkpoints.random_weights import encode

    def dtype_of(tensor: Stored) -> str:
        return "I64" if tensor.values.dtype == numpy.int64 else dtype

    def data(tensor: Stored) -> list[memoryview]:
        values = numpy.ascontiguousarray(tensor.values).reshape(-1)
        return [memoryview(values).cast("B") if values.dtype == numpy.int64 else encode(values, dtype)]

    stored = [Stored(name, values) for name, values in sorted(tensors.items())]
    safetensors_stream.write(folder, stored, dtype_of, None, data, name)


def first_merges(vocabulary: Path, count: int) -> list[str]:
    """The first merges of bpe_simple_vocab_16e6.txt.gz."""
    return gzip.decompress(vocabulary.read_bytes()).decode("utf-8").split("\n")[1 : 1 + count]


def tokenizer_files(merges: list[str], longest: int = 77) -> dict[str, object]:
    """vocab.json, merges.txt, tokenizer.json and the files beside them, for merges as merges.txt has them."""
    # In the order of their characters: the printable bytes first.
    tokens = sorted(byte_spellings().values())
    tokens += [token + "</w>" for token in tokens] + ["".join(merge.split()) for merge in merges] + ["<|startoftext|>", "<|endoftext|>"]
    ids = {token: index for index, token in enumerate(tokens)}
    begin, end = ids["<|startoftext|>"], ids["<|endoftext|>"]
    added = [
        {"id": index, "content": content, "single_word": False, "lstrip": False, "rstrip": False, "normalized": normalized, "special": True}
        for index, content, normalized in ((begin, "<|startoftext|>", True), (end, "<|endoftext|>", False))]
    special = {"bos_token": "<|startoftext|>", "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>", "pad_token": "<|endoftext|>"}
    return {
        "vocab.json": ids,
        "merges.txt": "#version: 0.2\n" + "\n".join(merges) + "\n",
        "special_tokens_map.json": special,
        "tokenizer_config.json": special | {"tokenizer_class": "CLIPTokenizer", "model_max_length": longest, "errors": "replace", "add_prefix_space": False},
        "tokenizer.json": {
            "version": "1.0", "truncation": None, "padding": None, "added_tokens": added,
            "normalizer": {"type": "Sequence", "normalizers": [
                {"type": "NFC"}, {"type": "Replace", "pattern": {"Regex": r"\s+"}, "content": " "}, {"type": "Lowercase"}]},
            "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
                {"type": "Split", "pattern": {"Regex": WORDS}, "behavior": "Removed", "invert": True},
                {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True}]},
            "post_processor": {"type": "RobertaProcessing", "sep": ["<|endoftext|>", end], "cls": ["<|startoftext|>", begin],
                               "trim_offsets": False, "add_prefix_space": False},
            "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
            "model": {"type": "BPE", "dropout": None, "unk_token": "<|endoftext|>", "continuing_subword_prefix": "",
                      "end_of_word_suffix": "</w>", "fuse_unk": False, "vocab": ids, "merges": merges}}}


PRESETS = {
    "tiny": RandomCLIP(),
    "b32": RandomCLIP(Tower(768, 12, 12, 3072), Tower(512, 8, 12, 2048), 224, 32, 512, 48894),
    "l14": RandomCLIP(Tower(1024, 16, 24, 4096), Tower(768, 12, 12, 3072), 224, 14, 768, 48894),
    "l14-336": RandomCLIP(Tower(1024, 16, 24, 4096), Tower(768, 12, 12, 3072), 336, 14, 768, 48894),
    "h14": RandomCLIP(Tower(1280, 16, 32, 5120, "gelu"), Tower(1024, 16, 24, 4096, "gelu"), 224, 14, 1024, 48894),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="folder to write")
    parser.add_argument("--vocabulary", type=Path, required=True, metavar="PATH", help="bpe_simple_vocab_16e6.txt.gz of open_clip")
    parser.add_argument("--preset", choices=PRESETS, default="tiny", help="sizes (default: tiny)")
    parser.add_argument("--dtype", choices=("F32", "F16", "BF16"), default="F32", help="stored type (default: F32)")
    parser.add_argument("--layout", choices=("huggingface", "openclip"), default="huggingface", help="default: huggingface")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    model = replace(PRESETS[options.preset], dtype=options.dtype, layout=options.layout, seed=options.seed)
    try:
        model.write(options.folder, options.vocabulary)
    except (ValueError, OSError) as error:
        print(f"random_clip.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
