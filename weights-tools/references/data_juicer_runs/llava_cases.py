"""Rows for `dj_to_llava.py`, line by line as they are written; `<I>` and `<E>` as in `data_sets.py`."""

from dataclasses import dataclass, field

ORIGINAL = r"""[{"id": "006092514", "image": "00609/006092514.jpg", "conversations": [{"from": "human", "value": "Describe it.\n<image>"}, {"from": "gpt", "value": "old"}]},
 {"id": 7, "conversations": [{"value": "<image>\nWhat is this?", "from": "human", "more": [1.50, null]}, {"from": "bot é", "value": "old"}, {"from": "human", "value": "more"}]},
 {"id": "twice", "conversations": [{"from": "human", "value": "first"}, {"from": "gpt", "value": ""}]},
 {"id": "twice", "conversations": [{"from": "human", "value": "second"}, {"from": "gpt", "value": ""}]},
 {"id": 1.5, "conversations": [{"from": "human", "value": "\ud83d\ude00 \/ \u00e9"}, {"from": "gpt", "value": ""}]},
 {"id": true, "conversations": [{"from": "human", "value": "true"}, {"from": "gpt", "value": ""}]},
 {"id": null, "conversations": [{"from": "human", "value": "null"}, {"from": "gpt", "value": ""}]},
 {"id": "short", "conversations": [{"from": "human", "value": "alone"}]}]
"""

RESTORED = [
    r'{"id":"006092514","text":"<I> a bird on a branch\n <E>","images":["\/data\/00609\/006092514.jpg"]}',
    r'{"id": 7, "text": "<I> une é \u00e9 😀 \"q\" <E>", "images": ["/data/a.jpg", "/data/a.jpg"], "score": 0.5}',
    r'{"id": "7", "text": "  no tokens at all  ", "images": []}',
    r'{"id": "twice", "text": "<I>\n\n<I> x <I>\n<E>\n"}',
    r'{"id": "1.5", "text": "x <I> y<E><E>", "images": ["a\\b/é.png"]}',
    r'{"id": 1.5, "text": "<E>", "images": ["a.png"]}',
    r'{"id": "True", "text": "<I>", "images": ["a.png"]}', r'{"id": true, "text": "\u3000<I>\u00a0x\u001c<E>\u2028", "images": ["a.png"]}',
    r'{"id": null, "text": "", "images": ["a.png"]}', r'{"id": "None", "text": "<I> two lines\nhere \n <E>", "images": ["a.png"]}',
    r'{"id": 7.0e0, "text": "never"}',
]

SPOKEN = [
    r'{"id": "1", "text": "[[human]]: <image>\nWhat is it?\n[[gpt]]: A cat. <E>", "images": ["a/b.png"]}',
    r'{"id": 2, "text": "[[human]]: <image>\nOne?\n[[gpt]]: 1\n[[human]]: <image>\nTwo?\n[[gpt]]: 2 \n<image> <E>", "images": []}',
    r'{"id": "3", "text": "", "images": ["x.png"]}', r'{"id": "4", "text": "[[]]: a[[x]]: b", "images": ["x.png"]}',
    r'{"id": "5", "text": "[[human]]: [[human]]:no <I> [[g1]]: [[gpt]]: é[[", "images": ["x.png"]}',
    r'{"id": 6.10, "text": "[[b]]: c[[d]]: <I> e[[f]]: [[g]]: <image>", "images": ["x.png"]}',
]


@dataclass(frozen=True)
class LLaVACase:
    """`fails` if the last line, and none before it, is an error."""

    name: str
    lines: list[str]
    original: str | None = None
    fails: bool = False
    options: dict[str, object] = field(default_factory=dict)


IMAGE = {"image_special_token": "<__dj__image>"}
LLAVA_CASES = [
    LLaVACase("restored", RESTORED[:-1], ORIGINAL, options=IMAGE),
    LLaVACase("restored-usual-token", RESTORED[:3], ORIGINAL),
    LLaVACase("restored-all-images", RESTORED[:3], ORIGINAL, options=IMAGE | {"keep_only_first_image": False}),
    LLaVACase("restored-id-of-another-spelling", [RESTORED[0], RESTORED[-1]], ORIGINAL, fails=True, options=IMAGE),
    LLaVACase("restored-unknown-id", [RESTORED[0], r'{"id": "gone", "text": "x", "images": []}'], ORIGINAL, fails=True, options=IMAGE),
    LLaVACase("restored-short-original", [RESTORED[0], r'{"id": "short", "text": "x", "images": []}'], ORIGINAL, fails=True, options=IMAGE),
    LLaVACase("spoken", SPOKEN), LLaVACase("spoken-dj-token", SPOKEN, options=IMAGE),
    LLaVACase("spoken-all-images", SPOKEN, options={"keep_only_first_image": False}),
    LLaVACase("caption-alone", [SPOKEN[0], RESTORED[0]], fails=True),
    LLaVACase("words-before-the-first-role", [SPOKEN[0], r'{"id": "x", "text": " [[human]]: a [[gpt]]: b", "images": []}'], fails=True),
    LLaVACase("odd-turns", [SPOKEN[0], r'{"id": "x", "text": "[[human]]: a [[gpt]]: b [[human]]: c", "images": []}'], fails=True),
    LLaVACase("two-images", [SPOKEN[0], r'{"id": "x", "text": "[[human]]: a [[gpt]]: b", "images": ["a.png", "b.png"]}'], fails=True),
    LLaVACase("two-images-restored", [RESTORED[0], r'{"id": 7, "text": "a", "images": ["a.png", "b.png"]}'], ORIGINAL, fails=True, options=IMAGE),
    LLaVACase("no-id", [SPOKEN[0], r'{"text": "[[human]]: a [[gpt]]: b", "images": []}'], fails=True),
    LLaVACase("no-text", [SPOKEN[0], r'{"id": "x", "images": []}'], fails=True),
    LLaVACase("null-images", [SPOKEN[0], r'{"id": "x", "text": "[[human]]: a [[gpt]]: b", "images": null}'], fails=True),
    LLaVACase("null-text", [SPOKEN[0], r'{"id": "x", "text": null, "images": []}'], fails=True),
    LLaVACase("no-json", [SPOKEN[0], r'{"id": '], fails=True), LLaVACase("blank-line", [SPOKEN[0], ""], fails=True),
    LLaVACase("no-rows", []),
]

DRAWS = [(30, 10), (1000, 37), (5, 5), (5, 6), (21, 5), (22, 5), (85, 6), (86, 6), (277, 22), (278, 22), (1, 0), (70000, 4097), (300000, 200000), (200001, 200000)]
"""A number of rows, and how many of them are drawn."""

DRAW_LINES = [
    r'{"id":"1","n":1,"big":123456789012345678901234567890,"f":[0.1,1.0,1e-7,1E20,1.5e300,-0.0,-0,1.50,100000000000000000.0,0.30000000000000004]}',
    r'{"z": "é 猫 😀 \u2028\u007f\u0001\b\t\"\\\/", "a": {"b": [true, false, null, {}, []]}}',
    r'{"same": 1, "other": 2, "same": 3}',
    r'{"n": NaN, "i": [Infinity, -Infinity, 1e400]}',
    r'   {"space" :   "around"}   ',
    r'{"last": "\ud83d\ude00"}',
]
DRAW_ERRORS = {"blank-line": ['{"a": 1}', "", '{"b": 2}'], "no-json": ['{"a": 1}', "{"], "lone-surrogate": ['{"a": 1}', r'{"b": "\ud800"}'], "no-object": ['{"a": 1}', "[1]"]}
