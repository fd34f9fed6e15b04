"""What the installed tokenizers and transformers make of a tokenizer's folder."""

from pathlib import Path

from tokenizers import Tokenizer

from checkpoints.tokenizer_files import byte_spellings


class Reference:
    """`tokenizers` for a tokenizer.json, else transformers' GPT2Tokenizer."""

    def __init__(self, folder: Path) -> None:
        self._slow = None
        if (folder / "tokenizer.json").exists():
            self._fast = Tokenizer.from_file(str(folder / "tokenizer.json"))
            vocabulary = self._fast.get_vocab()
        else:
            from transformers import GPT2Tokenizer

            # Without the configuration of a checkpoint GPT-2's own end token would be added, which the files lack.
            alone = {} if (folder / "tokenizer_config.json").exists() else {role: None for role in ("bos_token", "eos_token", "unk_token")}
            tokenizer = GPT2Tokenizer.from_pretrained(str(folder), clean_up_tokenization_spaces=False, **alone)
            self._fast = getattr(tokenizer, "_tokenizer", None)
            self._slow = None if self._fast else tokenizer
            if self._fast:
                # Version 5 calls tokens of special_tokens_map.json special and still decodes them, which 4.38 does not.
                known = {token.content for token in tokenizer.added_tokens_decoder.values() if token.special}
                self._fast.add_special_tokens([token for token in tokenizer.all_special_tokens if token not in known])
            vocabulary = tokenizer.get_vocab()
        self.size = max(vocabulary.values()) + 1
        self.byte_ids = [vocabulary[spelling] for spelling in byte_spellings().values() if spelling in vocabulary]
        # The slow one puts blanks around special tokens.
        self.keeps_specials = self._slow is None

    def encode(self, texts: list[str]) -> list[list[int]]:
        if self._slow is not None:
            return [self._slow(text)["input_ids"] for text in texts]
        return [encoding.ids for encoding in self._fast.encode_batch(texts)]

    def decode(self, lists: list[list[int]], keeping_specials: bool) -> list[str]:
        if self._slow is not None:
            return [self._slow.decode(ids, skip_special_tokens=not keeping_specials) for ids in lists]
        return self._fast.decode_batch(lists, skip_special_tokens=not keeping_specials)


def described(folder: Path, texts: list[str]) -> dict[str, object]:
    """What AutoTokenizer of the installed transformers makes of a folder and of texts."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(str(folder))
    size = max(tokenizer.get_vocab().values()) + 3

    def decode(number: int, skips: bool) -> str:
        return tokenizer.decode([number], skip_special_tokens=skips, clean_up_tokenization_spaces=False)

    decoded = [[decode(number, skips) for number in range(size)] for skips in (True, False)]
    return {
        "size": len(tokenizer), "special": [number for number in range(size) if decoded[0][number] != decoded[1][number]],
        "ids": [tokenizer(text).input_ids for text in texts], "text": decoded[1]}
