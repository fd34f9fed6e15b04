"""From a row to one repetition of its measurement."""

import json
import re

from .materials import PARTS, PICTURES, Materials, form
from .row import FULL, OPENVINO, OURS, TRANSFORMERS, Row
from .running import CommandFailed, run, shown
from .settings import IN_VENV, ROOT, Settings

STAGES = ("decode_image", "vision", "q_former", "prefill", "decode_tokens", "other")


class Measuring:
    """Measures any row, once."""

    def __init__(self, settings: Settings, materials: Materials) -> None:
        self.settings, self.materials = settings, materials

    def __call__(self, row: Row) -> dict[str, object]:
        """- Raises: `CommandFailed` with the reason why there is nothing."""
        needs = [] if row.who == OURS else [row.who]
        if row.who == OPENVINO:
            needs += [f"{OPENVINO} {part}" for part in PARTS[row.what]]
        for needed in needs:
            if needed in self.materials.missing:
                raise CommandFailed(self.materials.missing[needed])
        return {TRANSFORMERS: self._transformers, OPENVINO: self._openvino, OURS: self._ours}[row.who](row)

    def _shown(self, command: list[object]) -> str:
        """The command with images, folders and everything else that says nothing shortened."""
        text = shown(command, ROOT).replace(f"{self.settings.work}/", "")
        text = text.replace(str(self.settings.checkpoint), "CHECKPOINT")
        return re.sub(r"(?:\S*pictures/\d+\.jpg ?)+", "PICTURES ", text).strip()

    def _script(self, name: str, arguments: list[object]) -> tuple[dict[str, object], str]:
        """What one of the scripts for the virtual environment found, and the command."""
        command = [self.settings.python, IN_VENV / name, *arguments]
        finished = run(command)
        found = json.loads(finished.lines[-1])
        found["peak_resident_bytes"] = finished.peak_resident_bytes
        return found, self._shown(command)

    def _transformers(self, row: Row) -> dict[str, object]:
        found, command = self._script("time_transformers.py", [
            self.settings.checkpoint, *self.materials.pictures[: row.images], "--batch-size", row.batch,
            "--precision", {"f32": "float32", "bf16": "bfloat16"}[row.precision], "--threads", row.threads,
            "--new-tokens", self.settings.new_tokens])
        return found | {"captions": by_picture(found["captions"]), "command": command}

    def _openvino(self, row: Row) -> dict[str, object]:
        """The time of a stage, all layers of the language model counted however many there were."""
        folder, calls, kernels = self.settings.openvino, {}, []
        result = {"peak_resident_bytes": 0, "command": "", "cosine": {}}
        for part in PARTS[row.what]:
            positions = ["--positions", 1] if part == "opt" and row.what == "decode_tokens" else []
            found, command = self._script("time_openvino.py", [
                folder / f"{part}-{form(row.precision)}.xml", "--reference", folder / f"{part}-f32.npz",
                "--precision", "f32" if row.precision == "f32" else "bf16", "--batch-size", row.batch,
                "--threads", row.threads, *positions])
            run_layers, layers = json.loads((folder / f"{part}.json").read_text())["layers_of"]
            calls[part] = found["seconds_per_call"] * layers / run_layers
            kernels.append(found["kernels"])
            result["cosine"][part] = found["cosine_to_torch_float32"]
            result["peak_resident_bytes"] = max(result["peak_resident_bytes"], found["peak_resident_bytes"])
            result["command"] += f"{'; ' if result['command'] else ''}{command}"
            if run_layers < layers:
                result["note"] = f"{run_layers} of {layers} layers, scaled"
        steps = self.settings.new_tokens - 1 if row.what == "decode_tokens" else 1
        seconds = sum(calls.values()) * steps / row.batch
        return result | {
            "seconds_per_image": seconds, "stages": {row.what: seconds}, "seconds_per_call": calls,
            "kernels": "; ".join(dict.fromkeys(kernels))}

    def _ours(self, row: Row) -> dict[str, object]:
        """The first batch warms up: what counts is the time between its last record and the last one of all."""
        model, result = self.settings.checkpoint, {}
        if row.precision != "f32":
            packed = self.settings.packed(row.precision)
            if packed.exists():
                model = packed
            else:
                result["note"] = f"not packed, rounded at load: {self.materials.missing.get(f'packed {row.precision}')}"
        warm = 0 if row.what != FULL else row.batch
        summary = self.settings.results / "summary.json"
        tokens = self.settings.new_tokens
        command = [
            self.settings.engine, *self.materials.pictures[: warm + row.images], "--model", model, "--precision",
            row.precision, "--batch-size", row.batch, "--threads", row.threads, "--max-new-tokens", tokens,
            "--min-new-tokens", tokens, "--quiet", "--summary", summary]
        if row.what != FULL:
            read_all(model)
        finished = run(command)
        figures = json.loads(summary.read_text())
        summary.unlink()
        result |= {
            "peak_resident_bytes": finished.peak_resident_bytes, "command": self._shown(command),
            "kernels": figures["kernels"], "load_seconds": figures["seconds"]["load_model"],
            "captions": by_picture([json.loads(line)["caption"] for line in finished.lines])}
        if row.what != FULL:
            return result | {"seconds_per_image": finished.line_times[0], "stages": {}}
        total = (finished.line_times[-1] - finished.line_times[warm - 1]) / row.images
        return result | {"seconds_per_image": total, "stages": shares(figures["seconds"], total)}


def shares(seconds: dict[str, float], total: float) -> dict[str, float]:
    """The stages of the whole run, warm-up included, as parts of the time of one image after it."""
    stages = {stage: seconds[stage] for stage in STAGES if stage in seconds}
    rest = sum(stages.values()) - stages["decode_image"]
    # Images that are decoded while the model runs take no time of their own.
    stages["decode_image"] = min(stages["decode_image"], max(0.0, seconds["total"] - rest))
    stages["other"] = max(0.0, seconds["total"] - sum(stages.values()))
    return {stage: value / sum(stages.values()) * total for stage, value in stages.items()}


def by_picture(captions: list[str]) -> dict[str, str]:
    """A caption of each of the eight images, without white space: versions of transformers disagree about it."""
    return {str(number % PICTURES): re.sub(r"\s", "", text) for number, text in enumerate(captions)}


def read_all(folder: object) -> None:
    """Puts the files of a folder into the system's cache."""
    for path in folder.iterdir():
        if path.is_file():
            with path.open("rb") as file:
                while file.read(1 << 24):
                    pass
