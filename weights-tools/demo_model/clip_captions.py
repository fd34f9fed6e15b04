"""Captions as facts, so that true ones can be distinguished from near misses."""

import random
from dataclasses import dataclass, replace

from drawings import Thing
from scenes import COLOURS, INVERSE, RELATIONS, WORDS, Scene
from shapes import PAINTS, SHAPES


@dataclass(frozen=True)
class Facts:
    """What a caption says: one thing on a colour, two things in a relation, or a shape of a colour. Things are their phrases."""

    things: tuple[str, ...]
    relation: str | None = None
    colour: str | None = None

    @property
    def is_shape(self) -> bool:
        return self.things[0] in SHAPES

    @property
    def text(self) -> str:
        if len(self.things) == 2:
            return f"{self.things[0]} {WORDS[self.relation]} {self.things[1]}"
        if self.is_shape:
            return f"a {self.colour} {self.things[0]}"
        return f"{self.things[0]} on {'an' if self.colour == 'orange' else 'a'} {self.colour} background"

    @property
    def turned(self) -> "Facts":
        """The same said from the second thing's side."""
        return Facts(self.things[::-1], INVERSE[self.relation]) if self.relation else self

    @property
    def meaning(self) -> "Facts":
        """One of the two ways of saying the same."""
        return self.turned if self.things != tuple(sorted(self.things)) else self


def facts_of(scene: Scene, things: list[Thing]) -> Facts:
    """What an emoji scene's caption says."""
    phrases = tuple(things[thing].phrase for thing in scene.things)
    return Facts(phrases, scene.relation, None if scene.relation else scene.colour)


def near_miss(rng: random.Random, facts: Facts, phrases: list[str]) -> tuple[str, Facts]:
    """Facts with one thing changed, which makes them false, and what was changed: a thing, the colour, the relation, or
    which thing is which."""
    change = rng.choice(["thing", "relation", "order"] if facts.relation else ["thing", "colour"])
    if change == "order" and facts.relation == "and":
        change = "relation"
    if change == "colour":
        return change, replace(facts, colour=other(rng, PAINTS if facts.is_shape else COLOURS, facts.colour))
    if change == "relation":
        return change, replace(facts, relation=other(rng, RELATIONS, facts.relation))
    if change == "order":
        return change, replace(facts, things=facts.things[::-1])
    changed = list(facts.things)
    at = rng.randrange(len(changed))
    candidates = SHAPES if facts.is_shape else [phrase for phrase in phrases if phrase not in facts.things]
    changed[at] = other(rng, candidates, changed[at])
    return change, replace(facts, things=tuple(changed))


def other(rng: random.Random, values: list[str], value: str) -> str:
    return rng.choice([candidate for candidate in values if candidate != value])
