"""BLIP-2's `generate` in the transformers at hand, version 4 or 5, for one kind of comparison: new tokens and their scores."""

import os
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

import numpy
import tokenizers
import torch
import transformers
from PIL import Image
from transformers import Blip2ForConditionalGeneration

from .generation_cases import Case
from .slow_pixels import SlowImageProcessor

IS_OLD = transformers.__version__.startswith("4.")


class GenerationReference:
    """A checkpoint with vocab.json and merges.txt. Version 4 takes the prompt alone, version 5 the image's placeholders before it."""

    def __init__(self, folder: Path) -> None:
        dtype = {"torch_dtype" if IS_OLD else "dtype": torch.float32}
        self.model = Blip2ForConditionalGeneration.from_pretrained(folder, **dtype).eval()
        # The library itself, from the oldest files: version 4.38 reads neither the class of tokenizer that version 5
        # names, nor a tokenizer.json of today.
        self.tokenizer = tokenizers.ByteLevelBPETokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"))
        self.process = SlowImageProcessor.read(folder)

    def pixel_values(self, image: Image.Image) -> numpy.ndarray:
        return self.process(image)

    def encode(self, text: str) -> list[int]:
        """Without special tokens."""
        return self.tokenizer.encode(text, add_special_tokens=False).ids

    def input_ids(self, prompt: str | None, batch: int) -> torch.Tensor:
        config = self.model.config
        text = [config.text_config.bos_token_id] + (self.encode(prompt) if prompt else [])
        placeholders = [] if IS_OLD else [config.image_token_id] * config.num_query_tokens
        return torch.tensor([placeholders + text] * batch)

    @torch.no_grad()
    def generate(self, pixel_values: numpy.ndarray, case: Case) -> list[list[dict[str, object]]]:
        """For each picture its captions: new tokens, and with beams their score."""
        ids = self.input_ids(case.prompt, len(pixel_values))
        output = self.model.generate(
            pixel_values=torch.from_numpy(pixel_values), input_ids=ids, attention_mask=torch.ones_like(ids),
            max_new_tokens=case.max_new_tokens, return_dict_in_generate=True, output_scores=True,
            **({"do_sample": False} | case.options))
        new = output.sequences if IS_OLD else output.sequences[:, ids.shape[1] :]
        scores = getattr(output, "sequences_scores", None)
        captions = []
        for row, tokens in enumerate(new.tolist()):
            caption: dict[str, object] = {"token_ids": self.until_end(tokens)}
            if scores is not None:
                caption["score"] = round(scores[row].item(), 7)
            captions.append(caption)
        each = len(captions) // len(pixel_values)
        return [captions[start : start + each] for start in range(0, len(captions), each)]

    @torch.no_grad()
    def first_token(self, pixel_values: numpy.ndarray, case: Case) -> numpy.ndarray:
        """Probabilities `[V]` of the first token after all processors, in the order in which `generate` runs them."""
        ids = self.input_ids(case.prompt, 1)
        output = self.model.generate(
            pixel_values=torch.from_numpy(pixel_values)[None], input_ids=ids, attention_mask=torch.ones_like(ids),
            max_new_tokens=1, return_dict_in_generate=True, output_scores=True, **case.options)
        return output.scores[0][0].softmax(-1).numpy()

    def until_end(self, tokens: list[int]) -> list[int]:
        """Padding follows the end token."""
        end = self.model.config.text_config.eos_token_id
        return tokens[: tokens.index(end) + 1] if end in tokens else tokens
