"""Thousands of ways to say how a picture is to be turned, right and wrong, in JPEG and in PNG, made from a seed."""

import functools
import io
import random
import struct
import zlib
from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image

from . import png_encoder
from .png_encoder import chunk
from .tiff_blocks import ORIENTATION, TYPES, UNKNOWN_TYPES, Entry, block, fraction, orientation, stored

Named = Iterator[tuple[str, bytes]]
XMP_SEGMENT = b"http://ns.adobe.com/xap/1.0/\0"
XMP_KEYWORD = b"XML:com.adobe.xmp"
RAW_KEYWORD = b"Raw profile type exif"
ORDERS = {"le": "<", "be": ">"}


def _samples() -> np.ndarray:
    """[3, 5, 3], no two pixels alike, so that all eight orientations differ."""
    return (np.arange(45).reshape(3, 5, 3) * 5).astype(np.uint8)


@functools.cache
def _plain_jpeg(density: bool) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(_samples()).save(buffer, "JPEG", quality=95, subsampling=0, **({"dpi": (72, 72)} if density else {}))
    return buffer.getvalue()


def segment(payload: bytes, marker: int = 0xE1) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def jpeg(*payloads: bytes, density: bool = False) -> bytes:
    """A JPEG with these APP1 segments. Without a density of its own Pillow reads EXIF while it opens the file."""
    plain = _plain_jpeg(density)
    return plain[:20] + b"".join(map(segment, payloads)) + plain[20:]


def jpeg_exif(content: bytes, density: bool = False) -> bytes:
    return jpeg(b"Exif\0\0" + content, density=density)


def png(before: bytes = b"", after: bytes = b"") -> bytes:
    return png_encoder.encode(_samples(), 8, png_encoder.RGB, filters=(0,), before=before, after=after)


def png_exif(content: bytes) -> bytes:
    return png(chunk(b"eXIf", content))


def both(name: str, content: bytes) -> Named:
    """A block in either format."""
    yield f"{name}.jpg", jpeg_exif(content)
    yield f"{name}.png", png_exif(content)


def packet(statement: bytes) -> bytes:
    return b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description ' + statement + b"</rdf:RDF></x:xmpmeta>"


def attribute(value: object) -> bytes:
    return packet(b'tiff:Orientation="%s"/>' % str(value).encode())


def text(keyword: bytes, value: bytes) -> bytes:
    return chunk(b"tEXt", keyword + b"\0" + value)


def packed_text(keyword: bytes, value: bytes, method: int = 0, stream: bytes | None = None) -> bytes:
    return chunk(b"zTXt", keyword + b"\0" + bytes([method]) + (zlib.compress(value) if stream is None else stream))


def international(keyword: bytes, value: bytes, packed: int = 0, method: int = 0, language: bytes = b"", translated: bytes = b"") -> bytes:
    return chunk(b"iTXt", keyword + b"\0" + bytes([packed, method]) + language + b"\0" + translated + b"\0"
                 + (zlib.compress(value) if packed else value))


def raw_profile(content: bytes, *, width: int = 72, separator: bytes = b"\n", start: bytes | None = None) -> bytes:
    """As ImageMagick writes it."""
    digits = content.hex().encode()
    lines = [digits[at:at + width] for at in range(0, len(digits), width)]
    return (b"\nexif\n%8d\n" % len(content) if start is None else start) + separator.join(lines) + b"\n"


def types() -> Named:
    """Every type, known or not, with every count, value and byte order, and inline, or elsewhere, where the other is due."""
    values = [*range(10), -1, -6, 6 + (1 << 8), 6 + (1 << 16), 6 << 8, 6 << 24, 6.5, float("nan"), float("inf"), 1e30]
    for kind in [*TYPES, *UNKNOWN_TYPES]:
        for label, order in ORDERS.items():
            for value in values:
                if not float(value).is_integer() and kind not in (11, 12) or (kind == 11 and value == 1e30):
                    continue
                for count in range(4):
                    yield from both(f"type-{kind}-{label}-{value}-x{count}", orientation(kind, value, order, count))
            for value in (3, 6):
                content = stored(kind, value, order)
                far = Entry(kind, content, place=26)
                yield from both(f"type-{kind}-{label}-{value}-elsewhere", block([far], order=order))
                yield from both(f"type-{kind}-{label}-{value}-many", block([Entry(kind, content * 40)], order=order))


