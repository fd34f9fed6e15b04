"""When what is learned, at which rate: by steps, never by the clock."""

import argparse
from dataclasses import dataclass


@dataclass(frozen=True)
class Schedule:
    """Stage one (seeing), then stage two (telling) at a constant rate that falls to a hundredth in its last `decay` steps.

    Until the fall begins a step does not depend on how many will follow, so a run stopped early and resumed with fewer steps
    in all is the run that would have been started so.
    """

    see: int
    tell: int
    decay: int
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
        falling = max(0.01, min(1.0, (self.total - step) / self.decay))
        return self.rate * min(rising, falling)

    @staticmethod
    def add_arguments(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--see", type=int, default=2200, help="steps of stage one: patches learn what they show")
        parser.add_argument("--tell", type=int, default=2800, help="steps of stage two: captions and answers")
        parser.add_argument("--decay", type=int, default=1000, help="last steps, over which the learning rate falls")
        parser.add_argument("--rate", type=float, default=1.2e-3, help="learning rate of both optimizers")
