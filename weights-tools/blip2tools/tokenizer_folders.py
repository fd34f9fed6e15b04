"""Folders of tokenizers whose files speak of added tokens, in agreement and not, from a seed."""

import json
import random
from pathlib import Path

from .tokenizer_files import byte_spellings

CONTENTS = ["<s>", "</s>", "<pad>", "<unk>", "<image>", "<x>", "é", "e\u0301", "ab", "<x", "<x>y", " z", "dog", "<|endoftext|>", "", "<mask>", "ÅB",
            "A\u030aB", "Ġa"]
ROLES = ["bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token", "mask_token"]
FLAGS = ("lstrip", "rstrip", "single_word", "normalized")
MERGES = ["a b", "Ġ a", "d o"]
TEXTS = ["a <s>dog</s> é e\u0301 <x>y<x> z ab<image>  <|endoftext|><pad> <mask> A\u030aB ÅB", "<x>", "ab abab dog",
         "  </s>  <unk> <image> dog_ <x>1", " <s> e\u0301"]


def vocabulary(draw: random.Random) -> dict[str, int]:
    """All bytes, what they merge into, and sometimes tokens in front and behind."""
    tokens = [*["<s>", "<pad>", "</s>", "<unk>"][:draw.choice([0, 4, 4, 3])], *byte_spellings().values(), "ab", "Ġa", "do"]
    return {token: number for number, token in enumerate(tokens + ["<x>"] * (draw.random() < 0.2))}


def flags(draw: random.Random) -> dict[str, bool]:
    return {flag: draw.random() < 0.3 for flag in FLAGS}


def number(draw: random.Random, ids: dict[str, int], content: str, place: int) -> int:
    """The id of a token, if it has one, or the one that comes next; now and then one that is wrong."""
    if draw.random() < 0.2:
        return draw.choice([len(ids) + place + 3, draw.randrange(len(ids)), len(ids)])
    return ids.get(content, len(ids) + place)


def mention(draw: random.Random, **kind: str) -> object:
    """A token as a name or as an object. It is empty more rarely than others are."""
    content = draw.choice([content for content in CONTENTS if content] if draw.random() < 0.97 else CONTENTS)
    return content if draw.random() < 0.5 else kind | {"content": content} | flags(draw)


def pipeline(draw: random.Random, ids: dict[str, int]) -> dict:
    """tokenizer.json."""
    added = [
        {"id": number(draw, ids, content, place), "content": content, **flags(draw), "special": draw.random() < 0.5}
        for place, content in enumerate(draw.sample(CONTENTS, draw.randint(0, 5)))]
    byte_level = {"type": "ByteLevel", "add_prefix_space": draw.random() < 0.2, "trim_offsets": True, "use_regex": True}
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": added, "normalizer": None, "pre_tokenizer": byte_level,
        "post_processor": byte_level, "decoder": byte_level,
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": "", "end_of_word_suffix": "", "fuse_unk": False,
                  "byte_fallback": False, "vocab": ids, "merges": MERGES}}


def configuration(draw: random.Random, ids: dict[str, int], modern: bool) -> dict:
    """tokenizer_config.json."""
    classes = ["GPT2Tokenizer", "GPT2Tokenizer", "PreTrainedTokenizerFast"]
    content: dict[str, object] = {"tokenizer_class": draw.choice(classes) if modern else "GPT2Tokenizer"}
    if draw.random() < 0.8:
        for role in ROLES[:3]:
            content[role] = draw.choice(["</s>", "</s>", "<unk>", "<s>"]) if draw.random() < 0.6 else mention(draw, __type="AddedToken")
    for role in draw.sample(ROLES, draw.randint(0, 2)):
        content[role] = mention(draw, __type="AddedToken")
    if draw.random() < 0.1:
        content[draw.choice(ROLES)] = None
    if draw.random() < 0.25:
        content["additional_special_tokens"] = [mention(draw, __type="AddedToken") for _ in range(draw.randint(0, 3))]
    if draw.random() < 0.3:
        content["add_prefix_space"] = draw.random() < 0.3
    if draw.random() < 0.5:
        listed = {}
        for place, text in enumerate(draw.sample(CONTENTS, draw.randint(0, 6))):
            entry = {"content": text, **flags(draw), "special": draw.random() < 0.5}
            listed[str(number(draw, ids, text, place))] = {key: value for key, value in entry.items() if key == "content" or draw.random() < 0.9}
        content["added_tokens_decoder"] = listed
    return content


