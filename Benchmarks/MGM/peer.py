#!/usr/bin/env python3
"""How long MGM's own code takes for questions about images, on the CPU: `peer.py SOURCE FOLDER IMAGE... --dtype bf16`.

SOURCE has the package `mgm`; FOLDER is one of weights-tools/checkpoints/random_mgm.py, such as `--preset full --pickle` writes. The interpreter needs what
weights-tools/references/mgm.py needs. One question an image, greedy, exactly N new tokens; the first is done twice, and its first time left out.
"""

import argparse
import json
import os
import resource
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "weights-tools"))

from checkpoints.random_mgm import CONVNEXT, MODEL
from references import mgm_on_cpu

QUESTION = "What is written on the sign? Answer the question using a single word or phrase."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, metavar="SOURCE")
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("images", type=Path, nargs="+", metavar="IMAGE")
    parser.add_argument("--dtype", choices=("f32", "bf16"), default="bf16")
    parser.add_argument("--new-tokens", type=int, default=8, metavar="N")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)), metavar="N")
    options = parser.parse_args()
    images = [path.resolve() for path in options.images]
    mgm_on_cpu.import_mgm(options.source.resolve())
    import torch
    import transformers

    transformers.logging.set_verbosity_error()
    torch.set_num_threads(options.threads)
    os.chdir(options.folder)
    from mgm.conversation import conv_templates
    from mgm.mm_utils import process_images, tokenizer_image_token
    from mgm.model import builder
    from PIL import Image

    vision = json.loads(Path(json.loads(Path(MODEL, "config.json").read_text())["mm_vision_tower"], "config.json").read_text())
    mgm_on_cpu.size_convnext(Path(CONVNEXT), vision["image_size"])
    dtype = torch.float32 if options.dtype == "f32" else torch.bfloat16
    mgm_on_cpu.load_as(dtype)
    tokenizer, model, processor, _ = builder.load_pretrained_model(MODEL, None, MODEL)
    raw = dict(processor.crop_size)
    side = model.config.image_size_aux
    processor.image_size_raw = raw
    processor.crop_size, processor.size = {"height": side, "width": side}, {"shortest_edge": side}
    conversation = conv_templates["gemma"].copy()
    conversation.append_message(conversation.roles[0], f"<image>\n{QUESTION}")
    conversation.append_message(conversation.roles[1], None)
    ids = tokenizer_image_token(conversation.get_prompt(), tokenizer, -200, return_tensors="pt")[None]

    def answer(path: Path) -> float:
        start = time.perf_counter()
        auxiliary = process_images([Image.open(path).convert("RGB")], processor, model.config)
        low = torch.nn.functional.interpolate(auxiliary, size=[*raw.values()], mode="bilinear", align_corners=False)
        with torch.inference_mode():
            model.generate(
                ids, images=low.to(dtype), images_aux=auxiliary.to(dtype), do_sample=False, num_beams=1, max_new_tokens=options.new_tokens, min_new_tokens=options.new_tokens,
                bos_token_id=2, eos_token_id=1, pad_token_id=0, use_cache=True)
        return time.perf_counter() - start

    answer(images[0])
    seconds = [answer(path) for path in images]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(json.dumps({
        "dtype": options.dtype, "threads": options.threads, "question_tokens": ids.shape[1] - 1, "new_tokens": options.new_tokens,
        "seconds": [round(value, 2) for value in seconds], "median": round(statistics.median(seconds), 2), "peak_gb": round(peak, 2)}))


if __name__ == "__main__":
    main()
