"""easy-VQA: its images of one coloured shape, its questions, the captions that follow from them, and its splits."""

import json
import random
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import numpy as np
from PIL import Image

from scenes import CANVAS

SHAPES = ["circle", "rectangle", "triangle"]
PAINTS = ["black", "blue", "brown", "gray", "green", "red", "teal", "yellow"]
DEVELOPMENT_FROM = 3500  # of the 4000 official train images, those from this index on are the development split

COLOUR_QUESTIONS = [
    "what color is the shape?", "what is the color of the shape?",
    "what color is the {shape}?", "what is the color of the {shape}?",
]  # fmt: skip
SHAPE_QUESTIONS = [
    "what shape is in the image?", "what shape is present?", "what shape does the image contain?",
    "what is the {colour} shape?",
]  # fmt: skip
POSITIVE = [
    "is there a {thing}?", "is there a {thing} in the image?", "is a {thing} present?", "does the image contain a {thing}?",
]  # fmt: skip
NEGATED = [
    "is there not a {thing}?", "is there not a {thing} in the image?", "is no {thing} present?",
    "does the image not contain a {thing}?",
]  # fmt: skip


@dataclass(frozen=True)
class ShapePicture:
    """One image of easy-VQA with its official questions; colour and shape are None where these leave them open."""

    index: int
    pixels: np.ndarray  # uint8 [64, 64, 3]
    questions: list[tuple[str, str]]
    colour: str | None
    shape: str | None

    @property
    def caption(self) -> str | None:
        """ "a red circle", or None where the questions do not say enough."""
        return f"a {self.colour} {self.shape}" if self.colour and self.shape else None


def root(split: str) -> Path:
    """The folder of an official split ("train" or "test") in the installed easy-vqa package."""
    return Path(str(files("easy_vqa"))) / "data" / split


def load_pictures(split: str) -> list[ShapePicture]:
    """The images of our split: train and development share the official train images, test is the official test."""
    folder = root("test" if split == "test" else "train")
    questions: dict[int, list[tuple[str, str]]] = {}
    for question, answer, index in json.loads((folder / "questions.json").read_text()):
        questions.setdefault(index, []).append((question, answer))
    pictures = []
    for index in sorted(questions):
        if split != "test" and (index >= DEVELOPMENT_FROM) != (split == "development"):
            continue
        pixels = np.asarray(Image.open(folder / "images" / f"{index}.png").convert("RGB"))
        pictures.append(ShapePicture(index, pixels, questions[index], *describe(questions[index])))
    return pictures


def describe(questions: list[tuple[str, str]]) -> tuple[str | None, str | None]:
    """Colour and shape as the questions and answers about an image give them away, None for what they leave open.

    Three kinds show it: a question for the colour or the shape, by its answer; "what color is the circle?" and "what is the red
    shape?", by what they take for granted; and a yes/no question whose answer says that the thing is there.
    """
    colour = shape = None
    for question, answer in questions:
        named = set(question.rstrip("?").split())
        there = answer == ("no" if is_negated(question) else "yes")
        if answer in SHAPES:
            shape = answer
        elif answer in PAINTS:
            colour = answer
        elif not there:
            continue
        colour = next(iter(named & set(PAINTS)), colour)
        shape = next(iter(named & set(SHAPES)), shape)
    return colour, shape


def is_negated(question: str) -> bool:
    """Whether a yes/no question asks for absence."""
    return " not " in question or question.startswith("is no ")


def kind(question: str) -> str:
    """The kind of an official question, for the table of scores."""
    if question.startswith("what"):
        return "what color" if "color" in question else "what shape"
    about = "shape" if set(question.rstrip("?").split()) & set(SHAPES) else "color"
    return f"yes/no {about}" + (" negated" if is_negated(question) else "")


def ask(rng: random.Random, colour: str, shape: str) -> tuple[str, str]:
    """A question in easy-VQA's wording and its answer. Shapes and negation, which are learned last, come up more often."""
    draw = rng.random()
    if draw < 0.12:
        return rng.choice(COLOUR_QUESTIONS).format(shape=shape), colour
    if draw < 0.34:
        return rng.choice(SHAPE_QUESTIONS).format(colour=colour), shape
    own, others, suffix = (shape, SHAPES, "") if draw < 0.78 else (colour, PAINTS, " shape")
    there = rng.random() < 0.45
    asked = own if there else rng.choice([other for other in others if other != own])
    negated = rng.random() < 0.55
    question = rng.choice(NEGATED if negated else POSITIVE).format(thing=asked + suffix)
    return question, "yes" if there != negated else "no"


class ShapeComposer:
    """Varies the train pictures: mirrored, moved, and painted in another image's colours."""

    def __init__(self, pictures: list[ShapePicture]):
        self.pictures = [picture for picture in pictures if picture.caption]

    def draw(self, rng: random.Random) -> tuple[np.ndarray, np.ndarray, ShapePicture, bool]:
        """An image [112, 112, 3] in float32, its labels (shape + 1), what it shows, and whether its own questions still hold."""
        picture = rng.choice(self.pictures)
        pixels, mask = picture.pixels, foreground(picture.pixels)
        if rng.random() < 0.5:
            pixels, mask = pixels[:, ::-1], mask[:, ::-1]
        painted = rng.random() < 0.4
        colour = picture.colour
        if painted:
            model = rng.choice(self.pictures)
            on = foreground(model.pixels)
            if on.any() and not on.all():
                paint, ground = np.median(model.pixels[on], 0), np.median(model.pixels[~on], 0)
                pixels = np.where(mask[..., None], paint, ground).astype(np.uint8)
                colour = model.colour
        if rng.random() < 0.6:
            pixels, mask = moved(rng, pixels, mask)
        large = Image.fromarray(np.ascontiguousarray(pixels)).resize((CANVAS, CANVAS), Image.BICUBIC)
        seen = Image.fromarray(np.ascontiguousarray(mask)).resize((CANVAS, CANVAS), Image.NEAREST)
        labels = np.where(np.asarray(seen), SHAPES.index(picture.shape) + 1, 0).astype(np.int16)
        shown = ShapePicture(picture.index, pixels, picture.questions, colour, picture.shape)
        return np.asarray(large, np.float32), labels, shown, not painted


def foreground(pixels: np.ndarray) -> np.ndarray:
    """Where the shape is [64, 64]: what differs from the commonest value of a coarse grid over the image."""
    ground = np.median(pixels[::6, ::6].reshape(-1, 3), 0)
    return np.abs(pixels.astype(np.float32) - ground).max(-1) > 40


def moved(rng: random.Random, pixels: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Moves the shape to anywhere in the image; one that touches the border, where it may be cut off, only along it."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    if not len(rows):
        return pixels, mask
    shift = [0, 0]
    for axis, taken in enumerate((rows, columns)):
        if taken[0] > 0 and taken[-1] < mask.shape[axis] - 1:
            shift[axis] = rng.randint(1 - taken[0], mask.shape[axis] - 2 - taken[-1])
    return np.roll(pixels, shift, (0, 1)), np.roll(mask, shift, (0, 1))
