"""Texts that CLIP's tokenizers distinguish, by kind, from a seed, beside those of `tokenizer_texts`."""

import html
import html.entities
import random
import unicodedata
from collections.abc import Callable, Iterator

from comparisons import tokenizer_texts

CAPTIONS = """a photo of a brown dog running on the beach|Two cats' whiskers, 24 of them|isn't it 3.14?|she's sold 1,200 @ $5.00!|T-shirt – “Best Dad” (XL)|Ein kleines Mädchen
füttert die Vögel|Un garçon mange une crème brûlée à l'hôtel «Été»|São Paulo: MAÇÃ VERDE|¿Qué? ¡Olé!|Zażółć gęślą jaźń|Příliš žluťoučký kůň|Çok güzel İSTANBUL Işık|Собака бежит по
«берегу» моря, её ёлка|ГЭС СССР РОСС|Українська їжа: її підсвічник|ΑΣΣΟΣ ΟΔΥΣΣΕΥΣ Σ ΑΣ. ΑΣ'Α|Ένας σκύλος τρέχει|كلب يجري على الشاطئ|कुत्ता समुद्र तट पर|강아지가 해변을|一只棕色的狗，在海滩上|犬が浜辺を「走って」います
ＬＯＵＤ　ＮＯＩＳＥＳ Ｕﾀｰﾝ|ﬁne ﬂuﬃest ﬆaﬅ ĳsvrij ŉ Ǆ|½ cup × 2² = 4 m² ±1° №5|Œuvre cœur œ. BŒUF|é™ ó® É» „ß“ à² ØÙ Ø¢Ø·|naïve façade — café… “quoted”’s|price: €5 £3 ¥9 5¢|© 2024 Foo® Bar™
👩‍🚀 family 👨‍👩‍👧‍👦 ❤️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿|🇩🇪 flags 1️⃣|e\u0301 A\u030a n\u0303 q\u0323\u0307|ſt'ſ 'ſ K Å|straße STRASSE ẞ|x\u200by\u200cz\ufeff\u00ad-|tab\tand\r\nlines\u2028\u2029 \u3000wide""".replace("\n", "|").split("|")
MARKERS = ["<|startoftext|>", "<|endoftext|>", "<start_of_text>", "<end_of_text>", "<|STARTOFTEXT|>", "<|EndOfText|>", "<END_OF_TEXT>", "<end_of_text", "endoftext|>", "<|end\0oftext|>",
           "<|ſtartoftext|>", "<ſtart_of_text>"]
ENTITIES = ["&amp;", "&lt;", "&gt;", "&quot;", "&#39;", "&#x27;", "&nbsp;", "&eacute;", "&EACUTE;", "&hellip;", "&rsquo;", "&mdash;", "&copy", "&ampx", "&notit;", "&amp;amp;", "&amp;amp;lt;b",
            "&#0;", "&#128;", "&#x80;", "&#150;", "&#xD800;", "&#x110000;", "&#59;", "&#12ab;", "&#10;", "&#13;", "&#x1F600;", "&#65", "&AMP", "&SZLIG;", "&apos;", "&lpar;", "&R;", "& ", "&&", "&;",
            "AT&T", "R&D;", "&unknown;", "&#;", "&#x;", "&lang;", "&TRADE;", "&Trade", "&trade;", "&frac12;", "&FRAC12;", "&there4", "&reg2", "&para;", "&sect;s", "a&lt;b&gt;", "&#1;", "&#xFFFE;",
            "&CounterClockwiseContourIntegral;", "&fjlig;", "&NewLine;"]
FURTHER_NAMES = """AMP COPY GT LT QUOT REG TRADE apos Tab NewLine excl num dollar percnt lpar rpar ast plus comma period sol colon semi equals quest
commat lsqb lbrack bsol rsqb rbrack Hat lowbar grave lcub lbrace verbar vert rcub rbrace hyphen dash horbar check cross star phone female
male""".split()
"""Names of characters beyond those of HTML 4 that the engine knows."""
PAGES = ["latin-1", "cp1252", "cp1251", "cp1250", "cp1253", "cp1254", "cp1257", "iso-8859-2", "mac_roman", "cp437"]
UNLIKELY = "ÃÂÎÐØÙÄÅÇÉÑÖÜßàáâãäåæçèéêëìíîïðñòóôõöøùúûüœŒšŠžŽŸƒˆ˜‰†‡•…–—‘’“”„‚‹›€™¢£¥§¨©ª«¬®¯°±²³´µ¶·¸¹º»¼½¾¿¡¤¦¨\xa0\xad√≈∂≠≤≥∞∆∏π∫ΩıŁłĄąĘęĽľвЂВГРСдёЁіїЇєҐґβΒΓΞΟαςΆΈ║╗░█▀─�"


def needs_refusal(text: str) -> bool:
    """Whether open_clip repairs a text's encoding, or replaces a reference whose name the engine does not know."""
    import ftfy

    known_names = {*html.entities.name2codepoint, *FURTHER_NAMES}
    rare = [f"&{name}" for name in html.entities.html5 if name.removesuffix(";") not in known_names]
    before = ftfy.fix_text(text, fix_encoding=False, fix_c1_controls=False)
    if ftfy.fix_text(text) != before:
        return True
    return any(name in stage for name in rare for stage in (text, before, html.unescape(before)))


