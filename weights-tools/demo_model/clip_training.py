"""How the CLIP model that comes with the demo model is trained: losses, rates, and the loop."""

import argparse
import hashlib
import math
import multiprocessing
import time

import torch
from torch import Tensor
from torch.nn import functional

from clip_architecture import configuration, new_model
from clip_streams import ClipStreams
from muon import Muon
from training import new_streams

MEAN, DEVIATION = (torch.tensor(values) * 255 for values in (
    (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)))  # fmt: skip
FIRST_SCALE, LAST_SCALE = 20.0, 100.0


def losses(images: Tensor, texts: Tensor, meanings: Tensor, scale: float, threshold: Tensor) -> dict[str, Tensor]:
    """The contrastive losses of embeddings [B, P] and [2B, P], near misses last, and how well a common threshold parts them."""
    size = len(images)
    cosines = functional.normalize(images.float(), dim=-1) @ functional.normalize(texts.float(), dim=-1).T
    # What says the same as the caption of an image is no wrong answer for it.
    same = meanings[:size, None] == meanings[None]
    same[:, :size].fill_diagonal_(False)
    logits = (scale * cosines).masked_fill(same, -math.inf)
    target = torch.arange(size)
    right, near = cosines[:, :size].diagonal(), cosines[:, size:].diagonal()
    parted = functional.softplus(scale * (threshold - right)) + functional.softplus(scale * (near - threshold))
    return {
        "image": functional.cross_entropy(logits, target),
        "text": functional.cross_entropy(logits[:, :size].T, target),
        "parted": parted.mean() / 2,
        "right": (right > near).float().mean(),
    }


def learning_rate(step: int, options: argparse.Namespace) -> float:
    """Warmed up over 30 steps, constant to the half, then falling to 2 % in a straight line."""
    falling = min(1.0, 2 * (options.steps - step) / options.steps)
    return options.rate * min((step + 1) / 30, max(0.02, falling))


def scale_at(step: int, options: argparse.Namespace) -> float:
    """exp(logit_scale): from 20 to 100 over the first half, 100 from there on."""
    return FIRST_SCALE * (LAST_SCALE / FIRST_SCALE) ** min(1.0, 2 * step / options.steps)


def produce(streams: ClipStreams, options: argparse.Namespace, queue) -> None:
    for step in range(options.steps):
        queue.put(streams.batch(options.seed, step, options.batch))


def optimizers(model: torch.nn.Module, threshold: Tensor) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the towers, AdamW for the rest."""
    inside = [value for name, value in model.named_parameters() if value.ndim == 2 and ".layers." in name]
    kept = {id(value) for value in inside} | {id(model.logit_scale)}
    rest = [value for value in model.parameters() if id(value) not in kept]
    return [Muon(inside, lr=1e-3), torch.optim.AdamW(rest + [threshold], lr=1e-3, betas=(0.9, 0.98), weight_decay=0.0, fused=True)]


def run(options: argparse.Namespace) -> None:
    """Trains, and writes `clip.pt` into the folder of the options now and then."""
    options.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(options.threads)
    multiprocessing.set_start_method("fork")  # so that the processes share the sprites
    streams = ClipStreams(new_streams(options.seed))
    queue = multiprocessing.Queue(4)
    multiprocessing.Process(target=produce, args=(streams, options, queue), daemon=True).start()
    model = new_model(configuration(streams.tokenizer.get_vocab_size()), options.seed).train()
    threshold = torch.tensor(0.3, requires_grad=True)
    steppers, sums, since = optimizers(model, threshold), {}, time.monotonic()
    for step in range(options.steps):
        images, tokens, meanings = (torch.from_numpy(array) for array in queue.get())
        pixels = ((images - MEAN) / DEVIATION).permute(0, 3, 1, 2)
        for stepper in steppers:
            for group in stepper.param_groups:
                group["lr"] = learning_rate(step, options)
        with torch.autocast("cpu", torch.bfloat16):
            seen = model.get_image_features(pixel_values=pixels).pooler_output
            read = model.get_text_features(input_ids=tokens).pooler_output
        parts = losses(seen, read, meanings, scale_at(step, options), threshold)
        (parts["image"] + parts["text"] + parts["parted"]).backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for stepper in steppers:
            stepper.step()
            stepper.zero_grad(set_to_none=True)
        sums = {name: sums.get(name, 0.0) + value.item() for name, value in parts.items()}
        done = step + 1
        if done % 10 == 0:
            means = " ".join(f"{name} {total / 10:.3f}" for name, total in sums.items())
            pace = f"{(time.monotonic() - since) / 10:.2f} s a step"
            print(f"step {done} {means} threshold {threshold.item():.3f} | {pace}", flush=True)
            sums, since = {}, time.monotonic()
        if done % options.save_every == 0 or done == options.steps:
            with torch.no_grad():
                model.logit_scale.fill_(math.log(LAST_SCALE))
            torch.save({"model": model.state_dict(), "step": done}, options.work / "clip.part")
            (options.work / "clip.part").replace(options.work / "clip.pt")
    digest = hashlib.sha256(b"".join(value.detach().numpy().tobytes() for value in model.parameters()))
    print("weights", digest.hexdigest()[:16], flush=True)
