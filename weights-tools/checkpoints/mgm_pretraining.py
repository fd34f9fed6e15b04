"""What MGM's pretraining stage writes, `config.json` and `mm_projector.bin`, made whole with the language model that it was trained with.

That stage trains the projector and the mining, and saves these and the towers. The language model stays as it was, and is not saved.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from checkpoints import pickled_weights
from checkpoints.pickled_weights import INDEX, PROJECTOR, SAFETENSORS, SAFETENSORS_INDEX, SINGLE, ConversionError, StoredTensor

CONFIGURATION = "config.json"
TYPES = ("mgm_gemma", "mini_gemini_gemma")
LANGUAGE_MODELS = ("gemma", *TYPES)
"""A finetuned MGM can be the start of another pretraining."""
SAVED = ("model.mm_projector.", "model.vlm_uni_", "model.vision_tower.", "model.vision_tower_aux.")
TABLE, LAYER, NORM = "model.embed_tokens.weight", "model.layers.", "model.norm.weight"
TOKENIZER = "tokenizer.json"
OTHERS = (TOKENIZER, "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "generation_config.json")
FLOATS = ("F32", "F16", "BF16")

Shapes = Iterator[tuple[str, tuple[int, ...]]]


def described(folder: Path, language_model: Path) -> tuple[list[StoredTensor], list[Path]]:
    """All tensors of the model, and the files that belong to it besides. Everything is checked by the configuration, but for the towers, whose sizes
    are not in it."""
    if not (folder / PROJECTOR).is_file():
        raise ConversionError(f"{folder}: {PROJECTOR} is not in this folder; --language-model goes with what MGM's pretraining writes")
    file = folder / CONFIGURATION
    configuration = read(file, TYPES, "what MGM's pretraining with Gemma writes has")
    sizes = Sizes(file, configuration)
    if not language_model.is_dir():
        raise ConversionError(f"{language_model}: no such folder")
    read(language_model / CONFIGURATION, LANGUAGE_MODELS, "the language model of MGM-2B is gemma-2b-it, which has")
    if not (language_model / TOKENIZER).is_file():
        raise ConversionError(f"{language_model}: {TOKENIZER} is not in this folder; {PROJECTOR} was trained with the tokenizer of its language model")

    decoder = decoder_tensors(language_model, sizes)
    saved = pickled_weights.described_files([folder / PROJECTOR])
    for tensor in saved:
        if not tensor.name.startswith(SAVED):
            raise ConversionError(f"{tensor.file}: {tensor.name} is no tensor of the projector, the mining or the towers")
    check(saved, sizes.trained(configuration), folder / PROJECTOR, file)
    for tensor in decoder + saved:
        if tensor.dtype not in FLOATS:
            raise ConversionError(f"{tensor.file}: {tensor.name} has the type {tensor.dtype}, expected one of {', '.join(FLOATS)}")
    return decoder + saved, [file, *(language_model / name for name in OTHERS if (language_model / name).is_file())]


def read(file: Path, types: tuple[str, ...], expected: str) -> dict[str, object]:
    """A configuration, of a model of one of these types."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConversionError(f"{file}: it cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ConversionError(f"{file}: it is no JSON: {error}") from error
    found = content.get("model_type") if isinstance(content, dict) else None
    if found not in types:
        raise ConversionError(f"{file}: its model_type is {found!r}; {expected} {' or '.join(types)}")
    return content


