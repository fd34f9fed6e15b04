"""The data sets of the fixtures, line by line as they are written, for spelling is what is tested.

`<I>` means the image token, `<E>` the token that ends a chunk; `@FOLDER@` the absolute folder of the data set,
wherever it comes to lie.
"""

from references.data_juicer_runs.column_data_sets import COLUMN_DATA_SETS

TOKENS = {"<I>": "<__dj__image>", "<E>": "<|__dj__eoc|>", "<A>": "<__dj__audio>", "<V>": "<__dj__video>"}

BASELINE = [
    r'{"id": "006092514", "text": "<I>\na photo of a small bird <E>", "images": ["images/00609/006092514.jpg"]}',
    r'{"id": "003266885", "text": "<I>\na photo of … on black <E>", "images": ["images/00326/003266885.jpg"]}',
    r'{"id": "000000001", "text": "<I>death at la fence…series\n <E>", "images": ["images/00000/000000001.jpg"]}',
]

SEVERAL_IMAGES = [
    r'{"id": "two", "text": "<I><I>\ntwo <E>", "images": ["images/a.png", "images/b.png"]}',
    r'{"id": "three", "text": "one <I> two <I> three <I> four <E>", "images": ["images/a.png", "images/b.png", "images/c.png"]}',
    r'{"id": "same", "text": "<I> x <I> <E>", "images": ["images/a.png", "images/a.png"]}',
    r'{"id": "chunks", "text": "<I> x <I> y <E> z <I> <E>", "images": ["images/c.png", "images/d.png", "images/e.png"]}',
    r'{"id": "audio", "text": "<A> hear <I> see <V> watch <E>", "images": ["images/b.png"]}',
    r'{"id": "audio two", "text": "<I><A><I><V> watch <E>", "images": ["images/b.png", "images/a.png"]}',
    r'{"id": "no line break", "text": "<I><I><E>", "images": ["images/plain.png", "images/a.png"]}',
    r'{"id": "tokens in a caption", "text": "<I><I><E>", "images": ["images/tokens.png", "images/a.png"]}',
]

CHUNKS = [
    r'{"id": "two", "text": "<I>\nx <E> <I> y <E>", "images": ["images/a.png", "images/b.png"]}',
    r'{"id": "blank", "text": "<E> \n\t <E><I> x <E>\u3000\u00a0\u001c\u0085<E>", "images": ["images/a.png"]}',
    r'{"id": "behind the last", "text": "<I> x <E> tail", "images": ["images/a.png"]}',
    r'{"id": "no end", "text": "<I> x", "images": ["images/a.png"]}',
    r'{"id": "no image token", "text": "words <E><I> x <E>", "images": ["images/a.png"]}',
    r'{"id": "only words", "text": "words", "images": ["images/a.png"]}',
    r'{"id": "audio alone", "text": "<A> words <E><I><E>", "images": ["images/a.png"]}',
    r'{"id": "empty", "text": "", "images": ["images/a.png"]}',
    r'{"id": "zero width", "text": "<I><E>\u200b<E>", "images": ["images/a.png"]}',
    r'{"id": "around", "text": "  before <I>behind<E>\n<I>\n\n<E>\n", "images": ["images/a.png", "images/b.png"]}',
    r'{"id": "half a token", "text": "<__dj__ima<I>ge> <|__dj__eoc| > <E>", "images": ["images/a.png"]}',
]

COUNTS = [
    r'{"id": "equal", "text": "<I><I><E>", "images": ["images/a.png", "images/b.png"]}',
    r'{"id": "more tokens", "text": "<I><I><E>", "images": ["images/a.png"]}',
    r'{"id": "more tokens in the second chunk", "text": "<I><E><I><E>", "images": ["images/a.png"]}',
    r'{"id": "more images", "text": "<I><E>", "images": ["images/a.png", "images/b.png"]}',
    r'{"id": "more images, the last missing", "text": "<I><E>", "images": ["images/a.png", "images/gone.png"]}',
]

