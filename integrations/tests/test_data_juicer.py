"""dj-process runs the operator: in one process, in two, and on Ray."""

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import INTEGRATIONS, by_hand, processes, read_jsonl

IMAGE, END = "<__dj__image>", "<|__dj__eoc|>"
BY_HAND = ("--keep-whitespace", "--max-new-tokens=128", "--compat=data-juicer-1.6", "--precision=f32")


class Recipe:
    """A Data-Juicer configuration in a folder, and its run."""

    def __init__(self, folder, executable, environment):
        self.folder, self.environment = folder, environment
        self.operator = {
            "hf_img2seq": None, "executable": executable, "precision": "f32", "memory": "1GB", "keep_original_sample": False}
        self.settings = {
            "dataset_path": str(folder / "in.jsonl"), "export_path": str(folder / "out.jsonl"), "work_dir": str(folder / "work"),
            "np": 1, "custom_operator_paths": [str(INTEGRATIONS / "data_juicer" / "caption_images_mapper")]}

    def run(self, samples: list[dict]) -> subprocess.CompletedProcess:
        lines = "".join(json.dumps(sample) + "\n" for sample in samples)
        (self.folder / "in.jsonl").write_text(lines)
        recipe = self.settings | {"process": [{"caption_images_mapper": self.operator}]}
        # JSON is YAML.
        (self.folder / "recipe.yaml").write_text(json.dumps(recipe))
        return subprocess.run(
            [sys.executable, "-m", "data_juicer.tools.process_data", "--config", str(self.folder / "recipe.yaml")],
            env=self.environment, cwd=self.folder, capture_output=True, text=True, check=False)

    def output(self, samples: list[dict]) -> list[dict]:
        result = self.run(samples)
        assert result.returncode == 0, result.stderr[-3000:]
        path = self.folder / "out.jsonl"
        rows = read_jsonl(path) if path.is_file() else [row for part in path.glob("*.json*") for row in read_jsonl(part)]
        return sorted(rows, key=lambda row: row["id"])


@pytest.fixture
def recipe(tmp_path, executable, environment) -> Recipe:
    return Recipe(tmp_path, executable, environment)


def one_image_each(pictures: list[str], count: int) -> list[dict]:
    return [
        {"id": f"{index:04}", "text": f"{IMAGE} old text {index} {END}", "images": [pictures[index % len(pictures)]], "n": index}
        for index in range(count)]


def recaptioned(executable: str, samples: list[dict], *options: str) -> list[dict]:
    answers = by_hand(executable, [{"image": sample["images"][0]} for sample in samples], *BY_HAND, *options)
    return [sample | {"text": f"{IMAGE} {answer['caption']} {END}"} for sample, answer in zip(samples, answers)]


@pytest.mark.parametrize("settings", [{"np": 1}, {"np": 2}, {"executor_type": "ray", "ray_address": "local"}], ids=str)
@pytest.mark.parametrize("sample", [True, False])
def test_captions_are_those_of_the_tool(recipe, executable, pictures, settings, sample):
    samples = one_image_each(pictures, 60)
    recipe.settings |= settings
    recipe.operator |= {"sample": sample, "seed": 7}
    options = ["--sample", "--seed=7"] if sample else []
    assert recipe.output(samples) == recaptioned(executable, samples, *options)
    assert processes(executable) == []


def test_actors_of_ray(recipe, executable, pictures):
    samples = one_image_each(pictures, 60)
    recipe.settings |= {"executor_type": "ray", "ray_address": "local"}
    recipe.operator |= {"sample": False, "ray_execution_mode": "actor", "num_proc": 2, "num_cpus": 0.5, "batch_size": 10}
    assert recipe.output(samples) == recaptioned(executable, samples)


