"""Steps and losses, as training's logs have them."""

import ast
import csv
import re
from dataclasses import dataclass
from pathlib import Path

ENTRY = re.compile(r"\{'(?:loss|train_runtime)':[^{}]*\}")
BAR = re.compile(r"\|\s*(\d+)/(\d+) \[")
MISMATCH = "WARNING: tokenization mismatch"
REPLACED = re.compile(r"Error in loading (\d+)")


@dataclass(frozen=True)
class TrainingLog:
    entries: list[dict[str, float]]
    """Of each logged step: loss, grad_norm (of transformers 4.38 and later), learning_rate, epoch."""
    summary: dict[str, float] | None
    """train_runtime, train_loss and so on; None when training did not end."""
    step_count: int
    """Steps that were done, by the progress bar."""
    planned_steps: int
    mismatches: int
    """Rows from which nothing was learned."""
    replaced: int
    """Times that a row could not be read."""

    @classmethod
    def read(cls, path: Path) -> "TrainingLog":
        # Entries are between progress bars, which carriage returns overwrite.
        text = path.read_text(encoding="utf-8", errors="replace")
        found = [ast.literal_eval(entry) for entry in ENTRY.findall(text)]
        entries = [entry for entry in found if "loss" in entry]
        # Other bars than that of the steps, such as those of loading shards, have other totals and end before the first loss.
        first = ENTRY.search(text)
        bars = [(int(done), int(total)) for done, total in BAR.findall(text[first.start() :])] if first else []
        done, planned = bars[-1] if bars else (len(entries), len(entries))
        return cls(entries, next((entry for entry in found if "train_runtime" in entry), None), done, planned, text.count(MISMATCH), len(REPLACED.findall(text)))

    def describe(self) -> str:
        parts = [f"{self.step_count} of {self.planned_steps} steps"]
        if self.entries:
            parts.append(f"loss {self.entries[0]['loss']:.4g} to {self.entries[-1]['loss']:.4g}")
        if self.mismatches:
            parts.append(f"{self.mismatches} rows taught nothing")
        if self.replaced:
            parts.append(f"rows were replaced {self.replaced} times")
        if self.summary is None:
            parts.append("not finished")
        return ", ".join(parts)


def write_table(logs: dict[str, TrainingLog], path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["stage", "step", "loss", "learning_rate", "grad_norm", "epoch"])
        for stage, log in logs.items():
            for step, entry in enumerate(log.entries, start=1):
                rows.writerow([stage, step, *(entry.get(name, "") for name in ("loss", "learning_rate", "grad_norm", "epoch"))])


def plot(logs: dict[str, TrainingLog], path: Path) -> bool:
    """Draws the losses of each stage. Returns False where there is no matplotlib."""
    try:
        import matplotlib
    except ImportError:
        return False
    matplotlib.use("Agg")
    from matplotlib import pyplot
    from matplotlib.ticker import MaxNLocator

    figure, panels = pyplot.subplots(1, len(logs), figsize=(5 * len(logs), 3.6), squeeze=False)
    for panel, (stage, log) in zip(panels[0], logs.items(), strict=True):
        losses = [entry["loss"] for entry in log.entries]
        panel.plot(range(1, len(losses) + 1), losses, linewidth=1.2, marker="." if len(losses) < 40 else "")
        panel.set_title(f"{stage}: {log.step_count} of {log.planned_steps} steps" + (f", last loss {losses[-1]:.3g}" if losses else ""))
        panel.set_xlabel("step")
        panel.set_ylabel("loss")
        panel.xaxis.set_major_locator(MaxNLocator(integer=True))
        panel.grid(alpha=0.3)
    figure.tight_layout()
    figure.savefig(path, dpi=120)
    pyplot.close(figure)
    return True