def rationals() -> Named:
    """Whole numbers as fractions, fractions that are none, and nought below."""
    numbers = [0, 1, 2, 3, 6, 8, 12, 13, 48, -1, -6, -12, 0x7FFFFFFF, -0x80000000]
    for kind in (5, 10):
        for label, order in ORDERS.items():
            for numerator in numbers:
                for denominator in numbers:
                    content = block([Entry(kind, fraction(kind, numerator, denominator, order))], order=order)
                    yield f"fraction-{kind}-{label}-{numerator}-{denominator}.jpg", jpeg_exif(content)


def headers(draw: random.Random) -> Named:
    """How a structure begins: both byte orders, BigTIFF, marks that are mixed up, and directories in odd places."""
    for letters in (b"II", b"MM", b"IM", b"ii", b"\0\0"):
        for number in (b"\x2a\0", b"\0\x2a", b"\x2b\0", b"\0\x2b", b"\0\0", b"\x2a\x2a", b"\0\x2c"):
            for order in "<>":
                yield from both(f"header-{letters.hex()}-{number.hex()}-{'be' if order == '>' else 'le'}",
                                block([Entry(3, stored(3, 6, order))], order=order, header=letters + number))
    for label, order in ORDERS.items():
        entry = struct.pack(order + "QHHQ", 1, ORIENTATION, 3, 1) + stored(3, 6, order) + bytes(6 + 8)
        mark = b"II\x2b\0" if order == "<" else b"MM\0\x2b"
        for offset in (16, 0, 8, 1 << 40, (1 << 64) - 1):
            yield from both(f"bigtiff-{label}-{offset}", mark + struct.pack(order + "HHQ", 8, 0, offset) + entry)
        whole = orientation(3, 6, order)
        for directory in (0, 1, 2, 7, 9, 10, 30, 200, len(whole) - 1, 1 << 16, (1 << 31) - 1, (1 << 32) - 1):
            yield from both(f"directory-at-{directory}-{label}", whole[:4] + struct.pack(order + "I", directory) + whole[8:])
        for directory in (9, 10, 31, 5000):
            yield from both(f"directory-moved-{directory}-{label}", block([Entry(5, fraction(5, 6, 1, order))], order=order, directory=directory))
        model = Entry(2, b"a camera\0", tag=0x0110)
        for name, content in [("inline", whole), ("far", block([model, Entry(5, fraction(5, 6, 1, order)), model], order=order))]:
            for cut in range(len(content) + 1):
                yield from both(f"cut-{name}-{label}-{cut}", content[:cut])
                yield f"cut-{name}-{label}-{cut}-and-xmp.jpg", jpeg(b"Exif\0\0" + content[:cut], XMP_SEGMENT + attribute(8), density=draw.random() < 0.5)
                yield f"cut-{name}-{label}-{cut}-and-xmp.png", png(chunk(b"eXIf", content[:cut]) + international(XMP_KEYWORD, attribute(8)))


def directories(draw: random.Random, count: int) -> Named:
    """Several entries, some broken, the tag among them none, one or more times."""
    for number in range(count):
        order = draw.choice("<>")
        entries = []
        for _ in range(draw.randrange(1, 6)):
            kind = draw.choice([*TYPES, 3, 3, *UNKNOWN_TYPES[:3]])
            values = [draw.choice([1, 2, 3, 5, 6, 8, 8, 9, 0]) for _ in range(draw.choice([0, 1, 1, 1, 2, 3]))]
            content = b"".join(stored(kind, value, order) for value in values)
            tag = draw.choice([ORIENTATION] * 3 + [0x0110, 0x010F, 0x0132, 0xC4A5, 0x0111])
            entry = Entry(kind, content, tag=tag)
            if draw.random() < 0.25:
                entry.count = draw.choice([0, 1, 5, 4000, 1 << 31, (1 << 32) - 1])
            if draw.random() < 0.15:
                entry.place = draw.choice([0, 6, 12, 100, 1 << 20, (1 << 32) - 1])
            entries.append(entry)
        claimed = None if draw.random() < 0.8 else draw.choice([0, len(entries) - 1, len(entries) + 1, 65535])
        content = block(entries, order=order, claimed=claimed)
        if draw.random() < 0.2:
            content = content[:draw.randrange(len(content))]
        name = f"directory-{number}"
        if draw.random() < 0.5:
            yield f"{name}.jpg", jpeg(b"Exif\0\0" + content, *([XMP_SEGMENT + attribute(7)] if draw.random() < 0.5 else []), density=draw.random() < 0.5)
        else:
            yield f"{name}.png", png(chunk(b"eXIf", content) + (international(XMP_KEYWORD, attribute(7)) if draw.random() < 0.5 else b""))


