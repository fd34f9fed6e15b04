#!/usr/bin/env python3
"""Compares two builds of caption-images byte for byte: same commands, same folders, same bytes?

    Tests/Endurance/compare_builds.py OLD NEW [--model FOLDER ...]

OLD and NEW are executables. Each command runs in an empty folder with each of them, and everything that it leaves is
compared: standard output, messages, exit status, and every file. In `*.run.json`, summaries and messages, numbers of seconds, rates
and bytes of memory are left out. Models are the demo checkpoint, the fixtures' checkpoints, and what `--model` names,
such as a random checkpoint of medium size. Captions and traces are made with each set of kernels that this processor has.

Prints a table, a line for each group of commands, and each difference. Ends with status 1 if there was one.
"""
import argparse
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEMO = ROOT / "Sources/DemoModel/Resources/checkpoint"
PICTURES = ROOT / "Sources/DemoModel/Resources/pictures"
FIXTURES = ROOT / "Tests/Fixtures"
PRECISIONS = ["f32", "bf16", "int8"]
LIMIT = 600.0  # seconds for a command to end

# Measures of time, speed or memory, in JSON by its name and in messages by its unit.
MEASURED = re.compile(r"seconds|per_second|rate|bytes|memory|sessions|started|date|work_|stages")
UNITS = re.compile(r"[0-9.]+ (s|ms|images/s|GB|MB|min|h)\b|[0-9.]+(/s| %)")


class Differs(Exception):
    """Two builds do not do the same."""


def without_measurements(value):
    if isinstance(value, dict):
        return {key: without_measurements(item) for key, item in value.items() if not MEASURED.search(key)}
    if isinstance(value, list):
        return [without_measurements(item) for item in value]
    return value


def contents(path):
    """What a file holds: a hash, of files that report measurements of the rest."""
    data = path.read_bytes()
    if path.name.endswith((".run.json", "summary.json")):
        data = json.dumps(without_measurements(json.loads(data))).encode()
    if path.suffix == ".html":
        data = re.sub(rb'"sessions": \[.*?\]\]?\}\]', b"", data)
    return hashlib.sha256(data).hexdigest()


class Comparison:
    def __init__(self, old, new):
        self.tools = [old, new]
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="compare-builds-"))
        self.groups = {}

    def state(self, tool, commands, prepare):
        """What a series of commands leaves in a folder that has the same path for both tools."""
        place = self.folder / "place"
        place.mkdir()
        try:
            if prepare:
                prepare(place)
            results = []
            for command in commands:
                if callable(command):
                    command(place)
                    continue
                environment = dict(os.environ)
                while command and "=" in command[0] and command[0].split("=")[0].isupper():
                    name, value = command[0].split("=", 1)
                    environment[name] = value
                    command = command[1:]
                stdin = None
                if command[0] == "<":
                    stdin, command = (place / command[1]).read_bytes(), command[2:]
                run = subprocess.run(
                    [tool, *command], cwd=place, env=environment, input=stdin or b"", capture_output=True, timeout=LIMIT
                )
                messages = UNITS.sub("#", run.stderr.decode(errors="surrogateescape").rsplit("\r", 1)[-1])
                results.append((run.returncode, hashlib.sha256(run.stdout).hexdigest(), messages))
            files = {
                str(path.relative_to(place)): contents(path)
                for path in sorted(place.rglob("*"))
                if path.is_file() and not path.is_symlink()
            }
            return results, files
        finally:
            shutil.rmtree(place)

    def check(self, group, commands, prepare=None):
        """Runs a series of commands with both tools."""
        counts = self.groups.setdefault(group, {"series": 0, "commands": 0, "refused": 0, "files": 0, "different": []})
        old, new = (self.state(tool, commands, prepare) for tool in self.tools)
        counts["series"] += 1
        counts["commands"] += len(old[0])
        counts["refused"] += sum(result[0] not in (0, 2) for result in old[0])
        counts["files"] += len(old[1])
        shown = [command for command in commands if not callable(command)]
        for number, (left, right) in enumerate(zip(old[0], new[0])):
            for name, a, b in zip(["status", "standard output", "messages"], left, right):
                if a != b:
                    counts["different"].append(f"{name} of {' '.join(map(str, shown[number]))}: {a!r} and {b!r}")
        for name in sorted(old[1].keys() | new[1].keys()):
            if old[1].get(name) != new[1].get(name):
                counts["different"].append(f"{name} after {' '.join(map(str, shown[-1]))}")
        return old

    def report(self):
        print(f"{'what':48} {'series':>7} {'commands':>9} {'refused':>8} {'files':>7} {'different':>10}")
        for name, counts in self.groups.items():
            print(
                f"{name:48} {counts['series']:7} {counts['commands']:9} {counts['refused']:8} {counts['files']:7} "
                f"{len(counts['different']):10}"
            )
        for name, counts in self.groups.items():
            for line in counts["different"]:
                print(f"{name}: {line}")
        return any(counts["different"] for counts in self.groups.values())


