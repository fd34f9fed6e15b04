#!/usr/bin/env python3
"""Captions the images of a JSONL file with Ray Data: a pool of actors, each with a `caption-images` worker.

Rows are those of Data-Juicer, {"images": [PATH, ...], ...}, or {"image": PATH, ...}; paths are absolute or relative to the
file's folder. Each row comes back in its place, with "captions": a text for each image, or null; and with "caption_errors"
where there are any. An actor that dies is started again, and what it was at is done again. Exit status: 0 all captioned, 2
finished with errors.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import ray

import caption_images
from caption_images import Captioner
from caption_rows import CaptionRows, has_errors

SOURCES = [Path(caption_images.__file__).parent, Path(__file__).resolve().parent / "caption_rows"]
"""What actors on other machines need."""


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        usage="%(prog)s [options] dataset -o OUTPUT [-- OPTIONS OF CAPTION-IMAGES]", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path, help="a JSONL file that all machines can read, as they can the images")
    parser.add_argument("-o", "--output", type=Path, required=True, help="the JSONL file to write; replaced when it is complete")
    parser.add_argument("--actors", type=int, default=2, help="how many workers there are (default: 2)")
    parser.add_argument("--threads", type=int, default=1, help="of each worker, and processors that Ray reserves for it (default: 1)")
    parser.add_argument("--rows", type=int, default=64, help="rows that an actor is given at a time (default: 64)")
    parser.add_argument("--address", default="local", help="of the Ray cluster; auto is the one at hand (default: a new one here)")
    parser.add_argument("--executable", help="by its path, on every machine (default: CAPTION_IMAGES, or caption-images on the PATH)")
    parser.add_argument("--model", help="a checkpoint folder, on every machine (default: the demo model)")
    parser.add_argument("--precision", choices=["f32", "bf16", "int8"])
    return parser


def pieces_of(dataset: Path, rows: int) -> Iterator[dict]:
    """Where pieces of that many lines begin and end, in bytes."""
    start = end = 0
    with dataset.open("rb") as file:
        for number, line in enumerate(file, start=1):
            end += len(line)
            if number % rows == 0:
                yield {"start": start, "end": end}
                start = end
    if end > start:
        yield {"start": start, "end": end}


def captioned(options: argparse.Namespace, others: list[str]) -> ray.data.Dataset:
    """The rows with captions, as lines, in the order of the data set."""
    captioner = Captioner(
        options.model, executable=options.executable, precision=options.precision, threads=options.threads, arguments=others)
    ray.data.DataContext.get_current().execution_options.preserve_order = True
    # Actors read their lines themselves: Ray's own reader of texts cuts lines at separators of Unicode, too.
    pieces = ray.data.from_items(list(pieces_of(options.dataset, options.rows)))
    return pieces.map_batches(
        CaptionRows,
        fn_constructor_args=(captioner, str(options.dataset.absolute())),
        batch_size=1,
        compute=ray.data.ActorPoolStrategy(size=options.actors),
        num_cpus=options.threads,
        # However often an actor or its machine dies.
        max_restarts=-1,
        max_task_retries=-1,
    )


def main() -> int:
    own = sys.argv[1:]
    end = own.index("--") if "--" in own else len(own)
    options = arguments().parse_args(own[:end])
    ray.init(options.address, runtime_env={"py_modules": [str(source) for source in SOURCES]})
    part = options.output.with_name(options.output.name + ".part")
    rows = failed = 0
    with part.open("w", encoding="utf-8") as file:
        for row in captioned(options, own[end + 1 :]).iter_rows():
            file.write(row["text"] + "\n")
            rows += 1
            failed += has_errors(row["text"])
    os.replace(part, options.output)
    print(f"{rows} rows, {failed} with errors", file=sys.stderr)
    return 2 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