NO_IMAGES = [
    r'{"id": "some", "text": "<I> x <E>", "images": ["images/a.png"]}',
    r'{"id": "no field", "text": "words <E>"}',
    r'{"id": "null", "text": "words", "images": null}',
    r'{"id": "empty", "text": "more words\n", "images": []}',
    r'{"id": "empty, with a token", "text": "<I> x <E>", "images": []}',
    r'{"id": "last", "text": "<I> x <E>", "images": ["images/b.png"]}',
]

NULL_TEXT = [
    r'{"id": "some", "text": "<I> x <E>", "images": ["images/a.png"]}',
    r'{"id": "null", "text": null, "images": ["images/b.png"]}',
    r'{"id": "missing", "images": ["images/b.png"]}',
    r'{"id": "empty", "text": "", "images": ["images/b.png"]}',
]

UNICODE = [
    r'{"id": "1", "text": "<I> 一只猫 <E>", "images": ["images/unicode.png"], "note": "猫坐在垫子上 naïve café Ω"}',
    r'{"id": "2", "text": "<I>́ x <E>", "images": ["images/emoji.png"], "note": "👩‍🚀 e\u0301 é \ud83d\ude00"}',
    r'{"id": "3", "text": "<I> \u2028 <E>", "images": ["images/control.png"], "note": "\u2028\u2029\u007f\u0080\u0085\u00a0\ufeff\uffff"}',
    r'{"id": "4", "text": "<I> x <E>", "images": ["images/a.png"], "note": "\u0001\u0002\b\t\n\u000b\f\r\u001f"}',
    r'{"id": "5", "text": "<I> x <E>", "images": ["images/quotes.png"], "note": "\"double\" \\back\\ \/slash/ <b>&amp;\u003c"}',
    r'{"id": "é/\"\\6", "text": "<I> x <E>", "images": ["images/a.png"], "note": "", "a/b\"c\\d é": "key"}',
]

PATHS = [
    r'{"id": "relative", "text": "<I><E>", "images": ["images/a.png"]}',
    r'{"id": "absolute", "text": "<I><E>", "images": ["@FOLDER@/images/b.png"]}',
    r'{"id": "dot", "text": "<I><E>", "images": ["./images/a.png"]}',
    r'{"id": "dots", "text": "<I><E>", "images": ["../data-juicer/images/c.png"]}',
    r'{"id": "inner dots", "text": "<I><E>", "images": ["images/../images//d.png"]}',
    r'{"id": "link", "text": "<I><E>", "images": ["images/link.png"]}',
    r'{"id": "odd name", "text": "<I><E>", "images": ["images/möwe \"1\".png"]}',
    r'{"id": "mixed", "text": "<I><E><I><E>", "images": ["images/a.png", "@FOLDER@/./images/b.png"]}',
]

FAILURES = [
    r'{"id": "good", "text": "<I> x <E>", "images": ["images/a.png"]}',
    r'{"id": "missing", "text": "<I> x <E>", "images": ["images/gone.png"]}',
    r'{"id": "corrupt", "text": "<I> x <E>", "images": ["images/corrupt.png"]}',
    r'{"id": "empty file", "text": "<I> x <E>", "images": ["images/empty.png"]}',
    r'{"id": "folder", "text": "<I> x <E>", "images": ["images"]}',
    r'{"id": "one of two", "text": "<I><I> x <E>", "images": ["images/a.png", "images/gone.png"]}',
    r'{"id": "none", "text": "words", "images": []}',
    r'{"id": "good too", "text": "<I> x <E>", "images": ["images/b.png"]}',
]

