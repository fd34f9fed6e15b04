"""How a CLIP folder is scored on held-out scenes and on the images of the package."""

import random
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from transformers import AutoProcessor, CLIPModel

from clip_captions import Facts, facts_of, near_miss
from scoring import material

GALLERY = 100


class Judge:
    """A CLIP folder as transformers loads it, in float32 arithmetic."""

    def __init__(self, folder: Path):
        self.processor = AutoProcessor.from_pretrained(folder, backend="pil")
        self.model = CLIPModel.from_pretrained(folder, dtype=torch.float32).eval()

    @torch.no_grad()
    def images(self, images: list[Image.Image]) -> np.ndarray:
        """Unit vectors [N, P]."""
        parts = []
        for start in range(0, len(images), 64):
            pixels = self.processor.image_processor(images[start : start + 64], return_tensors="pt").pixel_values
            parts.append(self.model.get_image_features(pixel_values=pixels).pooler_output)
        return unit(torch.cat(parts))

    @torch.no_grad()
    def texts(self, texts: list[str]) -> np.ndarray:
        """Unit vectors [N, P]."""
        tokens = self.processor.tokenizer(texts, padding=True, return_tensors="pt")
        return unit(self.model.get_text_features(**tokens).pooler_output)


def unit(vectors: torch.Tensor) -> np.ndarray:
    return torch.nn.functional.normalize(vectors, dim=-1).numpy()


def held_out(split: str, count: int) -> dict[str, list[tuple[Image.Image, Facts]]]:
    """Images and what they show, by kind."""
    things, composer, shapes = material(split)
    rng = random.Random(f"clip scenes/{split}")
    draws = {"single": composer.single, "pair": composer.pair, "pair never trained on": lambda rng: composer.pair(rng, split)}
    kinds = {}
    for name, draw in draws.items():
        scenes = [draw(rng) for _ in range(count)]
        kinds[name] = [(Image.fromarray(scene.image), facts_of(scene, things)) for scene in scenes]
    shown = [shape for shape in shapes if shape.caption][:count]
    kinds["easy-VQA"] = [(Image.fromarray(shape.pixels), Facts((shape.shape,), None, shape.colour)) for shape in shown]
    return kinds


def spread(cosines: np.ndarray) -> dict[str, float]:
    percentiles = {f"percentile {p}": round(float(np.percentile(cosines, p)), 3) for p in (1, 5, 50, 95, 99)}
    return {"mean": round(float(cosines.mean()), 3)} | percentiles


def best_threshold(right: np.ndarray, wrong: np.ndarray) -> dict[str, float]:
    """The cosine below which most wrong and fewest right pairs lie, each counted by its share."""
    cuts = np.arange(-0.2, 1, 0.005)
    kept = [(right >= cut).mean() for cut in cuts]
    caught = [(wrong < cut).mean() for cut in cuts]
    best = int(np.argmax(np.add(kept, caught)))
    return {"cosine": round(float(cuts[best]), 3), "right kept": share(kept[best]), "wrong caught": share(caught[best])}


def share(values: np.ndarray) -> float:
    return round(float(np.mean(values)), 4)


def galleries(meanings: list[Facts], rng: random.Random) -> list[list[int]]:
    """Indices in groups of 100, no two of which say the same."""
    order, groups = rng.sample(range(len(meanings)), len(meanings)), []
    while True:
        group, seen, rest = [], set(), []
        for index in order:
            if len(group) < GALLERY and meanings[index] not in seen:
                group.append(index)
                seen.add(meanings[index])
            else:
                rest.append(index)
        if len(group) < GALLERY:
            return groups
        groups.append(group)
        order = rest


def score(judge: Judge, split: str, count: int) -> dict:
    kinds, rng = held_out(split, count), random.Random(f"clip score/{split}")
    phrases = [thing.phrase for thing in material(split)[0]]
    pictures = [pair for members in kinds.values() for pair in members]
    names = [name for name, members in kinds.items() for _ in members]
    meanings = [facts.meaning for _, facts in pictures]
    images, texts = judge.images([image for image, _ in pictures]), judge.texts([facts.text for _, facts in pictures])
    right = (images * texts).sum(1)
    # One caption of another image, of any kind, and one near miss for each image.
    others = []
    for meaning in meanings:
        other = rng.randrange(len(pictures))
        while meanings[other] == meaning:
            other = rng.randrange(len(pictures))
        others.append(other)
    wrong = (images * texts[others]).sum(1)
    changes, missed = zip(*(near_miss(rng, facts, phrases) for _, facts in pictures))
    near = (images * judge.texts([facts.text for facts in missed])).sum(1)
    result = {"split": split, "pictures of each kind": count, "scale": round(judge.model.logit_scale.exp().item(), 3)}
    for name in kinds:
        of = np.array([kind == name for kind in names])
        result[name] = {
            "pictures": int(of.sum()),
            "right above another picture's": share((right > wrong)[of]),
            "right above a near miss": share((right > near)[of]),
            "near misses": {
                change: share((right > near)[of & (np.array(changes) == change)])
                for change in sorted({change for change, shown in zip(changes, of) if shown})
            },
            "mean cosines": {
                "right": share(right[of]), "another picture's": share(wrong[of]), "near miss": share(near[of])},
        }  # fmt: skip
    groups = galleries(meanings, rng)
    cosines = np.stack([images[group] @ texts[group].T for group in groups])
    result["all"] = {
        "right above another picture's": share(right > wrong),
        "right above a near miss": share(right > near),
        "galleries of 100": len(groups),
        "first of 100, image to text": share(cosines.argmax(2) == np.arange(GALLERY)),
        "first of 100, text to image": share(cosines.argmax(1) == np.arange(GALLERY)),
        "cosines": {"right": spread(right), "another picture's": spread(wrong), "near miss": spread(near)},
        "threshold against another picture's": best_threshold(right, wrong),
        "threshold against a near miss": best_threshold(right, near),
    }
    return result


def bundled(judge: Judge, folder: Path, captioner: Path) -> dict:
    """Cosines of the captions that a captioner gives the images of a folder, each with its own image and with the others."""
    from captioning import Speaker

    files = sorted(file for file in folder.iterdir() if file.suffix in (".png", ".jpg"))
    pictures = [Image.open(file).convert("RGB") for file in files]
    said = Speaker(captioner).say(pictures)
    cosines = judge.images(pictures) @ judge.texts(said).T
    own = cosines.diagonal()
    others = ~np.eye(len(files), dtype=bool)
    return {
        "captions": {file.name: [text, round(float(value), 3)] for file, text, value in zip(files, said, own)},
        "comparisons won": share((own[:, None] > cosines)[others]),
        "highest of another picture's": round(float(cosines[others].max()), 3),
    }
