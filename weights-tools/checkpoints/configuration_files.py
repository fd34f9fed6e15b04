"""config.json and its neighbours, as the three generations of BLIP-2 checkpoints have them.

- `old`: the files of Salesforce/blip2-opt-2.7b until late 2024. A verbose config.json without an image token, the vision
  tower's epsilon written out, preprocessor_config.json, no processor_config.json.
- `new`: the files since then. Only what differs from the class defaults, `image_token_index`, the number of queries
  in processor_config.json next to preprocessor_config.json.
- `v5`: as transformers 5 saves. `dtype` for `torch_dtype`, everything of the image processor inside processor_config.json.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checkpoints.architecture import Architecture
from checkpoints.tokenizer_files import END, PADDING

GENERATIONS = ("old", "new", "v5")
DTYPE_NAMES = {"F32": "float32", "F16": "float16", "BF16": "bfloat16"}


@dataclass(frozen=True)
class Description:
    """What the JSON files of a checkpoint say about it."""

    architecture: Architecture
    generation: str
    dtype: str
    vocabulary_size: int
    end_of_text: int
    image_token: int | None
    vision_epsilon: float | None
    """None leaves it out, so that the class default of 1e-6 holds."""


def model_configuration(d: Description) -> dict[str, Any]:
    a = d.architecture
    type_key = "dtype" if d.generation == "v5" else "torch_dtype"
    vision: dict[str, Any] = {
        "model_type": "blip_2_vision_model", "hidden_size": a.vision_width, "intermediate_size": a.vision_ffn,
        "num_hidden_layers": a.vision_layers, "num_attention_heads": a.vision_heads, "image_size": a.image_size,
        "patch_size": a.patch_size}
    if d.vision_epsilon is not None:
        vision["layer_norm_eps"] = d.vision_epsilon
    qformer: dict[str, Any] = {
        "model_type": "blip_2_qformer", "hidden_size": a.qformer_width, "intermediate_size": a.qformer_ffn,
        "num_hidden_layers": a.qformer_layers, "num_attention_heads": a.qformer_heads,
        "encoder_hidden_size": a.vision_width}
    if d.generation == "old" or a.cross_attention_frequency != 2:
        qformer["cross_attention_frequency"] = a.cross_attention_frequency
    text: dict[str, Any] = {
        "model_type": "opt", "architectures": ["OPTForCausalLM"], "hidden_size": a.text_width, "ffn_dim": a.text_ffn,
        "num_hidden_layers": a.text_layers, "num_attention_heads": a.text_heads, "word_embed_proj_dim": a.text_width,
        "max_position_embeddings": a.positions, "vocab_size": d.vocabulary_size, "eos_token_id": d.end_of_text,
        "prefix": "</s>", "activation_dropout": 0.0}
    if d.generation == "old":
        vision = old_common_fields() | vision | {
            "hidden_act": "gelu", "attention_dropout": 0.0, "dropout": 0.0, "initializer_range": 1e-10,
            "num_channels": 3, "projection_dim": 512, "qkv_bias": True}
        qformer = old_common_fields() | qformer | {
            "hidden_act": "gelu", "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
            "initializer_range": 0.02, "layer_norm_eps": 1e-12, "max_position_embeddings": 512,
            "pad_token_id": 0, "position_embedding_type": "absolute", "vocab_size": 30522}
        # The published file says float16 here although the weights are float32: noise that a loader must not heed.
        text = old_common_fields() | text | {
            "torch_dtype": "float16", "_remove_final_layer_norm": False, "activation_function": "relu",
            "attention_dropout": 0.0, "do_layer_norm_before": True, "dropout": 0.1, "enable_bias": True,
            "layer_norm_elementwise_affine": True, "layerdrop": 0.0, "init_std": 0.02, "pad_token_id": PADDING,
            "bos_token_id": END, "use_cache": True}
    top: dict[str, Any] = {
        "architectures": ["Blip2ForConditionalGeneration"], "model_type": "blip-2", "initializer_factor": 1.0,
        "initializer_range": 0.02, "num_query_tokens": a.queries, "use_decoder_only_language_model": True,
        type_key: DTYPE_NAMES[d.dtype], "vision_config": vision, "qformer_config": qformer, "text_config": text}
    if d.generation == "old":
        top |= {"_commit_hash": None, "is_encoder_decoder": False, "tie_word_embeddings": False,
                "transformers_version": None}
    else:
        top |= {"image_text_hidden_size": 256, "image_token_index": d.image_token}
    return top


def old_common_fields() -> dict[str, Any]:
    """The fields with which transformers 4 filled every nested configuration, with their defaults (4.38)."""
    unset = (
        "architectures", "bad_words_ids", "begin_suppress_tokens", "bos_token_id", "cross_attention_hidden_size",
        "decoder_start_token_id", "eos_token_id", "exponential_decay_length_penalty", "finetuning_task",
        "forced_bos_token_id", "forced_eos_token_id", "pad_token_id", "prefix", "problem_type", "sep_token_id",
        "suppress_tokens", "task_specific_params", "tokenizer_class", "torch_dtype")
    off = (
        "add_cross_attention", "do_sample", "early_stopping", "is_decoder", "is_encoder_decoder", "output_attentions",
        "output_hidden_states", "output_scores", "remove_invalid_values", "return_dict_in_generate", "tf_legacy_loss",
        "tie_encoder_decoder", "torchscript", "use_bfloat16")
    return dict.fromkeys(unset) | dict.fromkeys(off, False) | {
        "_name_or_path": "", "chunk_size_feed_forward": 0, "diversity_penalty": 0.0, "encoder_no_repeat_ngram_size": 0,
        "id2label": {"0": "LABEL_0", "1": "LABEL_1"}, "label2id": {"LABEL_0": 0, "LABEL_1": 1}, "length_penalty": 1.0,
        "max_length": 20, "min_length": 0, "no_repeat_ngram_size": 0, "num_beam_groups": 1, "num_beams": 1,
        "num_return_sequences": 1, "pruned_heads": {}, "repetition_penalty": 1.0, "return_dict": True, "temperature": 1.0,
        "tie_word_embeddings": True, "top_k": 50, "top_p": 1.0, "typical_p": 1.0}


def image_processor(a: Architecture) -> dict[str, Any]:
    return {"do_convert_rgb": True, "do_normalize": True, "do_rescale": True, "do_resize": True,
            "image_mean": [0.48145466, 0.4578275, 0.40821073], "image_processor_type": "BlipImageProcessor",
            "image_std": [0.26862954, 0.26130258, 0.27577711], "resample": 3,
            "rescale_factor": 0.00392156862745098, "size": {"height": a.image_size, "width": a.image_size}}


def tokenizer_configuration(d: Description) -> dict[str, Any]:
    common = {"bos_token": "</s>", "eos_token": "</s>", "unk_token": "</s>", "pad_token": "<pad>",
              "add_bos_token": True, "add_prefix_space": False, "errors": "replace", "model_max_length": 10**30,
              "processor_class": "Blip2Processor"}
    if d.generation == "old":
        return common | {"tokenizer_class": "GPT2Tokenizer"}
    if d.generation == "v5":
        return common | {"backend": "tokenizers", "tokenizer_class": "TokenizersBackend"}
    special = {PADDING: "<pad>", END: "</s>", d.image_token: "<image>"}
    added = {str(id): {"content": content, "lstrip": False, "normalized": content == "</s>", "rstrip": False,
                       "single_word": False, "special": True} for id, content in special.items()}
    return common | {"added_tokens_decoder": added, "clean_up_tokenization_spaces": False,
                     "tokenizer_class": "GPT2Tokenizer"}


def write_configuration(folder: Path, d: Description) -> None:
    """Every JSON file except the tokenizer's vocabulary and the shard index."""
    files: dict[str, Any] = {
        "config.json": model_configuration(d),
        "generation_config.json": {"_from_model_config": True, "bos_token_id": END, "eos_token_id": d.end_of_text,
                                   "pad_token_id": PADDING},
        "tokenizer_config.json": tokenizer_configuration(d),
    }
    processor = {"num_query_tokens": d.architecture.queries, "processor_class": "Blip2Processor"}
    images = image_processor(d.architecture)
    if d.generation == "v5":
        files["processor_config.json"] = {"image_processor": images} | processor
    else:
        files["preprocessor_config.json"] = images | {"processor_class": "Blip2Processor"}
    if d.generation == "new":
        files["processor_config.json"] = processor
    if d.generation != "v5":
        files["special_tokens_map.json"] = {
            "bos_token": "</s>", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "</s>"}
    for name, content in files.items():
        (folder / name).write_text(json.dumps(content, indent=2, sort_keys=True) + "\n")
