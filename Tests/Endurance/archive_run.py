"""Verifies what a run over WebDataset archives promises: `python Tests/Endurance/archive_run.py FOLDER` (made by seed_set.py).

The images of the folder become twenty archives, one image in a hundred broken in twelve ways. One undisturbed run is measured: every
sample accounted for, all other members equal to the byte, readable with webdataset and tarfile, memory, and throughput beside a
run over a folder of the same files, in turn. Then the same run is killed with SIGKILL at random moments and resumed, and done by
two shards, and through pipes. All archives have to be the same bytes. Needs the package webdataset.
"""

import argparse
import hashlib
import io
import json
import random
import shlex
import signal
import statistics
import subprocess
import tarfile
import tempfile
import time
from pathlib import Path

from long_run import ROOT, resident

ARCHIVES, BROKEN = 20, 97
WAYS = [
    "empty", "cut in its header", "a page of HTML", "noise", "zeros", "a Git LFS pointer", "WebP by its bytes", "a PNG larger than any",
    "a JPEG without a frame", "cut in the middle", "JSON", "no image",
]  # fmt: skip


def broken(good: bytes, way: str) -> bytes | None:
    return {
        "empty": b"", "cut in its header": good[:12], "a page of HTML": b"<!DOCTYPE html><html><body>404</body></html>",
        "noise": random.Random(len(good)).randbytes(4096), "zeros": bytes(5000),
        "a Git LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n",
        "WebP by its bytes": b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(24),
        "a PNG larger than any": bytes.fromhex("89504e470d0a1a0a0000000d494844520000fde80000fde808020000001a5b9b4c") + bytes(64),
        "a JPEG without a frame": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9",
        "cut in the middle": good[: len(good) // 2], "JSON": b'{"error": "gone"}', "no image": None,
    }[way]  # fmt: skip


def make(source: Path, target: Path, count: int | None) -> tuple[list[Path], int, dict[str, int]]:
    """Makes archives, and a folder of the same images. Returns the archives, how many samples have an image, and the broken ones by way."""
    pictures = [path for path in sorted((source / "images").rglob("*")) if path.is_file() and not path.is_symlink() and path.stat().st_size][:count]
    plain, archives, ways, images = target / "plain", [], {}, 0
    plain.mkdir(parents=True)
    size = -(-len(pictures) // ARCHIVES)
    for number in range(ARCHIVES):
        archives.append(target / f"{number:05}.tar")
        with tarfile.open(archives[-1], "w", format=[tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT][number % 3]) as tar:
            for index in range(number * size, min((number + 1) * size, len(pictures))):
                key, picture = f"{index:09}", pictures[index]
                content: bytes | None = picture.read_bytes()
                if index % 100 == BROKEN:
                    way = WAYS[index // 100 % len(WAYS)]
                    content = broken(content, way)
                    ways[way] = ways.get(way, 0) + 1
                members = [(picture.suffix, content), (".txt", f"alt text no. {index}: café\n".encode()), (".json", json.dumps({"key": key, "sha256": "é"}).encode())]
                for ending, data in members:
                    if data is None:
                        continue
                    info = tarfile.TarInfo(key + ending)
                    info.size, info.mtime, info.uname = len(data), 1_700_000_000 + index, "someone"
                    tar.addfile(info, io.BytesIO(data))
                if content is not None:
                    images += 1
                    (plain / (key + picture.suffix)).write_bytes(content)
    return archives, images, ways


def run(command: list[str], summary: Path, watch: bool = False) -> tuple[dict, list[int]]:
    process = subprocess.Popen([*command, "--quiet", "--summary", str(summary)], stderr=subprocess.PIPE, text=True)
    memory = []
    while watch and process.poll() is None:
        memory.append(resident(process.pid))
        try:
            process.wait(0.05)
        except subprocess.TimeoutExpired:
            pass
    errors = process.communicate()[1]
    if process.returncode not in (0, 2):
        raise SystemExit(f"exit status {process.returncode}: {errors}")
    return json.loads(summary.read_text()), [size for size in memory if size]


def digests(folder: Path) -> dict[str, str]:
    """Of archives, rows and error records; descriptions have times in them."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir()) if not path.name.endswith(".run.json")}


def compare_members(archives: list[Path], output: Path) -> tuple[int, int]:
    """Checks that all members but texts are the same, in their order. Returns how many texts are new, and how many stayed."""
    new = kept = 0
    for archive in archives:
        with tarfile.open(archive) as before, tarfile.open(output / archive.name) as after:
            old, made = before.getmembers(), after.getmembers()
            if [member.name for member in old] != [member.name for member in made]:
                raise SystemExit(f"{archive.name}: other members, or in another order")
            for first, second in zip(old, made):
                one, two = before.extractfile(first).read(), after.extractfile(second).read()
                fields = [(member.mode, member.uid, member.gid, member.mtime, member.uname) for member in (first, second)]
                if fields[0] != fields[1] or (one != two and not first.name.endswith(".txt")):
                    raise SystemExit(f"{archive.name}: {first.name} is another")
                if first.name.endswith(".txt"):
                    new, kept = new + (one != two), kept + (one == two)
    return new, kept


def read_by_webdataset(archives: list[Path]) -> int:
    import webdataset

    return sum(1 for _ in webdataset.WebDataset([str(path) for path in archives], shardshuffle=False))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--executable", default=str(ROOT / ".build/release/caption-images"))
    parser.add_argument("--count", type=int, help="only the first images")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5, help="of the comparison with a folder")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--arguments", default="", help="further ones for caption-images")
    options = parser.parse_args()
    more = shlex.split(options.arguments)
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)
        archives, images, ways = make(options.folder, work / "in", options.count)
        samples = read_by_webdataset(archives)
        pattern = str(work / "in" / f"{{00000..{ARCHIVES - 1:05}}}.tar")
        command = [options.executable, pattern, "--format", "webdataset", *more]
        whole = work / "whole"
        summary, memory = run([*command, "-o", str(whole)], work / "s.json", watch=True)
        rows = sum(len(path.read_bytes().splitlines()) for path in whole.glob("*.rows.jsonl"))
        errors = sum(len(path.read_bytes().splitlines()) for path in whole.glob("*.errors.jsonl"))
        print(f"{samples} samples, {images} with an image, {sum(ways.values())} broken: {ways}")
        print(f"{rows} rows, {errors} error records: {summary['errors_by_cause']}; {summary['images']}")
        new, kept = compare_members(archives, whole)
        made = [whole / archive.name for archive in archives]
        print(f"members: {new} new texts, {kept} texts and all others the same bytes; webdataset reads {read_by_webdataset(made)} samples")
        tenth = len(memory) // 10
        second, last = statistics.mean(memory[tenth : 2 * tenth]), statistics.mean(memory[-tenth:])
        print(f"memory: second tenth {second / 1e6:.1f} MB, last tenth {last / 1e6:.1f} MB ({last / second - 1:+.1%})")

        ratios, rates = [], []
        for number in range(options.rounds):
            times = []
            for arguments, output in [(command, work / f"t{number}"), ([options.executable, str(work / "in/plain"), *more], work / f"f{number}.jsonl")]:
                start = time.monotonic()
                run([*arguments, "-o", str(output)], work / "s.json")
                times.append(time.monotonic() - start)
            ratios.append(times[1] / times[0])
            rates.append(images / times[0])
        print(f"throughput: {statistics.median(rates):.0f} images/s, {statistics.median(ratios):.3f} of a folder's ({min(ratios):.3f} to {max(ratios):.3f}), start to end")

        expected, rng, killed, kills = digests(whole), random.Random(options.seed), work / "killed", 0
        while kills < options.kills:
            process = subprocess.Popen([*command, "-o", str(killed), "--quiet"], stderr=subprocess.DEVNULL)
            try:
                process.wait(rng.uniform(0.05, 2 * images / statistics.median(rates) / options.kills))
                break  # It was done before it was killed.
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.wait()
                kills += 1
        run([*command, "-o", str(killed)], work / "s.json")
        for path in killed.glob(".caption-images-*.tmp"):
            path.unlink()
        print(f"killed {kills} times:", "same bytes" if digests(killed) == expected else "DIFFERENT")

        for shard in ("1/2", "2/2"):
            run([*command, "-o", str(work / "shards"), "--shard", shard], work / "s.json")
        print("two shards:", "same bytes" if digests(work / "shards") == expected else "DIFFERENT")

        arguments = " ".join(shlex.quote(word) for word in [options.executable, "--input-format", "webdataset", "-", "--format", "webdataset", "-o", "-", "--quiet", *more])
        pipe = subprocess.run(f"cat {shlex.quote(str(archives[0]))} | {arguments}", shell=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        print("through a pipe:", "same bytes" if pipe.stdout == (whole / archives[0].name).read_bytes() else "DIFFERENT")


if __name__ == "__main__":
    main()
