"""What each logits processor of transformers makes of random logits, with ties among them, as files for Swift's tests."""

import json
from pathlib import Path

import numpy
import safetensors.numpy
import torch
from transformers.generation import logits_process

SEED = 20_241_122
VOCABULARY = 211
ENDS = [7, 90]


def processors():
    """Label, arguments as the fixture spells them, and the processor."""
    for penalty in (0.7, 1.0001, 1.5):
        yield "repetition_penalty", [penalty], logits_process.RepetitionPenaltyLogitsProcessor(penalty)
    for size in (1, 2, 3):
        yield "no_repeat_ngram_size", [size], logits_process.NoRepeatNGramLogitsProcessor(size)
    words = [[3], [7], [5, 9], [9, 5], [1, 2, 3, 4]]
    yield "bad_words", words, logits_process.NoBadWordsLogitsProcessor(words, ENDS)
    for length in (0, 9, 14):
        yield "min_length", [length], logits_process.MinLengthLogitsProcessor(length, ENDS)
    for temperature in (0.3, 1.7):
        yield "temperature", [temperature], logits_process.TemperatureLogitsWarper(temperature)
    for count, kept in ((1, 1), (1, 2), (5, 1), (50, 2), (1000, 1)):
        yield "top_k", [count, kept], logits_process.TopKLogitsWarper(count, min_tokens_to_keep=kept)
    for mass, kept in ((0.0, 1), (0.1, 2), (0.5, 1), (0.9, 1), (0.999, 2)):
        yield "top_p", [mass, kept], logits_process.TopPLogitsWarper(mass, min_tokens_to_keep=kept)
    for share, kept in ((0.0, 1), (0.05, 1), (0.6, 2), (1.0, 1)):
        yield "min_p", [share, kept], logits_process.MinPLogitsWarper(share, min_tokens_to_keep=kept)


def chain() -> list[tuple[str, list[float], logits_process.LogitsProcessor]]:
    """All of them one after the other, as `generate` orders them."""
    return [
        ("repetition_penalty", [1.2], logits_process.RepetitionPenaltyLogitsProcessor(1.2)),
        ("no_repeat_ngram_size", [2], logits_process.NoRepeatNGramLogitsProcessor(2)),
        ("bad_words", [[3], [5, 9]], logits_process.NoBadWordsLogitsProcessor([[3], [5, 9]], ENDS)),
        ("min_length", [20], logits_process.MinLengthLogitsProcessor(20, ENDS)),
        ("temperature", [1.3], logits_process.TemperatureLogitsWarper(1.3)),
        ("top_k", [40, 1], logits_process.TopKLogitsWarper(40)),
        ("top_p", [0.95, 1], logits_process.TopPLogitsWarper(0.95)),
        ("min_p", [0.01, 1], logits_process.MinPLogitsWarper(0.01))]


def write_processors(folder: Path) -> None:
    numbers = numpy.random.default_rng(SEED)
    # Rows of all kinds: smooth, coarse with many ties, flat, peaked, with tokens ruled out already.
    rows = numbers.normal(0, 3, (6, VOCABULARY)).astype(numpy.float32)
    rows[1] = numpy.round(rows[1])
    rows[2] = numpy.round(rows[2] / 4)
    rows[3] = 0
    rows[4] *= 8
    rows[5, numbers.random(VOCABULARY) < 0.7] = -numpy.inf
    # Few different tokens, so that runs repeat.
    histories = numbers.integers(0, 10, (len(rows), 13))
    logits, ids = torch.from_numpy(rows), torch.from_numpy(histories)
    cases, tensors = [], {"logits": rows}

    def add(processors: list[tuple[str, list, object]]) -> None:
        found = logits
        for _, _, processor in processors:
            found = processor(ids, found.clone())
        name = f"{len(cases):02d}"
        tensors[name] = found.numpy().astype(numpy.float32)
        cases.append({"name": name, "processors": [{"name": label, "arguments": arguments}
                                                   for label, arguments, _ in processors]})

    for case in processors():
        add([case])
    add(chain())
    document = {"seed": SEED, "end_token_ids": ENDS, "histories": histories.tolist(), "cases": cases}
    (folder / "processors.json").write_text(json.dumps(document, indent=1) + "\n")
    (folder / "processors.safetensors").write_bytes(safetensors.numpy.save(tensors))
