"""Strings that tokenizers get wrong, by kind, from a seed."""

import random
from collections.abc import Callable, Iterator

SPACES = [chr(code) for code in range(0x3001) if chr(code).isspace() and not 0x1C <= code <= 0x1F]
CONTRACTIONS = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"]
SPECIALS = ["<s>", "<pad>", "</s>", "<unk>", "<mask>", "<image>", "<|endoftext|>", "madeupword0001", "</s", "<image", "s>", "</S>"]
WORDS = """A photo of a brown dog running on the beach with a red ball in its mouth. Two cats' whiskers, 24 of them; isn't it 3.14?
Ein kleines Mädchen füttert die Vögel. Un garçon mange une crème brûlée à l'hôtel. Собака бежит по берегу моря. 一只棕色的狗在海滩上奔跑。
犬が浜辺を走っています。 Ένας σκύλος τρέχει. كلب يجري على الشاطئ. कुत्ता समुद्र तट पर दौड़ रहा है। 강아지가 해변을 달리고 있다. ½ Ⅷ ① ² ٣ ﬁ Ǆ 𝒳 e\u0301
Question: how many people are in the picture? Answer: http://example.com/a_b?c=d&e=%20 #hash @user C++ $5.00 50% ... --- !!! (c) [x] {y}
""".split()
PEOPLE = ["👩", "👨", "🧑", "👧", "👦", "👶", "🧓"]
TONES = ["\U0001f3fb", "\U0001f3fc", "\U0001f3fd", "\U0001f3fe", "\U0001f3ff"]
THINGS = ["💻", "🔬", "🚀", "🌾", "❤️", "⚖️", "✈️", "🎨", "🍳", "🦰", "🦱", "🦳", "🦲"]


def code_points(draw: random.Random) -> Iterator[str]:
    """Every character there is or may come to be, 64 in a row: every block, in order."""
    for start in range(0, 0x110000, 64):
        run = [chr(code) for code in range(start, start + 64) if not 0xD800 <= code <= 0xDFFF]
        if run:
            yield "".join(run)


def code_points_in_words(draw: random.Random) -> Iterator[str]:
    """Characters of the planes that are in use, between letters, digits and signs: of what class is each?"""
    codes = [code for code in [*range(0x3400), *range(0xA000, 0xAC00), *range(0xF900, 0x1F000), *range(0x1F000, 0x20000)]
             if not 0xD800 <= code <= 0xF8FF]
    for at in range(0, len(codes), 6):
        yield "".join(f"a{chr(code)}b {chr(code)}1{chr(code)}!" for code in codes[at:at + 6])


def random_characters(draw: random.Random) -> Iterator[str]:
    limits = [0x80, 0x100, 0x800, 0x3000, 0x10000, 0x20000, 0x110000]
    for _ in range(3000):
        codes = [draw.randrange(draw.choice(limits)) for _ in range(draw.randint(1, 30))]
        yield "".join(chr(code) for code in codes if not 0xD800 <= code <= 0xDFFF)


def emoji(draw: random.Random) -> Iterator[str]:
    letters = [chr(code) for code in range(0x1F1E6, 0x1F200)]
    yield from (first + second for first in letters for second in letters)
    yield from (digit + "\ufe0f\u20e3" for digit in "0123456789#*")
    yield from ("🏴" + "".join(chr(0xE0000 + ord(letter)) for letter in name) + "\U000e007f" for name in ("gbeng", "gbsct", "usca"))
    for person in PEOPLE:
        for tone in ["", *TONES]:
            yield from (f"a {person}{tone}\u200d{thing} b" for thing in THINGS)
    for _ in range(1000):
        family = "\u200d".join(draw.choice(PEOPLE) + draw.choice(["", *TONES]) for _ in range(draw.randint(1, 4)))
        yield draw.choice(["", " ", "x"]) + family + draw.choice(["", "\ufe0f", " ", "!", "\u200d", draw.choice(THINGS)]) * draw.randint(1, 3)


def white_space(draw: random.Random) -> Iterator[str]:
    for first in SPACES:
        for second in SPACES:
            yield from (f"a{first}{second}b", f"{first}{second}", f" {first}!{second} 1")
    for _ in range(2000):
        parts = ("".join(draw.choice(SPACES) for _ in range(draw.randint(0, 5))) + draw.choice(["", "a", "1", "!", "'s", "é"])
                 for _ in range(draw.randint(1, 5)))
        yield "".join(parts)


def contractions(draw: random.Random) -> Iterator[str]:
    stems = ["", "it", "they", "IT", " ", "5", "!", "é", "'", "的", "\n", "🐶"]
    for text in CONTRACTIONS + ["\u2019s", "'S", "'RE", "'lL", "'", "'r", "'v", "'l"]:
        yield from (stem + text + ending for stem in stems for ending in ["", "x", " ", "'", "1", "s", ".", "'s"])
    for _ in range(1000):
        yield "".join(draw.choice([*CONTRACTIONS, "'", "a", " ", "l", "S", "1"]) for _ in range(draw.randint(1, 12)))


def controls(draw: random.Random) -> Iterator[str]:
    codes = [*range(0x20), *range(0x7F, 0xA1), 0xAD, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x2028, 0x202F),
             *range(0x2060, 0x2070), 0xFEFF, *range(0xFFF9, 0x10000), 0xE0001]
    for code in codes:
        yield from (chr(code), f"a{chr(code)}{chr(code)} 1", f" {chr(code)} {chr(code)}x", f"\n{chr(code)}\n")
    for _ in range(500):
        yield "".join(chr(draw.choice(codes)) if draw.random() < 0.6 else draw.choice("ab 1!") for _ in range(draw.randint(1, 15)))


def specials_in_text(draw: random.Random) -> Iterator[str]:
    for text in SPECIALS:
        yield from [text, f"a{text}b", f" {text} ", f"  {text}  x", text * 3, f"<{text}>", text[:-1], text[1:], text.upper()]
    for _ in range(2000):
        yield "".join(draw.choice([*SPECIALS, " ", "  ", "\n", "a", "dog", "<", ">", "é", "_"]) for _ in range(draw.randint(1, 8)))


def sentences(draw: random.Random) -> Iterator[str]:
    for _ in range(3000):
        yield draw.choice([" ", " ", "", "  ", "\n"]).join(draw.choice(WORDS) for _ in range(draw.randint(1, 12)))


def long_words(draw: random.Random) -> Iterator[str]:
    units = ["a", "ab", "the", "0", "19", "!", "?!", " ", "\n", " \n", "é", "的", "👍", "\u0301", "dog", "'s", "\0"]
    yield from (unit * count for unit in units for count in (50, 300, 2000))
    for _ in range(100):
        yield "".join(draw.choice("etaoinshrdlu") for _ in range(draw.randint(20, 500)))


KINDS: dict[str, Callable[[random.Random], Iterator[str]]] = {
    "every code point": code_points, "code points in words": code_points_in_words, "random characters": random_characters,
    "emoji sequences": emoji, "white space": white_space, "contractions": contractions, "control characters": controls,
    "special tokens in text": specials_in_text, "sentences": sentences, "long words": long_words,
}


def texts(seed: int) -> dict[str, list[str]]:
    """All of them, each kind without repetitions."""
    return {kind: list(dict.fromkeys(make(random.Random(seed)))) for kind, make in KINDS.items()}
