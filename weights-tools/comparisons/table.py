"""Cases tried and equal, by kind, with the first few that differ."""

from collections.abc import Iterable


class Table:
    """Prints a line for each kind, and counts them all."""

    def __init__(self, title: str, examples: int = 3, width: int = 46) -> None:
        self.examples = examples
        self.width = width
        self.tried = self.equal = 0
        print(f"{title:<{width}} {'tried':>7} {'equal':>7}", flush=True)

    def add(self, kind: str, cases: Iterable[tuple[object, object, object]]) -> None:
        """cases: what was asked, what the reference says, what the engine says."""
        tried, different = 0, []
        for case in cases:
            tried += 1
            if case[1] != case[2]:
                different.append(case)
        self.tried += tried
        self.equal += tried - len(different)
        print(f"{kind[:self.width]:<{self.width}} {tried:>7} {tried - len(different):>7}", flush=True)
        for case, expected, found in different[: self.examples]:
            print(f"    {ascii(case)[:300]}\n      expected {ascii(expected)[:300]}\n      found    {ascii(found)[:300]}")

    def finish(self) -> int:
        """Prints the last line; returns the exit status, 0 if everything is equal."""
        print(f"\n{self.tried} cases, {self.equal} equal")
        return 0 if self.tried == self.equal else 1
