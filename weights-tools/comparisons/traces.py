"""Compares a trace of the engine with what transformers computes, stage by stage."""

from dataclasses import dataclass

import numpy

STAGE_TOLERANCES = {
    "pixel_values": 0.0,
    "vision.last_hidden_state": 1e-4,
    "qformer.last_hidden_state": 1e-4,
    "language_projection": 1e-4,
    "logits": 2e-4,
}
"""Largest allowed error, as a share of the largest magnitude in the reference; zero asks for equal bits."""


@dataclass(frozen=True)
class Finding:
    """One line of the table."""

    stage: str
    detail: str
    equal: bool


def compare_stage(stage: str, found: numpy.ndarray | None, expected: numpy.ndarray) -> Finding:
    if found is None:
        return Finding(stage, "missing from the trace", False)
    if found.dtype != numpy.float32:
        return Finding(stage, f"expected float32, found {found.dtype}", False)
    if found.shape != expected.shape:
        return Finding(stage, f"expected shape {list(expected.shape)}, found {list(found.shape)}", False)
    tolerance = STAGE_TOLERANCES[stage]
    if tolerance == 0:
        different = int((found.view(numpy.uint32) != expected.view(numpy.uint32)).sum())
        return Finding(stage, f"{different} of {expected.size} values differ", different == 0)
    error = float(numpy.abs(found.astype(numpy.float64) - expected).max() / numpy.abs(expected).max())
    # Written so that an error that is not a number is a mismatch.
    return Finding(stage, f"error {error:.2e}, allowed {tolerance:.0e}", error <= tolerance)


def compare_tokens(found: list[int], expected: list[int], margins: list[float]) -> Finding:
    if found == expected:
        return Finding("token_ids", f"{len(expected)} equal, smallest margin {min(margins):.1e}", True)
    step = common_length(found, expected)
    margin = f", where the runner-up was {margins[step]:.1e} away" if step < len(margins) else ""
    return Finding("token_ids", f"differ from step {step}{margin}: {found[step:]} for {expected[step:]}", False)


def common_length(first: list[int], second: list[int]) -> int:
    """How many leading ids are equal."""
    equal = 0
    for a, b in zip(first, second):
        if a != b:
            break
        equal += 1
    return equal


def compare_trace(
    found: dict[str, numpy.ndarray], stages: dict[str, numpy.ndarray], logits: numpy.ndarray, token_ids: list[int],
    margins: list[float],
) -> list[Finding]:
    """All findings for one image. Logits are compared up to and with the first step that chose otherwise: what
    follows it has another past."""
    findings = [compare_stage(stage, found.get(stage), expected) for stage, expected in stages.items()]
    if "token_ids" not in found or found["token_ids"].dtype != numpy.int64 or found["token_ids"].ndim != 1:
        return [*findings, Finding("token_ids", "missing from the trace or not I64 [N]", False)]
    ids = found["token_ids"].tolist()
    rows = found.get("logits")
    if rows is not None and len(rows) != len(ids):
        findings.append(Finding("logits", f"{len(rows)} rows for {len(ids)} tokens", False))
    else:
        steps = min(common_length(ids, token_ids) + 1, len(ids), len(token_ids))
        findings.append(compare_stage("logits", None if rows is None else rows[:steps], logits[:steps]))
    return [*findings, compare_tokens(ids, token_ids, margins)]
