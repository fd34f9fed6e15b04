"""The folder in which the documentation's examples run: under the names that pages use lie the demo model, the demo CLIP, a tiny random MGM, the demo's pictures, and data sets of these."""

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path

RESOURCES = "Sources/DemoModel/Resources"
CAPTIONS = {
    "scene-01.png": "a croissant on a purple background", "scene-02.jpg": "a dog to the right of a strawberry", "scene-03.jpg": "a pear on a black background",
    "scene-04.png": "a koala to the left of a television", "scene-05.png": "a strawberry on a white background", "scene-06.jpg": "a flamingo above a birthday cake",
    "scene-07.jpg": "a key on a brown background", "scene-08.png": "an anchor above a toothbrush", "shape-01.png": "a red triangle", "shape-02.png": "a yellow rectangle",
    "shape-03.png": "a blue triangle", "shape-04.png": "a yellow circle",
}  # fmt: skip
"""What the demo's pictures show."""
STUBS = {"hf": "", "pip": "", "modelscope": "", "swift": "", "srun": 'exec "$@"', "python3": 'mkdir "$3" && ln -s "$HOME/.programs" "$3/bin"'}
"""Programs that examples call and that must not download, build or queue anything here; of Python a virtual environment alone is made."""


def write_lines(path: Path, rows: list[dict]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def prepare(folder: Path, project: Path, binary: Path, packs: bool) -> None:
    """Fills an empty folder; without the packed model, if the page's own commands make it."""
    resources = project / RESOURCES
    for name in ("scripts", "Sources", "docs", "integrations", "weights-tools"):
        (folder / name).symlink_to(project / name)
    (folder / ".build/release").mkdir(parents=True)
    (folder / ".build/release/caption-images").symlink_to(binary)
    programs = folder / ".programs"
    programs.mkdir()
    (programs / "caption-images").symlink_to(binary)
    for name, text in STUBS.items():
        (programs / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    models(folder, project, resources)
    if not packs:
        subprocess.run([binary, "pack", resources / "checkpoint", "-o", folder / "blip2-int8", "--precision", "int8", "--quiet"], check=True)
    for name in ("photos", "images"):
        (folder / name).mkdir()
        for picture in CAPTIONS:
            shutil.copy(resources / "pictures" / picture, folder / name)
    data_sets(folder)
    benchmarks(folder)


def models(folder: Path, project: Path, resources: Path) -> None:
    mgm = project / "Tests/CaptionerTests/Fixtures/mgm/plain"
    for name, source in {"blip2-opt-2.7b": resources / "checkpoint", "clip-vit-base-patch32": resources / "clip", "OpenAI": mgm / "OpenAI",
                         "gemma-2b-it": mgm / "mgm-2b", "MGM-2B": mgm / "mgm-2b", "MGM-2B-Finetune-EXP": mgm / "mgm-2b"}.items():  # fmt: skip
        shutil.copytree(source, folder / name)
    fixtures = project / "Tests/CaptionerTests/Fixtures"
    others = {
        "Salesforce/blip-image-captioning-large": fixtures / "blip/plain", "Salesforce/blip-vqa-base": fixtures / "blip/questions",
        "Salesforce/blip-itm-base-coco": fixtures / "blip/matching", "HuggingFaceTB/SmolVLM-256M-Instruct": fixtures / "smolvlm/tiles",
        "google/paligemma-3b-mix-224": fixtures / "paligemma/hub", "google/paligemma2-3b-mix-224": fixtures / "paligemma/second"}  # fmt: skip
    own = {"Salesforce/blip2-opt-2.7b": "blip2-opt-2.7b", "openai/clip-vit-base-patch32": "clip-vit-base-patch32", "YanweiLi/MGM-2B": "MGM-2B"}
    for name, source in (own | others).items():
        cached = folder / ".cache/huggingface/hub" / ("models--" + name.replace("/", "--"))
        (cached / "refs").mkdir(parents=True)
        (cached / "refs/main").write_text("0" * 40, encoding="utf-8")
        shutil.copytree(folder / source, cached / "snapshots" / ("0" * 40))


def data_sets(folder: Path) -> None:
    """A Data-Juicer data set of the pictures, of which every other one has the next one's caption, and the LLaVA file that it was made of."""
    texts = list(CAPTIONS.values())
    old = [texts[(place + place % 2) % len(texts)] for place in range(len(texts))]
    seed = [{"id": f"{place:09}", "text": f"<__dj__image>\n{text} <|__dj__eoc|>", "images": [f"images/{name}"]} for place, (name, text) in enumerate(zip(CAPTIONS, old))]
    write_lines(folder / "seed.jsonl", seed)
    original = [{"id": row["id"], "image": row["images"][0], "conversations": [{"from": "human", "value": "<image>\nDescribe the image."}, {"from": "gpt", "value": text}]}
                for row, text in zip(seed, old)]  # fmt: skip
    (folder / "ORIGINAL.json").write_text(json.dumps(original), encoding="utf-8")
    # The Better Synth challenge's names.
    name = "input/pretrain_stage_1_10k/mgm_pretrain_stage_1_10k"
    (folder / name).parent.mkdir(parents=True)
    shutil.copy(folder / "ORIGINAL.json", folder / f"{name}.json")
    for path in (f"{name}.jsonl", "input/set.jsonl"):
        shutil.copy(folder / "seed.jsonl", folder / path)
        ((folder / path).parent / "images").symlink_to(folder / "images")
    (folder / "image_captioning.yaml").write_text(
        f"dataset_path: {name}.jsonl\nexport_path: output/image_captioning_output/res_10k.jsonl\nnp: 1\nprocess:\n"
        "  - image_captioning_mapper:\n      hf_img2seq: Salesforce/blip2-opt-2.7b\n      keep_original_sample: false\n", encoding="utf-8")  # fmt: skip
    (folder / "input/pretrain_stage_1").symlink_to(folder / "images")
    (folder / "finetuning_stage_1").mkdir()
    (folder / "finetuning_stage_1/images").symlink_to(folder / "images")


def benchmarks(folder: Path) -> None:
    """Questions as those of TextVQA and MMBench, with answers, of which one in three is wrong."""
    names = list(CAPTIONS)[8:11]
    prompts = [f"what color is the shape?\nReference OCR token: \nAnswer number {place}." for place in range(3)]
    answers = ["red", "yellow", "green"]
    write_lines(folder / "llava_textvqa_val_v051_ocr.jsonl", [{"question_id": Path(name).stem, "image": name, "text": prompt} for name, prompt in zip(names, prompts)])
    write_lines(folder / "questions.jsonl", [{"question_id": Path(name).stem, "image": name, "text": "what color is the shape?"} for name in names])
    truth = [{"image_id": Path(name).stem, "question": "what color is the shape?", "answers": [CAPTIONS[name].split()[1]] * 10} for name in names]
    (folder / "TextVQA_0.5.1_val.json").write_text(json.dumps({"data": truth}), encoding="utf-8")
    write_lines(folder / "bm1.jsonl", [{"question_id": Path(name).stem, "prompt": prompt, "text": text, "answer_id": str(place), "model_id": "bm1", "metadata": {}}
                                       for place, (name, prompt, text) in enumerate(zip(names, prompts, answers))])  # fmt: skip
    os.symlink("images", folder / "train_images")
    rows = ["index\tquestion\thint\tA\tB\tC\tD\timage\tanswer\tcategory\tl2-category"]
    lines = []
    for place, (name, text) in enumerate(zip(names, "AAB")):
        rows.append(f"{place}\tWhich shape is it?\t\ta triangle\ta rectangle\ta circle\ta square\t{base64.b64encode((folder / 'images' / name).read_bytes()).decode()}\t{'ABA'[place]}\tshapes\tperception")
        lines.append({"question_id": place, "round_id": 0, "prompt": "Which shape is it?", "text": text, "options": ["a triangle", "a rectangle", "a circle", "a square"], "option_char": ["A", "B", "C", "D"],
                      "answer_id": str(place), "model_id": "MGM-2B-Finetune-EXP", "metadata": {}})  # fmt: skip
    (folder / "mmbench_dev_20230712.tsv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    write_lines(folder / "MGM-2B-Finetune-EXP.jsonl", lines)