def kernels(tool):
    """The names of the kernels that this processor has, from the help."""
    text = " ".join(subprocess.run([tool, "caption", "--help"], capture_output=True, text=True).stdout.split())
    return re.search(r"The kernels that compute: ([^.]+)\.", text).group(1).split(", ")


def data_set(folder):
    """A data set with samples of every kind, and its questions."""
    shutil.copytree(PICTURES, folder / "images")
    names = sorted(path.name for path in (folder / "images").glob("*.png"))
    (folder / "images/broken.png").write_bytes((folder / "images" / names[0]).read_bytes()[:300])
    samples = []
    for number, name in enumerate(names):
        sample = {
            "id": f"{number:09}",
            "text": "<__dj__image>\na picture, said in words <|__dj__eoc|>",
            "images": [f"images/{name}"],
        }
        if number % 7 == 1:
            sample["images"].append(f"images/{names[number - 1]}")
            sample["text"] = "<__dj__image>\none <|__dj__eoc|><__dj__image>\ntwo <|__dj__eoc|>"
        if number % 7 == 2:
            sample["images"] = ["images/missing.png"]
        if number % 7 == 3:
            sample["images"] = ["images/broken.png"]
        if number % 7 == 4:
            sample["extra"] = {"n": [1, 2.5, None, "é"]}
        if number % 11 == 5:
            sample["text"] = "no place for one"
        samples.append(sample)
    lines = [json.dumps(sample, ensure_ascii=number % 2 == 0) for number, sample in enumerate(samples)]
    lines.insert(5, '{"id": 1, "text": ')
    lines.insert(9, "")
    (folder / "set.jsonl").write_text("\n".join(lines) + "\n")
    good = [sample for number, sample in enumerate(samples) if number % 7 not in (1, 2, 3) and number % 11 != 5]
    (folder / "good.jsonl").write_text("".join(json.dumps(sample) + "\n" for sample in good))
    questions = [
        {
            "id": sample["id"],
            "image": sample["images"][0],
            "conversations": [
                {"from": "human", "value": "Describe it.\n<image>"},
                {"from": "gpt", "value": "a picture"},
            ],
        }
        for sample in samples
    ]
    (folder / "questions.json").write_text(json.dumps(questions))
    requests = [
        {"id": 1, "image": f"images/{names[0]}"},
        {"id": "a", "image": f"images/{names[1]}", "prompt": "a"},
        {"image": "images/missing.png"},
        {"image_base64": "AAAA"},
        {"nothing": 1},
    ]
    (folder / "requests.jsonl").write_text("\n".join(map(json.dumps, requests)) + "\nno json\n")


def cut(name, share):
    """Cuts a file, as an interruption would."""

    def do(place):
        path = place / name
        if path.exists():
            os.truncate(path, int(path.stat().st_size * share))

    return do


SEARCHES = {
    "greedy": [],
    "beams": ["--num-beams", "4", "--num-captions", "2", "--length-penalty", "0.7", "--log-probabilities"],
    "sampling": ["--sample", "--seed", "5", "--num-captions", "3", "--top-p", "0.9", "--temperature", "1.3"],
    "prompt": ["--prompt", "a picture of", "--repetition-penalty", "1.2", "--no-repeat-ngram-size", "2"],
    "transformers 5": ["--transformers", "5", "--num-beams", "3", "--prompt", "a", "--min-length", "8"],
}


