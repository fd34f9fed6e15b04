"""Questions about emoji scenes, each with the one right answer."""

import random

from drawings import Thing
from scenes import INVERSE, WORDS, Scene

PROMPT = "Question: {} Answer:"


def ask(rng: random.Random, scene: Scene, things: list[Thing]) -> tuple[str, str, str]:
    """A question about a scene of one or two things, its answer, and its kind for the table of scores."""
    draw = rng.random()
    shown = scene.things
    if draw < 0.15:
        return "what color is the background?", scene.colour, "background"
    if draw < 0.65:
        there = rng.random() < 0.5
        thing = rng.choice(shown)
        while not there and thing in shown:
            thing = rng.randrange(len(things))
        return f"is there {things[thing].phrase}?", "yes" if there else "no", "is there"
    if scene.relation in (None, "and") or draw < 0.78:
        return "what is in the picture?", " and ".join(things[thing].phrase for thing in shown), "what is in"
    # "what is above the cat?" is answered by the thing that stands so to the cat, which may be either of the two.
    asked = rng.randrange(2)
    relation = INVERSE[scene.relation] if asked == 0 else scene.relation
    answer = things[shown[1 - asked]].phrase
    return f"what is {WORDS[relation]} the {things[shown[asked]].name}?", answer, "what stands so to"
