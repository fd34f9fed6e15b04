"""BLIP in transformers as a reference, on the CPU in float32, with images processed by Pillow. Any version from 4.38 on."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

import numpy
import torch
import transformers
from PIL import Image

IS_OLD = transformers.__version__.startswith("4.")


class Reference:
    """A checkpoint folder of any of the three classes."""

    def __init__(self, folder: Path) -> None:
        if IS_OLD:
            from transformers import BlipImageProcessor as ImageProcessor
        else:
            from transformers import BlipImageProcessorPil as ImageProcessor
        kind = transformers.AutoConfig.from_pretrained(folder).architectures[0]
        self.model = getattr(transformers, kind).from_pretrained(folder, **({} if IS_OLD and transformers.__version__ < "4.56" else {"dtype": torch.float32})).eval()
        if not IS_OLD:
            self.model.set_attn_implementation("eager")
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        self.processor = ImageProcessor.from_pretrained(folder)
        self.text = self.model.config.text_config

    def pixels(self, image: Image.Image) -> torch.Tensor:
        """`[1, 3, S, S]`. An image of three rows is one with its channels first to transformers, unless the format is given."""
        return self.processor(image, return_tensors="pt", input_data_format="channels_last")["pixel_values"]

    def start(self, prompt: str | None) -> list[int]:
        """What a caption begins with."""
        if prompt is None:
            return [self.text.bos_token_id]
        return [self.text.bos_token_id, *self.tokenizer(prompt)["input_ids"][1:-1]]

    @torch.inference_mode()
    def stages(self, image: Image.Image) -> dict[str, numpy.ndarray]:
        pixels = self.pixels(image)
        return {"pixel_values": pixels[0].numpy(), "vision.last_hidden_state": self.model.vision_model(pixels).last_hidden_state[0].numpy()}

    @torch.inference_mode()
    def generate(self, image: Image.Image, prompt: str | None = None, **options: object) -> tuple[list[int], str]:
        """New tokens and the whole text, of `generate` as it is. For a model of questions the prompt is one, and only the answer is returned."""
        arguments = {}
        if prompt is not None:
            ids = torch.tensor([self.tokenizer(prompt)["input_ids"]])
            arguments = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
        ids = self.model.generate(pixel_values=self.pixels(image), **arguments, **options)[0].tolist()
        start = self.start(None if hasattr(self.model, "text_encoder") else prompt)
        assert ids[:len(start)] == start, (ids, start)
        return ids[len(start):], self.tokenizer.decode(ids, skip_special_tokens=True)

    @torch.inference_mode()
    def logits(self, image: Image.Image, prompt: str | None, tokens: list[int]) -> numpy.ndarray:
        """`[N, V]`: what each of the tokens after the prompt was chosen from."""
        start = self.start(prompt)
        rows = self.model.vision_model(self.pixels(image)).last_hidden_state
        ids = torch.tensor([start + tokens[:-1]])
        logits = self.model.text_decoder(
            input_ids=ids, attention_mask=torch.ones_like(ids), encoder_hidden_states=rows, is_decoder=True).logits
        return logits[0, len(start) - 1:].numpy()

    def token_ids(self, text: str) -> list[int]:
        return self.tokenizer(text, truncation=True, max_length=self.text.max_position_embeddings)["input_ids"]

    @torch.inference_mode()
    def matches(self, image: Image.Image, texts: list[str]) -> dict[str, numpy.ndarray]:
        """What `caption-images trace` writes of a matching model and texts."""
        pixels = self.pixels(image)
        result: dict[str, list[torch.Tensor]] = {"text_embeds": [], "logits_per_image": [], "itm_logits": []}
        ids = [torch.tensor([self.token_ids(text)]) for text in texts]
        for text in ids:
            mask = torch.ones_like(text)
            result["itm_logits"].append(self.model(input_ids=text, pixel_values=pixels, attention_mask=mask).itm_score[0])
            result["logits_per_image"].append(self.model(input_ids=text, pixel_values=pixels, attention_mask=mask, use_itm_head=False).itm_score[0, 0])
            result["text_embeds"].append(self.model.text_proj(self.model.text_encoder(input_ids=text, attention_mask=mask).last_hidden_state[0, 0]))
        rows = self.model.vision_model(pixels).last_hidden_state
        found = {"image_embeds": self.model.vision_proj(rows[0, 0]), **{name: torch.stack(values) for name, values in result.items()}}
        return {name: values.numpy() for name, values in found.items()} | {f"input_ids.{number}": text[0].numpy() for number, text in enumerate(ids)}
