"""CLIP in transformers and in open_clip as references, on the CPU in float32, with images processed by Pillow.

`Reference` loads a folder as Hugging Face stores it; `OpenCLIPReference` one as open_clip does.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

import numpy
import torch
from PIL import Image


class Reference:
    """transformers' `CLIPModel` with the fast tokenizer and the image processor that runs on Pillow."""

    def __init__(self, folder: Path) -> None:
        import transformers

        if transformers.__version__.startswith("4."):
            from transformers import CLIPImageProcessor as ImageProcessor
        else:
            from transformers import CLIPImageProcessorPil as ImageProcessor
        self.model = transformers.CLIPModel.from_pretrained(
            folder, dtype=torch.float32, attn_implementation="eager").eval()
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        self.processor = ImageProcessor.from_pretrained(folder)
        self.context = self.model.config.text_config.max_position_embeddings

    def token_ids(self, text: str) -> list[int]:
        return self.tokenizer(text, truncation=True, max_length=self.context)["input_ids"]

    @torch.inference_mode()
    def trace(self, image: Image.Image, texts: list[str]) -> dict[str, numpy.ndarray]:
        """What `caption-images trace` writes."""
        # An image of three rows is one with its channels first to transformers 4, unless the format is given.
        pixels = self.processor(image, return_tensors="pt", input_data_format="channels_last")["pixel_values"]
        vision = self.model.vision_model(pixels)
        result = {
            "pixel_values": pixels[0], "vision.last_hidden_state": vision.last_hidden_state[0],
            "image_embeds": self.model.visual_projection(vision.pooler_output)[0]}
        embeddings = []
        for index, text in enumerate(texts):
            ids = torch.tensor([self.token_ids(text)])
            result[f"input_ids.{index}"] = ids[0]
            embeddings.append(self.model.text_projection(self.model.text_model(ids).pooler_output)[0])
        result["text_embeds"] = torch.stack(embeddings)
        result["logits_per_image"] = logits(result["image_embeds"], result["text_embeds"], self.model.logit_scale)
        return {name: values.numpy() for name, values in result.items()}


class OpenCLIPReference:
    """open_clip's `CLIP`. Texts are tokenized by the fast tokenizer beside it, as the engine does, and not by open_clip's own."""

    def __init__(self, folder: Path) -> None:
        import open_clip
        from safetensors.torch import load_file
        from transformers import AutoTokenizer

        configuration = json.loads((folder / "open_clip_config.json").read_text())
        model = configuration["model_cfg"]
        model.pop("custom_text", None)
        self.model = open_clip.CLIP(**{key: value for key, value in model.items()}).eval()
        tensors = load_file(folder / "open_clip_model.safetensors")
        self.model.load_state_dict({name.removeprefix("text."): value.float() for name, value in tensors.items()})
        processing = configuration["preprocess_cfg"]
        self.transform = open_clip.transform.image_transform(
            model["vision_cfg"]["image_size"], is_train=False, mean=processing["mean"], std=processing["std"],
            resize_mode=processing["resize_mode"], interpolation=processing["interpolation"])
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.context = model["text_cfg"]["context_length"]

    @torch.inference_mode()
    def trace(self, image: Image.Image, texts: list[str]) -> dict[str, numpy.ndarray]:
        """What `caption-images trace` writes, but for the hidden state."""
        pixels = self.transform(image)
        result = {"pixel_values": pixels, "image_embeds": self.model.encode_image(pixels[None])[0]}
        embeddings = []
        for index, text in enumerate(texts):
            ids = torch.tensor([self.tokenizer(text, truncation=True, max_length=self.context)["input_ids"]])
            result[f"input_ids.{index}"] = ids[0]
            padded = torch.nn.functional.pad(ids, (0, self.context - ids.shape[1]))
            embeddings.append(self.model.encode_text(padded)[0])
        result["text_embeds"] = torch.stack(embeddings)
        result["logits_per_image"] = logits(result["image_embeds"], result["text_embeds"], self.model.logit_scale)
        return {name: values.numpy() for name, values in result.items()}


def logits(image: torch.Tensor, texts: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    normal = torch.nn.functional.normalize
    return scale.exp() * (normal(texts, dim=-1) @ normal(image, dim=-1))
