"""The Better Synth challenge's loop: its parts, and, given the toolkit, all of it with a small random model."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from better_synth import evaluation, losses, submission, training, training_data
from better_synth.command import REHEARSAL_TOKENS
from better_synth.engine import Engine
from better_synth.problem import Problem
from better_synth.training_script import TrainingScript
from better_synth.work_folder import WorkFolder, link
from conftest import INTEGRATIONS, read_jsonl

SCRIPT = r"""#!/bin/bash
EXP_NAME=mine
PRETRAIN_DATASET=../input/seed/rows.jsonl
PRETRAIN_DATASET_IMAGE_PATH=../input/seed
PRETRAIN_BATCH_SIZE_PER_GPU=8
PRETRAIN_GRADIENT_ACCUMULATION_STEPS=4
SCRIPT_DIR=$(cd "$(dirname "$0")" && pwd)
ORIGINAL_DATASET_ALL=$SCRIPT_DIR/../input/seed/stage_1.json
MAX_SAMPLE_NUM=200000
SAMPLED_PRETRAIN_DATASET=$PRETRAIN_DATASET-200k.jsonl
PRETRAIN_DATASET_JSON=$SAMPLED_PRETRAIN_DATASET.json
PRETRAIN_NAME=MGM-2B-Pretrain-$EXP_NAME
FINETUNE_NAME=MGM-2B-Finetune-$EXP_NAME
deepspeed $SCRIPT_DIR/training/train_mem.py \
    --model_name_or_path $SCRIPT_DIR/training/zoo/gemma --data_path $PRETRAIN_DATASET_JSON --image_folder $PRETRAIN_DATASET_IMAGE_PATH \
    --vision_tower $SCRIPT_DIR/training/zoo/clip --vision_tower_aux $SCRIPT_DIR/training/zoo/convnext \
    --output_dir $SCRIPT_DIR/../output/training_dirs/$PRETRAIN_NAME \
    2>&1 | tee $SCRIPT_DIR/../output/training_dirs/$PRETRAIN_NAME/pretrain.log
deepspeed $SCRIPT_DIR/training/train_mem.py \
    --model_name_or_path $SCRIPT_DIR/training/zoo/gemma --data_path $SCRIPT_DIR/training/data/rows.json --image_folder $SCRIPT_DIR/training/data \
    --vision_tower $SCRIPT_DIR/training/zoo/clip --vision_tower_aux $SCRIPT_DIR/training/zoo/convnext \
    --output_dir $SCRIPT_DIR/../output/training_dirs/$FINETUNE_NAME \
    2>&1 | tee $SCRIPT_DIR/../output/training_dirs/$FINETUNE_NAME/finetuning.log
