#!/usr/bin/env python3
"""Writes a random MGM checkpoint (Gemma decoder) with the folders of its two towers, of any size.

FOLDER/mgm-2b is the checkpoint, FOLDER/OpenAI/... are the towers; the paths in config.json are relative to FOLDER. Names, shapes and files are those of a
finetuned model, which knows nothing: for comparing implementations and for measuring speed. The same options and seed give the same bytes
(with the same numpy and tokenizers versions). `full` has the sizes of MGM-2B; it is drawn and written piece by piece.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from checkpoints import gemma_tokenizer, safetensors_stream
from checkpoints.random_clip import MEAN, DEVIATION, Tower, tower_configuration

MODEL = "mgm-2b"
"""By the name of the folder MGM chooses the class of the model."""
CLIP = "OpenAI/clip-vit-large-patch14-336"
CONVNEXT = "OpenAI/openclip-convnext-large-d-320-laion2B-s29B-b131K-ft-soup"
VISION, AUXILIARY = "model.vision_tower.vision_tower.", "model.vision_tower_aux.vision_"
CORPUS = (
    "What is written on the sign? Answer the question using a single word or phrase.\n", "user\nmodel\n", "Reference OCR token: stop, one way\n",
    "a cat and two dogs are sitting on the sofa, a small boat is on the water\n\n", "Describe the picture. Which is it? yes no the and of with")
CHUNK = 1 << 22
TOKENIZER_FILES = ("tokenizer.json", "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json")


@dataclass(frozen=True)
class Drawn:
    """A tensor of a file, by its name there."""

    name: str
    shape: tuple[int, ...]
    key: str
    """What its numbers are drawn from; tensors with the same key and shape are equal."""

    @property
    def count(self) -> int:
        result = 1
        for size in self.shape:
            result *= size
        return result

    def pieces(self, seed: int) -> Iterator[object]:
        """The values in order, as flat float32 arrays."""
        import numpy

        from checkpoints.random_weights import generator

        stream = generator(seed, self.key)
        mean, deviation = distribution(self.key, self.shape)
        for start in range(0, self.count, CHUNK):
            values = stream.standard_normal(min(CHUNK, self.count - start), dtype=numpy.float32)
            values *= numpy.float32(deviation)
            values += numpy.float32(mean)
            yield values


def distribution(name: str, shape: tuple[int, ...]) -> tuple[float, float]:
    """Mean and standard deviation of a tensor's numbers, by which every part of the model shows in what it says."""
    kind = name.rsplit(".", 1)[-1]
    inputs = 1
    for size in shape[1:]:
        inputs *= size
    if kind == "gamma":
        return 0.6, 0.3
    if "position_embedding" in name or kind == "class_embedding":
        return 0, 0.5
    if "embed_tokens" in name:
        return 0, 0.3 / shape[1] ** 0.5
    if ".layers." in name and not name.startswith(VISION) and len(shape) == 1 or name == "model.norm.weight":
        return 0, 0.2  # Gemma's norms add one
    if len(shape) == 1:
        return (1, 0.2) if kind == "weight" else (0, 0.1)
    # Else the tied head makes the model repeat its last token.
    return 0, (2.5 if "o_proj" in name or "down_proj" in name else 1.1) / inputs**0.5


