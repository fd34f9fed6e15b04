#!/usr/bin/env python3
"""Measures how fast the installed transformers captions on the CPU, and prints one line of JSON.

Every caption gets exactly --new-tokens tokens, so that two programs measured this way do the same work. Before anything
is counted, the first batch is captioned once to warm up and once more with each kind of attention; the faster kind is
what is measured. Seconds are per image and leave out loading; `prefill` is the language model's first call for a batch,
`decode_tokens` all further ones, `other` what transformers does between them (caches, masks, choosing tokens).
"""

import argparse
import time
from importlib.metadata import version
from pathlib import Path

from shared import peak_resident_bytes, put

import torch
from PIL import Image

from references.blip2 import Reference


class StageTimer:
    """Seconds spent inside a module's forward, call by call."""

    def __init__(self, module: torch.nn.Module) -> None:
        self.calls: list[float] = []
        self._start = 0.0
        module.register_forward_pre_hook(self._enter)
        module.register_forward_hook(self._leave)

    def _enter(self, *_: object) -> None:
        self._start = time.perf_counter()

    def _leave(self, *_: object) -> None:
        self.calls.append(time.perf_counter() - self._start)


class Peer:
    """transformers as a user would call it: files in, captions out."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.dtype = getattr(torch, options.precision)
        self.new_tokens = options.new_tokens
        self.reference = Reference(options.checkpoint, options.attention[0], self.dtype)
        model = self.reference.model
        self.timers = {
            "vision": StageTimer(model.vision_model), "q_former": StageTimer(model.qformer),
            "language": StageTimer(model.language_model)}

    @torch.no_grad()
    def caption(self, pictures: list[Path]) -> dict[str, object]:
        """One batch: seconds by stage and in total, and the texts."""
        for timer in self.timers.values():
            timer.calls.clear()
        start = time.perf_counter()
        images = [Image.open(picture).convert("RGB") for picture in pictures]
        pixels = self.reference.image_processor(images=images, return_tensors="pt")["pixel_values"].to(self.dtype)
        decoded = time.perf_counter()
        ids = self.reference.input_ids(None, len(pixels))
        output = self.reference.model.generate(
            pixel_values=pixels, input_ids=ids, attention_mask=torch.ones_like(ids), do_sample=False, num_beams=1,
            max_new_tokens=self.new_tokens, min_new_tokens=self.new_tokens)
        new = output[:, ids.shape[1] :]
        if new.shape[1] != self.new_tokens:
            raise RuntimeError(f"expected {self.new_tokens} new tokens, found {new.shape[1]}")
        texts = [self.reference.text(row) for row in new]
        total = time.perf_counter() - start
        language = self.timers["language"].calls
        seconds = {
            "decode_image": decoded - start, "vision": sum(self.timers["vision"].calls),
            "q_former": sum(self.timers["q_former"].calls), "prefill": language[0], "decode_tokens": sum(language[1:])}
        seconds["other"] = total - sum(seconds.values())
        return {"total": total, "stages": seconds, "captions": texts}

    def fastest_attention(self, pictures: list[Path], kinds: list[str]) -> dict[str, float]:
        """Seconds of a batch with each kind; the faster one stays chosen."""
        self.caption(pictures)
        seconds = {}
        for kind in kinds:
            self.reference.model.set_attn_implementation(kind)
            seconds[kind] = self.caption(pictures)["total"]
        self.reference.model.set_attn_implementation(min(seconds, key=seconds.get))
        return seconds


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("pictures", type=Path, nargs="+", metavar="PICTURE")
    parser.add_argument("--precision", choices=("float32", "bfloat16"), default="float32")
    parser.add_argument("--batch-size", type=int, default=1)
    parser.add_argument("--new-tokens", type=int, default=12)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--attention", nargs="+", choices=("sdpa", "eager"), default=["sdpa", "eager"])
    return parser


def main() -> None:
    options = arguments().parse_args()
    torch.set_num_threads(options.threads)
    start = time.perf_counter()
    peer = Peer(options)
    loaded = time.perf_counter() - start
    size, images = options.batch_size, len(options.pictures)
    batches = [options.pictures[first : first + size] for first in range(0, images, size)]
    attention = peer.fastest_attention(batches[0], options.attention)
    results = [peer.caption(batch) for batch in batches]
    put({
        "seconds_per_image": sum(result["total"] for result in results) / images,
        "stages": {
            stage: sum(result["stages"][stage] for result in results) / images for stage in results[0]["stages"]},
        "captions": [text for result in results for text in result["captions"]],
        "images": images, "load_seconds": loaded, "peak_resident_bytes": peak_resident_bytes(),
        "kernels": f"torch {version('torch')} ({torch.backends.cpu.get_cpu_capability()}, oneDNN "
                   f"{'on' if torch.backends.mkldnn.is_available() else 'off'}), "
                   f"transformers {version('transformers')}, attention {min(attention, key=attention.get)}",
        "attention_seconds": attention, "threads": torch.get_num_threads()})


if __name__ == "__main__":
    main()
