"""Made-up question sets for TextVQA and MMBench, with answers right and wrong, in the forms that real files have and in awkward ones."""

import base64
import json
import random
import struct
import unicodedata
import zlib
from dataclasses import dataclass, field

CONTRACTIONS = "aint dont couldn'tve hes oclock ow's'at 'ows'at somebody'd thats youre y'allll Im I'dve let's".split()
WORDS = [
    "dog", "Nokia", "3310", "x5", "stop", "12,000", "3.5", "kg.", "$4.99!", "rock-n-roll", "A.B.C.", "the", "a", "An", "none", "ten", "Zero",
    "four", "it's", "Dog's", "e-mail:", "x@y.com", "(a)", "b/c", "_x_", "100%", "No.1", ".5", "5.", "7.5.2", "…", "\u0663.\u0664", "x.\u0665",
    "İstanbul", "ΟΔΟΣ", "Σ", "ﬁre", "Straße", "cafe\u0301", "café", "日本", "語", "🙂", "\u00a0", "\u2028", "\x1f", "ǅ", "İ.", "?!", "?'s", "'?s", "“quoted”", "'s", *CONTRACTIONS]
SEPARATORS = [" ", " ", " ", "  ", "\n", "\t", ", ", "-", " - ", "/", "; ", ""]
VECTORS = [
    "The Dog's bowl.", "12,000", "3.5 kg.", "A.B.C.", "$4.99!", "rock-n-roll", "rock - n roll", "dont", "none", "a/b c", "e-mail: x@y.com",
    "it's", "oclock", "(a) the b", "ten-four, good", "4 . 5", "a.", "_x_", "." * 40 + "z", "", " ", "the", "\n\t", "Id've", "ΑΣ.", "ΑΣ Σ",
    "a\u0300 b", "- a-b", "a- b", "-", " -", "1,2", "1 ,2", "[x] {y} <z>", "\\ `", "a b\x85c"]


def png(seed: int) -> bytes:
    """An image of two by two pixels."""
    colors = random.Random(seed)
    rows = b"".join(b"\0" + colors.randbytes(6) for _ in range(2))

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def odd_text(numbers: random.Random, most: int = 5) -> str:
    parts = []
    for _ in range(numbers.randint(1, most)):
        parts += [numbers.choice(WORDS), numbers.choice(SEPARATORS)]
    return "".join(parts[:-1])


