"""Ray Data with two actors, one of which is killed."""

import json
import os
import signal
import subprocess
import sys
import unittest
from pathlib import Path

from caption_images import Captioner

from .support import PICTURES, ToolCase, needs, parent

PACKAGE = Path(__file__).resolve().parent.parent
PROGRAM = """
import sys
import ray
from caption_images import CaptionActor

source, output, executable = sys.argv[1:]
ray.init("local", num_cpus=3, include_dashboard=False, log_to_driver=False)
rows = ray.data.read_parquet(source).repartition(60)
rows.map_batches(
    CaptionActor, fn_constructor_kwargs={"executable": executable, "threads": 1, "precision": "f32"},
    compute=ray.data.ActorPoolStrategy(size=2), num_cpus=1, batch_size=20, max_restarts=-1, max_task_retries=-1,
).write_parquet(output)
"""


@needs("ray", "pyarrow")
class RayTests(ToolCase):
    def run_with_a_kill(self, victim):
        """Captions 2,000 rows with two actors, and kills one of them, or its worker, in the middle.

        :return: the rows of the output.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        contents = [Path(path).read_bytes() for path in PICTURES]
        images = [contents[index % 12] for index in range(2000)]
        images[77] = b"no image"
        table = pa.table({"id": range(2000), "image": pa.array(images, pa.binary())})
        pq.write_table(table, self.folder / "in.parquet", row_group_size=20)
        output = self.folder / "out"
        environment = os.environ | {"PYTHONPATH": str(PACKAGE), "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
        with open(self.folder / "log", "w+") as log:
            run = subprocess.Popen(
                [sys.executable, "-c", PROGRAM, str(self.folder / "in.parquet"), str(output), self.executable], env=environment,
                stdout=log, stderr=log, cwd=self.folder)
            killed = None
            try:
                self.wait_until(lambda: run.poll() is not None or len(self.processes()) == 2 and any(output.glob("*.parquet")), 300)
                self.assertIsNone(run.poll(), (self.folder / "log").read_text()[-3000:])
                workers = self.processes()
                killed = workers[0] if victim == "worker" else parent(workers[0])
                written = len(list(output.glob("*.parquet")))
                os.kill(killed, signal.SIGKILL)
                self.assertEqual(run.wait(600), 0, (self.folder / "log").read_text()[-3000:])
            finally:
                if run.poll() is None:
                    run.kill()
                    run.wait()
        # It was killed in the middle.
        self.assertLess(written, len(list(output.glob("*.parquet"))))
        return sorted(pq.read_table(output).to_pylist(), key=lambda row: row["id"])

    def check(self, rows):
        expected = self.texts()
        self.assertEqual([row["id"] for row in rows], list(range(2000)))
        for row in rows:
            bad = row["id"] == 77
            self.assertEqual(row["caption"], None if bad else expected[row["id"] % 12])
            self.assertEqual("not a JPEG" in row["caption_error"], bad)

    def test_an_actor_is_killed(self):
        self.check(self.run_with_a_kill("actor"))

    def test_a_worker_is_killed(self):
        self.check(self.run_with_a_kill("worker"))


@needs("ray", "pyarrow")
class BlockTests(ToolCase):
    def test_blocks_without_an_image(self):
        """Ray has their images as NaN."""
        program = """
import json, sys
import ray
from caption_images import CaptionActor

ray.init("local", num_cpus=2, include_dashboard=False, log_to_driver=False)
rows = ray.data.from_items([{"id": index, "image": None if index < 40 else sys.argv[2]} for index in range(48)]).repartition(6)
options = dict(
    fn_constructor_kwargs={"executable": sys.argv[1], "threads": 1, "precision": "f32"}, compute=ray.data.ActorPoolStrategy(size=1),
    num_cpus=1, batch_size=8)
for batch_format in ("numpy", "pandas"):
    found = rows.map_batches(CaptionActor, batch_format=batch_format, **options).take_all()
    print("found", json.dumps([[row["id"], row["caption"], row["caption_error"]] for row in found]))
rows.map_batches(CaptionActor, **options).write_parquet(sys.argv[3])
"""
        environment = os.environ | {"PYTHONPATH": str(PACKAGE), "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
        result = subprocess.run(
            [sys.executable, "-c", program, self.executable, PICTURES[0], str(self.folder / "out")], env=environment, capture_output=True, text=True,
            check=False, timeout=300, cwd=self.folder)
        self.assertEqual(result.returncode, 0, result.stderr[-3000:])
        text, = self.texts(PICTURES[:1])
        found = [json.loads(line[6:]) for line in result.stdout.splitlines() if line.startswith("found ")]
        self.assertEqual(len(found), 2)
        for rows in found:
            self.assertEqual(sorted(rows), [[index, None, "there is no image"] if index < 40 else [index, text, ""] for index in range(48)])


class ActorTests(ToolCase):
    """Without Ray: what an actor does with a batch."""

    @needs("numpy")
    def test_batches(self):
        import numpy

        from caption_images import CaptionActor

        actor = CaptionActor(executable=self.executable, text="words")
        batch = {"id": numpy.arange(12), "image": numpy.array(PICTURES)}
        found = actor(batch)
        self.assertEqual(list(found), ["id", "image", "words", "caption_error"])
        self.assertEqual(found["words"], self.texts())
        with Captioner(executable=self.executable) as captioner:
            self.assertEqual(captioner.column(text="words").columns(PICTURES, None)["words"], found["words"])


if __name__ == "__main__":
    unittest.main()
