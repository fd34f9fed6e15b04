"""Data sets of the demo model's own images, for comparisons/data_juicer.py."""

import json
import shutil
from pathlib import Path

from references.data_juicer_runs.cases import Case

IMAGE, END = "<__dj__image>", "<|__dj__eoc|>"


def sample(identifier: str, text: str, images: list[str], **others: object) -> dict[str, object]:
    return {"id": identifier, "text": text.replace("<I>", IMAGE).replace("<E>", END), "images": images} | others


def make(folder: Path, pictures: list[Path]) -> None:
    """Copies images in the layout of the challenge's seed, and writes data sets beside them, with the questions of
    the first."""
    names = []
    for index, picture in enumerate(pictures):
        name = f"images/{index:05}/{index:09}{picture.suffix}"
        (folder / name).parent.mkdir(parents=True)
        shutil.copyfile(picture, folder / name)
        names.append(name)
    (folder / "images" / "broken.jpg").write_bytes(pictures[-1].read_bytes()[:20])
    single = [sample(f"{index:09}", f"<I>\na photo of thing {index} <E>", [name], score=index / 7, n=index) for index, name in enumerate(names)]
    several = [
        sample("two", "<I><I> two <E>", names[:2]), sample("chunks", "<I> x <E> y <I> <I><E> <E>", names[2:5]), sample("tail", "<I> <E> tail", names[:1]),
        sample("unicode é 猫/\\\"", "<I> 猫 <E>", names[5:6], note="\u2028\u007f\u0001 /"), sample("again", "<I><I><E>", [names[0], names[0]])]
    # They have all fields: whether whole numbers beside nulls that are lost become floats is where the engine differs.
    lost = {"score": 0.5, "n": -1}
    failing = [
        *single[:3], sample("gone", "<I> x <E>", ["images/gone.jpg"], **lost), sample("broken", "<I> x <E>", ["images/broken.jpg"], **lost),
        sample("more tokens", "<I><I> x <E>", names[:1], **lost), sample("none", "words", [], **lost), *single[3:5]]
    asking = [sample(name, "<I> x <E>", [name], ask=question) for name, question in zip(names, ["a picture of", None, "", "Question: what is it? Answer:"])]
    for name, rows in {"single": single, "several": several, "failing": failing, "asking": asking}.items():
        (folder / f"{name}.jsonl").write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    questions = [
        {"id": row["id"], "image": row["images"][0], "conversations": [{"from": "human", "value": f"<image>\nWhat is {row['n']}?"}, {"from": "gpt", "value": "old"}]}
        for row in single]
    (folder / "questions.json").write_text(json.dumps(questions), encoding="utf-8")


def copy_checkpoint(source: Path, target: Path, profile: str) -> None:
    """A checkpoint that the profile's transformers reads: the demo model names a class of tokenizers that came with
    version 5, and version 4.38 reads no tokenizer.json of today, but its parts, and no configuration of processors."""
    shutil.copytree(source, target)
    path = target / "tokenizer_config.json"
    changes = {"tokenizer_class": "PreTrainedTokenizerFast"}
    if profile == "better-synth":
        for name in ("tokenizer.json", "processor_config.json"):
            (target / name).unlink()
        changes = {"tokenizer_class": "GPT2Tokenizer", "add_bos_token": True}
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")


def live_cases() -> list[Case]:
    new = {"keep_original_sample": False}
    return [
        *[Case(name, name, new) for name in ("single", "several", "failing", "asking")], Case("failing-kept", "failing"),
        Case("single-all-of-2", "single", new | {"caption_num": 2, "keep_candidate_mode": "all"}),
        Case("several-similar-of-2", "several", new | {"caption_num": 2, "keep_candidate_mode": "similar_one_simhash"}),
        Case("one-prompt", "single", new | {"prompt": "a photo of"}), Case("prompt-of-each", "asking", new | {"prompt_key": "ask"})]


def command_options(case: Case) -> list[str]:
    """The case's options as `caption-images` has them."""
    result = ["--keep-original"] if case.options.get("keep_original_sample", True) else []
    names = {"caption_num": "--num-captions", "keep_candidate_mode": "--keep-candidate-mode", "prompt": "--prompt", "prompt_key": "--prompt-key"}
    for name, option in names.items():
        if name in case.options:
            result += [option, str(case.options[name])]
    return result
