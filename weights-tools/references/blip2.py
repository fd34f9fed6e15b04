"""BLIP-2 in transformers as a reference, on the CPU with PIL image processing.

`Reference` gives the activations of every stage and greedy captions, and needs transformers 5. `GenerationReference` gives beams, samples
and their scores, with version 4 or 5.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

import numpy
import tokenizers
import torch
import transformers
from PIL import Image
from transformers import AutoImageProcessor, AutoTokenizer, Blip2ForConditionalGeneration
from transformers.utils import logging

from references.image_processor import SlowImageProcessor

if TYPE_CHECKING:
    from fixtures.generation_cases import Case

IS_OLD = transformers.__version__.startswith("4.")

logging.disable_progress_bar()


@dataclass(frozen=True)
class Generated:
    """One greedy caption."""

    token_ids: list[int]
    """New tokens only; the one that ended the caption included."""
    logits: numpy.ndarray
    """`[N, V]`: the row from which each new token was chosen, before any processor changed it."""

    def margins(self, forbidden: int | None = None, count: int = 0) -> list[float]:
        """By step: how far the runner-up is below the chosen token, as a share of the row's largest magnitude.
        In the first `count` steps the `forbidden` id could not be chosen and does not count as a runner-up."""
        result = []
        for step, row in enumerate(self.logits):
            allowed = numpy.delete(row, forbidden) if forbidden is not None and step < count else row
            second, first = numpy.partition(allowed, -2)[-2:]
            result.append(float((first - second) / numpy.abs(row).max()))
        return result


class Reference:
    """A checkpoint folder of any generation, with what transformers needs to caption with it."""

    def __init__(self, folder: Path, attention: str = "eager", dtype: torch.dtype = torch.float32) -> None:
        self.model = Blip2ForConditionalGeneration.from_pretrained(
            folder, dtype=dtype, attn_implementation=attention).eval()
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.slow_processor = SlowImageProcessor.read(folder)
        self.image_processor = AutoImageProcessor.from_pretrained(folder)
        if getattr(self.image_processor, "backend", None) != "pil":
            raise ValueError("transformers chose an image processor other than the PIL one: uninstall torchvision")
        if self.model.config.image_token_id is None:
            # Checkpoints from before late 2024 have no placeholder. Any id that text cannot hold will do, because its
            # embedding is overwritten by the image's: the first row that the tokenizer does not use.
            self.model.config.image_token_index = len(self.tokenizer)

    @property
    def end_of_text(self) -> int:
        return self.model.config.text_config.eos_token_id

    def pixel_values(self, image: Image.Image) -> numpy.ndarray:
        """`[3, H, W]`, checked to be the same bits by transformers and by the slow processor's definition."""
        ours = self.slow_processor(image)
        theirs = self.image_processor(images=image, return_tensors="np")["pixel_values"][0]
        if theirs.dtype != numpy.float32 or ours.tobytes() != theirs.tobytes():
            raise ValueError("transformers' PIL image processor and the slow processor's definition differ")
        return ours

    def prompt_ids(self, prompt: str | None) -> list[int]:
        """The text part of the input: the begin token, then the prompt's tokens."""
        begin = self.model.config.text_config.bos_token_id
        if prompt is None:
            return [begin]
        ids = self.tokenizer(prompt).input_ids
        return ids if ids[:1] == [begin] else [begin, *ids]

    def input_ids(self, prompt: str | None, batch: int) -> torch.Tensor:
        """`[B, Q + P]`: placeholders for the image, then the text part, the same in every row."""
        config = self.model.config
        row = [config.image_token_id] * config.num_query_tokens + self.prompt_ids(prompt)
        return torch.tensor([row] * batch)

    @torch.no_grad()
    def stages(self, pixel_values: numpy.ndarray) -> dict[str, numpy.ndarray]:
        """Activations of one image up to the language model, by trace name, each `[positions, width]`."""
        features = self.model.get_image_features(torch.from_numpy(pixel_values)[None], return_dict=True)
        return {
            "pixel_values": pixel_values,
            "vision.last_hidden_state": features.last_hidden_state[0].numpy(),
            "qformer.last_hidden_state": features.qformer_outputs.last_hidden_state[0].numpy(),
            "language_projection": features.pooler_output[0].numpy()}

    @torch.no_grad()
    def generate(
        self, pixel_values: numpy.ndarray, prompt: str | None, max_new_tokens: int, min_new_tokens: int = 0
    ) -> list[Generated]:
        """Greedy captions of a batch `[B, 3, H, W]` that shares one prompt."""
        ids = self.input_ids(prompt, len(pixel_values))
        output = self.model.generate(
            pixel_values=torch.from_numpy(pixel_values), input_ids=ids, attention_mask=torch.ones_like(ids),
            do_sample=False, num_beams=1, max_new_tokens=max_new_tokens, min_new_tokens=min_new_tokens or None,
            return_dict_in_generate=True, output_logits=True)
        logits = torch.stack(output.logits, dim=1).numpy()
        captions = []
        for row, new in enumerate(output.sequences[:, ids.shape[1] :].tolist()):
            count = new.index(self.end_of_text) + 1 if self.end_of_text in new else len(new)
            captions.append(Generated(new[:count], logits[row, :count]))
        return captions

    def text(self, token_ids: list[int]) -> str:
        return self.tokenizer.decode(token_ids, skip_special_tokens=True)


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
        """For each image its captions: new tokens, and with beams their score."""
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