def files(draw: random.Random, modern: bool) -> dict[str, object]:
    """The contents of a folder, by name, with `tokenizer.json` or without."""
    ids = vocabulary(draw)
    result: dict[str, object] = {"tokenizer.json": pipeline(draw, ids)} if modern else {"vocab.json": ids}
    result["tokenizer_config.json"] = configuration(draw, ids, modern)
    if draw.random() < 0.5:
        result["special_tokens_map.json"] = {role: mention(draw) for role in draw.sample(ROLES, draw.randint(0, 3))}
        if draw.random() < 0.3:
            result["special_tokens_map.json"]["additional_special_tokens"] = [mention(draw) for _ in range(draw.randint(0, 3))]
    if draw.random() < 0.4:
        result["added_tokens.json"] = {
            text: number(draw, ids, text, place) for place, text in enumerate(draw.sample(CONTENTS, draw.randint(0, 4)))}
    return result


def write(folder: Path, contents: dict[str, object]) -> None:
    """Writes them, and what says which model it is, without which transformers looks for no tokenizer."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text('{"model_type": "blip-2"}')
    for name, content in contents.items():
        (folder / name).write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    if "vocab.json" in contents:
        (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(MERGES) + "\n", encoding="utf-8")


def peculiarity(contents: dict[str, object], version: tuple[int, int]) -> str | None:
    """Why a version of transformers may make of a folder what the engine does not, which follows 4.38 where that makes sense."""
    settings = contents["tokenizer_config.json"]
    legacy = "added_tokens_decoder" not in settings and "added_tokens.json" in contents
    if version < (5, 0) and legacy and contents.get("special_tokens_map.json", {}).get("additional_special_tokens"):
        return "4: the last additional special token is taken for the last of added_tokens.json"
    own = contents.get("tokenizer.json", {}).get("pre_tokenizer", {}).get("add_prefix_space", False)
    if version > (4, 38) and settings["tokenizer_class"] == "PreTrainedTokenizerFast" and own != settings.get("add_prefix_space", False):
        return "since 4.39: the configuration says whether a blank is added, whatever the class"
    both = {token["content"] for token in contents.get("tokenizer.json", {}).get("added_tokens", [])} & contents.get("added_tokens.json", {}).keys()
    if version > (4, 38) and legacy and both:
        return "since 4.39: what tokenizer.json says of a token is not said again after added_tokens.json"
    return "5: lists of tokens that disagree count otherwise" if version >= (5, 0) else None


def saved(draw: random.Random, folder: Path, kind: type) -> None:
    """What the installed transformers writes of a tokenizer that was given tokens."""
    from tokenizers import AddedToken

    write(folder / "before", {"tokenizer.json": pipeline(draw, vocabulary(draw)) | {"added_tokens": []}})
    names = [content for content in CONTENTS if content]

    def token() -> AddedToken:
        return AddedToken(draw.choice(names), **flags(draw))

    roles = {role: draw.choice(["</s>", token()]) for role in draw.sample(ROLES, draw.randint(0, 5))}
    tokenizer = kind.from_pretrained(folder / "before", **roles)
    for _ in range(draw.randint(0, 3)):
        tokens = [token() if draw.random() < 0.5 else draw.choice(names) for _ in range(draw.randint(0, 3))]
        tokenizer.add_tokens(tokens, special_tokens=draw.random() < 0.5)
    tokenizer.save_pretrained(folder / "after")
    (folder / "after" / "config.json").write_text('{"model_type": "blip-2"}')
