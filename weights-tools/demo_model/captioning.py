"""Asking a checkpoint folder, through transformers and nothing else."""

from collections import defaultdict
from pathlib import Path

import torch
from PIL import Image
from transformers import AutoProcessor, Blip2ForConditionalGeneration

import questions


class Speaker:
    """A checkpoint that says what it sees, greedily, in float32 arithmetic."""

    def __init__(self, folder: Path):
        self.processor = AutoProcessor.from_pretrained(folder, backend="pil")
        self.model = Blip2ForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval()

    def say(self, images: list[Image.Image], asked: list[str] | None = None, batch: int = 64) -> list[str]:
        """Captions of images, or answers where a question is given ("" for none)."""
        prompts = [questions.PROMPT.format(question) if question else "" for question in asked or [""] * len(images)]
        # Rows of one length go together, so that nothing needs padding.
        rows = defaultdict(list)
        for i, prompt in enumerate(prompts):
            rows[len(self.tokens(prompt))].append(i)
        said = [""] * len(images)
        for members in rows.values():
            for start in range(0, len(members), batch):
                part = members[start : start + batch]
                answers = self.generate([images[i] for i in part], [prompts[i] for i in part]).sequences
                for i, text in zip(part, self.processor.batch_decode(answers, skip_special_tokens=True)):
                    said[i] = text.strip()
        return said

    def tokens(self, prompt: str) -> list[int]:
        return self.processor.tokenizer(prompt).input_ids

    @torch.no_grad()
    def generate(self, images: list[Image.Image], prompts: list[str], **options):
        """The output of transformers' generate, its sequences cut to the new tokens. Prompts must be equally long."""
        model, config = self.model, self.model.config
        ids = torch.tensor([[config.image_token_id] * config.num_query_tokens + self.tokens(prompt) for prompt in prompts])
        pixels = self.processor.image_processor(images, return_tensors="pt").pixel_values
        result = model.generate(
            pixel_values=pixels, input_ids=ids, attention_mask=torch.ones_like(ids), do_sample=False, max_new_tokens=24,
            return_dict_in_generate=True, **options,
        )  # fmt: skip
        result.sequences = result.sequences[:, ids.shape[1] :]
        return result

    def margins(self, image: Image.Image) -> list[float]:
        """For each token of a caption, by how much its logit leads the next best."""
        result = self.generate([image], [""], output_logits=True)
        leads = [step[0].topk(2).values for step in result.logits]
        return [round((lead[0] - lead[1]).item(), 3) for lead in leads]
