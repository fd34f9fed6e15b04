"""What the challenge's training script says of itself: where it reads its data, and with what it calls training."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

from better_synth.problem import Problem

ASSIGNMENT = re.compile(r"^([A-Za-z_]\w*)=(\S*)$")
VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w*)\}?")
NAMES = (
    "EXP_NAME", "PRETRAIN_DATASET", "PRETRAIN_DATASET_IMAGE_PATH", "SAMPLED_PRETRAIN_DATASET", "PRETRAIN_DATASET_JSON", "ORIGINAL_DATASET_ALL", "MAX_SAMPLE_NUM",
    "PRETRAIN_NAME", "FINETUNE_NAME", "PRETRAIN_BATCH_SIZE_PER_GPU", "PRETRAIN_GRADIENT_ACCUMULATION_STEPS")
STAGE_OPTIONS = ("--model_name_or_path", "--data_path", "--image_folder", "--vision_tower", "--vision_tower_aux", "--output_dir")


@dataclass(frozen=True)
class TrainingScript:
    path: Path
    variables: dict[str, str]
    stages: list[dict[str, str]]
    """Options of the two calls of deepspeed, by their names."""

    @classmethod
    def read(cls, path: Path, folder: Path) -> "TrainingScript":
        """
        :param folder: where the script will lie and run; its relative paths are relative to it.
        :raises Problem: when it is not such a script.
        """
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise Problem(f"{path}: {error}") from error
        variables = {"SCRIPT_DIR": str(folder)}
        stages = []

        def filled(value: str) -> str:
            return VARIABLE.sub(lambda match: variables.get(match[1], match[0]), value)

        for line in text.replace("\\\n", " ").splitlines():
            if (assignment := ASSIGNMENT.match(line)) and assignment[1] != "SCRIPT_DIR":
                variables[assignment[1]] = filled(assignment[2].strip("'\""))
            elif line.startswith("deepspeed "):
                words = [filled(word) for word in shlex.split(line.partition("2>&1")[0])[2:]]
                stages.append(dict(zip(words[::2], words[1::2])))
        missing = [name for name in NAMES if name not in variables]
        missing += [name for name in STAGE_OPTIONS if any(name not in stage for stage in stages)]
        if missing or len(stages) != 2:
            raise Problem(f"{path} is not the challenge's training script: " + (f"{', '.join(missing)} missing" if missing else f"{len(stages)} calls of deepspeed, not 2"))
        return cls(path, variables, stages)

    def file(self, name: str) -> Path:
        """A variable that is a path."""
        return self._place(self.variables[name])

    def stage_file(self, stage: int, option: str) -> Path:
        """A path that a stage of training is called with. stage: 0 pretraining, 1 finetuning."""
        return self._place(self.stages[stage][option])

    def number(self, name: str) -> int:
        try:
            return int(self.variables[name])
        except ValueError:
            raise Problem(f"{self.path}: {name} is {self.variables[name]!r}, no number") from None

    @property
    def gpu_count(self) -> int:
        """GPUs that the script's batch of 256 is meant for."""
        return max(1, 256 // max(1, self.number("PRETRAIN_BATCH_SIZE_PER_GPU") * self.number("PRETRAIN_GRADIENT_ACCUMULATION_STEPS")))

    def _place(self, text: str) -> Path:
        # Not resolved: what is a link in the work folder stays below it.
        parts: list[str] = []
        for part in (Path(self.variables["SCRIPT_DIR"]) / text).parts:
            if part == "..":
                parts.pop()
            else:
                parts.append(part)
        return Path(*parts)
