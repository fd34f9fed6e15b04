#!/usr/bin/env python3
"""Sends SIGINT and SIGTERM to caption-images at random moments, on a machine that is kept busy, and judges what comes of it.

    Tests/Endurance/signal_runs.py [--tool .build/release/caption-images] [--runs 300] [--load 8] [--seed N]

Every run is sent a signal at a moment between its start and its end, some a second one. The status has to be 128 and the
signal's number, or that of the finished work if that was done; before main it may be death by the signal, with nothing
written. Nothing temporary may be left but by a second signal, which ends the process at once. A run that was interrupted is
the next one of its kind to go on, until one comes to its end: its files have to be, byte for byte, those of an undisturbed
run. Whatever has not ended after two minutes counts as hanging.

Prints a table, and ends with status 1 if anything was wrong.
"""
import argparse
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

LIMIT = 120.0  # seconds for a process to end
ROOT = pathlib.Path(__file__).resolve().parents[2]
OUTCOMES = ["finished", "interrupted", "before main", "second signal"]


class Wrong(Exception):
    """What is not as it should be."""


class Kind:
    """A command, what it makes, and the statuses of its finished work."""

    def __init__(self, name, arguments, outputs, statuses=(0,), sidecars=False):
        self.name = name
        self.arguments = arguments
        self.outputs = outputs
        self.statuses = statuses
        self.sidecars = sidecars
        self.seconds = 1.0
        self.expected = {}
        self.counts = dict.fromkeys(OUTCOMES, 0)
        self.failures = 0
        self.slowest = 0.0

    def made(self, folder):
        """The files that the command makes, by name, folders gone through; run.json says when, and is not compared."""
        names = set()
        for path in folder.rglob("*"):
            name = str(path.relative_to(folder))
            if not path.is_file() or name.endswith(".run.json"):
                continue
            if any(name == output or name.startswith((output + "/", output + ".")) for output in self.outputs):
                names.add(name)
            if self.sidecars and name.startswith("pictures/") and name.endswith(".txt"):
                names.add(name)
        return {name: (folder / name).read_bytes() for name in sorted(names)}

    def clear(self, folder):
        for name in self.made(folder):
            (folder / name).unlink()
        for output in self.outputs:
            if (folder / output).is_dir():
                shutil.rmtree(folder / output)
            for path in folder.glob(output + ".*"):
                path.unlink()


def make_input(folder):
    """Images, a data set over them, its questions, and a data set of many samples without images."""
    sources = sorted((ROOT / "Sources/DemoModel/Resources/pictures").glob("*.png"))
    (folder / "pictures").mkdir()
    samples = []
    for index in range(36):
        # Bytes after the end change no image, but make each file another.
        data = b"<html>" if index % 12 == 7 else sources[index % len(sources)].read_bytes() + str(index).encode()
        (folder / f"pictures/{index:02}.png").write_bytes(data)
        samples.append({"id": index, "text": "<__dj__image> old <|__dj__eoc|>", "images": [f"pictures/{index:02}.png"]})
    (folder / "set.jsonl").write_text("".join(json.dumps(sample) + "\n" for sample in samples))
    turns = [{"from": "human", "value": "<image>\nWhat?"}, {"from": "gpt", "value": "old"}]
    originals = [{"id": sample["id"], "conversations": turns} for sample in samples]
    (folder / "questions.json").write_text(json.dumps(originals))
    words = [{"id": index, "text": f"[[human]]: {index}? [[gpt]]: words", "images": []} for index in range(40000)]
    (folder / "words.jsonl").write_text("".join(json.dumps(sample) + "\n" for sample in words))


