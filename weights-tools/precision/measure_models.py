#!/usr/bin/env python3
"""Whole trained models with all their linear layers in reduced precision: MiniLM's sentence embeddings, SmolLM2-135M's next tokens.

The layers are emulated with the engine's arithmetic (measure_linear_layers.py checks that the emulation is exact); attention,
norms and embeddings stay float32. A way is one of precision/replacements.py; `int8: down_proj` leaves the layers of whose name
`down_proj` is a part in float32.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from precision.texts import SENTENCES, paragraphs

if TYPE_CHECKING:
    from torch import nn

    from precision.replacements import Replacement

WAYS = ("bf16", "int8", "symmetric inputs", "weights only", "inputs only")


def replacement(way: str, layers: dict[str, nn.Linear]) -> Replacement:
    from precision.replacements import Replacement

    name, _, exceptions = way.partition(": ")
    return Replacement(name, layers, tuple(exceptions.split()))


def measure_embeddings(ways: list[str]) -> None:
    import torch

    from precision.replacements import rough_gelu_in
    from precision.trained_models import MiniLM

    model = MiniLM()
    exact = model.embeddings(SENTENCES)
    similar = exact @ exact.T - 2 * torch.eye(len(exact))
    print(f"\n| MiniLM, {len(SENTENCES)} sentences | mean cosine | smallest | largest change of a similarity | same nearest sentence |\n|---|---|---|---|---|")
    for way in ways:
        with model.replaced(replacement(way, model.layers)), rough_gelu_in(model.model):
            found = model.embeddings(SENTENCES)
        cosines, others = (found * exact).sum(1), found @ found.T - 2 * torch.eye(len(exact))
        nearest = int((others.argmax(1) == similar.argmax(1)).sum())
        print(f"| {way} | {cosines.mean():.6f} | {cosines.min():.6f} | {(others - similar).abs().max():.4f} | {nearest} of {len(exact)} |", flush=True)


def measure_next_tokens(ways: list[str], count: int, length: int) -> None:
    import numpy
    import torch
    from torch import nn

    from precision.trained_models import SmolLM2

    model = SmolLM2()
    passages = model.passages(paragraphs(), count, length)
    exact = [model.logits(passage).log_softmax(1) for passage in passages]
    losses = numpy.concatenate([nn.functional.nll_loss(p[:-1], ids[1:], reduction="none") for p, ids in zip(exact, passages)])
    print(f"\nSmolLM2, {count} passages of {length} tokens, perplexity in float32 {numpy.exp(losses.mean()):.3f}")
    print("| way | perplexity, relative to float32 | ± standard error | same most likely token | Kullback-Leibler divergence, nats | its median |")
    print("|---|---|---|---|---|---|")
    for way in ways:
        changes, divergences, same = [], [], []
        with model.replaced(replacement(way, model.layers)):
            for ids, p in zip(passages, exact):
                q = model.logits(ids).log_softmax(1)
                changes.append((nn.functional.nll_loss(q[:-1], ids[1:]) - nn.functional.nll_loss(p[:-1], ids[1:])).item())
                divergences.append((p.exp() * (p - q)).sum(1))
                same.append((p.argmax(1) == q.argmax(1)).float().mean().item())
        divergence, error = torch.cat(divergences), numpy.std(changes, ddof=1) / len(changes) ** 0.5
        print(
            f"| {way} | {numpy.expm1(numpy.mean(changes)):+.2%} | {error:.2%} | {numpy.mean(same):.1%} | {divergence.mean():.5f} "
            f"| {divergence.median():.5f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ways", nargs="*", default=list(WAYS), help="such as int8, or 'int8: down_proj lm_head' with those in float32")
    parser.add_argument("--model", choices=["MiniLM", "SmolLM2"], help="only this one")
    parser.add_argument("--passages", type=int, default=8)
    parser.add_argument("--length", type=int, default=256, help="tokens of a passage")
    options = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    if options.model != "SmolLM2":
        measure_embeddings(options.ways)
    if options.model != "MiniLM":
        measure_next_tokens(options.ways, options.passages, options.length)


if __name__ == "__main__":
    main()
