"""Rows with one peculiarity each, and the findings that `caption-images check` should have about them.

Of a row that training learns from as it is meant there are none. A finding is written "SEVERITY KIND".
"""

import json
from dataclasses import dataclass

QUESTION = "<image>\nWhat is this?"
FOLDER = "@FOLDER@"
"""Means the folder with the images, as an absolute path."""


@dataclass(frozen=True)
class Case:
    name: str
    row: str
    """JSON."""
    pretrain: tuple[str, ...]
    finetune: tuple[str, ...]

    def findings(self, stage: str) -> tuple[str, ...]:
        return self.pretrain if stage == "pretrain" else self.finetune


def outcome(findings: tuple[str, ...] | list[str]) -> str:
    """What becomes of a row with these findings, in the words of `reader.py`."""
    pairs = {tuple(finding.split()) for finding in findings}
    severities = {severity for severity, kind in pairs if kind != "placeholder-in-text"}  # ordinary text to training
    late = {kind for _, kind in pairs} & {"several-image-tokens", "several-images"}  # a row that cannot be read does not come so far
    order = ("replaced", "crash") if late else ("crash", "replaced")
    lost = next((severity for severity in (*order, "ignored") if severity in severities), None)
    return lost or ("odd" if "harmful" in severities else "learned") + (" and cut" if ("note", "end-cut-off") in pairs else "")


def turns(*texts: object, first: int = 0) -> list[dict[str, object]]:
    """Turns of human and gpt by turns; first: 1 to begin with gpt."""
    return [{"from": ("human", "gpt")[(place + first) % 2], "value": text} for place, text in enumerate(texts)]


def said(*texts: object, image: object = "good.jpg", first: int = 0, **more: object) -> dict[str, object]:
    """A row with an image and these turns."""
    return {"id": "x", "image": image, "conversations": turns(*texts, first=first)} | more


def spoken(*texts: object, first: int = 0) -> dict[str, object]:
    """A row without an image."""
    return {"id": "x", "conversations": turns(*texts, first=first)}


def case(name: str, row: object, *pretrain: str, finetune: tuple[str, ...] | None = None) -> Case:
    text = row if isinstance(row, str) else json.dumps(row)
    return Case(name, text, pretrain, pretrain if finetune is None else finetune)


def lost(name: str, row: object, kind: str) -> Case:
    """Replaced in the first stage; in the second its length cannot be taken."""
    return case(name, row, f"replaced {kind}", finetune=(f"crash {kind}",))


def without_image(name: str, row: object, *others: str) -> Case:
    """A row without an image, from which the first stage learns nothing."""
    return case(name, row, *others, "ignored no-image", finetune=others)


def image(name: str, value: object, *findings: str, finetune: tuple[str, ...] | None = None) -> Case:
    return case(name, said(QUESTION, "a cat", image=value), *findings, finetune=finetune)


HIDDEN = {"finetune": ("harmful image-not-shown",)}