def segments(draw: random.Random) -> Named:
    """Introductions, repeated, missing or misspelt, and blocks in several segments or chunks."""
    whole, other = orientation(3, 6), orientation(3, 8, ">")
    for start in (b"", b"Exif\0\0", b"Exif\0\0" * 2, b"Exif\0\0" * 5, b"Exif\0\xff", b"Exif\0", b"exif\0\0", b"EXIF\0\0", b"\0", b"Exif\0\0Exif\0\xff"):
        label = start.hex() or "none"
        for rest, content in (("whole", whole), ("empty", b"")):
            yield f"start-{label}-{rest}.jpg", jpeg(start + content)
            yield f"start-{label}-{rest}-again.jpg", jpeg(start + content, b"Exif\0\0" + other)
            yield f"start-{label}-{rest}-before.jpg", jpeg(b"Exif\0\0" + other, start + content)
            yield f"start-{label}-{rest}-behind.jpg", jpeg_exif(start + content)
            yield f"start-{label}-{rest}.png", png_exif(start + content)
            yield f"start-{label}-{rest}-xmp.png", png(chunk(b"eXIf", start + content) + international(XMP_KEYWORD, attribute(3)))
    for cut in range(len(whole) + 1):
        yield f"in-two-{cut}.jpg", jpeg(b"Exif\0\0" + whole[:cut], b"Exif\0\0" + whole[cut:])
        yield f"in-two-{cut}-xmp-between.jpg", jpeg(b"Exif\0\0" + whole[:cut], XMP_SEGMENT + attribute(3), b"Exif\0\0" + whole[cut:])
        yield f"in-two-{cut}.png", png(chunk(b"eXIf", whole[:cut]) + chunk(b"eXIf", whole[cut:]))
    places = {"before": lambda made: png(made), "after": lambda made: png(after=made)}
    for place, made in places.items():
        for value in range(10):
            yield f"exif-{place}-{value}.png", made(chunk(b"eXIf", orientation(3, value)))
            yield f"exif-{place}-{value}-checksum.png", made(chunk(b"eXIf", orientation(3, value), 7))
    for first in (1, 3, 9):
        yield f"exif-on-both-sides-{first}.png", png(chunk(b"eXIf", orientation(3, first)), chunk(b"eXIf", orientation(3, 6)))
    without_end = png(after=chunk(b"eXIf", whole))[:-12]
    yield "exif-last.png", without_end
    yield "exif-last-without-checksum.png", without_end[:-4]
    yield "other-marker.jpg", _plain_jpeg(False)[:20] + segment(b"Exif\0\0" + whole, 0xE2) + _plain_jpeg(False)[20:]
    scan = _plain_jpeg(False).rindex(b"\xff\xd9")
    yield "behind-the-scan.jpg", _plain_jpeg(False)[:scan] + segment(b"Exif\0\0" + whole) + b"\xff\xd9"
    for number, name in enumerate(("exIF", "eXIF", "exIf", "zxIf", "eXif")):
        yield f"other-chunk-{number}.png", png(chunk(name.encode(), whole))


def statements() -> list[bytes]:
    """XMP as attribute and element, quoted, spaced and written in every way."""
    found = []
    for value in [*range(10), 16, 61, 62, "06", "-6", "+6", "6.0", "x", "", " 6", "6 ", "&#54;", "\u0666"]:
        written = str(value).encode()
        found += [b'tiff:Orientation="%s"/>' % written, b"tiff:Orientation='%s'/>" % written, b"><tiff:Orientation>%s</tiff:Orientation>" % written]
    for gap in (b" ", b"\n", b"\t", b"  "):
        found += [b'tiff:Orientation%s="6"/>' % gap, b'tiff:Orientation=%s"6"/>' % gap, b"><tiff:Orientation>%s6</tiff:Orientation>" % gap,
                  b"><tiff:Orientation%s>6</tiff:Orientation>" % gap]
    return found + [
        b'exif:Orientation="6"/>', b'TIFF:Orientation="6"/>', b'tiff:orientation="6"/>', b'xtiff:Orientation="6"/>', b'tiff:OrientationX="6"/>',
        b'tiff:Orientation="x" tiff:Orientation="6"/>', b'tiff:Orientation="1" tiff:Orientation="6"/>', b'tiff:Orientation="9" tiff:Orientation="6"/>',
        b'tiff:Orientation=""6"/>', b'tiff:Orientationtiff:Orientation="6"/>', b"><tiff:Orientation rdf:datatype='x'>6</tiff:Orientation>",
        b'><!-- tiff:Orientation="6" -->', b"tiff:Orientation=6/>", b"tiff:Orientation>>6", b'tiff:Orientation=">6"', b"tiff:Orientation",
        b'tiff:Orientation="', b"tiff:Orientation>", b'tttiff:Orientation="6', b'\0tiff:Orientation="6"', b'\xfftiff:Orientation="6"', "\u00fctiff:Orientation=\"6\"".encode(),
    ]


