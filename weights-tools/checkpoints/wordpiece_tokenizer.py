"""Tokenizers with the layout of bert-base-uncased's: WordPiece over lower case without accents, as BLIP has it."""

from __future__ import annotations

ROLES = {"unk_token": "[UNK]", "sep_token": "[SEP]", "pad_token": "[PAD]", "cls_token": "[CLS]", "mask_token": "[MASK]"}
PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"
WORDS = (
    "a an the of and in on with to is are at by his her its two three four photo picture image close up view person man woman men women people child dog cat horse bird car bus "
    "train boat plane street road beach sea water sky tree grass field table chair plate bowl food pizza cake fruit red blue green yellow black white brown grey large small old "
    "young sitting standing walking running playing riding holding wearing looking eating next front top down left right kitchen room window door sign clock phone computer "
    "what how many color where who do not don t s ball hat shirt bench umbrella snow mountain").split()
PIECES = ("s ing ed er ly es al en ion y o le an re in th ch").split()


def vocabulary(count: int | None = None) -> list[str]:
    """Tokens in the order of their ids: [PAD] 0, [UNK] 100, [CLS] 101, [SEP] 102, [MASK] 103 as in BERT; filled up to `count` with unused ones."""
    tokens = ["[PAD]", *(f"[unused{number}]" for number in range(99)), "[UNK]", "[CLS]", "[SEP]", "[MASK]", *PUNCTUATION, *LETTERS, "中", "ø", "ß", "α", "σ"]
    tokens += [word for word in WORDS if len(word) > 1]
    tokens += [f"##{letter}" for letter in [*LETTERS, "ø", "σ"]] + [f"##{piece}" for piece in PIECES if len(piece) > 1]
    tokens = list(dict.fromkeys(tokens))
    return tokens + [f"[unused{number}]" for number in range(99, 99 + max((count or 0) - len(tokens), 0))]


def tokenizer_json(tokens: list[str]) -> dict[str, object]:
    """tokenizer.json as transformers saves it."""
    ids = {token: number for number, token in enumerate(tokens)}
    piece = {key: {"id": token, "ids": [ids[token]], "tokens": [token]} for key, token in (("cls", "[CLS]"), ("sep", "[SEP]"))}

    def template(*places: tuple[str, str, int]) -> list[dict[str, object]]:
        return [{kind: {"id": name, "type_id": number}} for kind, name, number in places]

    single = [("SpecialToken", "[CLS]", 0), ("Sequence", "A", 0), ("SpecialToken", "[SEP]", 0)]
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [
            {"id": ids[token], "content": token, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
            for token in ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")],
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing", "single": template(*single), "pair": template(*single, ("Sequence", "B", 1), ("SpecialToken", "[SEP]", 1)),
            "special_tokens": {"[CLS]": piece["cls"], "[SEP]": piece["sep"]}},
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": ids}}


def files(tokens: list[str], with_json: bool = True) -> dict[str, object]:
    """The files of a tokenizer by name: a text, or what JSON is made of."""
    configuration = {"tokenizer_class": "BertTokenizer", "do_lower_case": True, "model_max_length": 512, **ROLES}
    result: dict[str, object] = {
        "vocab.txt": "\n".join(tokens) + "\n", "tokenizer_config.json": configuration, "special_tokens_map.json": dict(ROLES)}
    return result | ({"tokenizer.json": tokenizer_json(tokens)} if with_json else {})
