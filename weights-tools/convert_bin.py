#!/usr/bin/env python3
"""Converts a checkpoint folder with pytorch_model.bin, or shards of it, or open_clip_pytorch_model.bin, into one with safetensors.

A folder with config.json and mm_projector.bin, which MGM's pretraining stage writes, is made a whole model with the language model that
--language-model names.

Weights are read without running what else a pickle may hold, streamed from the mapped file and compared byte by byte
after writing; configuration and tokenizer are copied. The new folder appears when all of it is there.
"""

import argparse
import sys
from pathlib import Path

from checkpoints.option_types import DTYPES, byte_count


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, help="folder with .bin files")
    parser.add_argument("target", type=Path, help="folder to make")
    parser.add_argument(
        "--language-model", type=Path, metavar="FOLDER", help="what mm_projector.bin was trained with, such as gemma-2b-it: its weights and its tokenizer are taken")
    parser.add_argument(
        "--shard-size", type=byte_count, default=byte_count("5GB"), metavar="SIZE", help="largest file, such as 2GB (default: 5GB)")
    parser.add_argument("--dtype", choices=DTYPES, help="store floating-point numbers so (default: as they are)")
    options = parser.parse_args()
    from checkpoints.bin_conversion import convert
    from checkpoints.pickled_weights import ConversionError

    try:
        written = convert(
            options.source, options.target, options.shard_size, DTYPES.get(options.dtype),
            lambda message: print(message, file=sys.stderr, flush=True), options.language_model)
    except (ConversionError, OSError) as error:
        print(f"convert_bin.py: {error}", file=sys.stderr)
        return 1
    print(f"{options.target}: {written:,} bytes of tensors, equal to those in {' and '.join(map(str, filter(None, (options.source, options.language_model))))}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ModuleNotFoundError as missing:
        sys.exit(f"convert_bin.py: the Python library {missing.name} is not installed; weights-tools/requirements.txt lists what is needed")
