#!/usr/bin/env python3
"""Times caption-images and the installed transformers in turn, float32, on the same checkpoint and pictures.

Every caption gets exactly the same number of new tokens from both. Neighbours on a shared machine slow both down, so the
two take turns and the median of the rounds is what the table shows. transformers has a batch of warm-up that is not
counted; caption-images has none. Prints Markdown and, with --json, writes every round's figures.

    python Benchmarks/beside_transformers.py CHECKPOINT PICTURE... [--batch-size 1] [--rounds 3]
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STAGES = ("total", "vision", "q-former", "language")


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("pictures", type=Path, nargs="+", metavar="PICTURE")
    parser.add_argument("--batch-size", type=int, default=1)
    parser.add_argument("--new-tokens", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--json", type=Path, help="file for all figures")
    return parser


def run_captioner(options: argparse.Namespace) -> dict[str, object]:
    """Seconds per image by stage, peak memory, and which kernels ran."""
    with tempfile.TemporaryDirectory() as folder:
        summary = Path(folder) / "summary.json"
        length = str(options.new_tokens)
        subprocess.run(
            [ROOT / ".build/release/caption-images", *options.pictures, "--model", options.checkpoint, "--quiet",
             "--precision", "f32", "--batch-size", str(options.batch_size), "--threads", str(options.threads),
             "--max-new-tokens", length, "--min-new-tokens", length, "--summary", summary],
            check=True, stdout=subprocess.DEVNULL)
        figures = json.loads(summary.read_text())
    seconds, images = figures["seconds"], len(options.pictures)
    return {
        "total": seconds["total"] / images,
        "vision": seconds["vision"] / images,
        "q-former": seconds["q_former"] / images,
        "language": (seconds["prefill"] + seconds["decode_tokens"]) / images,
        "prefill": seconds["prefill"] / images,
        "seconds a step": seconds["decode_tokens"] / images * options.batch_size / (options.new_tokens - 1),
        "gigabytes": figures["peak_resident_bytes"] / 1e9,
        "with": figures["kernels"],
    }


def run_transformers(options: argparse.Namespace) -> dict[str, object]:
    output = subprocess.run(
        [sys.executable, ROOT / "weights-tools/time_transformers.py", options.checkpoint, *options.pictures,
         "--batch-size", str(options.batch_size), "--threads", str(options.threads),
         "--max-new-tokens", str(options.new_tokens)],
        check=True, stdout=subprocess.PIPE, text=True).stdout
    figures = json.loads(output)
    seconds, versions = figures["seconds_per_image"], figures["versions"]
    return {
        "total": seconds["total"], "vision": seconds["vision"], "q-former": seconds["qformer"],
        "language": seconds["language"], "gigabytes": figures["peak_resident_bytes"] / 1e9,
        "with": f"transformers {versions['transformers']}, torch {versions['torch']}",
    }


def processor() -> str:
    """The name and the vector extensions that matter here."""
    text = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    fields = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    fields = {name.strip(): value.strip() for name, value in fields.items()}
    extensions = [flag for flag in ("avx2", "avx512f", "avx512_bf16", "avx512_vnni") if flag in fields.get("flags", "")]
    return f"{fields.get('model name', platform.processor())} ({', '.join(extensions)})"


def median(rounds: list[dict[str, object]], name: str) -> float:
    return statistics.median(round[name] for round in rounds)


def report(ours: list[dict[str, object]], theirs: list[dict[str, object]], options: argparse.Namespace) -> str:
    lines = [
        f"{processor()}, {options.threads} threads, {date.today()}; {len(options.pictures)} pictures, batch "
        f"{options.batch_size}, {options.new_tokens} new tokens, median of {options.rounds} rounds.",
        "", f"| seconds per image | caption-images, {ours[0]['with']} | {theirs[0]['with']} | ratio |",
        "|---|---|---|---|"]
    for stage in STAGES:
        mine, other = median(ours, stage), median(theirs, stage)
        lines.append(f"| {stage} | {mine:.2f} | {other:.2f} | {other / mine:.2f} |")
    lines.append(f"| peak memory, GB | {median(ours, 'gigabytes'):.1f} | {median(theirs, 'gigabytes'):.1f} | |")
    lines.append("")
    lines.append(f"Of the language model's time here, prefill takes {median(ours, 'prefill'):.2f} s an image, and a step "
                 f"of the whole batch {median(ours, 'seconds a step'):.2f} s.")
    ratios = ", ".join(f"{other['total'] / mine['total']:.2f}" for mine, other in zip(ours, theirs))
    lines.append(f"Ratios of the totals, round by round: {ratios}.")
    return "\n".join(lines)


def main() -> int:
    options = arguments().parse_args()
    if options.new_tokens < 2 or options.rounds < 1 or options.batch_size < 1:
        print("beside_transformers.py: at least 2 new tokens, 1 round and batches of 1", file=sys.stderr)
        return 64
    ours, theirs = [], []
    for number in range(options.rounds):
        ours.append(run_captioner(options))
        theirs.append(run_transformers(options))
        print(f"round {number + 1}: {ours[-1]['total']:.2f} and {theirs[-1]['total']:.2f} s per image", file=sys.stderr)
    if options.json:
        options.json.write_text(json.dumps({"captioner": ours, "transformers": theirs}, indent=1) + "\n")
    print(report(ours, theirs, options))
    return 0


if __name__ == "__main__":
    sys.exit(main())
