"""A small tokenizer, and a small model around MGM's own methods."""

import json
import types
from pathlib import Path

TOKENS = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "<start_of_turn>", "<end_of_turn>"]
HIDDEN = 16


def tokenizer(folder: Path):
    """A tokenizer of the structure of Gemma's: special tokens, line breaks, bytes; every other character is its bytes."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers
    from transformers import GemmaTokenizerFast

    breaks = ["\n", "\n\n", "▁", "▁▁"]
    pieces = TOKENS + breaks + [f"<0x{byte:02X}>" for byte in range(256)]
    merges = [("\n", "\n"), ("▁", "▁")]
    made = Tokenizer(models.BPE({piece: place for place, piece in enumerate(pieces)}, merges, unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    made.normalizer = normalizers.Replace(" ", "▁")
    made.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()])
    made.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in TOKENS if token != "<mask>"])
    made.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "GemmaTokenizerFast"}))
    return GemmaTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"), model_max_length=2048, padding_side="right")


def small_model(vocabulary_size: int, stage: str):
    """MGM's way from images and tokens to embeddings, around towers and a decoder of one layer each; in the first stage all but the projectors is frozen."""
    import torch
    from mgm.model.mgm_arch import MGMMetaForCausalLM
    from torch import nn
    from transformers import GemmaConfig, GemmaForCausalLM

    torch.manual_seed(3)

    class Patches(nn.Module):
        """Patches as positions, [B, T, 12]."""

        def __init__(self) -> None:
            super().__init__()
            self.convolution = nn.Conv2d(3, 12, 14, 14)

        def forward(self, images):
            return self.convolution(images).flatten(2).transpose(1, 2)

    class Inner(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.tower, self.aux = Patches(), nn.Conv2d(3, 20, 4, 4)
            for name, width in (("query", 12), ("aux", 20), ("val", 20)):
                setattr(self, f"vlm_uni_{name}_projector", nn.Sequential(nn.LayerNorm(width), nn.Linear(width, 12)))
            self.mm_projector = nn.Sequential(nn.Linear(12, HIDDEN), nn.GELU(), nn.Linear(HIDDEN, HIDDEN))
            self.decoder = GemmaForCausalLM(GemmaConfig(
                vocab_size=vocabulary_size, hidden_size=HIDDEN, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=1, head_dim=8, pad_token_id=0,
                max_position_embeddings=64))
            self.embed_tokens = self.decoder.get_input_embeddings()

        def get_vision_tower(self):
            return self.tower

        def get_vision_tower_aux(self):
            return self.aux

    class Model(MGMMetaForCausalLM, nn.Module):
        def __init__(self) -> None:
            nn.Module.__init__(self)
            self.inner = Inner()
            self.device = torch.device("cpu")
            self.config = types.SimpleNamespace(tokenizer_model_max_length=2048, tokenizer_padding_side="right", image_grid=1, image_global=False, tune_mm_mlp_adapter=stage == "pretrain")

        def get_model(self):
            return self.inner

        def positions(self, batch):
            """Positions, mask, embeddings and labels, cut as training cuts them."""
            _, positions, mask, _, embeddings, labels = self.prepare_inputs_labels_for_multimodal(
                batch["input_ids"], None, batch["attention_mask"], None, batch["labels"], batch["images"], batch["images_aux"])
            return positions, mask, embeddings, labels

        def loss(self, batch):
            positions, mask, embeddings, labels = self.positions(batch)
            # The mask that transformers 4.38 keeps is as large as the longest sequence may be, and slow at that.
            length = embeddings.shape[1]
            self.inner.decoder.model.causal_mask = torch.ones(length, length, dtype=torch.bool).triu(1)
            return self.inner.decoder(inputs_embeds=embeddings, attention_mask=mask, position_ids=positions, labels=labels).loss

    model = Model()
    trained = ("mm_projector", "vlm_uni") if stage == "pretrain" else ("mm_projector", "vlm_uni", "decoder")
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(any(part in name for part in trained))
    return model.eval()
