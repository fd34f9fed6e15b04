"""The command line: prepares, measures in rounds, and writes what was found."""

import argparse
import os
import shlex
import signal
import subprocess
import sys
from datetime import date
from fnmatch import fnmatch
from pathlib import Path

from . import environment, roof
from .ledger import Ledger, Unfit
from .materials import Materials
from .measuring import Measuring
from .ratios import NotMeasured, Ratios
from .report import markdown
from .row import TINY, Row, all_rows
from .running import CommandFailed, run
from .settings import IN_VENV, INHERITED_NO_MORE, ROOT, Settings
from .work import work

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "captioner-peers"


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="peers.py", description="Measures this engine beside transformers, torch and OpenVINO.")
    parser.add_argument("--work", type=Path, default=CACHE, metavar="DIR",
                        help="where the virtual environment, models and images go (default: %(default)s)")
    parser.add_argument("--results", type=Path, metavar="DIR", help="where the figures go (default: results in --work)")
    parser.add_argument("--checkpoint", type=Path, metavar="DIR", help="a checkpoint (default: a random one is made)")
    parser.add_argument("--build", type=Path, default=ROOT / ".build" / "release", metavar="DIR",
                        help="the folder with caption-images and kernel-benchmark (default: .build/release)")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--new-tokens", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=3, help="repetitions of each row (default: %(default)s)")
    parser.add_argument("--only", nargs="+", default=[], metavar="PATTERN", help="rows by name, such as 'ours-int8-*'")
    parser.add_argument("--list", action="store_true", help="print the names of the rows and stop")
    parser.add_argument("--quick", action="store_true", help="one round")
    parser.add_argument("--tiny", action="store_true", help="a model of toy size, fewer rows, one round: a smoke test")
    parser.add_argument("--resume", action="store_true", help="keep what is in the results and measure what is missing")
    parser.add_argument("--repack", action="store_true", help="pack anew, for an engine that has changed")
    parser.add_argument("--text-layers", type=int, metavar="N",
                        help="layers of OPT that OpenVINO gets; times are scaled (default: what fits into memory)")
    return parser


def settings(options: argparse.Namespace) -> Settings:
    work_folder = options.work.expanduser().resolve()
    name = "random-tiny" if options.tiny else "random-opt-2.7b"
    memory = environment.machine()["memory_bytes"] or 0
    # Quantising holds float32 weights some three times, 0.31 GB a layer.
    layers = 32 if memory > 56e9 else 16 if memory > 36e9 else 8
    return Settings(
        work=work_folder, checkpoint=options.checkpoint.resolve() if options.checkpoint else work_folder / name,
        results=(options.results or work_folder / ("results-tiny" if options.tiny else "results")).resolve(),
        build=options.build.absolute(), threads=options.threads, new_tokens=options.new_tokens,
        rounds=1 if options.quick or options.tiny else options.rounds, tiny=options.tiny,
        text_layers=options.text_layers or (1 if options.tiny else layers))


def chosen(options: argparse.Namespace) -> list[Row]:
    patterns = options.only or (TINY if options.tiny else ["*"])
    return [row for row in all_rows(options.threads) if any(fnmatch(row.name, pattern) for pattern in patterns)]


def finish(settings: Settings, ledger: Ledger, chosen_rows: list[Row]) -> None:
    """Table, ratios and plot of what there is so far, of earlier sessions too if this one resumed them."""
    rows = [row for row in all_rows(settings.threads) if row in chosen_rows or row.name in ledger.rows]
    ratios = Ratios(
        settings, ledger, rows, roof.Roof(ledger.content["session"].get("roof")),
        work(settings.checkpoint, settings.new_tokens))
    ledger.content["summary"] = [ledger.summary(row) for row in rows]
    targets = ratios.targets()
    ledger.content["targets"] = [vars(target) | {"verdict": target.verdict} for target in targets]
    try:
        ledger.content["best_openvino"] = ratios.best_openvino()
    except NotMeasured:
        ledger.content["best_openvino"] = {}
    ledger.save()
    text = markdown(ledger.content, targets)
    ledger.path.with_suffix(".md").write_text(text)
    print(text)
    try:
        run([settings.python, IN_VENV / "plot.py", ledger.path])
    except CommandFailed as failure:
        print(f"peers.py: no plot: {failure}", file=sys.stderr)


def measure(settings: Settings, ledger: Ledger, rows: list[Row], measuring: Measuring) -> None:
    """Round after round, each through all rows, so that a neighbour's load meets ours and theirs alike."""
    for number in range(settings.rounds):
        for row in rows:
            entry = ledger.entry(row)
            if len(entry["repetitions"]) > number or "failure" in entry:
                continue
            try:
                entry["repetitions"].append(measuring(row))
                said = f"{entry['repetitions'][-1]['seconds_per_image']:.4g} s per image"
            except (CommandFailed, OSError, ValueError, KeyError, IndexError) as failure:
                entry["failure"] = said = str(failure) or type(failure).__name__
            ledger.save()
            print(f"round {number + 1}, {row.name}: {said}", file=sys.stderr, flush=True)


def interrupt(*_: object) -> None:
    """SIGTERM counts as an interruption: what runs is stopped, what was measured is shown."""
    raise KeyboardInterrupt


def main() -> int:
    signal.signal(signal.SIGTERM, interrupt)
    options = arguments().parse_args()
    rows = chosen(options)
    if options.list:
        print("\n".join(row.name for row in rows))
        return 0
    if not rows or options.rounds < 1 or options.threads < 1 or options.new_tokens < 2:
        print("peers.py: at least one row, round and thread, and two new tokens", file=sys.stderr)
        return 64
    chosen_settings = settings(options)
    if not chosen_settings.engine.exists():
        print("peers.py: first `swift build -c release`", file=sys.stderr)
        return 1
    chosen_settings.results.mkdir(parents=True, exist_ok=True)
    try:
        materials = Materials(chosen_settings, environment.install(chosen_settings))
        materials.prepare(rows, options.repack)
        session = {
            "started": date.today().isoformat(),
            "command": f"python3 Benchmarks/peers.py {shlex.join(sys.argv[1:])}".strip(),
            "machine": environment.machine(), "versions": environment.versions(chosen_settings),
            "comparable": chosen_settings.comparable, "missing": materials.missing,
            "removed_variables": [name for name in INHERITED_NO_MORE if name in os.environ]}
        ledger = Ledger(chosen_settings.results / "peers.json", session, options.resume)
    except (CommandFailed, Unfit, OSError, subprocess.CalledProcessError) as failure:
        print(f"peers.py: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("peers.py: interrupted before anything was measured", file=sys.stderr)
        return 130
    try:
        if not session.get("roof") or roof.Roof(session["roof"]).failures:
            session["roof"] = roof.measure(chosen_settings)
        session["missing"] |= {"roof": "; ".join(found)} if (found := roof.Roof(session["roof"]).failures) else {}
        measure(chosen_settings, ledger, rows, Measuring(chosen_settings, materials))
    except KeyboardInterrupt:
        print("peers.py: interrupted; --resume continues from here", file=sys.stderr)
    finish(chosen_settings, ledger, rows)
    return 0
