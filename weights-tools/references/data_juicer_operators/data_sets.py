"""Data sets whose texts and images are awkward for filters, and random ones."""

import json
import random
import shutil
from pathlib import Path

from fixtures.places import PICTURES

IMAGE, END = "<__dj__image>", "<|__dj__eoc|>"
NAMES = ("scene-000.jpg", "scene-001.jpg", "size-15x15.jpg", "size-1x400.jpg", "size-225x223.jpg", "size-300x7.jpg", "size-31x9.jpg", "size-8x16.jpg")
TURNED = "turned.jpg"
"""An image whose EXIF says that it lies on its side."""

TEXTS = [
    "<I>\na photo of a zebra dog <E>", "<I><I> two of them <E>", "<I> first <E> words alone <E> <I> third <E>", "", " \t\n ", "word", "12345 67890",
    "...!!! ??? -- ## $$", "🐶🐱🦊 emoji only 🐶🐶", "👍🏽 👨‍👩‍👧 🇩🇪 #️⃣ ©️ ™", "日本語のテキスト、句読点。 一 上 士", "ΟΔΟΣ οδος Οδός ΣΑΣ Σ ΑΣ.", "Straße STRASSE İstanbul ıI ǅ ŉ",
    "e\u0301 \u00e9 \u1e9b\u0323 combining\u0301 marks", "non\u00a0breaking\u2003spaces\u3000wide\u200bzero\ufeff\u0085 x", "tab\tseparated\twords\nand\nlines\r\nhere\x0b\x0cff",
    "the same words again the same words again the same words again the same words again", "abcabcabcabcabcabcabcabcabcabcabcabc", "a" * 60, "ab " * 40,
    "one two three four five six seven eight nine ten eleven twelve one two three four five six seven eight nine ten eleven twelve",
    "Ⅷ ½ ² ৪ ٣ 〇 五 ㊿ x² ①", "“quotes” ‘single’ – dash — em … «guillemets»", "damn this bloody word, DAMN! bloody-word Bloody", "<__dj__video> <__dj__audio> tokens <|__dj__eoc|>",
    "\u0000\u0001 control \u007f \u0080 \u2028 \u2029", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝟘𝟙𝟚 𐐀𐐨 mathematical", "0.1 + 0.2 = 0.30000000000000004", "x " * 3, "ललल हिन्दी पाठ े ी", "ไทย ภาษาไทย ๑๒๓",
    "!word! (word) word, word. 'word' word", "\n\n\n", "- - - -", "a-b c_d e/f g.h", "١٢٣ عربى؟ مرحبا،", "ab" * 500 + "c", "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor"]

WORDS = {"en": ["damn", "bloody", "bloodyword", "thisbloody"], "de": ["mist", "οδος"]}
"""Flagged words by language."""


def text(marked: str) -> str:
    return marked.replace("<I>", IMAGE).replace("<E>", END)


