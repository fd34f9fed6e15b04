"""SmolVLM in transformers as a reference, on the CPU in float32, with images processed by Pillow."""

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
if IS_OLD:
    from transformers import Idefics3ImageProcessor as ImageProcessor
else:
    from transformers.models.idefics3.image_processing_pil_idefics3 import Idefics3ImageProcessorPil as ImageProcessor


class Reference:
    def __init__(self, folder: Path) -> None:
        kind = transformers.AutoConfig.from_pretrained(folder).architectures[0]
        self.model = getattr(transformers, kind).from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        self.tokenizer = transformers.PreTrainedTokenizerFast.from_pretrained(folder)
        size = self.model.config.vision_config
        length = (size.image_size // size.patch_size // self.model.config.scale_factor) ** 2
        # A message that begins with an image has no blank after its colon.
        self.processor = transformers.Idefics3Processor(ImageProcessor.from_pretrained(folder), self.tokenizer, image_seq_len=length)

    def inputs(self, image: Image.Image | list[Image.Image], question: str) -> dict[str, torch.Tensor]:
        """Of one image, or of several before the question."""
        images = image if isinstance(image, list) else [image]
        text = f"<|im_start|>User:{'<image>' * len(images)}{question}<end_of_utterance>\nAssistant:"
        return self.processor(text=text, images=[images], return_tensors="pt")

    @torch.inference_mode()
    def stages(self, image: Image.Image, question: str) -> dict[str, numpy.ndarray]:
        """The tiles, the rows of the tower and of the decoder's positions; without the tiles' dimension where there is one."""
        inputs = self.inputs(image, question)
        pixels = inputs["pixel_values"][0]
        model = self.model.model
        rows = model.vision_model(pixel_values=pixels, patch_attention_mask=torch.ones(len(pixels), *[size // model.config.vision_config.patch_size for size in pixels.shape[-2:]], dtype=torch.bool))
        stages = {"vision.last_hidden_state": rows.last_hidden_state, "image_tokens": model.connector(rows.last_hidden_state)}
        result = {name: values[0] if len(pixels) == 1 else values for name, values in stages.items()}
        return {name: values.numpy() for name, values in ({"pixel_values": pixels} | result).items()}

    @torch.inference_mode()
    def generate(self, image: Image.Image | list[Image.Image], question: str, **options: object) -> tuple[list[int], str]:
        """New tokens and the answer."""
        inputs = self.inputs(image, question)
        ids = self.model.generate(**inputs, do_sample=False, **options)[0].tolist()[inputs["input_ids"].shape[1]:]
        return ids, self.tokenizer.decode(ids, skip_special_tokens=True)

    @torch.inference_mode()
    def logits(self, image: Image.Image, question: str, tokens: list[int]) -> numpy.ndarray:
        """`[N, V]`: what each token was chosen from."""
        inputs = dict(self.inputs(image, question))
        start = inputs["input_ids"].shape[1]
        inputs["input_ids"] = torch.cat([inputs["input_ids"], torch.tensor([tokens[:-1]], dtype=torch.long)], dim=1)
        inputs["attention_mask"] = torch.ones_like(inputs["input_ids"])
        return self.model(**inputs).logits[0, start - 1:].numpy()
