"""Verifies what a run over a large data set promises: `python Tests/Endurance/long_run.py FOLDER` (made by seed_set.py).

One undisturbed run is measured: rows accounted for, images a second, the share of the time outside the model, and memory, whose
mean over the last tenth is compared with that over the second. Then the same run is done with one thread, killed with SIGKILL at
random moments and resumed, and as four shards merged. All outputs have to be the same bytes.
"""

import argparse
import hashlib
import json
import math
import random
import shlex
import signal
import subprocess
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def both(output: Path) -> tuple[str, str]:
    """Digests of an output and of its error records."""
    return digest(output), digest(Path(f"{output}.errors.jsonl"))


class Tool:
    """The command line tool over one data set."""

    def __init__(self, executable: str, data_set: Path, arguments: list[str]):
        self.command = [executable, str(data_set), *arguments]

    def start(self, output: Path, *more: str) -> subprocess.Popen:
        return subprocess.Popen([*self.command, "-o", str(output), "--quiet", *more], stderr=subprocess.PIPE, text=True)

    def run(self, output: Path, *more: str) -> None:
        process = self.start(output, *more)
        errors = process.communicate()[1]
        if process.returncode not in (0, 2):
            raise SystemExit(f"exit status {process.returncode}: {errors}")


def resident(pid: int) -> int:
    """Resident memory of a process in bytes, mapped files included; 0 when it is gone."""
    try:
        fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        return sum(int(fields[key].split()[0]) * 1024 for key in ("RssAnon", "RssFile"))
    except (OSError, KeyError):
        return 0


def watched(tool: Tool, output: Path, summary: Path) -> list[tuple[float, int]]:
    """Runs to the end. Returns (share of the rows written, resident bytes) over time."""
    process = tool.start(output, "--summary", str(summary))
    samples = []
    while process.poll() is None:
        try:
            size = output.stat().st_size
        except OSError:
            size = 0
        samples.append((size, resident(process.pid)))
        time.sleep(0.05)
    if process.returncode != 2:
        raise SystemExit(f"exit status {process.returncode}: {process.stderr.read()}")
    final = output.stat().st_size
    return [(size / final, memory) for size, memory in samples if memory]


def mean(samples: list[tuple[float, int]], low: float, high: float) -> float:
    values = [memory for share, memory in samples if low <= share < high]
    return sum(values) / len(values) if values else math.nan  # a run of few samples writes none in some tenths


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--executable", default=str(ROOT / ".build/release/caption-images"))
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--arguments", default="", help="further ones for caption-images, such as '--no-sample'")
    options = parser.parse_args()
    data_set = options.folder / "seed.jsonl"
    total = sum(1 for _ in open(data_set, encoding="utf-8"))
    tool = Tool(options.executable, data_set, shlex.split(options.arguments))
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)
        whole = work / "whole.jsonl"
        samples = watched(tool, whole, work / "summary.json")
        expected = both(whole)
        summary = json.loads((work / "summary.json").read_text())
        rows, errors = len(whole.read_bytes().splitlines()), len(Path(f"{whole}.errors.jsonl").read_bytes().splitlines())
        seconds = summary["seconds"]
        model = sum(seconds[stage] for stage in ("vision", "q_former", "prefill", "decode_tokens"))
        print(f"{total} samples: {summary['images']}")
        for cause, count in sorted(summary["errors_by_cause"].items(), key=lambda item: -item[1]):
            print(f"{count:5} x {cause}")
        print(f"{rows} rows and {errors} error records; {summary['precision']}, {summary['kernels']}, {summary['threads']} threads")
        print(f"{summary['images_per_second']:.1f} images/s, {seconds['total']:.1f} s, outside the model {1 - model / seconds['total']:.1%}")
        second, last = mean(samples, 0.1, 0.2), mean(samples, 0.9, 1.0)
        print(f"memory: second tenth {second / 1e6:.1f} MB, last tenth {last / 1e6:.1f} MB ({last / second - 1:+.1%})")

        tool.run(work / "one.jsonl", "--threads", "1")
        print("one thread:", "same bytes" if both(work / "one.jsonl") == expected else "DIFFERENT")

        rng, killed = random.Random(options.seed), work / "killed.jsonl"
        kills = 0
        while kills < options.kills:
            process = tool.start(killed)
            try:
                process.wait(rng.uniform(0.05, 2 * seconds["total"] / options.kills))
                break  # It was done before it was killed.
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                kills += 1
        tool.run(killed)
        print(f"killed {kills} times:", "same bytes" if both(killed) == expected else "DIFFERENT")

        shards = [work / f"shard{number}.jsonl" for number in range(1, 5)]
        for number, shard in enumerate(shards, 1):
            tool.run(shard, "--shard", f"{number}/4")
        merged = work / "merged.jsonl"
        subprocess.run([options.executable, "merge", *map(str, shards), "-o", str(merged)], check=True, stderr=subprocess.DEVNULL)
        print("four shards merged:", "same bytes" if both(merged) == expected else "DIFFERENT")


if __name__ == "__main__":
    main()
