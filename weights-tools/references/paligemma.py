"""PaliGemma in transformers as a reference, on the CPU in float32, with images processed by Pillow."""

from __future__ import annotations

import os
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

import numpy
import tokenizers
import torch
import transformers
from PIL import Image

IS_OLD = transformers.__version__.startswith("4.")
if IS_OLD:
    from transformers import SiglipImageProcessor as ImageProcessor
else:
    from transformers import SiglipImageProcessorPil as ImageProcessor


class Reference:
    def __init__(self, folder: Path, dtype: torch.dtype = torch.float32, attention: str = "eager") -> None:
        self.model = transformers.PaliGemmaForConditionalGeneration.from_pretrained(folder, dtype=dtype, attn_implementation=attention).eval()
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
        # Version 5 calls <mask> special, which Gemma's own files do not.
        self.decoder = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.processor = ImageProcessor.from_pretrained(folder)
        vision = self.model.config.vision_config
        self.positions = (vision.image_size // vision.patch_size) ** 2
        self.image_token = self.model.config.image_token_id

    def pixels(self, image: Image.Image) -> torch.Tensor:
        return self.processor(image, return_tensors="pt", input_data_format="channels_last")["pixel_values"]

    def inputs(self, image: Image.Image, task: str) -> dict[str, torch.Tensor]:
        """The image's positions, the begin token, the task and a line break; all of them see each other."""
        begin = self.tokenizer.bos_token_id
        text = [token for token in self.tokenizer(task + "\n")["input_ids"] if token != begin]
        ids = torch.tensor([[self.image_token] * self.positions + [begin, *text]])
        return {"input_ids": ids, "attention_mask": torch.ones_like(ids), "token_type_ids": torch.zeros_like(ids), "pixel_values": self.pixels(image)}

    @torch.inference_mode()
    def stages(self, image: Image.Image, _: str) -> dict[str, numpy.ndarray]:
        """Up to the decoder, so that the task does not matter."""
        pixels, model = self.pixels(image), self.model.model
        rows = model.vision_tower(pixels).last_hidden_state
        return {
            "pixel_values": pixels[0].numpy(), "vision.last_hidden_state": rows[0].numpy(), "image_tokens": model.multi_modal_projector(rows)[0].numpy()}

    @torch.inference_mode()
    def generate(self, image: Image.Image, task: str, **options: object) -> tuple[list[int], str]:
        """New tokens and their text."""
        inputs = self.inputs(image, task)
        ids = self.model.generate(**inputs, do_sample=False, **options)[0].tolist()[inputs["input_ids"].shape[1]:]
        return ids, self.decoder.decode(ids, skip_special_tokens=True)

    @torch.inference_mode()
    def logits(self, image: Image.Image, task: str, tokens: list[int]) -> numpy.ndarray:
        """`[N, V]`: what each token was chosen from. With version 4, of greedy tokens alone: it takes all that it is given at once for a
        prefix, whose positions see each other.
        """
        inputs = self.inputs(image, task)
        if IS_OLD:
            steps = self.model.generate(**inputs, do_sample=False, max_new_tokens=len(tokens), output_logits=True, return_dict_in_generate=True)
            return torch.cat(steps.logits).float().numpy()
        start = inputs["input_ids"].shape[1]
        new = torch.tensor([tokens[:-1]], dtype=torch.long)
        inputs["input_ids"] = torch.cat([inputs["input_ids"], new], dim=1)
        inputs["attention_mask"] = torch.ones_like(inputs["input_ids"])
        inputs["token_type_ids"] = torch.cat([inputs["token_type_ids"], torch.ones_like(new)], dim=1)
        return self.model(**inputs).logits[0, start - 1:].numpy()