def decoder_tensors(folder: Path, sizes: "Sizes") -> list[StoredTensor]:
    """Those of the language model, without a copy of the tied head, and without the other parts of an MGM."""
    if (folder / SAFETENSORS).is_file():
        all_tensors = pickled_weights.described_files([folder / SAFETENSORS])
    elif (folder / SAFETENSORS_INDEX).is_file():
        all_tensors = pickled_weights.described_files([], folder / SAFETENSORS_INDEX)
    elif (folder / SINGLE).is_file() or (folder / INDEX).is_file():
        all_tensors = pickled_weights.described(folder)
    else:
        raise ConversionError(f"{folder}: none of {SAFETENSORS}, {SAFETENSORS_INDEX}, {SINGLE} and {INDEX} is in this folder")
    expected = dict(sizes.decoder(next((tensor.shape[0] for tensor in all_tensors if tensor.name == TABLE and tensor.shape), 0)))
    for tensor in all_tensors:
        layer = tensor.name.removeprefix(LAYER).split(".")[0]
        if tensor.name.startswith(LAYER) and layer.isdecimal() and int(layer) >= sizes.layers:
            raise ConversionError(f"{tensor.file}: {tensor.name} is of layer {layer}, counted from 0, and {sizes.file} has {sizes.layers} layers")
    check(all_tensors, expected.items(), folder, sizes.file)
    return [tensor for tensor in all_tensors if tensor.name in expected]


def check(tensors: list[StoredTensor], expected: Iterable[tuple[str, tuple[int, ...]]], place: Path, configuration: Path) -> None:
    found = {tensor.name: tensor for tensor in tensors}
    for name, shape in expected:
        if name not in found:
            raise ConversionError(f"{place}: tensor {name} is missing, which {configuration} asks for")
        if found[name].shape != shape:
            raise ConversionError(f"{found[name].file}: {name} has the shape {list(found[name].shape)}, and {configuration} asks for {list(shape)}")


class Sizes:
    """The sizes that a configuration of MGM states."""

    def __init__(self, file: Path, configuration: dict[str, object]) -> None:
        def size(key: str) -> int:
            value = configuration.get(key)
            if type(value) is not int or not 0 < value < 1 << 31:
                raise ConversionError(f"{file}: {key} is {value!r}, expected a size")
            return value

        self.file = file
        self.width, self.inner, self.layers = size("hidden_size"), size("intermediate_size"), size("num_hidden_layers")
        head = size("head_dim")
        self.queries, self.keys = head * size("num_attention_heads"), head * size("num_key_value_heads")
        self.vision, self.auxiliary = size("mm_hidden_size"), size("mm_hidden_size_aux")

    def decoder(self, vocabulary: int) -> Shapes:
        yield TABLE, (vocabulary, self.width)
        for layer in range(self.layers):
            for norm in ("input_layernorm", "post_attention_layernorm"):
                yield f"{LAYER}{layer}.{norm}.weight", (self.width,)
            for part, rows in (("q", self.queries), ("k", self.keys), ("v", self.keys)):
                yield f"{LAYER}{layer}.self_attn.{part}_proj.weight", (rows, self.width)
            yield f"{LAYER}{layer}.self_attn.o_proj.weight", (self.width, self.queries)
            for part in ("gate", "up"):
                yield f"{LAYER}{layer}.mlp.{part}_proj.weight", (self.inner, self.width)
            yield f"{LAYER}{layer}.mlp.down_proj.weight", (self.width, self.inner)
        yield NORM, (self.width,)

    def trained(self, configuration: dict[str, object]) -> Shapes:
        """The projector and the mining."""
        kind = configuration.get("mm_projector_type", "linear")
        depth = kind.removeprefix("mlp").removesuffix("x_gelu") if isinstance(kind, str) else ""
        if kind == "linear":
            names = ["model.mm_projector"]
        elif kind == f"mlp{depth}x_gelu" and depth.isdecimal() and 0 < int(depth) <= 16:
            names = [f"model.mm_projector.{2 * layer}" for layer in range(int(depth))]
        else:
            raise ConversionError(f"{self.file}: mm_projector_type is {kind!r}, expected linear or mlp2x_gelu and the like")
        for place, name in enumerate(names):
            yield f"{name}.weight", (self.width, self.width if place else self.vision)
            yield f"{name}.bias", (self.width,)
        for part, width in (("query", self.vision), ("aux", self.auxiliary), ("val", self.auxiliary)):
            for kind in ("weight", "bias"):
                yield f"model.vlm_uni_{part}_projector.0.{kind}", (width,)
            yield f"model.vlm_uni_{part}_projector.1.weight", (self.vision, width)
            yield f"model.vlm_uni_{part}_projector.1.bias", (self.vision,)
