#!/usr/bin/env python3
"""Compares caption-images with the installed transformers, live, on the same images and checkpoint.

Usually image by image: `caption-images trace` writes the activations of each stage, transformers computes its own in
float32, and a table shows the largest error of each. With --folder-mode, a folder is captioned by both and equal captions
are counted. Exit status: 0 everything agrees, 1 something differs, 2 the comparison could not be made.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from comparisons.engine import add_caption_images

if TYPE_CHECKING:
    import numpy

    from comparisons.traces import Finding
    from references.blip2 import Generated, Reference


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path, help="folder of a BLIP-2 checkpoint, of any stored type")
    parser.add_argument("pictures", type=Path, nargs="+", metavar="PICTURE", help="picture, or folder with --folder-mode")
    parser.add_argument("--prompt")
    parser.add_argument("--max-new-tokens", type=int, default=30)
    parser.add_argument("--min-new-tokens", type=int, default=0)
    add_caption_images(parser)
    parser.add_argument("--trace", type=Path, metavar="FILE", help="compare this trace of the one image; run nothing")
    parser.add_argument("--folder-mode", action="store_true", help="compare the captions of whole folders")
    parser.add_argument("--precision", default="f32", help="of caption-images, with --folder-mode (default: f32)")
    parser.add_argument("--threads", type=int, help="of transformers")
    return parser


def generation_options(options: argparse.Namespace) -> list[str]:
    """What both ways of calling caption-images have in common."""
    result = ["--model", str(options.checkpoint), "--max-new-tokens", str(options.max_new_tokens)]
    if options.min_new_tokens:
        result += ["--min-new-tokens", str(options.min_new_tokens)]
    return result if options.prompt is None else [*result, "--prompt", options.prompt]


def run_engine(options: argparse.Namespace, *command: str, allowed: tuple[int, ...] = (0,)) -> str:
    """Standard output of caption-images."""
    done = subprocess.run([options.caption_images, *command], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode not in allowed:
        raise RuntimeError(f"caption-images {' '.join(command)} ended with status {done.returncode}")
    return done.stdout


def records(output: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in output.splitlines() if line]


def read(reference: Reference, picture: Path) -> numpy.ndarray:
    """Pixel values, turned as EXIF says, which is caption-images' default."""
    from references.image_processor import open_rgb

    return reference.pixel_values(open_rgb(picture, exif_orientation=True))


def caption(reference: Reference, pixels: numpy.ndarray, options: argparse.Namespace) -> Generated:
    return reference.generate(pixels[None], options.prompt, options.max_new_tokens, options.min_new_tokens)[0]


def margins(reference: Reference, generated: Generated, options: argparse.Namespace) -> list[float]:
    return generated.margins(reference.end_of_text, options.min_new_tokens)


def compare_picture(reference: Reference, picture: Path, options: argparse.Namespace) -> list[Finding]:
    import safetensors.numpy

    from comparisons.traces import Finding, compare_trace

    with tempfile.TemporaryDirectory() as folder:
        trace = options.trace or Path(folder) / "trace.safetensors"
        if options.trace is None:
            run_engine(options, "trace", str(picture), "--precision", "f32", "-o", str(trace),
                       *generation_options(options))
        found = safetensors.numpy.load_file(trace)
    pixels = read(reference, picture)
    generated = caption(reference, pixels, options)
    findings = compare_trace(
        found, reference.stages(pixels), generated.logits, generated.token_ids, margins(reference, generated, options))
    if options.trace is None:
        output = run_engine(options, str(picture), "--quiet", "--precision", "f32", *generation_options(options))
        ours, theirs = records(output)[0].get("caption"), reference.text(generated.token_ids).strip()
        findings.append(Finding("caption", repr(ours) if ours == theirs else f"{ours!r} for {theirs!r}", ours == theirs))
    return findings


def compare_pictures(reference: Reference, options: argparse.Namespace) -> bool:
    agreed = True
    for picture in options.pictures:
        print(picture)
        for finding in compare_picture(reference, picture, options):
            print(f"  {'ok      ' if finding.equal else 'MISMATCH'} {finding.stage:26} {finding.detail}", flush=True)
            agreed = agreed and finding.equal
    return agreed


def compare_folder(reference: Reference, folder: Path, options: argparse.Namespace) -> bool:
    """An error record agrees if Pillow cannot read the image either."""
    output = run_engine(
        options, str(folder), "--precision", options.precision, *generation_options(options), allowed=(0, 2))
    equal = different = 0
    for record in records(output):
        ours, theirs, margin = record.get("caption"), None, 0.0
        try:
            generated = caption(reference, read(reference, folder / str(record["image"])), options)
            theirs, margin = reference.text(generated.token_ids).strip(), min(margins(reference, generated, options))
        except OSError as error:
            print(f"{record['image']}: Pillow cannot read it: {error}")
        if ours == theirs:
            equal += 1
        else:
            different += 1
            print(f"{record['image']}: {ours!r} for {theirs!r} (smallest margin {margin:.1e})", flush=True)
    print(f"{folder}: {equal} of {equal + different} captions are equal")
    return different == 0 and equal > 0


def main() -> int:
    options = arguments().parse_args()
    if options.trace is not None and (options.folder_mode or len(options.pictures) != 1):
        print("compare_with_transformers.py: --trace goes with one image", file=sys.stderr)
        return 2
    import safetensors
    import torch

    from references.blip2 import Reference

    if options.threads is not None:
        torch.set_num_threads(options.threads)
    try:
        reference = Reference(options.checkpoint)
        if options.folder_mode:
            agreed = all([compare_folder(reference, folder, options) for folder in options.pictures])
        else:
            agreed = compare_pictures(reference, options)
    except (OSError, RuntimeError, ValueError, safetensors.SafetensorError) as error:
        print(f"compare_with_transformers.py: {error}", file=sys.stderr)
        return 2
    return 0 if agreed else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ModuleNotFoundError as missing:
        print(f"compare_with_transformers.py: the Python library {missing.name} is not installed; weights-tools/requirements.txt lists what is needed", file=sys.stderr)
        sys.exit(2)
