"""Runs MGM's and the Better Synth challenge's own evaluation scripts, in an interpreter that has what they import.

Arguments: the folder `mgm` of MGM's repository, and the folder of the challenge's toolkit. Standard input is a JSON list of tasks,
standard output one of results. No model runs: one that says given texts stands in, and so do packages that the scripts import and
do not need for that.
"""

import contextlib
import importlib
import importlib.util
import io
import json
import random
import runpy
import sys
import types
import uuid
from pathlib import Path


class Anything:
    """A tensor that nothing is computed with."""

    def __getattr__(self, name: str) -> object:
        return lambda *arguments, **options: self

    def __getitem__(self, key: object) -> "Anything":
        return self

    def __len__(self) -> int:
        return 1


def module(name: str, **members: object) -> None:
    made = types.ModuleType(name)
    made.__dict__.update(members)
    sys.modules[name] = made


def prepare(toolkit: Path) -> None:
    """The package `mgm` without what its own `__init__` imports."""
    module("mgm", __path__=[str(toolkit / "training" / "mgm")])
    module("mgm.model", __path__=[])
    module("mgm.model.builder", load_pretrained_model=None)
    for name in ("fire", "wandb"):
        if importlib.util.find_spec(name) is None:
            module(name)


def load(path: Path) -> types.ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def answer(script: str, task: dict, **arguments: object) -> list[str]:
    """Answers questions with given texts. Returns what the model was asked."""
    import torch

    loaded = importlib.import_module(f"mgm.eval.{script}")
    texts, prompts = iter(task["texts"]), []

    def tokenize(prompt: str, *_: object, **__: object) -> object:
        prompts.append(prompt)
        return torch.zeros(1, dtype=torch.long) if script == "model_vqa_loader" else Anything()

    tokenizer = types.SimpleNamespace(
        eos_token_id=1, bos_token_id=2, pad_token_id=0, batch_decode=lambda *_, **__: [next(texts)])
    config = types.SimpleNamespace(mm_use_im_start_end=False)
    model = types.SimpleNamespace(config=config, device="cpu", dtype=torch.float32, generate=lambda *_, **__: None)
    loaded.load_pretrained_model = lambda *_, **__: (tokenizer, model, types.SimpleNamespace(), 2048)
    loaded.disable_torch_init = lambda: None
    loaded.tokenizer_image_token = tokenize
    loaded.process_images = lambda *_: [torch.zeros(1) if script == "model_vqa_loader" else Anything()]
    loaded.args = types.SimpleNamespace(
        model_path=task["model"], model_base=None, question_file=task["questions"], answers_file=task["output"], conv_mode="gemma",
        num_chunks=1, chunk_idx=0, temperature=0, top_p=None, num_beams=1, load_8bit=False, **arguments)
    if "seed" in task:
        # Random otherwise.
        numbers, encoder = random.Random(task["seed"]), importlib.import_module("shortuuid").ShortUUID()
        loaded.shortuuid = types.SimpleNamespace(uuid=lambda: encoder.encode(uuid.UUID(int=numbers.getrandbits(128))))
    if script == "model_vqa_loader":
        loaded.create_data_loader.__defaults__ = (1, 0)  # In this process, where the prompts are kept.
    loaded.eval_model(loaded.args)
    return prompts


def question_of(prompt: str) -> str:
    """What is between the image and the end of the turn."""
    return prompt.removeprefix("<start_of_turn>user\n<image>\n").removesuffix("<end_of_turn>\n<start_of_turn>model\n")


def read_sheet(path: str) -> dict:
    import openpyxl

    book = openpyxl.load_workbook(path)
    return {"sheets": book.sheetnames, "rows": [list(row) for row in book.active.iter_rows(values_only=True)]}


def read_with_pandas(path: str) -> list:
    import pandas

    table = pandas.read_excel(path)
    return [list(table.columns), *[[None if value != value else str(value) for value in row] for row in table.values.tolist()]]


def read_table(text: str) -> list | None:
    """The rows, all cells as texts; None for what pandas refuses, or takes the first column of for names of rows."""
    import pandas

    try:
        # Through a file's bytes, since line breaks count.
        table = pandas.read_table(io.BytesIO(text.encode()), dtype=str)
    except (ValueError, pandas.errors.ParserError):
        return None
    if not isinstance(table.index, pandas.RangeIndex):
        return None
    return [list(table.columns), *[[None if cell != cell else cell for cell in row] for row in table.values.tolist()]]


def run(task: dict, mgm: Path, toolkit: Path) -> object:
    match task["do"]:
        case "read-tables":
            return [read_table(text) for text in task["texts"]]
        case "normalize":
            processor = importlib.import_module("mgm.eval.m4c_evaluator").EvalAIAnswerProcessor()
            return [processor(text) for text in task["texts"]]
        case "contractions":
            return list(importlib.import_module("mgm.eval.m4c_evaluator").EvalAIAnswerProcessor.CONTRACTIONS)
        case "answer-textvqa":
            prompts = answer("model_vqa_loader", task, image_folder=task["images"], max_new_tokens=128)
            return [question_of(prompt) for prompt in prompts]
        case "answer-mmbench":
            prompts = answer("model_vqa_mmbench", task, all_rounds=task.get("all_rounds", False), single_pred_prompt=True, lang="en")
            return [question_of(prompt) for prompt in prompts]
        case "score-textvqa":
            script = load(mgm / "eval" / "eval_textvqa.py")
            evaluator, scores = script.TextVQAAccuracyEvaluator, []

            class Kept(evaluator):
                def eval_pred_list(self, entries: list) -> float:
                    scores.extend(super(Kept, self).eval_pred_list([entry]) for entry in entries)
                    return super().eval_pred_list(entries)

            script.TextVQAAccuracyEvaluator = Kept
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                script.eval_single(task["annotations"], task["answers"])
            return {"printed": output.getvalue(), "scores": scores}
        case "convert":
            script = toolkit / "training" / "scripts" / "convert_mmbench_for_submission.py"
            sys.argv = [
                str(script), "--annotation-file", task["table"], "--result-dir", task["results"], "--upload-dir", task["upload"],
                "--experiment", task["experiment"]]
            runpy.run_path(str(script), run_name="__main__")
            return None
        case "score-mmbench":
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                importlib.import_module("mgm.eval.eval_mmbench").main(task["sheet"])
            return output.getvalue()
        case "read-sheet":
            return read_sheet(task["sheet"])
        case "read-with-pandas":
            return read_with_pandas(task["sheet"])
    raise ValueError(task["do"])


def main() -> None:
    mgm, toolkit = Path(sys.argv[1]), Path(sys.argv[2])
    prepare(toolkit)
    results = []
    with contextlib.redirect_stdout(sys.stderr):
        for task in json.load(sys.stdin):
            try:
                results.append({"value": run(task, mgm, toolkit)})
            except Exception as error:
                results.append({"error": f"{type(error).__name__}: {error}"})
    json.dump(results, sys.stdout)


if __name__ == "__main__":
    main()
