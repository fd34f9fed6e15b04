"""What was measured, in a JSON file that is whole after every measurement."""

import json
import os
import statistics
from dataclasses import asdict
from pathlib import Path

from .measuring import STAGES
from .row import FULL, TRANSFORMERS, Row

FORMAT = 1


class Unfit(Exception):
    """Results that cannot be resumed from."""


class Ledger:
    """Rows by name, each with its repetitions or the reason why there are none."""

    def __init__(self, path: Path, session: dict[str, object], resume: bool) -> None:
        self.path = path
        self.content = {"format": FORMAT, "session": session, "rows": {}}
        if resume and path.exists():
            found = json.loads(path.read_text())
            for key in ("comparable", "machine"):
                if found.get("format") != FORMAT or found["session"].get(key) != session[key]:
                    other = found.get("session", {}).get(key)
                    raise Unfit(f"{path} was measured with other settings or on another machine: {other}")
            self.content["rows"] = found["rows"]
            self.content["session"] |= {"started": found["session"]["started"], "roof": found["session"].get("roof")}
            for entry in self.rows.values():
                entry.pop("failure", None)

    @property
    def rows(self) -> dict[str, dict]:
        return self.content["rows"]

    def entry(self, row: Row) -> dict:
        return self.rows.setdefault(row.name, {"row": asdict(row), "repetitions": []})

    def save(self) -> None:
        partial = self.path.with_name(f"{self.path.name}.partial")
        partial.write_text(json.dumps(self.content, indent=1, ensure_ascii=False) + "\n")
        os.replace(partial, self.path)

    def seconds(self, name: str) -> float | None:
        """The median time of an image, if there is any."""
        repetitions = self.rows.get(name, {}).get("repetitions")
        return statistics.median(each["seconds_per_image"] for each in repetitions) if repetitions else None

    def summary(self, row: Row) -> dict[str, object]:
        """Medians of a row; with `failure` when there are none."""
        entry = self.entry(row)
        repetitions = entry["repetitions"]
        notes = [note for note in (row.note, repetitions[-1].get("note") if repetitions else None) if note]
        if repetitions and "failure" in entry:
            notes.append(f"then failed: {entry['failure']}")
        shared = asdict(row) | {"name": row.name, "note": "; ".join(notes), "repetitions": len(repetitions)}
        if not repetitions:
            return shared | {"failure": entry.get("failure", "not measured")}
        last = repetitions[-1]
        return shared | {
            "seconds": self.seconds(row.name),
            "range": [pick(each["seconds_per_image"] for each in repetitions) for pick in (min, max)],
            "stages": {
                stage: statistics.median(each["stages"].get(stage, 0) for each in repetitions)
                for stage in STAGES if stage in last["stages"]},
            "peak_resident_bytes": statistics.median(each["peak_resident_bytes"] for each in repetitions),
            "kernels": last["kernels"], "command": last["command"], "agreement": self._agreement(row, last)}

    def _agreement(self, row: Row, last: dict) -> str:
        """How much a row's results are those of transformers or torch in float32."""
        if row.what != FULL:
            return ", ".join(f"cosine {value:.4f}" for value in last.get("cosine", {}).values())
        for entry in self.rows.values():
            theirs = entry["row"]
            if theirs["who"] == TRANSFORMERS and theirs["precision"] == "f32" and entry["repetitions"]:
                expected = entry["repetitions"][-1]["captions"]
                same = sum(last["captions"].get(key) == text for key, text in expected.items())
                return f"{same} of {len(expected)} captions"
        return ""