def has_unknown_name(text: str) -> bool:
    """Whether a text has what may be a character reference, by a name that the engine does not know, and therefore refuses."""
    import regex

    names = {*html.entities.name2codepoint, *FURTHER_NAMES}
    found = {name for stage in (text, html.unescape(text)) for name in regex.findall(r"&([A-Za-z][A-Za-z0-9]{1,31});", stage)}
    return bool(found - names - {name.upper() for name in names if name == name.lower()})


def known(text: str) -> str:
    """Without the characters that Python's tables of Unicode do not know yet, and the libraries' do."""
    import regex

    return "".join(char for char in text if unicodedata.category(char) != "Cn" or regex.match(r"\p{Cn}", char))


def captions(draw: random.Random) -> Iterator[str]:
    yield from CAPTIONS
    words = [word for caption in CAPTIONS for word in caption.split(" ")]
    for _ in range(4000):
        yield draw.choice([" ", " ", "", "  ", "\n", ", "]).join(draw.choice(words) for _ in range(draw.randint(1, 14)))


def letter_cases(draw: random.Random) -> Iterator[str]:
    for block in range(0, 0x1E95000, 0x100):
        for plane in (block,):
            codes = [code for code in range(plane, min(plane + 0x100, 0x20000)) if chr(code).lower() != chr(code) or chr(code).upper() != chr(code)]
            yield from ("a" + "".join(chr(code) for code in codes[at:at + 12]) + "b" for at in range(0, len(codes), 12))
        if block > 0x20000:
            break
    for _ in range(2000):
        yield "".join(draw.choice(["Σ", "σ", "Α", "İ", "I", "ı", " ", ".", "'", "\u0301", "\u00ad", "1", "ſ", "ß", "ẞ", "Σ", ":"]) for _ in range(draw.randint(1, 9)))


def markers(draw: random.Random) -> Iterator[str]:
    for text in MARKERS:
        yield from [text, f"a{text}b", f" {text} ", f"{text}{text}", f"!{text}", text[:-1], text[1:], text.upper(), f"Ä {text} É"]
    for _ in range(2000):
        yield "".join(draw.choice([*MARKERS, " ", "a", "dog", "<", "|>", "!", "1", "'s", "“", "的"]) for _ in range(draw.randint(1, 7)))


def references(draw: random.Random) -> Iterator[str]:
    yield from ENTITIES
    for name in html.entities.html5:
        yield from (f"a &{name}b", f"&{name.upper()} c")
    for number in [*range(0x120), 0xFDD0, 0xFDEF, 0xFFFF, 0x1FFFE, 0x2028, 0x3000, 0xFF21, 0x201C, 0x10FFFF, 10**12]:
        yield from (f"x&#{number};y", f"&#x{number:X}", f"&#{number}z")
    for _ in range(3000):
        yield "".join(draw.choice([*ENTITIES, " ", "a", "dog", "<", "é", "\n", ";", "“"]) for _ in range(draw.randint(1, 6)))


def mojibake(draw: random.Random) -> Iterator[str]:
    """Captions as they look when they were read in a wrong encoding, and what might be taken for such."""
    for caption in CAPTIONS:
        for page in PAGES:
            for text in (caption, caption.upper(), caption.lower()):
                broken = text.encode().decode(page, errors=draw.choice(["ignore", "replace"]))
                yield from [broken, broken.replace("\xa0", " "), f"ok {broken[: draw.randint(1, 20)]} — ok", f"日 {broken}"]
    for caption in CAPTIONS:
        yield caption.encode("utf-8").decode("cp1252", "replace").encode("utf-8").decode("cp1252", "replace")
        yield caption.encode("cp1252", "ignore").decode("latin-1")
    for _ in range(12000):
        yield "".join(draw.choice(UNLIKELY) if draw.random() < 0.6 else draw.choice("a b,1Z.?") for _ in range(draw.randint(1, 8)))


def terminal(draw: random.Random) -> Iterator[str]:
    for _ in range(1000):
        yield "".join(draw.choice(["\x1b[", "\x1b", "[", "0;31", "m", "31", "K", " ", "red", "\r", "\n", "\r\n", "\x7f", "\ufeff", "\u206a", "\ufffc", "٣", ";"]) for _ in range(draw.randint(1, 8)))


def long_texts(draw: random.Random) -> Iterator[str]:
    for _ in range(200):
        yield " ".join(draw.choice(CAPTIONS) for _ in range(draw.randint(5, 40)))


KINDS: dict[str, Callable[[random.Random], Iterator[str]]] = {
    "captions": captions, "letter cases": letter_cases, "markers": markers, "character references": references, "mojibake": mojibake,
    "terminal escapes": terminal, "long texts": long_texts}


def texts(seed: int) -> dict[str, list[str]]:
    """All of them, and the general ones; each kind without repetitions."""
    kinds = {**KINDS, **tokenizer_texts.KINDS}
    return {kind: list(dict.fromkeys(known(text) for text in make(random.Random(seed)))) for kind, make in kinds.items()}
