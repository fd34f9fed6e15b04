"""Makes the fixtures of TokenizationTests with the `tokenizers` library.

    python weights-tools/make_tokenizer_fixtures.py Tests/TokenizationTests/Fixtures

A byte-level BPE of a thousand tokens is trained on the text below and written in three ways: tokenizer.json with merges as pairs, the
same with merges as strings, and vocab.json with merges.txt. A fourth tokenizer has added tokens with every combination of flags, no
full alphabet and an unknown token. Beside them are strings with the ids that the library gives them, and ids with the text that it
gives them. The same versions of Python and tokenizers write the same bytes.
"""

import json
import os
import random
import sys
import unicodedata
from pathlib import Path

os.environ["TOKENIZERS_PARALLELISM"] = "false"
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

SEED = 20
CORPUS = """
A photo of a brown dog running on the beach with a red ball in its mouth. Two cats are sleeping on a blue sofa next to a window.
There's a man riding a bicycle down the street; he's wearing a helmet, and they're waiting for him. I'll say that we've seen 24 of them
since 1999, that it isn't 3.14 or 2,718, and that I'd go if you'd go. Question: how many people are in the picture? Answer: three.
The quick brown fox jumps over the lazy dog. A close-up of a bowl of soup with carrots, potatoes & onions (no salt!) on a wooden table.
Ein kleines Mädchen füttert die Vögel im Park, während die Großmutter auf der Bank sitzt. Un garçon mange une crème brûlée à l'hôtel.
El niño está jugando con una pelota en la montaña. Собака бежит по берегу моря. 一只棕色的狗在海滩上奔跑。犬が浜辺を走っています。
Ένας σκύλος τρέχει στην παραλία. كلب يجري على الشاطئ. कुत्ता समुद्र तट पर दौड़ रहा है। 강아지가 해변을 달리고 있다. 🐶 runs on 🏖️, 👍🏽!
"""
SPACES = [chr(code) for code in range(0x3001) if chr(code).isspace() and not 0x1C <= code <= 0x1F]


def byte_level(model, trained_on=None, **training):
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    if trained_on:
        trainer = trainers.BpeTrainer(show_progress=False, **training)
        tokenizer.train_from_iterator(trained_on, trainer)
    return tokenizer


def main_tokenizer():
    tokenizer = byte_level(
        models.BPE(), CORPUS.strip().splitlines() * 4, vocab_size=1000, special_tokens=["<s>", "<pad>", "</s>", "<unk>"],
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()))
    # What marks the sequence is special, what merely looks like it is text, as in OPT.
    model = tokenizer.model
    tokenizer = byte_level(model)
    tokenizer.add_special_tokens([AddedToken("<pad>", normalized=True), AddedToken("</s>", normalized=True)])
    tokenizer.add_special_tokens([AddedToken("<image>", normalized=False)])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="</s>:0 $A:0", pair="</s>:0 $A:0 </s>:1 $B:1", special_tokens=[("</s>", tokenizer.token_to_id("</s>"))])
    return tokenizer


def flagged_tokenizer():
    tokenizer = byte_level(models.BPE(unk_token="<unk>", fuse_unk=True), ["aa ab abc bcd cde a b c d e [ ] < >"] * 4,
                           vocab_size=24, special_tokens=["<unk>"])
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    flags = ("lstrip", "rstrip", "single_word", "normalized")
    for number in range(16):
        values = {flag: bool(number >> bit & 1) for bit, flag in enumerate(flags)}
        (tokenizer.add_special_tokens if number % 3 else tokenizer.add_tokens)([AddedToken(f"<{number:x}>", **values)])
    tokenizer.add_tokens([AddedToken(text, normalized=False) for text in ("<1><2>", "<1", "ab>", " a")])
    tokenizer.add_tokens([AddedToken("abc", single_word=True, normalized=True), AddedToken("é", normalized=True)])
    tokenizer.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=False),
        processors.TemplateProcessing(single="<0> <1> $A <2>", special_tokens=[
            (token, tokenizer.token_to_id(token)) for token in ("<0>", "<1>", "<2>")])])
    return tokenizer


def unicode_samples(draw):
    """Characters of every category that had it in Unicode 3.2 already, so that every version of every library agrees on them."""
    by_category = {}
    for code in range(0x110000):
        category = unicodedata.category(chr(code))
        if category not in ("Cn", "Cs", "Co") and unicodedata.ucd_3_2_0.category(chr(code)) == category:
            by_category.setdefault(category, []).append(chr(code))
    for category in sorted(by_category):
        yield from draw.sample(by_category[category], min(12, len(by_category[category])))