@dataclass(frozen=True)
class RandomMGM:
    vision: Tower = Tower(48, 3, 4, 100)
    image_size: int = 56
    patch_size: int = 14
    auxiliary_size: int = 128
    depths: tuple[int, ...] = (1, 1, 2, 1)
    widths: tuple[int, ...] = (8, 16, 24, 32)
    hidden: int = 64
    heads: int = 4
    layers: int = 2
    inner: int = 144
    vocabulary: int | None = None
    """Tokens; None: as many as the small tokenizer has."""
    projector: int = 2
    """Linear layers of the projector."""
    aspect: str | None = "pad"
    """image_aspect_ratio; None: not written, which crops."""
    dtype: str = "F32"
    positions: int = 1024
    """max_position_embeddings; transformers 4.38 makes a mask of its square."""
    shards: int = 2
    """How many files; with one MGM's own loader finds no index and reads no vlm_uni."""
    head_twice: bool = False
    """lm_head.weight is stored beside the embeddings that it repeats."""
    other_towers: bool = False
    """The checkpoint's copies of the towers are not those of the folders."""
    transformers_version: str = "4.38.0"
    activation: str = "gelu"
    """hidden_act."""
    later_activation: str | None = None
    """hidden_activation, a field of transformers 4.39 and later."""
    seed: int = 0

    @property
    def head_size(self) -> int:
        return self.hidden // self.heads

    def vision_shapes(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        width, root = self.vision.width, "vision_model."
        yield f"{root}embeddings.class_embedding", (width,)
        yield f"{root}embeddings.patch_embedding.weight", (width, 3, self.patch_size, self.patch_size)
        yield f"{root}embeddings.position_embedding.weight", ((self.image_size // self.patch_size) ** 2 + 1, width)
        for norm in ("pre_layrnorm", "post_layernorm"):
            yield from pair(root + norm, (width,))
        for layer in range(self.vision.layers):
            block = f"{root}encoder.layers.{layer}."
            for norm in ("layer_norm1", "layer_norm2"):
                yield from pair(block + norm, (width,))
            for part in ("q_proj", "k_proj", "v_proj", "out_proj"):
                yield from pair(f"{block}self_attn.{part}", (width, width))
            yield from pair(f"{block}mlp.fc1", (self.vision.inner, width))
            yield from pair(f"{block}mlp.fc2", (width, self.vision.inner))

    def auxiliary_shapes(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Names after "vision_" in a checkpoint, and after "visual.trunk." in the folder."""
        yield from pair("stem.0", (self.widths[0], 3, 4, 4))
        yield from pair("stem.1", (self.widths[0],))
        for stage, (depth, width) in enumerate(zip(self.depths, self.widths, strict=True)):
            root = f"stages.{stage}."
            if stage:
                yield from pair(f"{root}downsample.0", (self.widths[stage - 1],))
                yield from pair(f"{root}downsample.1", (width, self.widths[stage - 1], 2, 2))
            for block in range(depth):
                name = f"{root}blocks.{block}."
                yield from pair(f"{name}conv_dw", (width, 1, 7, 7))
                yield from pair(f"{name}norm", (width,))
                yield from pair(f"{name}mlp.fc1", (4 * width, width))
                yield from pair(f"{name}mlp.fc2", (width, 4 * width))
                yield f"{name}gamma", (width,)

    def decoder_shapes(self, vocabulary: int) -> Iterator[tuple[str, tuple[int, ...]]]:
        yield "model.embed_tokens.weight", (vocabulary, self.hidden)
        for layer in range(self.layers):
            root = f"model.layers.{layer}."
            for norm in ("input_layernorm", "post_attention_layernorm"):
                yield f"{root}{norm}.weight", (self.hidden,)
            for part, rows in (("q", self.hidden), ("k", self.head_size), ("v", self.head_size), ("o", self.hidden)):
                yield f"{root}self_attn.{part}_proj.weight", (rows, self.hidden)
            for part, shape in (("gate", (self.inner, self.hidden)), ("up", (self.inner, self.hidden)), ("down", (self.hidden, self.inner))):
                yield f"{root}mlp.{part}_proj.weight", shape

    def tensors(self, vocabulary: int) -> list[Drawn]:
        """What the checkpoint holds, the decoder's layers first: the towers and vlm_uni must share a file."""
        joint, mapped = self.vision.width, sum(self.widths)
        rest = [("model.norm.weight", (self.hidden,))]
        for layer in range(self.projector):
            rest += pair(f"model.mm_projector.{2 * layer}", (self.hidden, joint if layer == 0 else self.hidden))
        for part, width in (("query", joint), ("aux", mapped), ("val", mapped)):
            rest += pair(f"model.vlm_uni_{part}_projector.0", (width,))
            rest += pair(f"model.vlm_uni_{part}_projector.1", (joint, width))
        result = [Drawn(name, shape, name) for name, shape in [*self.decoder_shapes(vocabulary), *rest]]
        if self.head_twice:
            result.append(Drawn("lm_head.weight", (vocabulary, self.hidden), "model.embed_tokens.weight"))
        other = " of the checkpoint" if self.other_towers else ""
        for prefix, shapes in ((VISION, self.vision_shapes()), (AUXILIARY, self.auxiliary_shapes())):
            for name, shape in shapes:
                name = prefix + name
                # The key ends as the name does, which says what kind of tensor it is.
                result.append(Drawn(name, shape, (f"{prefix}copy{other}." if other else prefix) + name.removeprefix(prefix)))
        return result

    def write(self, folder: Path, *, pickle: bool = False) -> None:
        """pickle: the ConvNeXt also as MGM itself reads it, which needs torch."""
        files = self._tokenizer()
        size = self.vocabulary or vocabulary_size(files)
        checkpoint = folder / MODEL
        checkpoint.mkdir(parents=True, exist_ok=True)
        files |= {"config.json": self._configuration(size), "generation_config.json": {"bos_token_id": 2, "eos_token_id": 1, "pad_token_id": 0}}
        for name, content in files.items():
            write_json(checkpoint / name, content)
        tensors = self.tensors(size)
        if self.shards == 1:
            self._save(tensors, checkpoint, self.dtype, "model.safetensors")
        else:
            self._save_shards(tensors, checkpoint)
        self.write_towers(folder, pickle=pickle)

    def write_language_model(self, folder: Path, tokenizer: Path | None = None) -> None:
        """What training begins with: the decoder alone, as Gemma is published. tokenizer: a folder whose tokenizer it has; its own small one otherwise."""
        folder.mkdir(parents=True, exist_ok=True)
        if tokenizer:
            size = len(json.loads((tokenizer / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"])
            for name in TOKENIZER_FILES:
                if (tokenizer / name).exists():
                    (folder / name).write_bytes((tokenizer / name).read_bytes())
        else:
            files = self._tokenizer()
            size = self.vocabulary or vocabulary_size(files)
            for name, content in files.items():
                write_json(folder / name, content)
        whole = self._configuration(size)
        configuration = {key: value for key, value in whole.items() if not key.startswith(("mm_", "image_", "tune_", "freeze_", "optimize_", "use_mm", "tokenizer_"))}
        write_json(folder / "config.json", configuration | {"architectures": ["GemmaForCausalLM"], "model_type": "gemma"})
        # With an index of several files, without which MGM's training does not begin.
        self._save_shards([Drawn(name, shape, name) for name, shape in [*self.decoder_shapes(size), ("model.norm.weight", (self.hidden,))]], folder)

    def _save(self, tensors: list[Drawn], folder: Path, dtype: str, name: str) -> int:
        from checkpoints.random_weights import encode

        return safetensors_stream.write(
            folder, tensors, lambda _: dtype, None, lambda tensor: (encode(values, dtype) for values in tensor.pieces(self.seed)), name)

    def _save_shards(self, tensors: list[Drawn], folder: Path) -> None:
        """The decoder's tensors over all files, all others in the last, as MGM's loader needs them."""
        decoder = [tensor for tensor in tensors if tensor.name.startswith(("model.embed_tokens", "model.layers."))]
        rest = [tensor for tensor in tensors if tensor not in decoder]
        parts: list[list[Drawn]] = [[] for _ in range(self.shards)]
        room, filled = sum(tensor.count for tensor in decoder) / (self.shards - 0.5), 0
        for tensor in decoder:
            parts[min(int(filled / room), self.shards - 1)].append(tensor)
            filled += tensor.count
        parts[-1] += rest
        names, total = {}, 0
        for number, part in enumerate(parts, start=1):
            name = f"model-{number:05}-of-{self.shards:05}.safetensors"
            total += self._save(part, folder, self.dtype, name)
            names |= {tensor.name: name for tensor in part}
        write_json(folder / "model.safetensors.index.json", {"metadata": {"total_size": total}, "weight_map": dict(sorted(names.items()))})

    def write_towers(self, folder: Path, *, pickle: bool = False) -> None:
        vision, auxiliary = folder / CLIP, folder / CONVNEXT
        for tower in (vision, auxiliary):
            tower.mkdir(parents=True, exist_ok=True)
        self._save([Drawn(name, shape, VISION + name) for name, shape in self.vision_shapes()], vision, "F32", "model.safetensors")
        write_json(vision / "config.json", tower_configuration(self.vision) | {
            "model_type": "clip_vision_model", "architectures": ["CLIPVisionModel"], "image_size": self.image_size, "patch_size": self.patch_size, "projection_dim": 20})
        write_json(vision / "preprocessor_config.json", {
            "feature_extractor_type": "CLIPFeatureExtractor", "do_center_crop": True, "do_normalize": True, "do_resize": True, "image_mean": MEAN, "image_std": DEVIATION,
            "resample": 3, "size": self.image_size, "crop_size": self.image_size})
        tensors = [Drawn(f"visual.trunk.{name}", shape, AUXILIARY + name) for name, shape in self.auxiliary_shapes()]
        self._save(tensors, auxiliary, "F32", "open_clip_model.safetensors")
        write_json(auxiliary / "open_clip_config.json", {"model_cfg": {"embed_dim": 12}, "preprocess_cfg": {"mean": MEAN, "std": DEVIATION}})
        if pickle:
            import torch
            from safetensors.torch import load_file

            torch.save(load_file(auxiliary / "open_clip_model.safetensors"), auxiliary / "open_clip_pytorch_model.bin")

    def _tokenizer(self) -> dict[str, dict]:
        if self.vocabulary:
            room = self.vocabulary - len({*gemma_tokenizer.ROLES, *gemma_tokenizer.unlearned_pieces(31), *gemma_tokenizer.byte_pieces()})
            # Some of the pieces are tokens already.
            learned, runs = gemma_tokenizer.grown_pieces(room, self.seed), 31
        else:
            learned, runs = gemma_tokenizer.learned_pieces(CORPUS * 3, 200), 4
        files = gemma_tokenizer.folders(learned, runs)["gemma"]
        ids = files["tokenizer.json"]["model"]["vocab"]
        if self.vocabulary and len(ids) > self.vocabulary:
            raise ValueError(f"a vocabulary of {self.vocabulary} tokens is too small: {len(ids)} are needed")
        special = {"bos_token": "<bos>", "eos_token": "<eos>", "pad_token": "<pad>", "unk_token": "<unk>", "additional_special_tokens": gemma_tokenizer.TURNS}
        return {**files, "special_tokens_map.json": special}

    def _configuration(self, vocabulary: int) -> dict[str, object]:
        dtypes = {"F32": "float32", "F16": "float16", "BF16": "bfloat16"}
        result: dict[str, object] = {
            "architectures": ["MGMGemmaForCausalLM"], "attention_bias": False, "attention_dropout": 0.0, "bos_token_id": 2, "eos_token_id": 1, "pad_token_id": 0,
            "freeze_mm_mlp_adapter": False, "head_dim": self.head_size, "hidden_act": self.activation, "hidden_size": self.hidden, "image_global": False,
            "image_grid": 1, "image_grid_pinpoints": None, "image_size_aux": self.auxiliary_size, "initializer_range": 0.02, "intermediate_size": self.inner,
            "max_position_embeddings": self.positions, "mm_hidden_size": self.vision.width, "mm_hidden_size_aux": sum(self.widths), "mm_projector_lr": None,
            "mm_projector_type": f"mlp{self.projector}x_gelu", "mm_use_im_patch_token": False, "mm_use_im_start_end": False, "mm_vision_select_feature": "patch",
            "mm_vision_select_layer": -2, "mm_vision_tower": CLIP, "mm_vision_tower_aux": CONVNEXT, "model_type": "mgm_gemma", "num_attention_heads": self.heads,
            "num_hidden_layers": self.layers, "num_key_value_heads": 1, "optimize_vision_tower": False, "optimize_vision_tower_aux": False, "rms_norm_eps": 1e-6,
            "rope_scaling": None, "rope_theta": 10000.0, "tokenizer_model_max_length": 2048, "tokenizer_padding_side": "right", "torch_dtype": dtypes[self.dtype],
            "transformers_version": self.transformers_version, "tune_mm_mlp_adapter": False, "use_cache": True, "use_mm_proj": True, "vocab_size": vocabulary}
        if self.aspect:
            result["image_aspect_ratio"] = self.aspect
        if self.later_activation:
            result["hidden_activation"] = self.later_activation
        return result


def pair(name: str, shape: tuple[int, ...]) -> list[tuple[str, tuple[int, ...]]]:
    """A weight and the bias beside it."""
    return [(f"{name}.weight", shape), (f"{name}.bias", shape[:1])]


def vocabulary_size(files: dict[str, dict]) -> int:
    return len(files["tokenizer.json"]["model"]["vocab"])


def write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


TINY = RandomMGM()
PRESETS = {
    "tiny": TINY,
    "differ": replace(
        TINY, vision=Tower(36, 2, 3, 74), image_size=42, auxiliary_size=96, depths=(2, 1, 3, 1), widths=(6, 10, 22, 38), hidden=48, heads=2, layers=3, inner=100,
        dtype="BF16", other_towers=True, seed=2),
    "crop": replace(
        TINY, vision=Tower(40, 4, 3, 90), auxiliary_size=160, depths=(1, 2, 1, 1), widths=(8, 12, 16, 20), heads=2, inner=96, projector=3, aspect=None,
        activation="gelu_pytorch_tanh", later_activation="gelu_pytorch_tanh", seed=3),
    "full": RandomMGM(
        Tower(1024, 16, 24, 4096), 336, 14, 768, (3, 3, 27, 3), (192, 384, 768, 1536), 2048, 8, 18, 16384, vocabulary=256000, dtype="BF16", positions=8192),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--preset", choices=PRESETS, default="tiny")
    parser.add_argument("--dtype", choices=("F32", "F16", "BF16"), help="of the checkpoint; the towers' folders have float32")
    parser.add_argument("--shards", type=int, metavar="N")
    parser.add_argument("--other-towers", action="store_true", help="the checkpoint's copies of the towers are not those of the folders")
    parser.add_argument("--head-twice", action="store_true", help="lm_head.weight is stored too")
    parser.add_argument("--pickle", action="store_true", help="also open_clip_pytorch_model.bin, which MGM reads; needs torch")
    parser.add_argument("--seed", type=int)
    options = parser.parse_args()
    model = PRESETS[options.preset]
    for name in ("dtype", "shards", "seed"):
        if (value := getattr(options, name)) is not None:
            model = replace(model, **{name: value})
    if model.shards < 1:
        parser.error("--shards: at least 1")
    model = replace(model, other_towers=model.other_towers or options.other_towers, head_twice=options.head_twice)
    model.write(options.folder, pickle=options.pickle)


if __name__ == "__main__":
    main()
