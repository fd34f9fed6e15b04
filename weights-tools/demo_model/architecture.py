"""The model: BLIP-2 as transformers has it, a thousand times smaller."""

import torch
from transformers import Blip2Config, Blip2ForConditionalGeneration, Blip2QFormerConfig, Blip2VisionConfig, OPTConfig

from scenes import CANVAS

WIDTH, HEADS, QUERIES, PATCH = 192, 6, 8, 14
LONGEST_TEXT = 192  # positions of the language model: 8 queries, the start token, a prompt and up to 128 new tokens


def configuration(vocabulary: int, image_token: int, newline: int, pad: int, bos: int) -> Blip2Config:
    """The configuration of the demo model. Vision is where the parameters go: the language here is simple."""
    vision = Blip2VisionConfig(
        hidden_size=WIDTH, intermediate_size=608, num_hidden_layers=5, num_attention_heads=HEADS,
        image_size=CANVAS, patch_size=PATCH,
        initializer_range=0.02,  # the default, 1e-10, is for loading weights and would keep all patches alike
    )  # fmt: skip
    qformer = Blip2QFormerConfig(
        vocab_size=vocabulary, hidden_size=WIDTH, intermediate_size=384, num_hidden_layers=2, num_attention_heads=HEADS,
        encoder_hidden_size=WIDTH, cross_attention_frequency=1, max_position_embeddings=64, pad_token_id=pad,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    text = OPTConfig(
        vocab_size=vocabulary, hidden_size=WIDTH, word_embed_proj_dim=WIDTH, ffn_dim=576, num_hidden_layers=2,
        num_attention_heads=HEADS, max_position_embeddings=LONGEST_TEXT, dropout=0.0, attention_dropout=0.0,
        bos_token_id=bos, eos_token_id=newline, pad_token_id=pad,
    )  # fmt: skip
    return Blip2Config(
        vision_config=vision.to_dict(), qformer_config=qformer.to_dict(), text_config=text.to_dict(),
        num_query_tokens=QUERIES, image_token_index=image_token, image_text_hidden_size=64, initializer_range=0.02,
    )  # fmt: skip


def new_model(config: Blip2Config, seed: int) -> Blip2ForConditionalGeneration:
    """A model with fresh random weights. Attention is the plain kind, the fastest on a CPU for heads this small."""
    torch.manual_seed(seed)
    model = Blip2ForConditionalGeneration(config)
    with torch.no_grad():
        # transformers leaves the queries zero for a checkpoint to fill; equal queries would stay equal for ever.
        model.query_tokens.normal_(0, 1)
    model.set_attn_implementation("eager")
    return model