def kinds():
    short = ["--batch-size", "2", "--precision", "f32", "--quiet"]
    texts = ["--no-sample"]
    return [
        Kind("jsonl", ["pictures", "-o", "records.jsonl", *short], ["records.jsonl"], (2,)),
        Kind("csv", ["pictures", "-o", "table.csv", "--format", "csv", *short], ["table.csv"], (2,)),
        Kind("sidecar", ["pictures", "-o", "beside.jsonl", "--format", "sidecar", *short], ["beside.jsonl"], (2,), True),
        Kind("data set", ["set.jsonl", "-o", "samples.jsonl", *texts, *short], ["samples.jsonl"], (2,)),
        Kind("words", ["words.jsonl", "-o", "same.jsonl", *texts, *short], ["same.jsonl"]),
        Kind(
            "llava", ["set.jsonl", "-o", "train.json", "--format", "llava", "--questions", "questions.json", *texts, *short],
            ["train.json"], (2,)),
        Kind("worker", ["-", *short], [], (0, 2)),
        Kind("pack", ["pack", str(ROOT / "Sources/DemoModel/Resources/checkpoint"), "-o", "packed", "--precision", "int8"], ["packed"]),
        Kind("merge", ["merge", "shard1.jsonl", "shard2.jsonl", "-o", "merged.jsonl"], ["merged.jsonl"]),
        Kind("convert", ["convert", "words.jsonl", "-o", "converted.json"], ["converted.json"]),
        Kind("draw", ["draw", "words.jsonl", "-o", "drawn.jsonl", "--count", "20000"], ["drawn.jsonl"]),
        Kind("select", ["select", "words.jsonl", "-o", "chosen.jsonl", "--field", "id", "--topk", "20000", "--order", "score"], ["chosen.jsonl"]),
        Kind("report", ["report", "shard1.jsonl", "-o", "page.html", "--quiet"], ["page.html"]),
    ]


