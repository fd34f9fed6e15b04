"""The comparisons that this engine is measured by, each with what it should be at least and what it aims at."""

import statistics
from collections.abc import Callable
from dataclasses import dataclass

from .ledger import Ledger
from .roof import Roof
from .row import OPENVINO, Row
from .settings import Settings
from .work import Work


class NotMeasured(Exception):
    """What is missing for a comparison."""


@dataclass(frozen=True)
class Target:
    what: str
    at_least: float
    aim: float
    unit: str
    measured: float | None
    explanation: str

    @property
    def verdict(self) -> str:
        """Small is good for seconds and gigabytes."""
        if self.measured is None:
            return "not measured"
        sign = -1 if self.unit in ("s", "GB") else 1
        value = sign * self.measured
        return "aim" if value >= sign * self.aim else "reached" if value >= sign * self.at_least else "short"


class Ratios:
    """All targets of a session."""

    def __init__(self, settings: Settings, ledger: Ledger, rows: list[Row], roof: Roof, work: Work) -> None:
        self.settings, self.ledger, self.rows, self.roof, self.work = settings, ledger, rows, roof, work

    def targets(self) -> list[Target]:
        threads = self.settings.threads
        theirs = f"transformers-{{}}-b{{}}-t{threads}".format
        ours = f"ours-{{}}-b{{}}-t{threads}".format
        best, first = self.best_int8, f"ours-first-caption-int8-b1-t{threads}"
        return [
            self._target("int8, best batch, against transformers float32 one by one", 18, 25, "x",
                         lambda: self._ratio(theirs("f32", 1), best())),
            self._target("int8 against torch bf16, batch 8", 2.4, 3, "x",
                         lambda: self._ratio(theirs("bf16", 8), ours("int8", 8))),
            self._target("int8, best batch, against the sum of OpenVINO's best int8 stages", 1.1, 1.3, "x",
                         self._openvino),
            self._target("bf16 against torch bf16, batch 8", 1.15, 1.4, "x",
                         lambda: self._ratio(theirs("bf16", 8), ours("bf16", 8))),
            self._target("bf16 against torch bf16, batch 1", 1.15, 1.4, "x",
                         lambda: self._ratio(theirs("bf16", 1), ours("bf16", 1))),
            self._target("float32 against transformers float32, batch 8", 2.2, 2.8, "x",
                         lambda: self._ratio(theirs("f32", 8), ours("f32", 8))),
            self._target("int8 end to end, share of the peak", 75, 85, "%", self._share),
            self._target("int8 linear alone, 2056 rows, share of the peak", 85, 93, "%", lambda: self._linear("int8")),
            self._target("bf16 linear alone, 2056 rows, share of the peak", 88, 95, "%", lambda: self._linear("bf16")),
            self._target("decode step, batch 1, int8: weights read, share of the read bandwidth", 75, 90, "%",
                         self._decode),
            self._target(f"{threads} threads against one, int8, batch 8", 1.85, 1.95, "x",
                         lambda: self._ratio("ours-int8-b8-t1", ours("int8", 8))),
            self._target("peak resident memory, int8, batch 8", 5.0, 4.5, "GB", lambda: self._memory(ours("int8", 8))),
            self._target("from start to first caption, packed int8, file cached", 3, 1.5, "s",
                         lambda: (self._seconds(first), ""))]

    def _target(self, what: str, at_least: float, aim: float, unit: str, measure: Callable) -> Target:
        try:
            measured, explanation = measure()
        except NotMeasured as missing:
            measured, explanation = None, f"missing: {missing}"
        return Target(what, at_least, aim, unit, measured, explanation)

    def _seconds(self, name: str) -> float:
        seconds = self.ledger.seconds(name)
        if seconds is None:
            raise NotMeasured(name)
        return seconds

    def _ratio(self, theirs: str, ours: str) -> tuple[float, str]:
        other, mine = self._seconds(theirs), self._seconds(ours)
        return other / mine, f"{other:.4g} s ({theirs}) / {mine:.4g} s ({ours})"

    def best_int8(self) -> str:
        names = [f"ours-int8-b{batch}-t{self.settings.threads}" for batch in (1, 8, 16, 32)]
        measured = [name for name in names if self.ledger.seconds(name) is not None]
        if not measured:
            raise NotMeasured("ours-int8")
        return min(measured, key=self.ledger.seconds)

    def best_openvino(self) -> dict[str, str]:
        """For each stage the fastest int8 row, of whatever batch."""
        best = {}
        for stage in ("vision", "q_former", "prefill", "decode_tokens"):
            names = [
                row.name for row in self.rows if row.who == OPENVINO and row.what == stage
                and row.precision.startswith("int8") and self.ledger.seconds(row.name) is not None]
            if not names:
                raise NotMeasured(f"OpenVINO's {stage} in int8")
            best[stage] = min(names, key=self.ledger.seconds)
        return best

    def _openvino(self) -> tuple[float, str]:
        total = sum(map(self._seconds, self.best_openvino().values()))
        mine = self._seconds(self.best_int8())
        return total / mine, f"{total:.4g} s / {mine:.4g} s ({self.best_int8()})"

    def _share(self) -> tuple[float, str]:
        name = self.best_int8()
        peak = self.roof.peak("int8")
        if peak is None:
            raise NotMeasured("the peak")
        rate = self.work.operations_per_image / self._seconds(name)
        return 100 * rate / peak, f"{rate / 1e9:.0f} of {peak / 1e9:.0f} GOP/s ({name})"

    def _linear(self, precision: str) -> tuple[float, str]:
        shares = [100 * share for share in self.roof.linear_shares(precision)]
        if not shares:
            raise NotMeasured("kernel-benchmark's figures")
        return statistics.median(shares), f"median of {len(shares)} layers, {shares[0]:.0f} to {shares[-1]:.0f} %"

    def _decode(self) -> tuple[float, str]:
        name = f"ours-int8-b1-t{self.settings.threads}"
        self._seconds(name)
        if self.roof.reads is None:
            raise NotMeasured("the read bandwidth")
        repetitions = self.ledger.rows[name]["repetitions"]
        seconds = statistics.median(each["stages"]["decode_tokens"] for each in repetitions)
        rate = self.work.decode_weights * (self.settings.new_tokens - 1) / seconds
        return 100 * rate / self.roof.reads, f"{rate / 1e9:.1f} of {self.roof.reads / 1e9:.1f} GB/s"

    def _memory(self, name: str) -> tuple[float, str]:
        self._seconds(name)
        repetitions = self.ledger.rows[name]["repetitions"]
        most = max(each["peak_resident_bytes"] for each in repetitions)
        return most / 1e9, f"the most of {len(repetitions)} runs"
