#!/usr/bin/env python3
"""Writes a random BLIP-2 OPT checkpoint in Hugging Face layout, of any size, in flat memory.

It has the names, shapes, files and value ranges of a trained checkpoint and knows nothing: for measuring speed and memory
and for testing loaders. The same options and seed give the same bytes (with the same numpy version).
How the numbers are drawn is described in checkpoints/tensors.py.
"""

import argparse
import sys
import time
from dataclasses import fields, replace
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from checkpoints.architecture import PRESETS, Architecture
from checkpoints.configuration_files import GENERATIONS
from checkpoints.option_types import DTYPES, byte_count
from checkpoints.random_model import RandomModel


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="folder to write")
    parser.add_argument("--preset", choices=PRESETS, default="tiny", help="sizes to start from (default: tiny)")
    for field in fields(Architecture):
        parser.add_argument(
            f"--{field.name.replace('_', '-')}", type=int, metavar="N", help=f"instead of the preset's {field.name}")
    parser.add_argument(
        "--generation", choices=GENERATIONS, default="new",
        help="old: files as before late 2024; new: since; v5: as transformers 5 saves (default: new)")
    parser.add_argument("--dtype", choices=DTYPES, default="f32", help="stored type (default: f32)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--shard-size", type=byte_count, metavar="SIZE", help="such as 5GB; default: one file")
    parser.add_argument(
        "--output-head", action=argparse.BooleanOptionalAction, default=None,
        help="store the tied language_model.lm_head.weight a second time (default: in the old generation)")
    parser.add_argument(
        "--vision-epsilon", metavar="E|absent", default=None,
        help="layer_norm_eps of the vision tower (default: 1e-6 in the old generation, else left out of config.json)")
    parser.add_argument(
        "--tokenizer", type=Path, metavar="FOLDER",
        help="folder with vocab.json and merges.txt to copy, such as OPT's (default: a small one is made)")
    parser.add_argument(
        "--tokenizer-files", choices=("json", "vocabulary", "both"), default="both",
        help="tokenizer.json, vocab.json with merges.txt, or both")
    parser.add_argument(
        "--vocabulary-size", type=int, metavar="V",
        help="rows of the embedding table (default: with OPT's vocabulary 50272 or 50304 by generation)")
    parser.add_argument(
        "--end-rank", type=int, metavar="R",
        help="make the token that ends a caption the R-th most common one (from 0), so that captions end; default: left "
        "to chance, which in a large vocabulary means never")
    return parser


def main() -> int:
    options = arguments().parse_args()
    overrides = {
        field.name: getattr(options, field.name)
        for field in fields(Architecture) if getattr(options, field.name) is not None}
    epsilon = options.vision_epsilon or ("1e-6" if options.generation == "old" else "absent")
    try:
        model = RandomModel(
            architecture=replace(PRESETS[options.preset], **overrides), generation=options.generation,
            dtype=DTYPES[options.dtype], seed=options.seed, vocabulary_size=options.vocabulary_size,
            output_head=options.output_head, vision_epsilon=None if epsilon == "absent" else float(epsilon),
            end_rank=options.end_rank, shard_bytes=options.shard_size, tokenizer_folder=options.tokenizer,
            tokenizer_files=options.tokenizer_files)
        start = time.monotonic()
        written = model.write(options.folder)
    except (ValueError, OSError) as error:
        print(f"random_checkpoint.py: {error}", file=sys.stderr)
        return 1
    print(f"{options.folder}: {written:,} bytes of tensors in {time.monotonic() - start:.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