def test_originals_chunks_and_prompts(recipe, executable, pictures):
    samples = [
        {"id": "0", "text": f"{IMAGE} one {END}", "images": pictures[:1], "ask": None},
        {"id": "1", "text": f"{IMAGE} two {END} {IMAGE} three {END}", "images": pictures[1:3], "ask": "a"},
        {"id": "2", "text": "nothing to see", "images": [], "ask": None},
    ]
    recipe.operator |= {"sample": False, "keep_original_sample": True, "prompt_key": "ask", "prompt": "the"}
    prompts = ["the", "a", "a"]
    requests = [{"image": picture, "prompt": prompt} for picture, prompt in zip(pictures[:3], prompts)]
    one, two, three = (answer["caption"] for answer in by_hand(executable, requests, *BY_HAND))
    assert one.startswith("the") and two.startswith("a")
    texts = [row["text"] for row in recipe.output(samples)]
    assert texts == [
        samples[0]["text"], f"{IMAGE} {one} {END}", samples[1]["text"], f"{IMAGE} {two} {END}{IMAGE} {three} {END}",
        samples[2]["text"]]


@pytest.mark.parametrize("sample", [True, False])
def test_all_candidates(recipe, executable, pictures, sample):
    samples = one_image_each(pictures, 3)
    recipe.operator |= {"sample": sample, "caption_num": 3, "keep_candidate_mode": "all"}
    options = ["--sample", "--num-captions=3"] if sample else []
    answers = by_hand(executable, [{"image": sample["images"][0]} for sample in samples], *BY_HAND, *options)
    candidates = [answer["captions"] if sample else [answer["caption"]] * 3 for answer in answers]
    assert [row["text"] for row in recipe.output(samples)] == [
        f"{IMAGE} {caption} {END}" for captions in candidates for caption in captions]


def test_only_bad_samples_are_lost(recipe, executable, pictures, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"no picture")
    samples = one_image_each(pictures, 10)
    samples[2]["images"] = [str(tmp_path / "missing.jpg")]
    samples[5]["images"] = [str(tmp_path / "broken.png")]
    samples[7]["text"] += IMAGE
    good = [sample for index, sample in enumerate(samples) if index not in (2, 5, 7)]
    recipe.operator["sample"] = False
    assert recipe.output(samples) == recaptioned(executable, good)
    recipe.settings["skip_op_error"] = False
    result = recipe.run(samples)
    assert result.returncode != 0
    assert "missing.jpg" in result.stderr + result.stdout


def test_images_in_the_samples(recipe, executable, pictures, tmp_path):
    samples = one_image_each(pictures, 6)
    expected = [row["text"] for row in recaptioned(executable, samples)]
    for sample in samples:
        sample["image_bytes"] = [base64.b64encode(Path(sample["images"][0]).read_bytes()).decode()]
        sample["images"] = ["nowhere.png"]
    samples[3] |= {"images": pictures[3:4], "image_bytes": [None]}
    samples[4]["image_bytes"] = ["no Base64"]
    recipe.operator["sample"] = False
    found = recipe.output(samples)
    assert [row["text"] for row in found] == expected[:4] + expected[5:]
    # What operators of Data-Juicer read are bytes, which Parquet files have.
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    for sample in samples:
        sample["image_bytes"] = [data and base64.b64decode(data) for data in sample["image_bytes"]]
    parquet.write_table(pyarrow.Table.from_pylist(samples), tmp_path / "in.parquet")
    recipe.settings |= {"dataset_path": str(tmp_path / "in.parquet"), "export_path": str(tmp_path / "out.parquet")}
    result = recipe.run([])
    assert result.returncode == 0, result.stderr[-3000:]
    rows = parquet.read_table(tmp_path / "out.parquet").sort_by("id").to_pylist()
    assert [row["text"] for row in rows] == expected[:4] + expected[5:]


@pytest.mark.parametrize("processes_at_once", [1, 2])
def test_a_worker_that_cannot_run_ends_the_run(recipe, pictures, processes_at_once):
    recipe.operator["hf_img2seq"] = "/no/such/model"
    recipe.settings["np"] = processes_at_once
    result = recipe.run(one_image_each(pictures, 4))
    assert result.returncode != 0
    assert "cannot run: exit status 1; " in result.stderr + result.stdout
    assert not (recipe.folder / "out.jsonl").exists()