def odd_texts(count: int, seed: int) -> list[str]:
    """Texts for normalisation."""
    numbers = random.Random(seed)
    texts = [odd_text(numbers) for _ in range(count)]
    # Any characters, most of them of the first planes. Of those that are newer than this Python it knows no lower case.
    for _ in range(count // 4):
        codes = [numbers.choice([numbers.randrange(0x20, 0x250), numbers.randrange(0x250, 0x2100), numbers.randrange(0xA000, 0xD800)]) for _ in range(numbers.randint(1, 8))]
        texts.append("".join(chr(code) for code in codes if unicodedata.category(chr(code)) != "Cn"))
    return texts


@dataclass
class TextVQA:
    questions: list[str] = field(default_factory=list)
    """Lines."""
    annotations: dict = field(default_factory=lambda: {"dataset_type": "val", "data": []})
    images: dict[str, bytes] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    """What the model says, by question."""


def textvqa(count: int, seed: int) -> TextVQA:
    numbers = random.Random(seed)
    made = TextVQA()
    asked: set[tuple[str, str]] = set()
    while len(made.questions) < count:
        # Ids are those of images, and so they repeat.
        image = f"{numbers.randrange(count * 2 // 3):05x}"
        thing = numbers.choice(["the brand", "written", "the İd", "ΑΣ", "cafe\u0301", "it"])
        question = f"What is {thing} {len(made.questions)}?"
        if numbers.random() < 0.05 and asked:
            image, question = numbers.choice(sorted(asked))  # The same question again.
        tokens = ", ".join(numbers.choice(WORDS).strip() or "x" for _ in range(numbers.randint(1, 4))).replace("\n", " ")
        form = numbers.random()
        ending = "Answer the question using a single word or phrase."
        if form < 0.8:
            prompt = f"{question}\nReference OCR token: {tokens}\n{ending}"
        elif form < 0.9:
            prompt = f"{question}\n{ending}"
        elif form < 0.95:
            prompt = f"Reference OCR token: {tokens}\n{question}\n{ending}"
        else:
            prompt = f"OCR tokens: {tokens}. Question: {question} Short answer:"
        row = {"question_id": image, "image": f"{image}.png", "text": prompt, "category": numbers.choice(["default", "default", "ocr"])}
        if numbers.random() < 0.1:
            row["unknown"] = {"kept": "out"}
        made.questions.append(json.dumps(row, ensure_ascii=numbers.random() < 0.5))
        made.images[row["image"]] = png(int(image, 16))
        candidates = [odd_text(numbers, 3) for _ in range(numbers.randint(1, 5))]
        answers = [numbers.choice(candidates) for _ in range(10)]
        if (image, question) not in asked:
            spelled = question.upper() if numbers.random() < 0.3 and question.isascii() else question
            made.annotations["data"].append({"image_id": image, "question": spelled, "answers": answers, "question_id": len(made.questions)})
            asked.add((image, question))
        given = numbers.choice(candidates) if numbers.random() < 0.7 else odd_text(numbers)
        # As a model's answer is before it is stripped.
        made.texts.append(numbers.choice(["", " ", "\n", "\u3000"]) + given + numbers.choice(["", " ", "\n\x1c"]))
    return made


HEADER = ["index", "question", "hint", "A", "B", "C", "D", "answer", "category", "image", "source", "l2-category", "comment", "split"]
FORMULAS = ["=A1", "#DIV/0!"]
"""What openpyxl does not take for texts."""
NONE = ["", "None", "nan", "N/A", "NA", "null", "NULL", "NaN", "<NA>", "NONE", "nOnE", "NAN", "n/a", "#N/A", "-1.#IND"]


@dataclass
class MMBench:
    rows: list[dict[str, str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def mmbench(count: int, seed: int, longest: bool = True) -> MMBench:
    """At least this many rows: questions, and copies whose options are turned around. One answer is longer than a sheet takes, if asked for."""
    numbers = random.Random(seed)
    rows: list[tuple[dict[str, str], str]] = []
    base = 0
    while len(rows) < count:
        base += numbers.randint(1, 9)
        options = [f"{letter} {odd_text(numbers, 3)}".strip("\t\n ") for letter in "wxyz"][: numbers.choice([2, 2, 3, 4, 4, 4])]
        right = numbers.randrange(len(options))
        text = odd_text(numbers) + numbers.choice(["", ' "quoted"', "\nsecond line", "\ttab", "\r\nCR LF"]) + "?"
        hint = numbers.choice([*NONE, "A hint.", "Two\nlines.", '"Quoted" hint'])
        copies = numbers.choice([1, len(options), len(options)])
        good = numbers.random() < 0.6
        image = base64.b64encode(png(base)).decode()
        for turn in range(copies):
            turned = options[turn:] + options[:turn]
            letter = "ABCD"[(right - turn) % len(options)]
            cells = dict(zip("ABCD", turned)) | {name: numbers.choice(NONE) for name in "ABCD"[len(turned):]}
            row = {
                "index": str(base + turn * 1_000_000), "question": f"{base} {text}", "hint": hint, **cells, "answer": letter,
                "category": f"kind {base % 5}", "image": image, "source": "made up", "l2-category": numbers.choice(["one", "cafe\u0301"]) if turn == 0 else "one",
                "comment": "", "split": "dev"}
            given = letter if good or numbers.random() < 0.6 else numbers.choice(
                ["A", "B", letter + ".", letter.lower(), "", "None", "NA", "nan", odd_text(numbers).replace("\x1f", ""), *FORMULAS, "1", "a\r\nb", "_x0041_"])
            rows.append((row, numbers.choice(["", " ", "\n"]) + given + numbers.choice(["", " "])))
    if numbers.random() < 0.9:
        numbers.shuffle(rows)
    if longest:
        rows[3] = (rows[3][0], "x" * 40_000)
    return MMBench([row for row, _ in rows], [text for _, text in rows])


def without_controls(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Without what the challenge's script cannot write to a sheet."""
    return [{name: cell.replace("\x1f", "") for name, cell in row.items()} for row in rows]


def tsv(rows: list[dict[str, str]], seed: int, header: list[str] = HEADER, line_break: str = "\n", mark: str = "") -> str:
    """A table in one of the spellings that pandas reads alike."""
    numbers = random.Random(seed)

    def cell(text: str) -> str:
        must = text.startswith('"') or any(character in text for character in "\t\n\r")
        return '"' + text.replace('"', '""') + '"' if must or numbers.random() < 0.2 else text

    lines = [mark + "\t".join(header)]
    for row in rows:
        lines.append("\t".join(cell(row[name]) for name in header))
        if numbers.random() < 0.03:
            lines.append(numbers.choice(["", "   "]))
    return line_break.join(lines) + numbers.choice(["", line_break])


TABLES = [
    "a\tb\n1\t2", "\n  \na\tb\r\n\r\n1\t2\r\n   \r\n3\t4\r\n", "a\tb\r1\t2\r3\t4", "a\tb\n1", "a\tb\n\t\n", "a\tb\n\t", "a\tb\n1\t2\n ",
    "\ufeffa\tb\n1\t2", '"a"\tb\n"x\ty""z\n"\t"1"2"', 'a\tb\nx"y"\t""', 'a\tb\n""""\t "x" ', 'a\tb\n"x\r\ny"\t"NA"', "a\tb", "", "a\t\t\n1",
    "a\tb\n<NA>\tnan\nnull\tNone\n#N/A\tNONE\n  \tna", "a\tb\n" + "\n".join(f"{text}\t{text.lower()}" for text in [*NONE, "1.#QNAN", "#NA", "N/a"])]


def odd_tables(count: int, seed: int) -> list[str]:
    """Tables of three columns out of the characters that mean something to a reader."""
    numbers = random.Random(seed)
    parts = ["a", "b", " ", "\t", "\t", "\t", "\n", "\n", "\r\n", '"', '""', '"x', 'y"', "NA", "é"]
    return ["a\tb\tc\n" + "".join(numbers.choice(parts) for _ in range(numbers.randint(1, 14))) for _ in range(count)]
