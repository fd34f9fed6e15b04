#!/usr/bin/env python3
"""MGM's own code as the reference, on the CPU in float32: what flows through its parts, and what it answers.

Started as a program in an interpreter that has what MGM needs (transformers 4.38, timm, open_clip, numpy 1), it takes questions as lines of JSON and
answers in kind, so that others can ask it from another interpreter:

    mgm.py SOURCE FOLDER      SOURCE has the package `mgm`; FOLDER is one of checkpoints/random_mgm.py, with `open_clip_pytorch_model.bin`
    mgm.py SOURCE FOLDER --pretraining mgm-2b-pretrain --language-model gemma-2b-it    what MGM's pretraining wrote, below FOLDER, and a Gemma

A question is {"image", "prompt", "tokens", "beams", "target"}; stages are written to the safetensors file `target`, if there is one. The answer is
{"token_ids", "text", "margin"}; the margin is the smallest between the two likeliest tokens of a step.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from checkpoints.random_mgm import CONVNEXT, MODEL
from references.mgm_on_cpu import import_mgm, load_in_float32, size_convnext

STAGES = ("aux_image", "low_image", "clip_features", "convnext_features", "mined", "image_tokens", "logits", "token_ids")
"""What is recorded, by the names of `caption-images trace`: channels of the map last, no batch."""


class Reference:
    """One in a process: the working directory becomes the folder, to which the towers' paths are relative."""

    def __init__(self, source: Path, folder: Path, pretraining: str | None = None, language_model: str | None = None) -> None:
        os.environ["HF_HUB_OFFLINE"] = "1"
        import_mgm(source.resolve())
        import transformers

        transformers.logging.set_verbosity_error()
        os.chdir(folder)
        from mgm.model import builder

        model = pretraining or MODEL
        vision = json.loads(Path(json.loads(Path(model, "config.json").read_text())["mm_vision_tower"], "config.json").read_text())
        size_convnext(Path(CONVNEXT), vision["image_size"])
        load_in_float32()
        more = {}
        if pretraining:
            # By itself the loader takes Gemma's configuration, which names no towers, and looks for mining in an index that this stage does not write. Given the
            # stage's configuration, and in it the key by which finetuning reads the file, it reads all there is.
            more["config"] = transformers.AutoConfig.from_pretrained(pretraining)
            more["config"].pretrain_mm_mlp_adapter = str(Path(pretraining, "mm_projector.bin"))
        self.tokenizer, self.model, self.processor, _ = builder.load_pretrained_model(model, language_model, model, **more)

    def answer(self, image: Path, prompt: str, tokens: int, beams: int = 1) -> tuple[dict[str, object], dict[str, torch.Tensor]]:
        """The answer, and the stages of a greedy run."""
        import torch
        from mgm.mm_utils import process_images, tokenizer_image_token
        from PIL import Image
        from mgm.conversation import conv_templates

        model, processor = self.model, self.processor
        if not hasattr(processor, "image_size_raw"):
            processor.image_size_raw = dict(processor.crop_size)
        side = model.config.image_size_aux
        processor.crop_size, processor.size = {"height": side, "width": side}, {"shortest_edge": side}
        auxiliary = process_images([Image.open(image).convert("RGB")], processor, model.config)
        low = torch.nn.functional.interpolate(auxiliary, size=[*processor.image_size_raw.values()], mode="bilinear", align_corners=False)
        conversation = conv_templates["gemma"].copy()
        conversation.append_message(conversation.roles[0], f"<image>\n{prompt}")
        conversation.append_message(conversation.roles[1], None)
        ids = tokenizer_image_token(conversation.get_prompt(), self.tokenizer, -200, return_tensors="pt")[None]
        kept = {"aux_image": auxiliary[0], "low_image": low[0]}
        with self._kept(kept), torch.inference_mode():
            found = model.generate(
                ids, images=low, images_aux=auxiliary, do_sample=False, temperature=0, top_p=None, num_beams=beams, max_new_tokens=tokens, bos_token_id=2, eos_token_id=1,
                pad_token_id=0, use_cache=True, return_dict_in_generate=True, output_scores=True)
        answer: dict[str, object] = {"token_ids": found.sequences[0].tolist(), "text": self.tokenizer.decode(found.sequences[0], skip_special_tokens=True).strip()}
        if beams == 1:
            kept |= {"logits": torch.stack([scores[0] for scores in found.scores]), "token_ids": found.sequences[0]}
            best = kept["logits"].topk(2).values
            answer["margin"] = float((best[:, 0] - best[:, 1]).min())
        return answer, {name: value.clone().contiguous() for name, value in kept.items()}

    @contextlib.contextmanager
    def _kept(self, kept: dict[str, torch.Tensor]):
        """Notes what the parts of the model give for the image."""
        model, inner = self.model, self.model.get_model()

        def keep(name: str, change=lambda value: value[0]):
            return lambda module, arguments, value: kept.__setitem__(name, change(value).detach().float())

        parts = [
            (inner.vision_tower, "clip_features"), (inner.mm_projector, "image_tokens"),
            (inner.vision_tower_aux, "convnext_features", lambda value: value[0].permute(1, 2, 0))]
        hooks = [module.register_forward_hook(keep(*names)) for module, *names in parts]
        resample = model.unified_resampler

        def resampled(*arguments):
            low, mined = resample(*arguments)
            kept["mined"] = mined[0].detach().float()
            return low, mined

        model.unified_resampler = resampled
        try:
            yield
        finally:
            del model.unified_resampler
            for hook in hooks:
                hook.remove()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, metavar="SOURCE")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--pretraining", metavar="NAME")
    parser.add_argument("--language-model", metavar="NAME")
    options = parser.parse_args()
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what MGM prints is no answer
    from safetensors.torch import save_file

    reference = Reference(options.source, options.folder, options.pretraining, options.language_model)
    for line in sys.stdin:
        question = json.loads(line)
        answer, stages = reference.answer(Path(question["image"]), question["prompt"], question["tokens"], question.get("beams", 1))
        if question.get("target"):
            save_file(stages, question["target"])
        print(json.dumps(answer), file=answers, flush=True)


if __name__ == "__main__":
    main()
