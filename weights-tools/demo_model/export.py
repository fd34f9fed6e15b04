"""Writes a training state as a Hugging Face checkpoint folder in bfloat16: `python export.py STATE FOLDER`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import Blip2ForConditionalGeneration, Blip2Processor


def processor(tokenizer: Tokenizer) -> Blip2Processor:
    """Tokenizer and image processor, joined as transformers stores them."""
    from transformers import Blip2Processor, BlipImageProcessorPil, PreTrainedTokenizerFast

    from architecture import LONGEST_TEXT, QUERIES
    from scenes import CANVAS

    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="</s>", eos_token="</s>", unk_token="<unk>", pad_token="<pad>",
        model_max_length=LONGEST_TEXT,
    )  # fmt: skip
    images = BlipImageProcessorPil(size={"height": CANVAS, "width": CANVAS})
    return Blip2Processor(images, fast, num_query_tokens=QUERIES)


def trained_model(state: Path, tokenizer: Tokenizer) -> Blip2ForConditionalGeneration:
    """The model of a training state, without the heads that only training needs, in bfloat16."""
    import torch
    from transformers import GenerationConfig

    from architecture import configuration, new_model
    from bpe import BOS, IMAGE, PAD, newline

    weights = torch.load(state, map_location="cpu")["supervision"]
    weights = {name.removeprefix("model."): value for name, value in weights.items() if name.startswith("model.")}
    vocabulary = len(weights["language_model.model.decoder.embed_tokens.weight"])
    end = newline(tokenizer)
    model = new_model(configuration(vocabulary, tokenizer.token_to_id(IMAGE), end, PAD, BOS), seed=0)
    model.load_state_dict(weights)
    model.generation_config = GenerationConfig(
        bos_token_id=BOS, eos_token_id=end, pad_token_id=PAD, do_sample=False, max_new_tokens=24)  # fmt: skip
    return model.to(torch.bfloat16)


def rewrite_for_older_versions(folder: Path) -> None:
    """Makes transformers 4.38 and 4.57 read what version 5 has written. They do not know the class of tokenizers that it
    names, tokenizers before 0.20 read merges as strings only, and 4.38 would take the blanks before punctuation away."""
    path = folder / "tokenizer.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["model"]["merges"] = [" ".join(merge) for merge in content["model"]["merges"]]
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False), encoding="utf-8")
    path = folder / "tokenizer_config.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    content.pop("backend", None)
    content |= {"add_prefix_space": False, "clean_up_tokenization_spaces": False, "tokenizer_class": "GPT2Tokenizer"}
    path.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("state", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    from bpe import train_tokenizer
    from drawings import load_things

    tokenizer = train_tokenizer(load_things())
    trained_model(options.state, tokenizer).save_pretrained(options.folder)
    parts = processor(tokenizer)
    parts.save_pretrained(options.folder)
    rewrite_for_older_versions(options.folder)
    # What older readers look for: the tokenizer as vocab.json and merges.txt, the image settings in a file of their own.
    tokenizer.model.save(str(options.folder))
    parts.image_processor.save_pretrained(options.folder)
    for file in sorted(options.folder.iterdir()):
        print(f"{file.stat().st_size:9} {file.name}")


if __name__ == "__main__":
    main()
