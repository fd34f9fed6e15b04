"""The toolkit's training script, as it is."""

import json
import os
import shlex
import subprocess
from pathlib import Path

from better_synth.problem import Problem
from better_synth.work_folder import WorkFolder

MODULES = ["torch", "transformers", "accelerate", "timm", "open_clip", "data_juicer", "fire", "jsonlines", "loguru", "pandas", "openpyxl", "shortuuid", "tqdm", "PIL"]
LOGS = ("pretrain.log", "finetuning.log")


def gpu_count(python: Path) -> int:
    """CUDA devices that the interpreter's torch sees."""
    try:
        done = subprocess.run([python, "-c", "import torch; print(torch.cuda.device_count())"], capture_output=True, text=True, check=True)
        return int(done.stdout)
    except (OSError, subprocess.CalledProcessError, ValueError):
        return 0


def require_modules(python: Path) -> None:
    """:raises Problem: when what the script's programs import is missing; some of them would say so after hours, and the script continues without them."""
    look = f"import importlib.util as u; print(*[name for name in {MODULES} if u.find_spec(name) is None])"
    try:
        done = subprocess.run([python, "-c", look], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Problem(f"{python} is no Python that runs: {error}; --python names one") from error
    if missing := done.stdout.split():
        raise Problem(f"{python} lacks what the toolkit needs: {', '.join(missing)}; --python names an interpreter that has it")


def is_finished(work: WorkFolder) -> bool:
    """Whether both stages have left their models, and the script its copy.

    :raises Problem: when training was begun and not finished. The script begins with the first stage each time, and that fails over its own checkpoints.
    """
    folders = [work.script.stage_file(stage, "--output_dir") for stage in (0, 1)]
    if (work.output / "train.sh").exists() and (folders[0] / "mm_projector.bin").exists() and weights(folders[1]):
        return True
    begun = [folder for folder in folders if folder.exists()]
    if begun:
        raise Problem(f"{begun[0]}: an earlier training was not finished; move or remove {', '.join(map(str, begun))} to train again")
    return False


def weights(folder: Path) -> list[Path]:
    return sorted(folder.glob("model*.safetensors")) + sorted(folder.glob("pytorch_model*.bin"))


def run(work: WorkFolder, path: list[Path], environment: dict[str, str]) -> None:
    """
    :param path: folders that are looked into for `python` and `deepspeed` before the PATH.
    :raises Problem: when the script does not leave what it should; its own exit status does not show it.
    """
    script = work.toolkit / work.script.path.name
    search = os.pathsep.join([*map(str, path), os.environ.get("PATH", "")])
    done = subprocess.run(["bash", str(script)], cwd=work.toolkit, env=os.environ | {"PATH": search, "PYTHONPATH": os.environ.get("PYTHONPATH", "")} | environment, check=False)
    output = [work.script.stage_file(stage, "--output_dir") for stage in (0, 1)]
    if done.returncode != 0:
        raise Problem(f"{script} ended with status {done.returncode}")
    for folder, log, made in zip(output, LOGS, (output[0] / "mm_projector.bin", output[1] / "config.json"), strict=True):
        if not made.exists():
            raise Problem(f"{script} has not made {made}; see {folder / log}" if folder.exists() else f"{script} ended before training; its first lines say why")


def compare_with_ours(work: WorkFolder, ours: Path) -> None:
    """:raises Problem: when the script has made another training file of the rows than `caption-images convert`."""
    theirs = work.script.file("PRETRAIN_DATASET_JSON")
    if theirs.read_bytes() == ours.read_bytes():
        return
    first, second = (json.loads(path.read_bytes()) for path in (theirs, ours))
    place = next((place for place, pair in enumerate(zip(first, second)) if pair[0] != pair[1]), min(len(first), len(second)))
    raise Problem(f"{theirs} is not {ours}: they differ in row {place} (of {len(first)} and {len(second)})")


def write_program(place: Path, command: list[object]) -> None:
    """A program of that name that runs a command with further arguments."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f'#!/bin/sh\nexec {shlex.join(map(str, command))} "$@"\n', encoding="utf-8")
    place.chmod(0o755)