SIMILAR = [
    r'{"id": "near", "text": "<I>\na photo of a small dog on the green grass <E>", "images": ["images/near.png"]}',
    r'{"id": "upper case", "text": "<I>\nA Photo OF a SMALL dog in the park today <E>", "images": ["images/upper.png"]}',
    r'{"id": "double spaces", "text": "<I>\na  photo of   a big red bus in town <E>", "images": ["images/spaces.png"]}',
    r'{"id": "empty candidate", "text": "<I>\nsome words that are not there at all <E>", "images": ["images/void.png"]}',
    r'{"id": "one word", "text": "<I>\ndog <E>", "images": ["images/words.png"]}',
    r'{"id": "no words", "text": "<I><E>", "images": ["images/near.png"]}',
    r'{"id": "ties", "text": "<I>\nthe same words as ever in a row <E>", "images": ["images/ties.png"]}',
    r'{"id": "two chunks", "text": "<I>\na photo of a small dog on the green grass <E><I>\ntwo sheep stand on a wide meadow in the rain <E>",'
    r' "images": ["images/near.png", "images/near.png"]}',
    r'{"id": "tokens within", "text": "a photo of <I> a small dog <I> on the green grass <E>", "images": ["images/near.png", "images/upper.png"]}',
    r'{"id": "line breaks", "text": "<I>\na photo\nof a\tsmall dog on the green grass\n<E>", "images": ["images/near.png"]}',
    r'{"id": "unicode", "text": "<I>\nÉTÉ İstanbul ẞ Σίσυφος ΟΔΟΣ à la mer <E>", "images": ["images/case.png"]}',
]

PROMPTS = [
    r'{"id": "own", "text": "<I> x <E>", "images": ["images/a.png"], "ask": "Question: what is this? Answer:"}',
    r'{"id": "null", "text": "<I> x <E>", "images": ["images/b.png"], "ask": null}',
    r'{"id": "missing", "text": "<I> x <E>", "images": ["images/c.png"]}',
    r'{"id": "empty", "text": "<I> x <E>", "images": ["images/d.png"], "ask": ""}',
    r'{"id": "two", "text": "<I><I> x <E><I><E>", "images": ["images/e.png", "images/f.png", "images/plain.png"], "ask": "a photo of"}',
]

OTHER_NAMES = [
    r'{"key": 1, "caption": "[img]\nold [img] words [end]", "pictures": ["images/a.png", "images/b.png"], "text": "<I> stays <E>", "images": ["images/gone.png"]}',
    r'{"key": 2, "caption": "[img]<I><E> x [end] [img] [end]", "pictures": ["images/c.png", "images/d.png"], "text": "", "images": []}',
]

ORDER = [
    r'{"z": 1, "id": "1", "images": ["images/a.png"], "m": {"b": 1, "a": 2}, "text": "<I><E>"}',
    r'{"id": "2", "text": "<I><E>", "new": "x", "images": ["images/b.png"], "z": 2, "m": {"a": 1, "c": "y", "b": 3}}',
    "",
    r'   {"text"  :"<I><E>","images":["images/c.png"],"id":"3"}   ',
]

DATA_SETS: dict[str, list[str]] = {
    "baseline": BASELINE, "several-images": SEVERAL_IMAGES, "chunks": CHUNKS, "counts": COUNTS, "no-images": NO_IMAGES,
    "null-text": NULL_TEXT, "unicode": UNICODE, "paths": PATHS, "failures": FAILURES, "failures-first": FAILURES[1:3] + FAILURES[:1],
    "failures-only": FAILURES[1:3], "similar": SIMILAR, "prompts": PROMPTS, "other-names": OTHER_NAMES, "order": ORDER,
} | COLUMN_DATA_SETS

WITHOUT_LINE_END = {"lists-of-lists"}
WITH_CARRIAGE_RETURNS = {"structs-with-null"}


def written(name: str) -> str:
    """A data set as its file holds it, without the folder filled in."""
    text = "\n".join(DATA_SETS[name]) + ("" if name in WITHOUT_LINE_END else "\n")
    if name in WITH_CARRIAGE_RETURNS:
        text = text.replace("\n", "\r\n")
    for mark, token in TOKENS.items():
        text = text.replace(mark, token)
    return text