TEXTS = [
    case("good", said(QUESTION, "a cat on a mat")),
    case("token-behind", said("What is this?\n<image>", "a cat")),
    case("token-alone", said("<image>", "a cat")),
    case("token-twice-in-a-turn", said("<image> What <image>?", "a cat")),
    case("several-rounds", said(QUESTION, "a cat", "Where?", "on a mat")),
    case("no-id", {"image": "good.jpg", "conversations": turns(QUESTION, "a cat")}),
    case("more-fields", said(QUESTION, "a cat", score=1.5, caption=None)),
    case("repeated-fields", '{"image": null, "image": "good.jpg", "conversations": [], "conversations": [{"from": "gpt", "from": "human", "value": "<image>\\n?"}, {"from": "gpt", "value": "", "value": "a cat"}]}'),
    case("gpt-first", said("hello", QUESTION, "a cat", first=1), "note leading-answer"),
    case("gpt-first-with-the-token", said("<image>", "What?", "a cat", first=1), "note leading-answer", "ignored image-not-shown", finetune=("note leading-answer", "harmful image-not-shown")),
    case("untrimmed-start", said(QUESTION, "  a cat"), "harmful untrimmed-answer"),
    case("untrimmed-end", said(QUESTION, "a cat \n"), "harmful untrimmed-answer"),
    case("untrimmed-line-break", said(QUESTION, "\n\na cat"), "harmful untrimmed-answer"),
    case("untrimmed-separator", said(QUESTION, "a cat\u001c"), "harmful untrimmed-answer"),
    case("untrimmed-wide-space", said(QUESTION, "\u3000a cat"), "harmful untrimmed-answer"),
    case("zero-width-space", said(QUESTION, "\u200ba cat")),
    case("blank", said(QUESTION, "  "), "harmful blank-answer"),
    case("empty", said(QUESTION, ""), "ignored empty-answer"),
    case("empty-in-the-middle", said(QUESTION, "", "Where?", "on a mat"), "ignored empty-answer"),
    case("empty-at-the-end", said(QUESTION, "a cat", "Where?", ""), "ignored empty-answer"),
    case("empty-before-an-eos", said(QUESTION, "", "<eos>", "a mat"), "harmful empty-answer", "harmful eos-in-text"),
    case("empty-question", said("", "a cat"), "note empty-question", "ignored image-not-shown", finetune=("note empty-question", "harmful image-not-shown")),
    case("empty-second-question", said(QUESTION, "a cat", "", "a mat"), "note empty-question"),
    case("no-answer", said(QUESTION), "ignored no-answer"),
    case("no-last-answer", said(QUESTION, "a cat", "Where?"), "ignored no-answer"),
    case("only-an-answer", said("a cat", first=1), "note leading-answer", "ignored no-answer", "ignored image-not-shown",
         finetune=("note leading-answer", "ignored no-answer", "harmful image-not-shown")),
    case("eos", said(QUESTION, "a<eos> cat"), "ignored eos-in-text"),
    case("eos-at-the-end", said(QUESTION, "a cat<eos>"), "ignored eos-in-text"),
    case("eos-in-the-question", said(QUESTION + "<eos>", "a cat"), "ignored eos-in-text"),
    case("eos-that-fits", said(QUESTION, "a cat<eos><start_of_turn>user\nWhere?<start_of_turn>model\nhere"), "harmful eos-in-text", "harmful model-turn-in-text", "harmful special-token-in-text"),
    case("turn-of-the-model", said(QUESTION, "a <start_of_turn>model\ncat"), "ignored model-turn-in-text"),
    case("turn-of-the-model-in-the-question", said(QUESTION + "<start_of_turn>model\nNow?", "a cat"), "ignored model-turn-in-text"),
    case("turn-of-the-model-at-the-end-of-the-question", said(QUESTION + "<start_of_turn>model\n", "a cat"), "harmful special-token-in-text"),
    case("start-of-turn", said(QUESTION, "a <start_of_turn>cat"), "harmful special-token-in-text"),
    case("end-of-turn", said(QUESTION, "a cat<end_of_turn> on a mat"), "harmful special-token-in-text"),
    case("end-of-turn-in-the-question", said(QUESTION + "<end_of_turn>", "a cat"), "harmful special-token-in-text"),
    case("bos", said(QUESTION, "a <bos>cat"), "harmful special-token-in-text"),
    case("unk", said(QUESTION, "a <unk>cat"), "harmful special-token-in-text"),
    case("pad", said(QUESTION, "a <pad>cat"), "ignored pad-in-text"),
    case("pad-in-the-question", said(QUESTION + "<pad>", "a cat"), "ignored pad-in-text"),
    case("two-pads-and-empty", said(QUESTION + "<pad>", ""), "ignored empty-answer", "ignored pad-in-text"),
    case("other-marks", said(QUESTION, "a <b>cat</b> <mask> </s> <EOS> < eos>")),
    case("dj-token", said(QUESTION, "a cat <|__dj__eoc|>"), "harmful placeholder-in-text"),
    case("token-in-the-answer", said(QUESTION, "a <image> cat"), "crash several-image-tokens", "harmful image-token-in-answer"),
    case("token-in-the-answer-alone", said("What?", "<image> a cat"), "harmful image-token-in-answer"),
    case("token-in-two-questions", said(QUESTION, "a cat", QUESTION, "a mat"), "crash several-image-tokens"),
    case("token-within-a-token", said("<ima<image>ge>\n?", "a cat"), "crash several-image-tokens"),
    case("token-in-an-ignored-row", said(QUESTION, "", QUESTION, "a mat"), "ignored empty-answer", "crash several-image-tokens"),
    case("no-token", said("What?", "a cat"), "ignored image-not-shown", **HIDDEN),
    case("token-in-capitals", said("<IMAGE>\nWhat?", "a cat"), "ignored image-not-shown", **HIDDEN),
    without_image("no-image", spoken("What?", "a cat")),
    without_image("no-image-but-a-token", spoken(QUESTION, "a cat"), "harmful image-token-without-image"),
    without_image("no-image-untrimmed", spoken("What?", " a cat"), "harmful untrimmed-answer"),
    without_image("no-image-empty", spoken("What?", ""), "ignored empty-answer"),
    without_image("no-image-pad", spoken("What?<pad>", "a cat"), "ignored pad-in-text"),
    case("no-image-null", spoken("What?", None), "ignored empty-answer", "ignored no-image", finetune=("crash bad-turn",)),
    case("no-image-zero", spoken("What?", 0.0), "ignored empty-answer", "ignored no-image", finetune=("crash bad-turn",)),
    case("no-image-false-question", spoken(False, "a cat"), "note empty-question", "ignored no-image", finetune=("crash bad-turn",)),
    case("no-image-empty-list", spoken([], "a cat"), "note empty-question", "ignored no-image", finetune=("crash bad-turn",)),
    lost("no-image-number", spoken("What?", 5), "bad-turn"),
    lost("no-image-list", spoken("What?", ["a"]), "bad-turn"),
    case("no-image-null-first", spoken(None, "What?", "a cat", first=1), "note leading-answer", "ignored no-image", finetune=("crash bad-turn",)),
    lost("null", said(QUESTION, None), "bad-turn"),
    lost("null-first", said(None, QUESTION, "a cat", first=1), "bad-turn"),
    lost("number", said(QUESTION, 5), "bad-turn"),
    lost("list", said(QUESTION, ["a cat"]), "bad-turn"),
    lost("no-value", {"image": "good.jpg", "conversations": [{"from": "human"}, {"from": "gpt", "value": "a"}]}, "bad-turn"),
    lost("turn-of-text", {"image": "good.jpg", "conversations": ["hello", "a cat"]}, "bad-turn"),
    lost("no-conversations", {"image": "good.jpg"}, "no-conversations"),
    lost("null-conversations", {"image": "good.jpg", "conversations": None}, "no-conversations"),
    lost("empty-conversations", {"image": "good.jpg", "conversations": []}, "no-conversations"),
    lost("text-for-conversations", {"image": "good.jpg", "conversations": "hello"}, "no-conversations"),
    lost("empty-text-for-conversations", {"conversations": ""}, "no-conversations"),
    lost("object-for-conversations", {"conversations": {"from": "human", "value": "x"}}, "no-conversations"),
    case("role-user", {"image": "good.jpg", "conversations": [{"from": "user", "value": QUESTION}, {"from": "assistant", "value": "a cat"}]}, "replaced unknown-role"),
    case("role-system", {"image": "good.jpg", "conversations": [{"from": "system", "value": "Be good."}, *turns(QUESTION, "a cat")]}, "replaced unknown-role"),
    case("no-role", {"image": "good.jpg", "conversations": [{"value": QUESTION}, {"from": "gpt", "value": "a cat"}]}, "replaced unknown-role"),
    case("role-list", {"image": "good.jpg", "conversations": [{"from": ["human"], "value": QUESTION}, {"from": "gpt", "value": "a cat"}]}, "replaced unknown-role"),
    case("two-questions", {"image": "good.jpg", "conversations": [*turns(QUESTION), *turns("Well?", "a cat")]}, "replaced role-order"),
    case("two-answers", {"image": "good.jpg", "conversations": [*turns(QUESTION, "a cat"), *turns("a mat", first=1)]}, "replaced role-order"),
    case("two-answers-first", {"image": "good.jpg", "conversations": [*turns("a", first=1), *turns("b", QUESTION, "a cat", first=1)]}, "replaced role-order"),
    case("half-character", said(QUESTION, "a \ud800 cat"), "harmful half-character"),
    case("half-character-in-the-question", said(QUESTION + "\udfff", "a cat"), "harmful half-character"),
    without_image("no-image-half-character", spoken("What?", "a \ud800"), "harmful half-character"),
    case("half-character-in-a-turn-left-out", said("\ud800", QUESTION, "a cat", first=1), "note leading-answer"),
    case("no-words", said("", " \n"), "note empty-question", "harmful blank-answer", "ignored image-not-shown", finetune=("crash no-words",)),
    case("no-words-without-image", spoken("", "\u3000"), "note empty-question", "harmful blank-answer", "ignored no-image", finetune=("crash no-words",)),
    case("null-row", "null", "crash row-not-object"),
    case("number-row", "5", "crash row-not-object"),
    lost("text-row", '"a cat"', "row-not-object"),
    case("text-row-with-image", '"an image"', "crash row-not-object"),
    lost("list-row", '["a", "cat"]', "row-not-object"),
    case("list-row-with-image", '["image"]', "crash row-not-object"),
]

