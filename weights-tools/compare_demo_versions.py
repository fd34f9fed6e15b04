#!/usr/bin/env python3
"""Holds the engine with the demo model against the installed transformers, of whatever version from 4.38 on.

The bundled checkpoint is loaded as it lies: tokenizer, processor and model. Thousands of strings must become the same ids, ids the same
text, and pictures the same greedy captions as the engine's in float32. Version 4.38 knows no processor_config.json that says how many
image tokens there are, which later ones need: as for BLIP-2's own checkpoints of today, the processor of that version is loaded from a
copy without this file. Exit status: 0 everything is equal, 1 something differs.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ["TOKENIZERS_PARALLELISM"] = "false"
import torch
import transformers
from PIL import Image, ImageOps

from blip2tools.parity_probe import BUILD, PROBE, ParityProbe
from blip2tools.tokenizer_texts import texts

ROOT = Path(__file__).resolve().parent.parent
ENGINE = ROOT / ".build" / "release" / "caption-images"
RESOURCES = ROOT / "Sources" / "DemoModel" / "Resources"
FOLDERS = [RESOURCES / "pictures", ROOT / "Tests" / "Fixtures" / "pictures"]
BATCH = 16
PROMPTS = [None, "a photo of", "Question: what is in the picture? Answer:"]


class Table:
    """Cases tried and equal, by kind, and the first few that differ."""

    def __init__(self) -> None:
        self.tried = self.equal = 0

    def add(self, kind: str, cases: list[tuple[object, object, object]]) -> None:
        """cases: what was asked, what transformers says, what the engine says."""
        different = [case for case in cases if case[1] != case[2]]
        self.tried += len(cases)
        self.equal += len(cases) - len(different)
        print(f"{kind:<46} {len(cases):>7} {len(cases) - len(different):>7}", flush=True)
        for case, expected, found in different[:3]:
            print(f"    {ascii(case)[:300]}\n      expected {ascii(expected)[:300]}\n      found    {ascii(found)[:300]}")


def load_processor(checkpoint: Path, scratch: Path):
    """The processor, and the folder that it comes from."""
    if tuple(map(int, transformers.__version__.split(".")[:2])) < (4, 45):
        checkpoint = Path(shutil.copytree(checkpoint, scratch / "checkpoint"))
        (checkpoint / "processor_config.json").unlink()
    options = {"use_fast": False} if (4, 48) < tuple(map(int, transformers.__version__.split(".")[:2])) < (5, 0) else {}
    joined = transformers.Blip2Processor.from_pretrained(checkpoint, **options)
    processor = transformers.AutoProcessor.from_pretrained(checkpoint, **options)
    if options:
        # The option is for pictures, of which the reference is the processor written in Python.
        processor.tokenizer = transformers.AutoTokenizer.from_pretrained(checkpoint)
    assert type(joined) is type(processor), (joined, processor)
    return processor


def compare_tokenizer(tokenizer, processor, checkpoint: Path, options: argparse.Namespace, table: Table) -> None:
    with ParityProbe(options.probe, "tokenizer", str(checkpoint)) as probe:
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


@torch.no_grad()
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
    for folder in FOLDERS:
        # A side of one or three pixels is one of three channels to transformers.
        pictures = sorted(path for path in folder.iterdir() if path.suffix in (".png", ".jpg") and min(Image.open(path).size) > 3)
        for prompt in PROMPTS:
            command = [options.caption_images, folder, "--model", RESOURCES / "checkpoint", "--precision", "f32", "--max-new-tokens", "24"]
            output = subprocess.run(
                [*command, *([] if prompt is None else ["--prompt", prompt]), "--quiet"], stdout=subprocess.PIPE, text=True, check=False).stdout
            found = {record["image"]: record.get("caption") for record in map(json.loads, output.splitlines())}
            expected = []
            for start in range(0, len(pictures), BATCH):
                images = [ImageOps.exif_transpose(Image.open(path)).convert("RGB") for path in pictures[start:start + BATCH]]
                expected += say(model, processor, images, prompt)
            cases = [((path.name, prompt), caption, found.get(path.name)) for path, caption in zip(pictures, expected)]
            table.add(f"captions of {folder.parent.name}/{folder.name}, {prompt!r}"[:46], cases)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--caption-images", type=Path, default=ENGINE, metavar="PATH")
    parser.add_argument("--probe", type=Path, default=PROBE, help=f"default: what `{BUILD}` makes")
    parser.add_argument("--captions-only", action="store_true", help="leave the tokenizer out")
    parser.add_argument("--seed", type=int, default=20)
    options = parser.parse_args()
    transformers.logging.set_verbosity_error()
    checkpoint, table = RESOURCES / "checkpoint", Table()
    print(f"transformers {transformers.__version__}\n{'kind':<46} {'tried':>7} {'equal':>7}")
    with tempfile.TemporaryDirectory() as scratch:
        tokenizer = transformers.AutoTokenizer.from_pretrained(checkpoint)
        processor = load_processor(checkpoint, Path(scratch))
        dtype = "dtype" if transformers.__version__.startswith("5") else "torch_dtype"
        model = transformers.Blip2ForConditionalGeneration.from_pretrained(checkpoint, **{dtype: torch.float32}).eval()
        if not options.captions_only:
            compare_tokenizer(tokenizer, processor, checkpoint, options, table)
        compare_captions(model, processor, options, table)
    print(f"\n{table.tried} cases, {table.equal} equal")
    return 0 if table.equal == table.tried else 1


if __name__ == "__main__":
    sys.exit(main())
