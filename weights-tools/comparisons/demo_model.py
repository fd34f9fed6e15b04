#!/usr/bin/env python3
"""Compares the engine on the demo model with the installed transformers, of any version from 4.38 on.

The bundled checkpoint is loaded as it lies: tokenizer, processor and model. Thousands of strings must become the same ids, ids the same
text, and images the same greedy captions as the engine's in float32. Version 4.38 knows no processor_config.json that says how many
image tokens there are, which later ones need: as for BLIP-2's own checkpoints of today, the processor of that version is loaded from a
copy without this file. Exit status: 0 everything is equal, 1 something differs.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from comparisons.engine import ParityProbe, add_caption_images, add_probe
from comparisons.table import Table
from comparisons.tokenizer_texts import texts
from fixtures.places import DEMO_CHECKPOINT, DEMO_PICTURES, PICTURES, images_in

if TYPE_CHECKING:
    from PIL import Image

BATCH = 16
PROMPTS = [None, "a photo of", "Question: what is in the picture? Answer:"]


def load_processor(checkpoint: Path, scratch: Path):
    """The processor of the checkpoint, as the installed version loads it."""
    import transformers

    version = tuple(map(int, transformers.__version__.split(".")[:2]))
    if version < (4, 45):
        checkpoint = Path(shutil.copytree(checkpoint, scratch / "checkpoint"))
        (checkpoint / "processor_config.json").unlink()
    options = {"use_fast": False} if (4, 48) < version < (5, 0) else {}
    joined = transformers.Blip2Processor.from_pretrained(checkpoint, **options)
    processor = transformers.AutoProcessor.from_pretrained(checkpoint, **options)
    if options:
        # The option is for images, of which the reference is the processor written in Python.
        processor.tokenizer = transformers.AutoTokenizer.from_pretrained(checkpoint)
    assert type(joined) is type(processor), (joined, processor)
    return processor


def compare_tokenizer(tokenizer, processor, options: argparse.Namespace, table: Table) -> None:
    with ParityProbe(options.probe, "tokenizer", str(DEMO_CHECKPOINT)) as probe:
        first = probe.reply()
        table.add("size and special ids", [
            ("size", len(tokenizer), first["vocabularySize"]),
            ("special", sorted(i for i, token in tokenizer.added_tokens_decoder.items() if token.special), first["specialTokenIDs"])])
        encoded = []
        for kind, strings in texts(options.seed).items():
            expected = [tokenizer(text).input_ids for text in strings]
            encoded += expected
            table.add(kind, [(text, ids, probe.ask(text=text, withSpecialTokens=True)["ids"]) for text, ids in zip(strings, expected)])
            bare = [tokenizer(text, add_special_tokens=False).input_ids for text in strings[:500]]
            table.add(f"{kind}, no special tokens added", [
                (text, ids, probe.ask(text=text, withSpecialTokens=False)["ids"]) for text, ids in zip(strings, bare)])
        draw = random.Random(options.seed)
        lists = draw.sample(encoded, 5000) + [[draw.randrange(len(tokenizer)) for _ in range(draw.randint(1, 30))] for _ in range(5000)]
        for kept in (False, True):
            table.add("decode" + (", specials kept" if kept else ""), [
                (ids, tokenizer.decode(ids, skip_special_tokens=not kept), probe.ask(ids=ids, withSpecialTokens=kept)["text"]) for ids in lists])
        table.add("the processor's tokenizer", [
            (text, tokenizer(text).input_ids, processor.tokenizer(text).input_ids) for text in ["", *PROMPTS[1:], "a </s> <image>\n"]])


def say(model, processor, images: list[Image.Image], prompt: str | None) -> list[str]:
    """Captions, the usual way: the processor's output is the model's input."""
    inputs = processor(images=images, return_tensors="pt", **({} if prompt is None else {"text": [prompt] * len(images)}))
    output = model.generate(**inputs, do_sample=False, num_beams=1, max_new_tokens=24)
    # Version 4.38 gives new tokens only, later ones what they were given, too.
    given = inputs["input_ids"].shape[1] if prompt is not None else model.config.num_query_tokens + 1
    if (output[0, 0] if prompt is None else output[0, :given].tolist()) == (
            model.config.image_token_index if prompt is None else inputs["input_ids"][0].tolist()):
        output = output[:, given:]
    return [processor.tokenizer.decode(ids, skip_special_tokens=True).strip() for ids in output.tolist()]


def compare_captions(model, processor, options: argparse.Namespace, table: Table) -> None:
    from PIL import Image, ImageOps

    for folder in (DEMO_PICTURES, PICTURES):
        # A side of one or three pixels is one of three channels to transformers.
        pictures = [path for path in images_in(folder) if min(Image.open(path).size) > 3][:: options.every]
        for prompt in PROMPTS:
            command = [options.caption_images, folder, "--model", DEMO_CHECKPOINT, "--precision", "f32", "--max-new-tokens", "24"]
            output = subprocess.run(
                [*command, *([] if prompt is None else ["--prompt", prompt]), "--quiet"], stdout=subprocess.PIPE, text=True, check=False).stdout
            found = {record["image"]: record.get("caption") for record in map(json.loads, output.splitlines())}
            expected = []
            for start in range(0, len(pictures), BATCH):
                images = [ImageOps.exif_transpose(Image.open(path)).convert("RGB") for path in pictures[start:start + BATCH]]
                expected += say(model, processor, images, prompt)
            cases = [((path.name, prompt), caption, found.get(path.name)) for path, caption in zip(pictures, expected)]
            table.add(f"captions of {folder.parent.name}/{folder.name}, {prompt!r}", cases)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_caption_images(parser)
    add_probe(parser)
    parser.add_argument("--every", type=int, default=1, metavar="N", help="caption every n-th image only")
    parser.add_argument("--captions-only", action="store_true", help="leave the tokenizer out")
    parser.add_argument("--seed", type=int, default=20)
    options = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    import torch
    import transformers

    transformers.logging.set_verbosity_error()
    print(f"transformers {transformers.__version__}")
    table = Table("kind")
    with tempfile.TemporaryDirectory() as scratch:
        tokenizer = transformers.AutoTokenizer.from_pretrained(DEMO_CHECKPOINT)
        processor = load_processor(DEMO_CHECKPOINT, Path(scratch))
        dtype = "dtype" if transformers.__version__.startswith("5") else "torch_dtype"
        model = transformers.Blip2ForConditionalGeneration.from_pretrained(DEMO_CHECKPOINT, **{dtype: torch.float32}).eval()
        if not options.captions_only:
            compare_tokenizer(tokenizer, processor, options, table)
        compare_captions(model, processor, options, table)
    return table.finish()


if __name__ == "__main__":
    sys.exit(main())