def xmp() -> Named:
    """XMP alone, and beside EXIF of all kinds: who has the say?"""
    for number, statement in enumerate(statements()):
        content = packet(statement)
        yield f"xmp-{number}.jpg", jpeg(XMP_SEGMENT + content)
        yield f"xmp-{number}-utf16.jpg", jpeg(XMP_SEGMENT + content.decode("latin-1").encode("utf-16"))
        yield f"xmp-{number}.png", png(international(XMP_KEYWORD, content))
        yield f"xmp-{number}-packed.png", png(international(XMP_KEYWORD, content, packed=1))
        yield f"xmp-{number}-text.png", png(text(XMP_KEYWORD, content))
        yield f"xmp-{number}-packed-text.png", png(packed_text(XMP_KEYWORD, content))
        yield f"xmp-{number}-after.png", png(after=international(XMP_KEYWORD, content))
    blocks = {f"type-{kind}-{value}": orientation(kind, value) for kind in (*TYPES, 0, 14) for value in (0, 1, 3, 9)}
    blocks |= {"empty": b"", "no-tag": block([Entry(2, b"cam\0", tag=0x0110)]), "no-entry": block([]), "nonsense": b"nonsense", "no-value": orientation(3, 1, count=0)}
    for name, content in blocks.items():
        for value in (1, 6, 9):
            yield f"exif-{name}-xmp-{value}.jpg", jpeg(b"Exif\0\0" + content, XMP_SEGMENT + attribute(value))
            yield f"exif-{name}-xmp-{value}-density.jpg", jpeg(b"Exif\0\0" + content, XMP_SEGMENT + attribute(value), density=True)
            yield f"xmp-{value}-exif-{name}.jpg", jpeg(XMP_SEGMENT + attribute(value), b"Exif\0\0" + content)
            yield f"exif-{name}-xmp-{value}.png", png(chunk(b"eXIf", content) + international(XMP_KEYWORD, attribute(value)))
            yield f"exif-{name}-xmp-{value}-after.png", png(international(XMP_KEYWORD, attribute(value)), chunk(b"eXIf", content))
    for first in (b"", attribute(3), attribute(9), b"nothing"):
        yield f"xmp-twice-{first[-40:].hex()}.jpg", jpeg(XMP_SEGMENT + first, XMP_SEGMENT + attribute(6))
        yield f"xmp-twice-{first[-40:].hex()}-turned.jpg", jpeg(XMP_SEGMENT + attribute(6), XMP_SEGMENT + first)
    for number, start in enumerate((b"http://ns.adobe.com/xap/1.0/", b"http://ns.adobe.com/xmp/extension/\0", b"HTTP://ns.adobe.com/xap/1.0/\0", b"XMP\0", XMP_SEGMENT + b"\0")):
        yield f"xmp-start-{number}.jpg", jpeg(start + attribute(6))