"""
LOG = (
    "Loading checkpoint shards: 100%|##########| 2/2 [00:01<00:00,  1.85it/s]\nWARNING: tokenization mismatch: 5 vs. 4. (ignored)\n"
    "  0%|          | 0/3 [00:00<?, ?it/s]\r 33%|###3      | 1/3 [00:02<00:04,  2.0s/it]\r                 "
    "{'loss': 13.1191, 'grad_norm': 215.7, 'learning_rate': 0.0005, 'epoch': 0.33}\n\r 33%|###3      | 1/3 [00:02<00:04,  2.0s/it]Error in loading 7, retrying...\n"
    " 67%|######6   | 2/3 [00:04<00:02,  2.0s/it]\r  {'loss': 9.5, 'learning_rate': 0.001, 'epoch': 0.67}\n\r 67%|######6   | 2/3 [00:04<00:02,  2.0s/it]")


@pytest.fixture
def challenge(tmp_path) -> Path:
    """The toolkit, without what trains and evaluates."""
    folder = tmp_path / "challenge"
    for name in ("toolkit/eval", "toolkit/training", "toolkit/data-juicer", "input/seed/images"):
        (folder / name).mkdir(parents=True)
    (folder / "toolkit" / "train.sh").write_text(SCRIPT)
    for name in ("textvqa.sh", "mmbench.sh"):
        (folder / "toolkit" / "eval" / name).write_text("exit 1\n")
    (folder / "input" / "seed" / "rows.jsonl").write_text("")
    (folder / "input" / "seed" / "stage_1.json").write_text("[]")
    return folder / "toolkit"


@pytest.fixture
def work(challenge, tmp_path) -> WorkFolder:
    return WorkFolder(tmp_path / "work", challenge, challenge / "train.sh")


def test_script_says_where_things_are(work):
    script, folder = work.script, work.folder
    assert script.file("PRETRAIN_DATASET") == folder / "input" / "seed" / "rows.jsonl"
    assert script.file("PRETRAIN_DATASET_JSON") == folder / "input" / "seed" / "rows.jsonl-200k.jsonl.json"
    assert script.file("ORIGINAL_DATASET_ALL") == folder / "input" / "seed" / "stage_1.json"
    assert script.stage_file(1, "--output_dir") == folder / "output" / "training_dirs" / "MGM-2B-Finetune-mine"
    assert script.stage_file(1, "--data_path") == folder / "toolkit" / "training" / "data" / "rows.json"
    assert script.gpu_count == 8


@pytest.mark.parametrize("text", ["", "echo train\n", SCRIPT.replace("MAX_SAMPLE_NUM", "LIMIT"), SCRIPT.replace("--output_dir", "--out")])
def test_other_scripts_are_refused(challenge, text):
    (challenge / "other.sh").write_text(text)
    with pytest.raises(Problem, match="is not the challenge's training script"):
        TrainingScript.read(challenge / "other.sh", challenge)


def test_work_folder_links_what_the_challenge_has(work, challenge):
    work.lay_out()
    work.lay_out()
    assert (work.folder / "input" / "seed" / "images").resolve() == challenge.parent / "input" / "seed" / "images"
    assert not (work.folder / "input" / "seed" / "rows.jsonl").exists()  # ours will be there
    assert (work.toolkit / "train.sh").read_text() == SCRIPT
    assert (work.toolkit / "training").is_symlink() and not (work.toolkit / "eval").is_symlink()


def test_missing_parts_are_named(work, challenge):
    (challenge / "data-juicer").rmdir()
    with pytest.raises(Problem, match="data-juicer is missing; install.sh"):
        work.lay_out()


def test_links_do_not_replace_files(tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(Problem, match="no link to"):
        link(tmp_path / "other", tmp_path / "file")
    assert (tmp_path / "file").read_text() == "mine"


def test_dropped_rows_are_left_out(tmp_path):
    # A line separator is no line break, blank lines do not count.
    drawn, dropped = tmp_path / "drawn.jsonl", tmp_path / "dropped.jsonl"
    drawn.write_text('{"id": "0"}\n\n{"id": "1\u2028"}\n{"id": "2"}', encoding="utf-8")
    assert len(training_data.without_dropped(drawn, dropped)) == 3
    dropped.write_text('{"index": 0, "reason": "empty"}\n')
    assert training_data.without_dropped(drawn, dropped) == ['{"id": "1\u2028"}\n'.encode(), b'{"id": "2"}\n']


def test_log(tmp_path):
    path = tmp_path / "pretrain.log"
    path.write_text(LOG)
    log = losses.TrainingLog.read(path)
    assert [entry["loss"] for entry in log.entries] == [13.1191, 9.5]
    assert (log.step_count, log.planned_steps, log.mismatches, log.replaced, log.summary) == (2, 3, 1, 1, None)
    assert log.describe() == "2 of 3 steps, loss 13.12 to 9.5, 1 rows taught nothing, rows were replaced 1 times, not finished"
    path.write_text(LOG + " 100%|####| 3/3 [00:06<00:00]{'train_runtime': 6.0, 'train_loss': 11.3, 'epoch': 1.0}\n 100%|####| 3/3 [00:06<00:00]")
    assert losses.TrainingLog.read(path).summary["train_loss"] == 11.3
    losses.write_table({"pretraining": log}, tmp_path / "losses.csv")
    assert (tmp_path / "losses.csv").read_text().splitlines()[1:] == ["pretraining,1,13.1191,0.0005,215.7,0.33", "pretraining,2,9.5,0.001,,0.67"]
    path.write_text("killed\n")
    assert losses.TrainingLog.read(path).describe() == "0 of 0 steps, not finished"


def test_missing_modules_are_named(monkeypatch):
    monkeypatch.setattr(training, "MODULES", ["json", "no_such_module"])
    with pytest.raises(Problem, match="lacks what the toolkit needs: no_such_module;"):
        training.require_modules(Path(sys.executable))
    with pytest.raises(Problem, match="is no Python that runs"):
        training.require_modules(Path("/nowhere/python"))


def test_interrupted_training_is_not_begun_again(work):
    work.lay_out()
    assert not training.is_finished(work)
    pretrained, finetuned = (work.script.stage_file(stage, "--output_dir") for stage in (0, 1))
    (pretrained / "checkpoint-100").mkdir(parents=True)
    with pytest.raises(Problem, match="an earlier training was not finished"):
        training.is_finished(work)
    finetuned.mkdir()
    for file in (pretrained / "mm_projector.bin", finetuned / "model.safetensors", work.output / "train.sh"):
        file.write_bytes(b"")
    assert training.is_finished(work)


def fill_output(work: WorkFolder) -> None:
    for path in [work.output / "train.sh", *(work.script.stage_file(stage, "--output_dir") / log for stage, log in enumerate(training.LOGS))]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(path.name)
    results = work.output / "eval_results" / "MGM-2B-Finetune-mine"
    for name in ("textvqa/1_0.jsonl", "textvqa/bm1.jsonl", "textvqa/report.html", f"mmbench/answers/{submission.SPLIT}/MGM-2B-Finetune-mine.jsonl",
                 f"mmbench/answers_upload/{submission.SPLIT}/MGM-2B-Finetune-mine.xlsx"):
        (results / name).parent.mkdir(parents=True, exist_ok=True)
        (results / name).write_text(name)
    (work.script.stage_file(1, "--output_dir") / "model.safetensors").write_text("weights")


TREE = [
    "output/eval_results/MGM-2B-Finetune-mine/mmbench/answers/mmbench_dev_20230712/MGM-2B-Finetune-mine.jsonl",
    "output/eval_results/MGM-2B-Finetune-mine/mmbench/answers_upload/mmbench_dev_20230712/MGM-2B-Finetune-mine.xlsx",
    "output/eval_results/MGM-2B-Finetune-mine/textvqa/1_0.jsonl",
    "output/eval_results/MGM-2B-Finetune-mine/textvqa/bm1.jsonl",
    "output/train.sh",
    "output/training_dirs/MGM-2B-Finetune-mine/finetuning.log",
    "output/training_dirs/MGM-2B-Pretrain-mine/pretrain.log"]


def test_archive_has_the_tree_that_is_handed_in(work, tmp_path):
    fill_output(work)
    extra = tmp_path / "mine"
    (extra / "code").mkdir(parents=True)
    (extra / "code" / "a.py").write_text("print()")
    solution, archive = work.folder / "solution", work.folder / "submit.zip"
    submission.gather_solution(solution, extra, "recipe")
    submission.write_archive(work, solution, archive)
    first = archive.read_bytes()
    assert sorted(zipfile.ZipFile(archive).namelist()) == [*TREE, "solution/code/a.py", "solution/recaption.sh"]
    os.utime(work.output / "train.sh", (1e9, 1e9))
    submission.gather_solution(solution, extra, "recipe")
    submission.write_archive(work, solution, archive)
    assert archive.read_bytes() == first
    (work.output / "train.sh").unlink()
    with pytest.raises(Problem, match="nothing to hand in yet, missing: .*train.sh"):
        submission.write_archive(work, solution, archive)
    assert archive.read_bytes() == first


def command(*arguments: object) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, INTEGRATIONS / "better_synth", *map(str, arguments)], capture_output=True, text=True, check=False)


def test_wrong_use():
    assert command().returncode == 64
    assert command("--help").returncode == 0
    done = command("nowhere", "-o", "work", "--caption-images", "/nowhere/caption-images")
    assert (done.returncode, "there is no program /nowhere/caption-images" in done.stderr) == (1, True)


@pytest.fixture
def real_challenge(request, tmp_path, pictures) -> Path:
    """The real toolkit beside a seed of our own."""
    toolkit = request.config.getoption("--toolkit")
    if not toolkit:
        pytest.skip("--toolkit FOLDER is not given")
    folder = tmp_path / "challenge"
    seed = folder / "input" / "pretrain_stage_1_10k"
    seed.mkdir(parents=True)
    (folder / "toolkit").symlink_to(toolkit.resolve())
    rows, questions = [], []
    for number, picture in enumerate(pictures):
        name = f"{number:03}{Path(picture).suffix}"
        shutil.copyfile(picture, seed / name)
        rows.append({"id": name, "images": [name], "text": f"<__dj__image>\nwords {number} <|__dj__eoc|>"})
        questions.append({"id": name, "image": name, "conversations": [
            {"from": "human", "value": ("<image>\nWhat is this?", "Describe it.\n<image>")[number % 2]}, {"from": "gpt", "value": f"words {number}"}]})
    (seed / "mgm_pretrain_stage_1_10k.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (seed / "stage_1.json").write_text(json.dumps(questions))
    return folder


def test_rehearsal(real_challenge, tmp_path, executable):
    """MGM's own training code learns from our file, and its own evaluation and this engine's answer alike with what comes out."""
    toolkit, seed, own = real_challenge / "toolkit", real_challenge / "input" / "pretrain_stage_1_10k", tmp_path / "recaptioned.jsonl"
    rows = [row | {"images": [str(seed / row["images"][0])]} for row in read_jsonl(seed / "mgm_pretrain_stage_1_10k.jsonl")]
    rows[1]["text"] = "<__dj__image>\na cat <image> <|__dj__eoc|>"
    own.write_text("".join(json.dumps(row) + "\n" for row in rows))
    folder = tmp_path / "work"
    done = command(toolkit, "-o", folder, "--caption-images", executable, "--rehearse", "--rehearsal-rows", 8, "--recaptioned", own)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    rehearsal = WorkFolder(folder / "rehearsal", toolkit, toolkit / "train_mgm_2b_stage_1_10k_baseline.sh")
    assert len(json.loads((folder / "data" / "training.json").read_bytes())) == len(rows) - 1
    for stage, log in enumerate(training.LOGS):
        read = losses.TrainingLog.read(rehearsal.script.stage_file(stage, "--output_dir") / log)
        assert (read.step_count, read.mismatches, read.replaced) == (8, 0, 0)
        assert read.summary and len(read.entries) == 8
    name = rehearsal.script.variables["FINETUNE_NAME"]
    tree = [path.replace("MGM-2B-Finetune-mine", name).replace("Pretrain-mine", "Pretrain-default") for path in TREE]
    assert sorted(zipfile.ZipFile(rehearsal.folder / "submit.zip").namelist()) == [*sorted(tree), "solution/recaption.sh"]
    # The engine in the place of the toolkit's evaluation, over the same checkpoint.
    theirs = rehearsal.output / "eval_results" / name
    shutil.move(theirs, tmp_path / "theirs")
    engine, towers = Engine(executable), tmp_path / "towers"
    evaluation.convert_towers(rehearsal, towers)
    assert [path.name for path in towers.iterdir()] == [rehearsal.script.stage_file(0, "--vision_tower_aux").name]
    evaluation.put_engine_in_place(rehearsal, engine, towers, ["--precision", "f32", "--max-new-tokens", str(REHEARSAL_TOKENS)])
    for script, more in (("textvqa.sh", []), ("mmbench.sh", [submission.SPLIT])):
        subprocess.run(["bash", rehearsal.toolkit / "eval" / script, name, *more, "0"], check=True)
    for answers in ("textvqa/bm1.jsonl", f"mmbench/answers/{submission.SPLIT}/{name}.jsonl"):
        expected, found = read_jsonl(tmp_path / "theirs" / answers), read_jsonl(theirs / answers)
        assert [line | {"answer_id": 0} for line in found] == [line | {"answer_id": 0} for line in expected]
        assert len({line["text"] for line in expected}) > 1
    assert {path.relative_to(theirs) for path in theirs.rglob("*") if path.is_file()} >= {
        path.relative_to(tmp_path / "theirs") for path in (tmp_path / "theirs").rglob("*") if path.is_file()}