class Trial:
    """One process, to its end."""

    def __init__(self, tool, kind, folder):
        self.started = time.monotonic()
        self.kind = kind
        self.process = subprocess.Popen(
            [str(tool), *kind.arguments], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE)
        self.output = b""
        self.errors = b""
        self.threads = [threading.Thread(target=self.read_output), threading.Thread(target=self.read_errors)]
        for thread in self.threads:
            thread.start()

    def read_output(self):
        self.output = self.process.stdout.read()

    def read_errors(self):
        self.errors = self.process.stderr.read()

    def send_requests(self, close):
        try:
            for index in range(30):
                self.process.stdin.write(b'{"id": %d, "image": "pictures/%02d.png"}\n' % (index, index))
            self.process.stdin.flush()
            if close:
                self.process.stdin.close()
        except (BrokenPipeError, OSError):
            pass

    def end(self):
        """The status, negative for a signal."""
        try:
            status = self.process.wait(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Wrong(f"hung for {LIMIT:.0f} s")
        finally:
            try:
                self.process.stdin.close()
            except OSError:
                pass
            for thread in self.threads:
                thread.join()
            self.process.stdout.close()
            self.process.stderr.close()
        return status


def undisturbed(tool, kind, folder):
    trial = Trial(tool, kind, folder)
    if kind.name == "worker":
        trial.send_requests(close=True)
    status = trial.end()
    kind.seconds = time.monotonic() - trial.started
    if status not in kind.statuses:
        raise Wrong(f"{kind.name}: an undisturbed run ended with {status}: {trial.errors.decode()}")
    kind.expected = {"answers": trial.output} if kind.name == "worker" else kind.made(folder)
    if not kind.expected:
        raise Wrong(f"{kind.name}: an undisturbed run made nothing")
    kind.clear(folder)


def disturbed(tool, kind, folder, rng):
    """One run with its signals. Raises `Wrong`."""
    names = {str(path.relative_to(folder)) for path in folder.rglob("*")}
    before = kind.made(folder)
    number = rng.choice([signal.SIGINT, signal.SIGTERM])
    delay = rng.uniform(0, 1.1 * kind.seconds) if rng.random() < 0.7 else rng.uniform(0, 0.06)
    second = rng.uniform(0, 0.2) if rng.random() < 0.2 else None
    trial = Trial(tool, kind, folder)
    if kind.name == "worker":
        trial.send_requests(close=rng.random() < 0.5)
    time.sleep(max(0, trial.started + delay - time.monotonic()))
    sent = time.monotonic()
    trial.process.send_signal(number)
    isSecond = False
    if second is not None:
        time.sleep(second)
        isSecond = trial.process.poll() is None
        trial.process.send_signal(number)
    what = f"{kind.name}, {number.name} after {delay:.4f} s" + (f", again after {second:.4f} s" if isSecond else "")
    try:
        status = trial.end()
    except Wrong as wrong:
        raise Wrong(f"{what}: {wrong}")
    kind.slowest = max(kind.slowest, time.monotonic() - sent)

    after = kind.made(folder)
    left = {str(path.relative_to(folder)) for path in folder.rglob("*")} - names
    temporary = [name for name in left if name.endswith((".tmp", ".unfinished")) or ".dat.nosync" in name]
    if temporary and not isSecond:
        raise Wrong(f"{what}: status {status} left {', '.join(temporary)}")
    for name in temporary:
        (folder / name).unlink()
        after.pop(name, None)

    if status in kind.statuses:
        outcome = "finished"
        made = {"answers": trial.output} if kind.name == "worker" else after
        if made != kind.expected:
            different = [name for name in {*made, *kind.expected} if made.get(name) != kind.expected.get(name)]
            raise Wrong(f"{what}: finished with other bytes in {', '.join(different)}")
        kind.clear(folder)
    elif status == 128 + number:
        outcome = "second signal" if isSecond else "interrupted"
        if kind.name == "worker" and not kind.expected["answers"].startswith(trial.output):
            raise Wrong(f"{what}: the answers are not the first of those of an undisturbed run")
        if kind.name in ("pack", "merge", "convert", "draw", "select", "report") and after != before:
            if after != kind.expected and not isSecond:
                raise Wrong(f"{what}: interrupted, and left {', '.join(sorted(after))}")
            kind.clear(folder)
        if kind.name == "pack" and (folder / "packed").exists():
            if not isSecond:
                raise Wrong(f"{what}: interrupted, and left the folder")
            shutil.rmtree(folder / "packed")
    elif status == -number:
        outcome = "before main"
        if after != before or trial.output:
            raise Wrong(f"{what}: the signal killed it, and it had begun")
    else:
        raise Wrong(f"{what}: status {status}: {trial.errors.decode()[-500:]}")
    kind.counts[outcome] += 1


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tool", type=pathlib.Path, default=ROOT / ".build/release/caption-images")
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--load", type=int, default=8, help="processes that keep the machine busy (default: 8)")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    tool = options.tool.resolve()
    print(f"seed {options.seed}, {options.runs} runs, load {options.load}", flush=True)
    rng = random.Random(options.seed)
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(options.load)]
    all_kinds = kinds()
    try:
        with tempfile.TemporaryDirectory(prefix="signal-runs-") as name:
            folder = pathlib.Path(name)
            make_input(folder)
            for number in (1, 2):
                subprocess.run(
                    [tool, "words.jsonl", "-o", f"shard{number}.jsonl", "--shard", f"{number}/2", "--quiet"],
                    cwd=folder, check=True, timeout=LIMIT)
            for kind in all_kinds:
                undisturbed(tool, kind, folder)
            start = time.monotonic()
            for _ in range(options.runs):
                kind = rng.choice(all_kinds)
                try:
                    disturbed(tool, kind, folder, rng)
                except Wrong as wrong:
                    kind.failures += 1
                    print(f"WRONG: {wrong}", flush=True)
                    kind.clear(folder)
            # What is interrupted still has to come to its end.
            for kind in all_kinds:
                if kind.name == "worker":
                    continue
                expected = kind.expected
                try:
                    undisturbed(tool, kind, folder)
                    if kind.expected != expected:
                        raise Wrong(f"{kind.name}: the last run ended with other bytes")
                except Wrong as wrong:
                    kind.failures += 1
                    print(f"WRONG: {wrong}", flush=True)
            seconds = time.monotonic() - start
    finally:
        for process in busy:
            process.kill()
            process.wait()
    header = ["kind", "runs", *OUTCOMES, "wrong", "slowest end, s"]
    rows = [
        [kind.name, sum(kind.counts.values()) + kind.failures, *kind.counts.values(), kind.failures, f"{kind.slowest:.1f}"]
        for kind in all_kinds
    ]
    totals = [sum(row[column] for row in rows) for column in range(1, len(header) - 1)]
    rows.append(["all", *totals, f"{max(kind.slowest for kind in all_kinds):.1f}"])
    print("| " + " | ".join(header) + " |\n|" + "---|" * len(header))
    for row in rows:
        print("| " + " | ".join(map(str, row)) + " |")
    print(f"{seconds:.0f} s")
    return 1 if any(kind.failures for kind in all_kinds) else 0


if __name__ == "__main__":
    sys.exit(main())
