"""Writes a training state of the CLIP model as a Hugging Face folder in bfloat16: `python clip_export.py STATE FOLDER`."""

import argparse
import json
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("state", type=Path)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    import torch
    from transformers import CLIPImageProcessorPil

    from clip_architecture import configuration, new_model
    from clip_tokenizer import clip_files
    from drawings import load_things
    from scenes import CANVAS

    options.folder.mkdir(parents=True, exist_ok=True)
    files = clip_files(load_things())
    model = new_model(configuration(len(files["vocab.json"])), seed=0)
    model.load_state_dict(torch.load(options.state, map_location="cpu")["model"])
    model.to(torch.bfloat16)
    # A logit_scale in bfloat16 would be 4.59, a scale of 98.9: this one number stays as it is.
    model.logit_scale.data = model.logit_scale.data.float().fill_(torch.tensor(100.0).log())
    model.save_pretrained(options.folder)
    # Stretched to a square like the images of the captioner, since a crop of the middle would lose things near the edge.
    size = {"height": CANVAS, "width": CANVAS}
    CLIPImageProcessorPil(size=size, do_center_crop=False, crop_size=size).save_pretrained(options.folder)
    path = options.folder / "preprocessor_config.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    settings |= {"image_processor_type": "CLIPImageProcessor", "processor_class": "CLIPProcessor"}
    files["preprocessor_config.json"] = settings
    for name, content in files.items():
        # Without blanks: the vocabulary is there twice.
        text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"
        (options.folder / name).write_text(text, encoding="utf-8")
    for file in sorted(options.folder.iterdir()):
        print(f"{file.stat().st_size:9} {file.name}")


if __name__ == "__main__":
    main()