def texts(draw: random.Random, count: int) -> Named:
    """EXIF and XMP in text chunks of PNGs, under names that mean something to Pillow, packed, cut, broken and in any order."""
    whole = orientation(3, 6)
    profiles = {
        "plain": raw_profile(b"Exif\0\0" + whole), "bare": raw_profile(whole), "upper": raw_profile(whole).replace(b"d", b"D").upper(),
        "narrow": raw_profile(whole, width=7), "spaced": raw_profile(whole, separator=b" \n"), "returns": raw_profile(whole, separator=b"\r\n"),
        "odd-spaces": raw_profile(whole, width=7, separator=b" "), "even-spaces": raw_profile(whole, width=8, separator=b"\t\v\f "),
        "two-lines": raw_profile(whole, start=b"exif\n52\n"), "no-lines": raw_profile(whole, start=b""), "four-lines": raw_profile(whole, start=b"\n\n\n\n"),
        "odd": raw_profile(whole)[:-2], "letter": raw_profile(whole) + b"g", "umlaut": raw_profile(whole) + "\u00fc".encode(), "zero": raw_profile(whole) + b"\0",
        "space-end": raw_profile(whole) + b"   ", "empty": b"", "start": b"\nexif\n 52\n", "cut": raw_profile(whole)[:-14], "separator": raw_profile(whole) + b"\x1c\x85",
    }
    wrappings: dict[str, Callable[[bytes, bytes], bytes]] = {
        "tEXt": text, "zTXt": packed_text, "iTXt": international, "iTXt-packed": lambda k, v: international(k, v, packed=1),
        "iTXt-packed-255": lambda k, v: international(k, v, packed=255), "iTXt-method": lambda k, v: international(k, v, method=1),
        "iTXt-packed-method": lambda k, v: international(k, v, packed=1, method=1), "iTXt-language": lambda k, v: international(k, v, language=b"de", translated="\u00dc".encode()),
        "iTXt-bad-language": lambda k, v: international(k, v, language=b"\xff"), "iTXt-bad-keyword": lambda k, v: international(k, v, translated=b"\xc0\x80"),
        "zTXt-cut": lambda k, v: packed_text(k, b"", stream=zlib.compress(v)[:-5]), "zTXt-half": lambda k, v: packed_text(k, b"", stream=zlib.compress(v)[:len(v) // 3]),
        "zTXt-sum": lambda k, v: packed_text(k, b"", stream=zlib.compress(v)[:-1] + b"?"), "zTXt-stored": lambda k, v: packed_text(k, b"", stream=zlib.compress(v, 0)),
        "zTXt-junk": lambda k, v: packed_text(k, b"", stream=zlib.compress(v) + b"junk"), "zTXt-none": lambda k, v: packed_text(k, b"", stream=b""),
        "zTXt-nonsense": lambda k, v: packed_text(k, b"", stream=b"nonsense"), "zTXt-raw": lambda k, v: packed_text(k, b"", stream=zlib.compress(v)[2:-4]),
        "iTXt-short": lambda k, v: chunk(b"iTXt", k + b"\0\0"), "iTXt-no-end": lambda k, v: chunk(b"iTXt", k + b"\0\0\0\0"), "iTXt-no-start": lambda k, v: chunk(b"iTXt", k),
        "tEXt-no-start": lambda k, v: chunk(b"tEXt", k), "zTXt-no-start": lambda k, v: chunk(b"zTXt", k), "zTXt-no-method": lambda k, v: chunk(b"zTXt", k + b"\0"),
        "zTXt-method": lambda k, v: packed_text(k, v, method=1),
    }
    contents = {RAW_KEYWORD: profiles, XMP_KEYWORD: {"xmp": attribute(8), "bad": attribute(8) + b"\xff", "surrogate": attribute(8) + b"\xed\xa0\x80", "empty": b""},
                b"exif": {"bare": whole, "started": b"Exif\0\0" + whole, "empty": b"", "nonsense": b"nonsense"},
                b"xmp": {"xmp": attribute(8), "empty": b""},
                b"Raw profile type APP1": {"plain": profiles["plain"]}, b"Raw profile type EXIF": {"plain": profiles["plain"]}, b"raw profile type exif": {"plain": profiles["plain"]},
                b"Raw profile type xmp": {"plain": raw_profile(attribute(6))}, b"Exif": {"bare": whole}, b"eXIf": {"bare": whole}, b"": {"bare": whole}}
    for keyword, kinds in contents.items():
        for label, content in kinds.items():
            for wrapping, wrap in wrappings.items():
                name = f"text-{keyword.decode().replace(' ', '-').replace(':', '-')}-{label}-{wrapping}"
                yield f"{name}.png", png(wrap(keyword, content))
                yield f"{name}-after.png", png(after=wrap(keyword, content))
                yield f"{name}-with-xmp.png", png(wrap(keyword, content) + international(XMP_KEYWORD, attribute(3)))
                yield f"{name}-with-exif.png", png(wrap(keyword, content), chunk(b"eXIf", orientation(3, 5)))
                yield f"{name}-after-exif.png", png(chunk(b"eXIf", block([])), wrap(keyword, content))
    for length in (1 << 20, (1 << 20) - 1, (1 << 20) + 1, 3 << 20):
        for filler in (b" ", bytes(range(128))):
            padded = attribute(6) + (filler * length)[:length - len(attribute(6))]
            for wrapping in ("zTXt", "iTXt-packed", "iTXt", "zTXt-cut", "zTXt-stored"):
                yield f"long-{length}-{len(filler)}-{wrapping}.png", png(international(XMP_KEYWORD, attribute(3)) + wrappings[wrapping](XMP_KEYWORD, padded))
    for number in range(count):
        made = []
        for _ in range(draw.randrange(2, 6)):
            keyword = draw.choice([RAW_KEYWORD, XMP_KEYWORD, b"exif", b"xmp"])
            value = orientation(draw.choice([3, 5, 6]), draw.randrange(1, 10))
            content = {RAW_KEYWORD: raw_profile(value), b"exif": value}.get(keyword, attribute(draw.randrange(1, 10)) + draw.choice([b"", b"\xff"]))
            wrap = wrappings[draw.choice([name for name in wrappings if name != "zTXt-method"])]
            made.append(chunk(b"eXIf", value) if draw.random() < 0.1 else wrap(keyword, draw.choice([content, content, content, b""])))
        split = draw.randrange(len(made) + 1)
        yield f"texts-{number}.png", png(b"".join(made[:split]), b"".join(made[split:]))


def animations() -> Named:
    """Animated PNGs: what stands before the second picture counts."""
    def control(number: int) -> bytes:
        return chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, 5, 3, 0, 0, 1, 10, 0, 0))

    data = zlib.compress(png_encoder.scanlines(_samples(), 8, png_encoder.RGB, False, [0]))
    exif, other = chunk(b"eXIf", orientation(3, 6)), chunk(b"eXIf", orientation(3, 8))
    for frames in (0, 1, 2, 0x80000000):
        start = chunk(b"acTL", struct.pack(">II", frames, 0))
        for default in (False, True):
            second = control(0 if default else 1) + chunk(b"fdAT", struct.pack(">I", 1 if default else 2) + data)
            for name, before, between, after in [("first", exif, b"", b""), ("between", b"", exif, b""), ("last", b"", b"", exif), ("two", other, b"", exif)]:
                for twice in (False, True):
                    yield f"animated-{frames}-{'default' if default else 'frame'}-{name}{'-twice' if twice else ''}.png", png(
                        start * (2 if twice else 1) + before + (b"" if default else control(0)), between + second + after)


