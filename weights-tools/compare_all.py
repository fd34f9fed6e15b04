#!/usr/bin/env python3
"""Holds the engine against the installed libraries in everything that it reproduces, and prints one table.

Checkpoints of every form, pictures, tokenizers, the demo model, searches and sampling, and models in the caches of download tools: the scripts
`compare_*.py`, one after the other. Their output goes to a file each. Exit status: 0 everything that was compared is equal, 1
something differs or a script failed.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from blip2tools.parity_probe import BUILD, PROBE

HERE = Path(__file__).resolve().parent
ENGINE = HERE.parent / ".build" / "release" / "caption-images"
TOTAL = re.compile(r"^(\d+) cases, (\d+) equal$", re.MULTILINE)


def commands(options: argparse.Namespace) -> dict[str, list[str]]:
    probe, engine = ["--probe", str(options.probe)], ["--caption-images", str(options.caption_images)]
    vocabulary = ["--vocabulary", str(options.vocabulary)] if options.vocabulary else []
    download = ["--download", str(options.download)] if options.download else []
    return {
        "checkpoints": ["compare_checkpoints.py", *engine, *(["--full-width"] if options.full_width else [])],
        "pictures": ["compare_pictures.py", *probe, *download],
        "orientation": ["compare_orientation.py", *probe],
        "tokenizer": ["compare_tokenizer.py", *probe, *vocabulary],
        "demo": ["compare_demo_versions.py", *probe, *engine],
        "generation": ["compare_generation.py", *probe],
        "model caches": ["compare_model_caches.py", *engine],
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--caption-images", type=Path, default=ENGINE, metavar="PATH")
    parser.add_argument("--probe", type=Path, default=PROBE, help=f"what `{BUILD}` makes")
    parser.add_argument("--vocabulary", type=Path, metavar="FOLDER", help="OPT's vocab.json and merges.txt, for four more tokenizers")
    parser.add_argument("--download", type=Path, metavar="FOLDER", help="fetch packages with photographs into this folder and use them")
    parser.add_argument("--full-width", action="store_true", help="also checkpoints of full width, which take some GB of memory")
    parser.add_argument("--only", action="append", metavar="NAME", help="one of the comparisons; can be repeated")
    parser.add_argument("--logs", type=Path, default=Path("comparisons"), metavar="FOLDER", help="where the scripts' output goes (default: %(default)s)")
    options = parser.parse_args()
    options.logs.mkdir(parents=True, exist_ok=True)
    chosen = {name: command for name, command in commands(options).items() if not options.only or name in options.only}
    print(f"{'comparison':<14} {'tried':>9} {'equal':>9} {'seconds':>8}")
    failed = not chosen
    for name, (script, *arguments) in chosen.items():
        start = time.monotonic()
        log = options.logs / f"{Path(script).stem}.txt"
        environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
        with log.open("w") as output:
            done = subprocess.run([sys.executable, HERE / script, *arguments], stdout=output, stderr=subprocess.STDOUT, env=environment)
        totals = TOTAL.findall(log.read_text())
        tried, equal = totals[-1] if totals else ("-", "-")
        failed |= done.returncode != 0
        note = "" if done.returncode == 0 else f"   status {done.returncode}, see {log}"
        print(f"{name:<14} {tried:>9} {equal:>9} {time.monotonic() - start:>8.0f}{note}", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
