"""Tokenizer folders as checkpoints of several years have them, made from one vocab.json and merges.txt."""

import json
import shutil
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors


def tokenizer_json(vocabulary: Path) -> dict:
    """What the newest checkpoints have: `<pad>`, `</s>` and an added `<image>` special, `</s>` in front."""
    tokenizer = Tokenizer(models.BPE.from_file(str(vocabulary / "vocab.json"), str(vocabulary / "merges.txt")))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(text, normalized=True) for text in ("<pad>", "</s>")])
    tokenizer.add_special_tokens([AddedToken("<image>", normalized=False)])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="</s>:0 $A:0", pair="</s>:0 $A:0 </s>:1 $B:1", special_tokens=[("</s>", tokenizer.token_to_id("</s>"))])
    return json.loads(tokenizer.to_str())


def write_variants(vocabulary: Path, target: Path) -> list[Path]:
    """Writes four folders below `target` and returns them."""
    folders = [target / name for name in ("merges as pairs", "merges as strings", "files of a checkpoint", "two files alone")]
    for folder in folders:
        folder.mkdir(parents=True)
    content = tokenizer_json(vocabulary)
    pairs = [merge if isinstance(merge, list) else merge.split(" ") for merge in content["model"]["merges"]]
    for folder, merges in zip(folders, (pairs, [" ".join(pair) for pair in pairs])):
        content["model"]["merges"] = merges
        (folder / "tokenizer.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    for folder in folders[2:]:
        for name in ("vocab.json", "merges.txt"):
            shutil.copy(vocabulary / name, folder / name)
    token = {"__type": "AddedToken", "content": "</s>", "lstrip": False, "normalized": True, "rstrip": False, "single_word": False}
    configuration = {"add_bos_token": True, "add_prefix_space": False, "errors": "replace", "tokenizer_class": "GPT2Tokenizer",
                     "bos_token": token, "eos_token": token, "unk_token": token, "pad_token": {**token, "content": "<pad>"}}
    (folders[2] / "tokenizer_config.json").write_text(json.dumps(configuration))
    (folders[2] / "special_tokens_map.json").write_text(
        json.dumps({"bos_token": token, "eos_token": token, "unk_token": token, "pad_token": "<pad>"}))
    return folders
