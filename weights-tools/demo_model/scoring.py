"""How captions and answers of the demo model are scored, of whatever can `say` what it sees."""

import functools
import random
from collections import defaultdict

from PIL import Image

import questions
import shapes
from captioning import Speaker
from drawings import Thing, load_things
from scenes import WORDS, Composer, Scene
from sprites import sprite_bank


class Tally:
    """Shares of right answers by name."""

    def __init__(self):
        self.values = defaultdict(list)

    def add(self, **right: float) -> None:
        for name, value in right.items():
            self.values[name].append(float(value))

    def shares(self) -> dict[str, float]:
        return {name: round(sum(values) / len(values), 4) for name, values in sorted(self.values.items())}

    def counts(self) -> dict[str, int]:
        return {name: len(values) for name, values in sorted(self.values.items())}


def read_caption(caption: str) -> tuple[list[str], str]:
    """The phrases in a caption, and its relation or background colour."""
    if caption.endswith(" background") and " on a" in caption:
        thing, background = caption.rsplit(" on a", 1)
        return [thing], background.removeprefix("n").split()[0]
    for relation, words in WORDS.items():
        if f" {words} " in caption:
            return caption.split(f" {words} ", 1), relation
    return [caption], ""


def score_caption(tally: Tally, scene: Scene, said: str, things: list[Thing]) -> None:
    """Marks one caption of an emoji scene."""
    wanted = [things[thing].phrase for thing in scene.things]
    found, rest = read_caption(said)
    if scene.relation is None:
        tally.add(exact=said == scene.caption, thing=found == wanted, colour=rest == scene.colour)
    else:
        tally.add(
            exact=said == scene.caption,
            both_things=sorted(found) == sorted(wanted),
            each_thing=sum(phrase in found for phrase in wanted) / 2,
            relation=rest == scene.relation,
            in_order=found == wanted,
        )


def score_scenes(speaker: Speaker, scenes: list[Scene], things: list[Thing], rng: random.Random) -> dict:
    """Captions of emoji scenes and one question about each."""
    images = [Image.fromarray(scene.image) for scene in scenes]
    captions, answers = Tally(), Tally()
    for scene, said in zip(scenes, speaker.say(images)):
        score_caption(captions, scene, said, things)
    asked = [questions.ask(rng, scene, things) for scene in scenes]
    for (_, answer, kind), said in zip(asked, speaker.say(images, [question for question, _, _ in asked])):
        answers.add(**{kind: said == answer, "all": said == answer})
    return {"caption": captions.shares(), "questions": answers.shares(), "asked": answers.counts()}


def score_shapes(speaker: Speaker, pictures: list[shapes.ShapePicture]) -> dict:
    """easy-VQA: captions where they can be derived, and all official questions."""
    captions, answers = Tally(), Tally()
    described = [picture for picture in pictures if picture.caption]
    for picture, said in zip(described, speaker.say([Image.fromarray(picture.pixels) for picture in described])):
        captions.add(exact=said == picture.caption)
    asked = [(picture, *pair) for picture in pictures for pair in picture.questions]
    images = [Image.fromarray(picture.pixels) for picture, _, _ in asked]
    for (_, question, answer), said in zip(asked, speaker.say(images, [question for _, question, _ in asked])):
        answers.add(**{shapes.kind(question): said == answer, "all": said == answer})
    shares = captions.shares() | {"pictures": len(described)}
    return {"caption": shares, "questions": answers.shares(), "asked": answers.counts()}


@functools.cache
def material(split: str) -> tuple[list[Thing], Composer, list[shapes.ShapePicture]]:
    """What scenes are made of, and easy-VQA's images."""
    things = load_things()
    return things, Composer(things, sprite_bank(things, split, seed=0)), shapes.load_pictures(split)


def score(speaker: Speaker, split: str, count: int) -> dict:
    """All scores on a split, of anything that can `say`."""
    things, composer, pictures = material(split)
    rng = random.Random(f"scenes/{split}")
    kinds = {
        "single": composer.single,
        "pair": composer.pair,
        "pair never trained on": lambda rng: composer.pair(rng, split),
    }
    scores = {"split": split, "scenes of each kind": count}
    for name, draw in kinds.items():
        scores[name] = score_scenes(speaker, [draw(rng) for _ in range(count)], things, rng)
    scores["easy-VQA"] = score_shapes(speaker, pictures[: max(1, min(1000, count) * len(pictures) // 1000)])
    return scores