def compare_models(comparison, models, sets):
    picture = sorted(PICTURES.glob("*.png"))[3]
    for name, model in models.items():
        comparison.check(f"inspect: {name}", [["inspect", str(model)]])
        for precision in PRECISIONS:
            chosen = ["--model", str(model), "--precision", precision]
            for kernel in sets:
                few = ["--kernels", kernel, "--limit", "6"]
                for search in SEARCHES if kernel == sets[0] else ["greedy", "beams"]:
                    comparison.check(
                        f"captions: {name}", [["caption", str(PICTURES), *chosen, *few, *SEARCHES[search]]]
                    )
            for kernel in sets:
                comparison.check(
                    f"traces: {name}",
                    [["trace", str(picture), *chosen, "--kernels", kernel, "-o", "trace.safetensors"]],
                )
            if precision != "f32":
                packed = [
                    ["pack", str(model), "-o", "packed", "--precision", precision],
                    ["inspect", "packed"],
                    ["caption", str(picture), "--model", "packed"],
                    ["trace", str(picture), "--model", "packed", "-o", "trace.safetensors"],
                ]
                comparison.check(f"packed: {name}", packed)
                old = comparison.folder / "old-packed"
                subprocess.run(
                    [comparison.tools[0], *packed[0][:2], "-o", str(old), *packed[0][4:]],
                    check=True,
                    capture_output=True,
                )
                comparison.check(
                    f"packed by the old build: {name}", [["caption", str(PICTURES), "--model", str(old), "--limit", "4"]]
                )
                shutil.rmtree(old)


def compare_runs(comparison):
    run = ["caption", "--model", str(DEMO), "--summary", "summary.json", "--max-new-tokens", "12"]
    page = ["report", "out", "-o", "page.html"]
    for shape in ["jsonl", "csv", "sidecar"]:
        command = [*run, "images", "-o", "out", "--format", shape]
        comparison.check("folders", [command, page], data_set)
        for share in [0.1, 0.5, 0.9]:
            comparison.check("folders, resumed", [command, cut("out", share), command], data_set)
    comparison.check("standard output", [[*run, "set.jsonl"], [*run, "images", "--format", "csv"]], data_set)
    kinds = {
        "default": [],
        "2024": ["--compat", "better-synth"],
        "1.6": ["--compat", "data-juicer-1.6"],
        "1.6, all": ["--compat", "data-juicer-1.6", "--num-captions", "3", "--keep-candidate-mode", "all"],
        "similar": ["--num-captions", "3", "--keep-candidate-mode", "similar_one_simhash", "--keep-original"],
        "greedy": ["--no-sample", "--num-beams", "2", "--keep-original"],
        "jsonl": ["--format", "jsonl", "--num-captions", "2"],
        "csv": ["--format", "csv", "--log-probabilities"],
    }
    for options in kinds.values():
        command = [*run, "set.jsonl", "-o", "out", *options]
        comparison.check("data sets", [command, page], data_set)
        for share in [0.2, 0.6, 0.95]:
            comparison.check("data sets, resumed", [command, cut("out", share), command], data_set)
        parts = [[*command[:-len(options) - 1 or None], f"out-{n}", *options, "--shard", f"{n}/3"] for n in (1, 2, 3)]
        merge = ["merge", "out-1", "out-2", "out-3", "-o", "out"]
        comparison.check("data sets, shards merged", [*parts, merge, page], data_set)

        def mend(place):
            shutil.copy(sorted((place / "images").glob("*.png"))[0], place / "images/missing.png")

        comparison.check("data sets, retried", [command, mend, [*command, "--retry-failed"]], data_set)
    training = [*run, "good.jsonl", "-o", "out.json", "--format", "llava", "--questions", "questions.json"]
    comparison.check("training data", [training], data_set)
    convert = ["convert", "good.jsonl", "-o", "converted.json", "--questions", "questions.json", "--draw", "3"]
    comparison.check("training data", [convert, ["draw", "good.jsonl", "-o", "drawn", "--count", "5"]], data_set)
    comparison.check("worker", [["<", "requests.jsonl", "caption", "-"]], data_set)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("old", type=pathlib.Path)
    parser.add_argument("new", type=pathlib.Path)
    parser.add_argument("--model", type=pathlib.Path, action="append", default=[], help="a further checkpoint folder")
    parser.add_argument("--only", choices=["models", "runs"])
    arguments = parser.parse_args()
    comparison = Comparison(arguments.old.resolve(), arguments.new.resolve())
    begin = time.monotonic()
    try:
        models = {"demo": DEMO}
        models |= {path.name: path for path in sorted((FIXTURES / "models").iterdir()) if path.is_dir()}
        models |= {path.name: path.resolve() for path in arguments.model}
        if arguments.only != "runs":
            compare_models(comparison, models, kernels(comparison.tools[1]))
        if arguments.only != "models":
            compare_runs(comparison)
    finally:
        shutil.rmtree(comparison.folder)
    different = comparison.report()
    print(f"{time.monotonic() - begin:.0f} s")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
