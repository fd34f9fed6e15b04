#!/usr/bin/env python3
"""Compares the findings of `caption-images check` with what MGM's own dataset class, collator and model code make of the same rows.

Rows with one peculiarity each, rows put together at random, long ones among them, ordinary rows in several scripts, in which there is nothing to find, images that are cut
or damaged, and files that are not quite JSON. The interpreter needs transformers 4.38, torch, torchvision, timm, open_clip_torch and numpy 1. MGM is no part of
this project. Exit status: 0 all agrees, 1 something differs.
"""

import argparse
import io
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from comparisons.engine import add_caption_images
from comparisons.table import Table

STAGES = ("pretrain", "finetune")
LETTERS = ["abcdefghijklmnopqrstuvwxyz", "абвгдежзийклмнопрстуфхцчшщыьэюя", "αβγδεζηθικλμνξοπρστυφχψω", "的一是不了人我在有他这为之大来以个中上们", "あいうえおかきくけこさしすせそ", "가나다라마바사아자차카타파하", "אבגדהוזחטיכלמנסעפצקרשת", "ابتثجحخدذرزسشصضطظعغفقكلمنهوي", "कखगघचछजझटठडढतथदधन", "กขคงจฉชซญดตถทธนบปผ", "éèüößñçåøæ", "😀🐈🎉👍🏽🇩🇪"]
PARTS = ["", " ", "\n", "a cat", "on a mat. ", "<image>", "<image>", "<image>\n", "<eos>", "<bos>", "<pad>", "<unk>", "<start_of_turn>", "<start_of_turn>model\n", "<start_of_turn>user\n", "<end_of_turn>", "<end_of_turn>\n", "<", "é", "猫", "\u3000"]
VALUES = [None, 0, 7, False, True, [], ["x"], {}, {"a": 1}, "\ud800", ""]
ROLES = [None, "user", "Human", 3]


class Check:
    """Runs the engine over rows."""

    def __init__(self, program: Path, scratch: Path, images: Path) -> None:
        self.program, self.scratch, self.images = program, scratch, images

    def run(self, text: bytes, stage: str, *options: str) -> subprocess.CompletedProcess:
        (self.scratch / "training.json").write_bytes(text)
        return subprocess.run(
            [self.program, "check", self.scratch / "training.json", "--images", self.images, "--stage", stage, "--quiet", "-o", self.scratch / "findings.jsonl", "--overwrite", *options],
            capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)

    def findings(self, rows: list[str], stage: str) -> list[list[str]]:
        """The findings about each row, as SEVERITY KIND."""
        done = self.run(f"[{', '.join(rows)}]".encode(), stage, "--decode-images", "--tokenizer", self.scratch)
        if done.returncode not in (0, 2):
            raise RuntimeError(done.stderr)
        result: list[list[str]] = [[] for _ in rows]
        for line in (self.scratch / "findings.jsonl").read_text(encoding="utf-8").splitlines():
            finding = json.loads(line)
            if "row" in finding:
                result[finding["row"]].append(f"{finding['severity']} {finding['kind']}")
        return result


def random_row(source: random.Random) -> dict[str, object]:
    row: dict[str, object] = {"id": source.randrange(1000)}
    if source.random() < 0.8:
        row["image"] = source.choice(["good.jpg"] * 8 + ["none.jpg", ["good.jpg"], ["good.jpg", "good.png"], None])
    turns = []
    answers = source.random() < 0.1
    for place in range(source.choice([1, 2, 2, 2, 2, 3, 4, 4])):
        role: object = ("human", "gpt")[(place + answers) % 2] if source.random() < 0.97 else source.choice([*ROLES, "human", "gpt"])
        parts = source.choices(PARTS, k=source.randrange(4)) if source.random() < 0.5 else [source.choice(["a cat", "What is this?"])]
        if place == 0 and source.random() < 0.7:
            parts.insert(0, "<image>\n")
        value: object = "".join(parts) if source.random() < 0.95 else source.choice(VALUES)
        turn = {"from": role, "value": value}
        if source.random() < 0.01:
            del turn[source.choice(["from", "value"])]
        turns.append(turn)
    if source.random() < 0.98:
        row["conversations"] = turns
    return row