def mutated(draw: random.Random, count: int) -> Named:
    """Bytes of sound statements changed, taken out or doubled."""
    for number in range(count):
        order = draw.choice("<>")
        kind = draw.choice(list(TYPES))
        content = bytearray(block([Entry(2, b"a camera\0", tag=0x0110), Entry(kind, stored(kind, draw.randrange(1, 9), order))], order=order))
        statement = bytearray(attribute(draw.randrange(1, 9)))
        for target in (content, statement):
            for _ in range(draw.randrange(4)):
                at = draw.randrange(len(target))
                action = draw.random()
                if action < 0.6:
                    target[at] = draw.choice([0, 1, 2, 3, 5, 6, 8, 12, 16, 0xFF, draw.randrange(256), target[at] ^ 1 << draw.randrange(8)])
                elif action < 0.8:
                    del target[at]
                else:
                    target.insert(at, target[at])
        if number % 2:
            yield f"mutated-{number}.jpg", jpeg(b"Exif\0\0" + bytes(content), XMP_SEGMENT + bytes(statement), density=draw.random() < 0.5)
        else:
            yield f"mutated-{number}.png", png(draw.choice([
                chunk(b"eXIf", bytes(content)), text(RAW_KEYWORD, raw_profile(bytes(content))), packed_text(RAW_KEYWORD, raw_profile(bytes(content)))])
                + international(XMP_KEYWORD, bytes(statement), packed=draw.randrange(2)))


def kinds(seed: int, count: int) -> dict[str, Callable[[], Named]]:
    """What there is, by kind; `count` is how many there are of each that is made at random."""
    def drawn(make: Callable[..., Named], *arguments: int) -> Callable[[], Named]:
        return lambda: make(random.Random(f"{seed} {make.__name__}"), *arguments)

    return {
        "types, counts, values": types, "rationals": rationals, "headers, cut blocks": drawn(headers), "directories": drawn(directories, count),
        "segments and chunks": drawn(segments), "XMP": xmp, "texts of PNGs": drawn(texts, count), "animations": animations, "mutated": drawn(mutated, 2 * count),
    }