ROOM = 1439
"""Tokens of an answer to QUESTION that leave one position for each that training keeps. Of the tokenizer of stand_ins.py a letter is a token, and two blanks are."""

LENGTHS = [
    case("long-that-fits", said(QUESTION, "x" * ROOM)),
    case("long-by-one", said(QUESTION, "x" * (ROOM + 1)), "note end-cut-off"),
    case("long-pairs-of-blanks-that-fit", said(QUESTION, "x  " * (ROOM // 2) + "x")),
    case("long-pairs-of-blanks-by-one", said(QUESTION, "x  " * (ROOM // 2) + "xx"), "note end-cut-off"),
    case("long-characters-by-one", said(QUESTION, "é" * (ROOM // 2 + 1)), "note end-cut-off"),
    case("long-several-rounds-that-fit", said(QUESTION, "x" * (ROOM - 32), "Where?", "on a mat")),
    case("long-several-rounds", said(QUESTION, "a cat", "x" * 1500, "on a mat"), "note end-cut-off"),
    case("long-question-and-a-token", said(QUESTION + "x" * (ROOM + 2), "a cat"), "note end-cut-off"),
    case("long-question", said(QUESTION + "x" * (ROOM + 3), "a cat"), "ignored answers-cut-off"),
    case("long-question-of-ids", said(QUESTION + "x" * 3000, "a cat"), "ignored answers-cut-off"),
    case("long-before-the-image", said("What?", "x" * 2100, QUESTION, "a mat"), "ignored answers-cut-off", finetune=("note end-cut-off",)),
    case("long-after-the-image", said("What?", "a cat", QUESTION, "x" * 2100), "note end-cut-off"),
    case("long-image-at-the-end", said("What?", "x" * 1500, QUESTION, "a mat"), "ignored answers-cut-off", finetune=("note end-cut-off",)),
    case("long-second-token", said(QUESTION, "x" * 2100, QUESTION, "a mat"), "note several-image-tokens", "note end-cut-off"),
    case("long-second-token-that-is-left", said(QUESTION, "x" * 1500, QUESTION, "a mat"), "crash several-image-tokens", "note end-cut-off"),
    case("long-token-in-the-answer", said(QUESTION, "a cat", "x" * 2100, "<image>"), "note several-image-tokens", "note image-token-in-answer", "note end-cut-off"),
    case("long-token-in-the-answer-alone", said("What?", "a cat", "x" * 2100, "<image>"), "note image-token-in-answer", "ignored answers-cut-off", finetune=("note image-token-in-answer", "note end-cut-off")),
    case("long-token-in-an-ignored-row", said(QUESTION, "a<eos>", "x" * 2100, QUESTION), "ignored eos-in-text", "note several-image-tokens", "note image-token-in-answer"),
    case("long-gpt-first", said("x" * 3000, QUESTION, "a cat", first=1), "note leading-answer"),
    without_image("long-text-that-fits", spoken("What?", "x" * 2024)),
    without_image("long-text-by-one", spoken("What?", "x" * 2025), "note end-cut-off"),
    without_image("long-text-question", spoken("x" * 2100, "a cat"), "ignored answers-cut-off"),
    without_image("long-text-token", spoken(QUESTION + "x" * 2100, "a cat"), "harmful image-token-without-image", "ignored answers-cut-off"),
    case("long-empty", said(QUESTION, "x" * 1500, "Where?", ""), "ignored empty-answer"),
    case("long-empty-not-counted", said(QUESTION, "x" * 2100, "Where?", ""), "note empty-answer", "note end-cut-off"),
    case("long-empty-after-a-question", said(QUESTION + "x" * 2100, ""), "ignored empty-answer"),
    without_image("long-text-empty-by-one", spoken("What?", "x" * 2004, "Now?", ""), "note empty-answer"),
    without_image("long-text-empty-counted", spoken("What?", "x" * 2003, "Now?", ""), "ignored empty-answer"),
    case("long-no-last-answer", said(QUESTION, "x" * 2100, "Where?"), "note no-answer", "note end-cut-off"),
    case("long-eos", said(QUESTION, "a<eos>" + "x" * 2100), "ignored eos-in-text"),
    case("long-eos-not-counted", said(QUESTION, "x" * 2100 + "<eos>a"), "harmful eos-in-text", "note end-cut-off"),
    case("long-turn-of-the-model", said(QUESTION, "x" * 2100, QUESTION[8:], "a <start_of_turn>model\ncat"), "harmful model-turn-in-text", "note end-cut-off"),
    case("long-pad", said(QUESTION + "<pad>", "x" * 1500), "ignored pad-in-text"),
    case("long-pad-not-counted", said(QUESTION + "<pad>", "x" * 2100), "harmful pad-in-text", "note end-cut-off"),
    case("long-pads", said(QUESTION, "a <pad>cat" + "<pad>" * 2100), "harmful pad-in-text", "note end-cut-off"),
]
"""With `--tokenizer` only."""

THIN = {"finetune": ()}

IMAGES = [
    image("png", "good.png"),
    image("in-a-folder", "sub/../good.jpg"),
    image("absolute", f"{FOLDER}/good.png"),
    image("list-of-one", ["good.jpg"]),
    image("list-of-two", ["good.jpg", "good.png"], "crash several-images"),
    image("list-of-three", ["good.jpg", "good.png", "good.jpg"], "crash several-images"),
    image("list-with-a-missing-one", ["good.jpg", "none.jpg"], "replaced image-missing"),
    image("empty-list", [], "replaced bad-image-value"),
    image("null", None, "replaced bad-image-value"),
    image("number", 7, "replaced bad-image-value"),
    image("object", {"path": "good.jpg"}, "replaced bad-image-value"),
    image("list-of-null", [None], "replaced bad-image-value"),
    image("missing", "none.jpg", "replaced image-missing"),
    image("empty-name", "", "replaced image-unreadable"),
    image("folder", "sub", "replaced image-unreadable"),
    image("zero-in-the-name", "good.jpg\u0000", "replaced image-missing"),
    image("half-character-in-the-name", "\ud800.jpg", "crash unprintable-image-name"),
    image("byte-in-the-name", "\udce9.jpg", "crash unprintable-image-name"),
    image("half-character-in-a-list", ["\ud800.jpg"], "replaced bad-image-value"),
    image("ocr", "ocr/1.jpg"),
    image("ocr-missing", "ocr/2.jpg", "replaced image-missing"),
    image("vg", "VG_100K/1.jpg"),
    image("vg-2", "VG_100K_2/1.jpg"),
    image("vg-missing", "VG_100K/own.jpg", "replaced image-missing"),
    image("empty-file", "empty.jpg", "replaced not-an-image"),
    image("page", "page.jpg", "replaced not-an-image"),
    image("broken", "broken.jpg", "replaced image-damaged"),
    image("cut", "cut.jpg", "replaced image-truncated"),
    image("cut-png", "cut.png", "replaced image-truncated"),
    image("damaged-png", "damaged.png", "replaced image-damaged"),
    image("bomb", "bomb.png", "replaced image-too-large"),
    image("gif", "good.gif"),
    image("ppm", "good.ppm", "note image-not-checked"),
    image("high-1", "high-1.png", "replaced image-too-thin", **THIN),
    image("high-3", "high-3.png", "harmful image-too-thin", **THIN),
    image("wide-1", "wide-1.png"),
    image("wide-3", "wide-3.png"),
    image("dot", "dot.png", "replaced image-too-thin"),
    image("square-3", "square-3.png", "harmful image-too-thin"),
    case("nothing-is-right", said("", "", image="none.jpg"), "note empty-question", "ignored empty-answer", "ignored image-not-shown", "replaced image-missing", finetune=("crash no-words", "replaced image-missing")),
]

CASES = TEXTS + LENGTHS + IMAGES