def line(row: dict[str, object]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"


def images_of(marked: str, number: int) -> list[str]:
    return [f"images/{NAMES[(number + place) % len(NAMES)]}" for place in range(marked.count("<I>"))]


def awkward() -> str:
    rows = [
        {"id": number, "text": text(marked), "images": images_of(marked, number), "score": number * 37 % 41 / 7, "name": marked[:3]} for number, marked in enumerate(TEXTS)]
    return "".join(map(line, rows))


def pictures() -> str:
    names = [[name] for name in NAMES] + [[], [NAMES[0], NAMES[3]], [NAMES[2], NAMES[2]], list(NAMES), [TURNED]]
    return "".join(
        line({"id": number, "text": f"{IMAGE * len(images)} sample {number} {END}", "images": [f"images/{name}" for name in images]})
        for number, images in enumerate(names))


def all_pictured() -> str:
    return "".join(line({"id": number, "text": f"{IMAGE} sample {number} {END}", "images": [f"images/{name}"]}) for number, name in enumerate(NAMES))


def duplicates() -> str:
    first, second = NAMES[:2]
    images = [[first], [second], [first], [], [first, second], [second, first], [first, first], [], [TURNED], ["again.jpg"], [second]]
    texts = "aaab ab cbad"
    return "".join(line({"id": number, "text": texts[number], "images": [f"images/{name}" for name in names]}) for number, names in enumerate(images))


def broken() -> str:
    rows = [
        {"id": "good", "text": f"{IMAGE} good {END}", "images": [f"images/{NAMES[0]}"]}, {"id": "gone", "text": f"{IMAGE} gone {END}", "images": ["images/gone.jpg"]},
        {"id": "none", "text": f"{IMAGE} no image {END}", "images": ["images/text.jpg"]}, {"id": "last", "text": "last", "images": []}]
    return "".join(map(line, rows))


def stale(*stats: object) -> str:
    """Samples with numbers from before, each as given."""
    return "".join(
        line({"id": number, "__dj__stats__": value, "text": f"sample {number} has a text of some length, {'x' * number}", "score": 1 / (number + 3)})
        for number, value in enumerate(stats))


def data_sets() -> dict[str, str]:
    third = 1 / 3
    return {
        "awkward": awkward(), "pictures": pictures(), "all-pictured": all_pictured(), "broken": broken(), "duplicates": duplicates(), "single": line({"id": 1, "text": "only one", "images": []}),
        "stale": stale({"text_len": 99, "other": third}, {"text_len": 3, "other": 1.5}, {"text_len": 50, "other": 2.5}),
        "stale-in-part": stale({"text_len": 99, "other": third}, {"other": third}, {"text_len": 50})}


def randomly(seed: int, count: int) -> str:
    """A random data set: words, blanks and special characters of all kinds."""
    chance = random.Random(seed)
    ranges = [(0x20, 0x7F)] * 8 + [(0xA0, 0x250), (0x370, 0x500), (0x900, 0x980), (0x2000, 0x2100), (0x2190, 0x2800), (0x3000, 0x3100), (0x4E00, 0x4E80), (0x1F300, 0x1FAFF), (0xFF00, 0xFFFE)]
    rows = []
    for number in range(count):
        words = []
        for _ in range(chance.choice([0, 1, 3, 8, 30, 120])):
            first, last = chance.choice(ranges)
            word = "".join(chr(chance.randrange(first, last)) for _ in range(chance.randint(1, 9)))
            words += [word] * chance.choice([1, 1, 1, 2, 5])
        images = chance.choice([0, 1, 1, 1, 2])
        separators = [" ", " ", " ", "\n", "\t", "  "]
        body = "".join(word + chance.choice(separators) for word in words)
        rows.append({
            "id": number, "text": f"{IMAGE * images}{body}{END}", "images": [f"images/{name}" for name in chance.choices([*NAMES, TURNED], k=images)],
            "score": chance.choice([chance.random(), chance.gauss(0, 1e3), float(chance.randrange(5))])})
    return "".join(map(line, rows))


def make_images(folder: Path) -> None:
    """The images that data sets name, and one that is none."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        shutil.copyfile(PICTURES / name, folder / "images" / name)
    shutil.copyfile(PICTURES / NAMES[0], folder / "images" / "again.jpg")
    (folder / "images" / TURNED).write_bytes(turned((PICTURES / NAMES[0]).read_bytes()))
    (folder / "images" / "text.jpg").write_bytes(b"no image")
    (folder / "words").mkdir(exist_ok=True)
    (folder / "words" / "my_flagged_words.json").write_text(json.dumps(WORDS, ensure_ascii=False), encoding="utf-8")


def turned(jpeg: bytes) -> bytes:
    """A JPEG with EXIF that says orientation 6."""
    exif = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"
    return jpeg[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + jpeg[2:]


def make(folder: Path) -> None:
    make_images(folder)
    for name, lines in data_sets().items():
        (folder / f"{name}.jsonl").write_text(lines, encoding="utf-8", newline="")