def long_row(source: random.Random) -> dict[str, object]:
    """A row whose end, or more, may be cut off."""
    row = random_row(source)
    for turn in source.sample(row.get("conversations", []), k=source.choice([1, 1, 2]) if len(row.get("conversations", [])) > 1 else 0):
        if isinstance(turn.get("value"), str):
            length = source.choice([source.randrange(100, 2600), source.randrange(1380, 1480), source.randrange(1960, 2060)])
            piece = source.choice(["x", "x", "x ", "ab  c", "é", "x<pad>", "x\n\n", "猫"])
            text = piece * (length // len(piece.replace("<pad>", "p").encode()))
            turn["value"] = text + turn["value"] if source.random() < 0.5 else turn["value"] + text
    return row


def ordinary_row(source: random.Random, number: int) -> dict[str, object]:
    def text(low: int, high: int) -> str:
        letters = source.choice(LETTERS)
        words = ["".join(source.choices(letters, k=source.randrange(1, 9))) for _ in range(source.randrange(low, high))]
        return source.choice([" ", " ", ", ", "\n"]).join(words) + source.choice(["", ".", "!", " <3", " 1 < 2 > 0", "\"quoted\"", " \\n", " 100 %", " </image>", " & <b>bold</b>"])

    question = source.choice(["<image>\n{}", "{}\n<image>"]).format(text(1, 12))
    turns = [{"from": "human", "value": question}, {"from": "gpt", "value": text(1, 60)}]
    for _ in range(source.choice([0, 0, 0, 1, 3])):
        turns += [{"from": "human", "value": text(1, 8)}, {"from": "gpt", "value": text(1, 20)}]
    return {"id": source.choice([number, f"{number:09}", f"é-{number}"]), "image": source.choice(["good.jpg", "good.png", "sub/1.jpg"]), "conversations": turns}


def broken_images(source: random.Random, images: Path, count: int) -> dict[str, bytes]:
    """Files that are cut or have some bytes changed, by name."""
    import numpy as np
    from PIL import Image

    result = {}
    for number in range(count):
        noise = np.random.default_rng(number)
        picture = Image.fromarray(np.clip(np.add.outer(np.linspace(0, 200, 60), np.linspace(0, 50, 80))[..., None] + noise.normal(0, 12, (60, 80, 3)), 0, 255).astype(np.uint8))
        kind = number % 3
        buffer = io.BytesIO()
        picture.save(buffer, "PNG") if kind == 0 else picture.save(buffer, "JPEG", progressive=kind == 2)
        data = bytearray(buffer.getvalue())
        if number % 2:
            del data[source.randrange(1, len(data)) :]
        else:
            for _ in range(source.randrange(1, 4)):
                data[source.randrange(len(data))] = source.randrange(256)
        result[f"broken-{number}-{('png', 'baseline', 'progressive')[kind]}-{'cut' if number % 2 else 'changed'}.{'png' if kind == 0 else 'jpg'}"] = bytes(data)
    return result


def opens(path: Path) -> bool:
    """Whether training can read the image."""
    from PIL import Image

    try:
        Image.open(path).convert("RGB")
    except Exception:
        return False
    return True


def files() -> dict[str, bytes]:
    """Files that are JSON, or not quite, by name."""
    row = json.dumps({"image": "good.jpg", "conversations": [{"from": "human", "value": "<image>\n?"}, {"from": "gpt", "value": "é"}]}, ensure_ascii=False).encode()
    return {
        "good": b"[" + row + b"]", "spaces": b" \n[\t" + row + b" ,\r\n" + row + b"]\n", "byte order mark": b"\xef\xbb\xbf[" + row + b"]", "comma at the end": b"[" + row + b",]",
        "comma at the beginning": b"[," + row + b"]", "two commas": b"[" + row + b",," + row + b"]", "no comma": b"[" + row + b" " + row + b"]", "no end": b"[" + row, "no end of a row": b"[" + row[:-1],
        "more behind": b"[" + row + b"] []", "a bracket too many": b"[" + row + b"]]", "lines": row + b"\n" + row + b"\n", "empty": b"", "space": b" \n", "UTF-16": ("[" + row.decode() + "]").encode("utf-16"),
        "Latin-1": b"[" + row.decode().encode("latin-1") + b"]", "single quotes": b"[" + row.replace(b'"', b"'") + b"]", "NaN": b"[" + row[:-1] + b', "x": NaN, "y": -Infinity}]', "comment": b"[" + row + b"] // end",
        "control character": b"[" + row.replace(b"?", b"\x01") + b"]", "half a surrogate pair": b"[" + row[:-1] + b', "x": "\\ud800"}]', "bad escape": b"[" + row.replace(b"?", b"\\q") + b"]"}


def is_json(path: Path) -> bool:
    try:
        json.load(open(path, encoding="utf-8"))
    except ValueError:
        return False
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_caption_images(parser)
    parser.add_argument("--mgm", type=Path, required=True, metavar="FOLDER", help="the folder `training` of the challenge's toolkit, with the package mgm")
    parser.add_argument("--random", type=int, default=1500, metavar="N", help="rows put together at random (default: 1500)")
    parser.add_argument("--long", type=int, default=1500, metavar="N", help="rows at random of which much may be cut off (default: 1500)")
    parser.add_argument("--ordinary", type=int, default=1200, metavar="N", help="ordinary rows (default: 1200)")
    parser.add_argument("--images", type=int, default=600, metavar="N", help="broken images (default: 600)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    from references.mgm_training import pictures
    from references.mgm_training.cases import CASES, FOLDER, QUESTION, outcome, said
    from references.mgm_training.reader import Reader

    table = Table("what")
    with tempfile.TemporaryDirectory() as temporary:
        scratch = Path(temporary)
        images = scratch / "images"
        images.mkdir()
        pictures.write(images)
        check = Check(options.caption_images.resolve(), scratch, images)
        for stage in STAGES:
            reader = Reader(options.mgm.resolve(), scratch, images, stage, said(QUESTION, "a cat"))
            source = random.Random(options.seed)
            rows = [case.row.replace(FOLDER, str(images)) for case in CASES]
            found = check.findings(rows, stage)
            table.add(f"{stage}: findings of single cases", [(case.name, sorted(case.findings(stage)), sorted(own)) for case, own in zip(CASES, found, strict=True)])
            table.add(f"{stage}: outcomes of single cases", [(case.name, reader.outcome(row), outcome(own)) for case, row, own in zip(CASES, rows, found, strict=True)])
            rows = [json.dumps(random_row(source)) for _ in range(options.random)]
            table.add(f"{stage}: outcomes of random rows", [((row, own), reader.outcome(row), outcome(own)) for row, own in zip(rows, check.findings(rows, stage), strict=True)])
            rows = [json.dumps(long_row(source)) for _ in range(options.long)]
            table.add(f"{stage}: outcomes of long rows", [((row, own), reader.outcome(row), outcome(own)) for row, own in zip(rows, check.findings(rows, stage), strict=True)])
            rows = [json.dumps(ordinary_row(source, number), ensure_ascii=False) for number in range(options.ordinary)]
            table.add(f"{stage}: ordinary rows", [(row, (reader.outcome(row), []), (outcome(own), [finding for finding in own if finding != "note end-cut-off"])) for row, own in zip(rows, check.findings(rows, stage), strict=True)])
        broken = broken_images(random.Random(options.seed), images, options.images)
        for name, data in broken.items():
            (images / name).write_bytes(data)
        found = check.findings([json.dumps(said(QUESTION, "a cat", image=name)) for name in broken], "finetune")
        for kind in sorted({name.split("-", 2)[2].split(".")[0] for name in broken}):
            table.add(f"images: {kind}", [((name, own), opens(images / name), not own) for name, own in zip(broken, found, strict=True) if f"-{kind}." in name])
        outcomes = []
        for name, data in files().items():
            status = check.run(data, "pretrain").returncode
            outcomes.append((name, is_json(scratch / "training.json"), status in (0, 2)))
        table.add("files", outcomes)
    return table.finish()


if __name__ == "__main__":
    sys.exit(main())
