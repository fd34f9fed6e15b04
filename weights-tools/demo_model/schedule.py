"""When what is learned, at which rate: by steps, never by the clock."""

import argparse
from dataclasses import dataclass


@dataclass(frozen=True)
class Schedule:
    """Stage one (seeing), then stage two (telling), and a learning rate that is constant, then falls, first fast, then slowly.

    A step does not depend on what the schedule says of later ones: a run that is stopped, and resumed with another end in view,
    is the run that would have been started so.
    """

    see: int
    tell: int
    fall: int
    decay: int
    knee: int
    rate: float
    warm_up: int = 60

    @property
    def total(self) -> int:
        return self.see + self.tell

    def is_seeing(self, step: int) -> bool:
        return step < self.see

    def learning_rate(self, step: int) -> float:
        """The rate at a step, warmed up anew when stage two brings untrained parts."""
        start = 0 if self.is_seeing(step) else self.see
        rising = min(1.0, (step - start + 1) / self.warm_up)
        falling = min(1.0, (self.fall + self.decay - min(step, self.knee)) / self.decay)
        if step > self.knee:
            falling *= (self.total - step) / (self.total - self.knee)
        return self.rate * min(rising, max(0.01, falling))

    @staticmethod
    def add_arguments(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--see", type=int, default=500, help="steps of stage one: patches learn what they show")
        parser.add_argument("--tell", type=int, default=1500, help="steps of stage two: captions and answers")
        parser.add_argument("--fall", type=int, default=1000, help="step from which the learning rate falls")
        parser.add_argument("--decay", type=int, default=700, help="steps in which it would reach zero, were there no knee")
        parser.add_argument("--knee", type=int, default=1400, help="step from which it falls slowly, to end with the run")
        parser.add_argument("--rate", type=float, default=1.2e-3, help="learning rate of both optimizers")
