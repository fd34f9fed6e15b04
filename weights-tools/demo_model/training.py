"""The training of the demo model: data, losses, optimizers, and one of its processes."""

import argparse
import hashlib
import multiprocessing
import os
import time
from pathlib import Path

import torch
from torch import Tensor
from torch import distributed as dist

from architecture import configuration, new_model
from bpe import BOS, IMAGE, PAD, newline, train_tokenizer
from drawings import load_things
from muon import Muon
from scenes import Composer
from schedule import Schedule
from shapes import ShapeComposer, load_pictures
from sprites import sprite_bank
from streams import Streams
from supervision import Supervision

# What each loss counts for, in stage one and in stage two.
SEE = {"patch": 1.0, "position": 0.3, "colour": 0.3}
TELL = {"text": 1.0, "patch": 0.3, "position": 0.3, "facts": 1.0, "centre": 2.0}


def new_streams(seed: int) -> Streams:
    """The training data: sprites and train images only."""
    things = load_things()
    composer = Composer(things, sprite_bank(things, "train", seed))
    return Streams(things, composer, ShapeComposer(load_pictures("train")), train_tokenizer(things))


def new_supervision(streams: Streams, seed: int) -> Supervision:
    """An untrained model with its heads."""
    tokenizer = streams.tokenizer
    vocabulary = -(-tokenizer.get_vocab_size() // 8) * 8
    config = configuration(vocabulary, tokenizer.token_to_id(IMAGE), newline(tokenizer), PAD, BOS)
    return Supervision(new_model(config, seed), streams.classes)


def optimizers(supervision: Supervision) -> list[torch.optim.Optimizer]:
    """Muon for the matrices inside the model, AdamW for embeddings, norms, biases and the heads for training."""
    inside = {
        parameter
        for name, parameter in supervision.model.named_parameters()
        if parameter.ndim == 2 and "embed" not in name and "lm_head" not in name
    }
    parameters = list(supervision.parameters())
    rest = [parameter for parameter in parameters if parameter not in inside]
    decayed = {"params": [p for p in rest if p.ndim > 1], "weight_decay": 0.05}
    plain = {"params": [p for p in rest if p.ndim < 2], "weight_decay": 0.0}
    adam = torch.optim.AdamW([decayed, plain], lr=1e-3, betas=(0.9, 0.98), fused=True)
    return [Muon([p for p in parameters if p in inside], lr=1e-3), adam]


def produce(streams: Streams, schedule: Schedule, options: argparse.Namespace, rank: int, first: int, queue) -> None:
    """Puts the batches of a rank into a queue, in the order of steps."""
    for step in range(first, schedule.total):
        make = streams.vision_batch if schedule.is_seeing(step) else streams.language_batch
        queue.put(make(options.seed, rank, step, options.batch))


def average_and_clip(parameters: list[Tensor], world: int) -> None:
    """Averages gradients over the processes and scales their norm down to 1 at most."""
    with_gradient = [parameter for parameter in parameters if parameter.grad is not None]
    flat = torch.cat([parameter.grad.flatten() for parameter in with_gradient])
    dist.all_reduce(flat)
    flat /= world
    flat *= min(1.0, 1.0 / (flat.norm().item() + 1e-6))
    for parameter, part in zip(with_gradient, flat.split([p.numel() for p in with_gradient])):
        parameter.grad.copy_(part.view_as(parameter))


def checksum(supervision: Supervision) -> str:
    """A digest of the model's weights, to compare runs by."""
    digest = hashlib.sha256()
    for parameter in supervision.model.parameters():
        digest.update(parameter.detach().numpy().tobytes())
    return digest.hexdigest()[:16]


def run(rank: int, streams: Streams, options: argparse.Namespace) -> None:
    """One of the processes."""
    torch.set_num_threads(1)
    schedule = Schedule(options.see, options.tell, options.fall, options.decay, options.knee, options.rate)
    supervision = new_supervision(streams, options.seed).train()
    parameters, steppers, first = list(supervision.parameters()), optimizers(supervision), 0
    state_file = options.work / "state.pt"
    if state_file.exists():
        state = torch.load(state_file)
        supervision.load_state_dict(state["supervision"])
        for stepper, saved in zip(steppers, state["optimizers"]):
            stepper.load_state_dict(saved)
        first = state["step"]
    queue = multiprocessing.Queue(4)
    producer = multiprocessing.Process(target=produce, args=(streams, schedule, options, rank, first, queue), daemon=True)
    producer.start()
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(options.port))
    dist.init_process_group("gloo", rank=rank, world_size=options.processes)

    last = min(schedule.total, options.stop_at or schedule.total)
    sums, counted, since = {}, 0, time.monotonic()
    for step in range(first, last):
        batch = [torch.from_numpy(array) for array in queue.get()]
        for stepper in steppers:
            for group in stepper.param_groups:
                group["lr"] = schedule.learning_rate(step)
        seeing = schedule.is_seeing(step)
        with torch.autocast("cpu", torch.bfloat16):
            losses = supervision.vision_losses(*batch) if seeing else supervision.language_losses(*batch)
        sum(weight * losses[name] for name, weight in (SEE if seeing else TELL).items()).backward()
        average_and_clip(parameters, options.processes)
        for stepper in steppers:
            stepper.step()
            stepper.zero_grad(set_to_none=True)

        sums = {name: sums.get(name, 0.0) + loss.item() for name, loss in losses.items()}
        counted += 1
        done = step + 1
        if rank == 0 and (done % 50 == 0 or done == last):
            means = " ".join(f"{name} {total / counted:.3f}" for name, total in sums.items())
            print(f"step {done} {means} | {(time.monotonic() - since) / counted:.3f} s a step", flush=True)
        if done % 50 == 0 or seeing != schedule.is_seeing(done):
            sums, counted, since = {}, 0, time.monotonic()
        if rank == 0 and (done % options.save_every == 0 or done == last):
            save(state_file, supervision, steppers, done)
    if rank == 0:
        print("weights", checksum(supervision), flush=True)
    dist.barrier()
    producer.terminate()
    dist.destroy_process_group()


def save(file: Path, supervision: Supervision, steppers: list[torch.optim.Optimizer], step: int) -> None:
    """Writes the state whole or not at all."""
    state = {"supervision": supervision.state_dict(), "optimizers": [s.state_dict() for s in steppers], "step": step}
    torch.save(state, file.with_suffix(".part"))
    file.with_suffix(".part").replace(file)
