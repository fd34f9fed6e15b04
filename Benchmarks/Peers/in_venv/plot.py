#!/usr/bin/env python3
"""Draws what a session measured: seconds per image, a bar a row, stacked by stage.

Float32 and the rest have scales of their own."""

import argparse
import json
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot
from matplotlib.axes import Axes

STAGES = {
    "decode_image": ("pictures", "#9c9c9c"), "vision": ("vision", "#3b6fb6"), "q_former": ("Q-Former", "#e2a33d"),
    "prefill": ("prefill", "#4f9d69"), "decode_tokens": ("decode", "#b8504f"), "other": ("other", "#d5d5d5")}


def bars(rows: list[dict], best: dict[str, str]) -> list[tuple[str, dict[str, float], bool]]:
    """Label, stages, and whether it is this engine. OpenVINO's best stages make one more bar, as if put together."""
    def of(chosen: list[dict]) -> list[tuple[str, dict[str, float], bool]]:
        return [(label(row), row["stages"], row["who"] == "caption-images") for row in chosen if row.get("stages")]

    order = ("f32", "bf16", "int8")
    whole = sorted((row for row in rows if row["what"] == "captions"), key=lambda row: order.index(row["precision"]))
    found = of(whole)
    if best:
        chosen = [row for row in rows if row["name"] in best.values()]
        stages = {stage: value for row in chosen for stage, value in row["stages"].items()}
        found.append(("OpenVINO, best int8 stages added up", stages, False))
    return found + of([row for row in rows if row["what"] != "captions"])


def label(row: dict) -> str:
    what = "" if row["what"] == "captions" else f" {STAGES[row['what']][0]} only"
    threads = ", 1 thread" if row["threads"] == 1 else ""
    return f"{row['who']}{what}, {row['precision']}, batch {row['batch']}{threads}"


def draw(axes: Axes, rows: list[tuple[str, dict[str, float], bool]], title: str) -> None:
    totals = [sum(stages.values()) for _, stages, _ in rows]
    left = [0.0] * len(rows)
    for stage, (_, colour) in STAGES.items():
        widths = [stages.get(stage, 0) for _, stages, _ in rows]
        axes.barh(range(len(rows)), widths, left=left, color=colour, height=0.72)
        left = [start + width for start, width in zip(left, widths)]
    for place, total in enumerate(totals):
        axes.text(total + max(totals) * 0.008, place, f"{total:.3g}", va="center", fontsize=8)
    axes.set_yticks(range(len(rows)), [name for name, _, _ in rows], fontsize=8)
    for tick, (_, _, is_ours) in zip(axes.get_yticklabels(), rows):
        tick.set_fontweight("bold" if is_ours else "normal")
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(0, max(totals) * 1.08)
    axes.set_title(title, fontsize=10, loc="left")
    axes.spines[["top", "right"]].set_visible(False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path, help="the JSON of a session; plots go beside it")
    options = parser.parse_args()
    content = json.loads(options.results.read_text())
    rows, best = content["summary"], content["best_openvino"]
    whole = [row for row in rows if row["precision"] == "f32"], [row for row in rows if row["precision"] != "f32"]
    panels = [(bars(whole[0], {}), "float32"), (bars(whole[1], best), "bfloat16 and int8")]
    panels = [(found, title) for found, title in panels if found]
    if not panels:
        return
    heights = [len(found) + 1.5 for found, _ in panels]
    figure, axes = pyplot.subplots(
        len(panels), 1, figsize=(10, 0.24 * sum(heights) + 1.6), height_ratios=heights, squeeze=False,
        layout="constrained")
    for place, (found, title) in zip(axes[:, 0], panels):
        draw(place, found, title)
    axes[-1, 0].set_xlabel("seconds per image")
    patches = [matplotlib.patches.Patch(color=colour, label=name) for name, colour in STAGES.values()]
    figure.legend(handles=patches, loc="outside lower center", ncols=len(patches), fontsize=8, frameon=False)
    session = content["session"]
    settings = session["comparable"]
    figure.suptitle(
        f"{settings['checkpoint']}, {settings['new_tokens']} new tokens, {settings['threads']} threads of "
        f"{session['machine']['processor']}, {session['started']}", fontsize=9)
    for suffix in (".png", ".svg"):
        figure.savefig(options.results.with_suffix(suffix), dpi=150)


if __name__ == "__main__":
    main()
