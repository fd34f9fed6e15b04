"""The ways of generating text that fixtures hold: beams, penalties and their limits, as arguments of `generate`."""

from dataclasses import dataclass, field

QUESTION = "Question: what is this? Answer:"


@dataclass(frozen=True)
class Case:
    """Options as transformers names them; `every` n-th picture takes part."""

    options: dict[str, object] = field(default_factory=dict)
    prompt: str | None = None
    max_new_tokens: int = 16
    every: int = 1


BEAM_GRID = [
    Case({"num_beams": beams, "length_penalty": penalty})
    for beams in (2, 3, 5) for penalty in (-1.0, 0.0, 1.0, 2.0)]

DETAILS = [
    Case({"num_beams": beams, "early_stopping": stopping, "length_penalty": penalty, "num_return_sequences": beams},
         every=4)
    for beams in (2, 4) for stopping in (True, False, "never") for penalty in (-1.0, 1.0)] + [
    Case({"num_beams": 3, "num_return_sequences": 2}, prompt=QUESTION, every=4),
    # The longest length is reached while beams are open.
    Case({"num_beams": 3, "num_return_sequences": 3}, max_new_tokens=3, every=4),
    Case({"num_beams": 4, "num_return_sequences": 4, "min_new_tokens": 9}, every=4),
    Case({"repetition_penalty": 1.8, "min_new_tokens": 10}, every=4),
    Case({"repetition_penalty": 1.8}, prompt=QUESTION, every=4),
    Case({"no_repeat_ngram_size": 2, "min_new_tokens": 12}, every=4),
    Case({"no_repeat_ngram_size": 1, "min_new_tokens": 12, "num_beams": 3}, every=4),
    Case({"min_length": 8}, every=4),
    Case({"min_length": 60}, prompt=QUESTION, max_new_tokens=24, every=4),
    Case({"repetition_penalty": 1.3, "no_repeat_ngram_size": 3, "min_new_tokens": 8, "num_beams": 3,
          "num_return_sequences": 3}, prompt=QUESTION, every=4)]

SAMPLING = [
    Case({"do_sample": True, **options}, prompt=prompt, every=12)
    for prompt in (None, QUESTION)
    for options in (
        {}, {"temperature": 3.0}, {"temperature": 2.0, "top_k": 5}, {"temperature": 4.0, "top_k": 0, "top_p": 0.8},
        {"temperature": 4.0, "min_p": 0.05}, {"temperature": 2.5, "top_k": 0, "repetition_penalty": 1.5},
        {"temperature": 3.0, "top_k": 30, "top_p": 0.9})]

BEAM_SAMPLING = [
    Case({"do_sample": True, "num_beams": 2, "num_return_sequences": 2, **options}, max_new_tokens=length, every=60)
    for length in (1, 2) for options in (
        {"temperature": 2.0, "top_k": 4}, {"temperature": 3.0, "top_k": 3, "length_penalty": 0.0})]

BAD_WORDS = ["background", "and a", "a red"]
"""Ruled out at the start of a text and behind a space, which are different tokens."""


def bad_words_case(encode) -> Case:
    ids = [encode(spelled) for word in BAD_WORDS for spelled in (word, " " + word)]
    return Case({"bad_words_ids": ids, "num_beams": 2}, every=4)