def strings(draw):
    yield from CORPUS.strip().splitlines()
    yield from ["", " ", "  ", "\n", "a", " a", "a ", "a  b", "a photo of", "Question: how many dogs are there? Answer:"]
    contractions = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"]
    for text in contractions:
        yield from [text, "it" + text, "it" + text.upper(), " " + text, "!" + text + text, text + "x", "5" + text, "\u2019" + text[1:]]
    yield from ["'", "''", "'r", "'v", "'l", "'l'l", "it'", "they'r", "x 'll", "'re've", "'S'T"]
    for character in unicode_samples(draw):
        yield from ["a" + character + "b", " " + character + character + "1", "!" + character]
    for space in SPACES:
        yield from [space, space + "a", "a" + space, "a" + space * 2 + "b", "1" + space + "\n" + space + "x", " " + space + " " + "!"]
    for code in list(range(0x20)) + list(range(0x7F, 0xA0)):
        yield "a" + chr(code) + chr(code) + " 1"
    yield from ["👩‍👩‍👧‍👦", "👍🏽 👍", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🇩🇪🇫🇷", "❤️❤", "e\u0301 é E\u0301", "ａｂｃ １２３", "\U0010ffff\ue000", "Z̷̢͌a̵̛l̸g̶o̴", "½ Ⅷ ① ²"]
    specials = ["<s>", "<pad>", "</s>", "<unk>", "<image>", "</s", "<image", "<", ">", "s>", "</S>"]
    for text in specials:
        yield from [text, "a" + text + "b", " " + text + " ", "  " + text + "  x", text * 3, "<" + text + ">"]
    yield from ["a" * 300, "ab" * 150, "0123456789" * 20, "!?" * 100, "dog" * 60, "\n" * 50, "Mädchen" * 30, "的" * 60]
    words = CORPUS.split() + specials + contractions + SPACES + ["\n\n", "\t", "   ", "ħ", "ﬁ", "Ǆ", "𝒳", "٣", "\u200d", "\ufeff", "\0"]
    for _ in range(400):
        yield draw.choice(["", " "]).join(draw.choice(words) for _ in range(draw.randint(2, 9)))


def flagged_strings(draw):
    pieces = [f"<{number:x}>" for number in range(16)] + ["<1", "ab>", " a", "a", "ab", "abc", "é", "e\u0301", "x", "_", "9", "."]
    spaces = ["", "", " ", "  ", "\n", "\u3000", " \u00a0"]
    yield from ["", " ", "<1><2>", "<1<2>", "abc", "abcd", " abc ", "_abc", "\u0301abc", "abc\u200d", "xyz", "ab>abc"]
    for _ in range(500):
        yield "".join(draw.choice(pieces) + draw.choice(spaces) for _ in range(draw.randint(1, 7)))


def id_lists(draw, tokenizer, texts):
    size = tokenizer.get_vocab_size()
    byte_ids = [tokenizer.token_to_id(token) for token in sorted(pre_tokenizers.ByteLevel.alphabet())]
    byte_ids = [number for number in byte_ids if number is not None]
    for text in texts:
        ids = tokenizer.encode(text).ids
        yield ids
        if len(ids) > 2:
            yield ids[: len(ids) // 2]
    for _ in range(200):
        yield [draw.choice(byte_ids) for _ in range(draw.randint(1, 10))]
        yield [draw.randrange(size) for _ in range(draw.randint(1, 10))]


def cases(draw, tokenizer, texts):
    texts = list(dict.fromkeys(texts))
    encodings = [{"text": text, "ids": tokenizer.encode(text).ids} for text in texts]
    decodings = [
        {"ids": ids, "text": tokenizer.decode(ids), "all": tokenizer.decode(ids, skip_special_tokens=False)}
        for ids in id_lists(draw, tokenizer, draw.sample(texts, 150))
    ]
    special = sorted(number for number, token in tokenizer.get_added_tokens_decoder().items() if token.special)
    return {"size": tokenizer.get_vocab_size(), "special": special, "encodings": encodings, "decodings": decodings}


def write(path, value, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value, **options) + "\n", encoding="utf-8")


def write_cases(path, value):
    """One case a line, so that a change shows as one."""
    lines = []
    for key in ("encodings", "decodings"):
        rows = ",\n".join(json.dumps(row, separators=(",", ":")) for row in value.pop(key))
        lines.append(f'"{key}":[\n{rows}\n]')
    head = json.dumps(value, separators=(",", ":"))[:-1]
    write(path, head + ",\n" + ",\n".join(lines) + "}\n")


def main(folder):
    tokenizer = main_tokenizer()
    content = json.loads(tokenizer.to_str())
    write(folder / "pairs" / "tokenizer.json", content, ensure_ascii=False)
    merges = [" ".join(pair) for pair in content["model"]["merges"]]
    content["model"]["merges"] = merges
    write(folder / "lines" / "tokenizer.json", content, ensure_ascii=False)

    write(folder / "files" / "vocab.json", content["model"]["vocab"], ensure_ascii=True)
    write(folder / "files" / "merges.txt", "#version: 0.2\n" + "\n".join(merges) + "\n")
    write(folder / "files" / "added_tokens.json", {"<image>": tokenizer.token_to_id("<image>")})
    token = {"__type": "AddedToken", "content": "</s>", "lstrip": False, "normalized": True, "rstrip": False, "single_word": False}
    write(folder / "files" / "special_tokens_map.json",
          {"bos_token": token, "pad_token": "<pad>", "additional_special_tokens": ["<image>"]})
    write(folder / "files" / "tokenizer_config.json",
          {"add_bos_token": True, "add_prefix_space": False, "bos_token": token, "eos_token": token, "errors": "replace",
           "model_max_length": 1000000000000000019884624838656, "pad_token": {**token, "content": "<pad>"}, "unk_token": token,
           "tokenizer_class": "GPT2Tokenizer"})
    write_cases(folder / "cases.json", cases(random.Random(SEED), tokenizer, strings(random.Random(SEED))))

    flagged = flagged_tokenizer()
    write(folder / "flags" / "tokenizer.json", json.loads(flagged.to_str()), ensure_ascii=False)
    write_cases(folder / "flags" / "cases.json", cases(random.Random(SEED), flagged, flagged_strings(random.Random(SEED))))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
