"""What the model is given while it learns: captions and answers, and, through heads thrown away afterwards, what is where.

Captions alone teach a small model slowly: one wrong word says little about which of 64 patches was misread. So each patch
also learns to name the thing it shows, and the queries to hold the scene's facts.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import Blip2ForConditionalGeneration
from transformers.image_utils import OPENAI_CLIP_MEAN, OPENAI_CLIP_STD

from scenes import CANVAS, COLOURS, RELATIONS

IGNORED = -100


class Supervision(nn.Module):
    """A model with its heads for training; forward passes return the losses, to be weighed by the caller."""

    def __init__(self, model: Blip2ForConditionalGeneration, classes: int):
        super().__init__()
        self.model = model
        vision, width = model.config.vision_config, model.config.qformer_config.hidden_size
        side = vision.image_size // vision.patch_size
        self.patch_class = nn.Linear(vision.hidden_size, classes + 1)  # class 0 is the background
        self.patch_position = nn.Linear(vision.hidden_size, 2)
        self.scene_colour = nn.Linear(vision.hidden_size, len(COLOURS))
        # Query 0 holds the subject, 1 the other thing (or none), 2 their relation (or none), 3 the colour.
        sizes = [classes, classes + 1, len(RELATIONS) + 1, len(COLOURS)]
        self.facts = nn.ModuleList(nn.Linear(width, size) for size in sizes)
        self.centres = nn.ModuleList(nn.Linear(width, 2) for _ in range(2))
        weights = torch.ones(classes + 1)
        weights[0] = 0.1  # most patches are background
        self.register_buffer("class_weights", weights)
        middle = (torch.arange(side) + 0.5) / side * 2 - 1
        self.register_buffer("grid", torch.stack([middle.repeat(side), middle.repeat_interleave(side)], -1))
        self.register_buffer("mean", torch.tensor(OPENAI_CLIP_MEAN).view(1, 3, 1, 1) * 255)
        self.register_buffer("deviation", torch.tensor(OPENAI_CLIP_STD).view(1, 3, 1, 1) * 255)

    def see(self, images: Tensor) -> Tensor:
        """uint8 [B, 112, 112, 3] -> vision tokens [B, 65, D]."""
        assert images.shape[1:] == (CANVAS, CANVAS, 3)
        pixels = (images.permute(0, 3, 1, 2).float() - self.mean) / self.deviation
        return self.model.vision_model(pixel_values=pixels).last_hidden_state

    def patch_losses(self, vision: Tensor, patches: Tensor) -> dict[str, Tensor]:
        """Losses of naming [B, 64] and locating every patch."""
        known = patches != IGNORED
        names = self.patch_class(vision[:, 1:][known]).float()
        place = self.patch_position(vision[:, 1:]).float()
        return {
            "patch": F.cross_entropy(names, patches[known], weight=self.class_weights),
            "position": (place - self.grid).pow(2).mean(),
            "seen": accuracy(names, patches[known], patches[known] > 0),
        }

    def vision_losses(self, images: Tensor, patches: Tensor, colours: Tensor) -> dict[str, Tensor]:
        """Stage one: images [B, 112, 112, 3], patches [B, 64], colours [B]."""
        vision = self.see(images)
        colour = F.cross_entropy(self.scene_colour(vision[:, 0]).float(), colours)
        return self.patch_losses(vision, patches) | {"colour": colour}

    def language_losses(
        self, images: Tensor, patches: Tensor, facts: Tensor, centres: Tensor,
        tokens: Tensor, targets: Tensor, weights: Tensor, owners: Tensor,
    ) -> dict[str, Tensor]:  # fmt: skip
        """Stage two: facts [B, 4], centres [B, 2, 2] (NaN for none), and M texts, several to a picture: tokens, targets and
        weights [M, T], owners [M] saying which image a text is about."""
        model = self.model
        vision = self.see(images)
        queries = model.query_tokens.expand(len(images), -1, -1)
        held = model.qformer(query_embeds=queries, encoder_hidden_states=vision).last_hidden_state  # [B, Q, D]
        prefix = model.language_projection(held)[owners]  # [M, Q, D]
        embedded = model.get_input_embeddings()(tokens)
        inputs = torch.cat([prefix.to(embedded.dtype), embedded], 1)
        hidden = model.language_model.model(inputs_embeds=inputs, use_cache=False).last_hidden_state
        hidden = hidden[:, prefix.shape[1] : -1]
        wanted, weights = targets[:, 1:], weights[:, 1:]
        chosen = wanted != IGNORED
        logits = model.language_model.lm_head(hidden[chosen]).float()
        weight = weights[chosen]
        text = (F.cross_entropy(logits, wanted[chosen], reduction="none") * weight).sum() / weight.sum()

        losses = self.patch_losses(vision, patches) | {"text": text, "said": accuracy(logits, wanted[chosen])}
        scores = [head(held[:, i]).float() for i, head in enumerate(self.facts)]
        losses["facts"] = sum(F.cross_entropy(score, facts[:, i]) for i, score in enumerate(scores)) / len(scores)
        losses["relation"] = accuracy(scores[2], facts[:, 2])
        found = torch.stack([head(held[:, i]).float() for i, head in enumerate(self.centres)], 1)
        present = ~centres.isnan()
        losses["centre"] = (found - centres)[present].abs().mean()
        return losses


def accuracy(logits: Tensor, targets: Tensor, of: Tensor | None = None) -> Tensor:
    """The share of right first guesses, among those marked."""
    right = (logits.detach().argmax(-1) == targets).float()
    return (right if of is None else right[of]).mean()
