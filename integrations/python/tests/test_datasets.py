"""`datasets` with the captions of two processes."""

import json
import os
import shutil
import subprocess
import sys
import unittest
from pathlib import Path

from caption_images import Captioner, CaptionError

from .support import PICTURES, ToolCase, needs

PACKAGE = Path(__file__).resolve().parent.parent
ROWS = int(os.environ.get("CAPTION_IMAGES_ROWS", "2000"))


@needs("datasets", "PIL")
class DatasetsTests(ToolCase):
    def setUp(self):
        super().setUp()
        self.captioner = Captioner(executable=self.executable, precision="f32", threads=1)
        self.addCleanup(self.captioner.close)
        self.expected = self.texts(PICTURES, "--precision=f32")

    def loaded(self, count, bad=()):
        """A data set of a folder of images, as `datasets` reads it."""
        import datasets

        pictures = self.folder / "pictures"
        pictures.mkdir()
        lines = []
        for index in range(count):
            source = PICTURES[index % 12]
            name = f"{index:05}{Path(source).suffix}"
            if index in bad:
                (pictures / name).write_bytes(b"no image")
            else:
                os.link(source, pictures / name) if os.stat(source).st_dev == os.stat(pictures).st_dev else shutil.copy(source, pictures / name)
            lines.append(json.dumps({"file_name": name, "place": index}))
        (pictures / "metadata.jsonl").write_text("\n".join(lines) + "\n")
        return datasets.load_dataset("imagefolder", data_dir=str(pictures), split="train", cache_dir=str(self.folder / "cache"))

    def check(self, rows, bad=()):
        self.assertEqual(sorted(rows["place"]), list(range(len(rows))))
        for place, caption in zip(rows["place"], rows["caption"]):
            self.assertEqual(caption, None if place in bad else self.expected[place % 12])

    def test_two_processes(self):
        """Decoded images, and then files as they are, some broken; both with two processes."""
        import datasets

        rows = self.loaded(ROWS)
        captioned = rows.map(self.captioner.column(), batched=True, batch_size=64, num_proc=2)
        self.check(captioned)
        self.assertEqual(set(captioned["caption_error"]), {""})
        self.assertIsInstance(captioned.features["image"], datasets.Image)
        self.assertEqual(captioned.features["caption"], datasets.Value("string"))
        self.wait_until(lambda: not self.processes())

    def test_files_as_they_are_and_errors(self):
        import datasets

        bad = (3, 1000 % ROWS, ROWS - 1)
        rows = self.loaded(ROWS, bad).cast_column("image", datasets.Image(decode=False))
        captioned = rows.map(self.captioner.column("image", "caption"), batched=True, batch_size=100, num_proc=2)
        self.check(captioned, bad)
        self.assertEqual([place for place, error in zip(captioned["place"], captioned["caption_error"]) if error], sorted(bad))
        with self.assertRaisesRegex(CaptionError, "00003"):
            rows.map(self.captioner.column(error=None), batched=True)

    def test_a_parent_with_a_worker(self):
        """Processes that are forked from one whose captioner is at work."""
        rows = self.loaded(100)
        captions = self.captioner.captions(PICTURES * 10)
        next(captions)
        self.check(rows.map(self.captioner.column(), batched=True, batch_size=10, num_proc=2))
        self.assertEqual([caption.text for caption in captions], (self.expected * 10)[1:])

    def test_results_are_found_in_the_cache(self):
        from datasets.fingerprint import Hasher

        column = self.captioner.column("image", "caption")
        before = Hasher.hash(column)
        rows = self.loaded(24)
        first = rows.map(column, batched=True)
        self.assertEqual(Hasher.hash(column), before)
        self.captioner.close()
        again = rows.map(Captioner(executable=self.executable, precision="f32", threads=1).column(), batched=True)
        self.assertEqual(again._fingerprint, first._fingerprint)
        self.assertEqual(self.processes(), [])
        code = """
import sys
from caption_images import Captioner
from datasets.fingerprint import Hasher
print(Hasher.hash(Captioner(threads=1, precision="f32", executable=sys.argv[1]).column()))
"""
        environment = os.environ | {"PYTHONPATH": str(PACKAGE), "PYTHONHASHSEED": "7"}
        other = subprocess.run([sys.executable, "-c", code, self.executable], env=environment, capture_output=True, text=True, check=True, timeout=300)
        self.assertEqual(other.stdout.strip(), before)
        self.assertNotEqual(Hasher.hash(Captioner(executable=self.executable, precision="f32", threads=1, prompt="a").column()), before)

    def test_formats_prompts_and_lists(self):
        rows = self.loaded(12).add_column("ask", ["a blue" if index % 2 else None for index in range(12)])
        prompted = [answer["caption"] for answer in self.by_hand(
            [{"image": path, "prompt": "a blue" if index % 2 else None} for index, path in enumerate(PICTURES)], "--precision=f32")]
        self.assertEqual(rows.map(self.captioner.column(prompts="ask"), batched=True)["caption"][:], prompted)
        import datasets

        for kind in ("numpy", "pandas", "arrow"):
            for decode in (True, False):
                formatted = rows.cast_column("image", datasets.Image(decode=decode)).with_format(kind)
                self.assertEqual(formatted.map(self.captioner.column(), batched=True).with_format(None)["caption"][:], self.expected)
        with Captioner(executable=self.executable, num_beams=2, num_captions=2) as captioner:
            captions = rows.map(captioner.column(text="captions"), batched=True)["captions"][:]
        self.assertEqual([len(texts) for texts in captions], [2] * 12)
        with self.assertRaisesRegex(TypeError, "batched=True"):
            rows.map(self.captioner.column())
        self.assertEqual([row["caption"] for row in rows.to_iterable_dataset().map(self.captioner.column(), batched=True, batch_size=5)], self.expected)

    def test_first_batches_without_a_caption(self):
        """The column is one of texts, or of lists of them, from the start."""
        import datasets

        features = datasets.Features({"image": datasets.Image(decode=False)})
        rows = datasets.Dataset.from_dict({"image": [None] * 20 + PICTURES}, features=features)
        for processes in (None, 2):
            captioned = rows.map(self.captioner.column(), batched=True, batch_size=8, num_proc=processes, load_from_cache_file=False)
            self.assertEqual(captioned["caption"][:], [None] * 20 + self.expected)
            self.assertEqual(captioned.features["caption"], datasets.Value("string"))
        with Captioner(executable=self.executable, num_beams=2, num_captions=2) as captioner:
            captions = rows.map(captioner.column(), batched=True, batch_size=8)["caption"][:]
        self.assertEqual([texts and len(texts) for texts in captions], [None] * 20 + [2] * 12)
        nothing = rows.select(range(20)).map(self.captioner.column(), batched=True)
        self.assertEqual(nothing.features["caption"], datasets.Value("string"))

    def test_columns_that_do_not_fit(self):
        for columns, cause in (({"text": "image"}, "'image' is read"), ({"error": "image"}, "'image' is read"),
                               ({"prompts": "ask", "text": "ask"}, "'ask' is read"), ({"text": "x", "error": "x"}, "'x' cannot have")):
            with self.assertRaisesRegex(ValueError, cause):
                self.captioner.column(**columns)

    @needs("pyarrow")
    def test_parquet_of_datasets(self):
        """A file that `datasets` wrote is captioned, and read by it again."""
        import datasets

        from caption_images import caption_parquet

        rows = self.loaded(50)
        rows.cast_column("image", datasets.Image(decode=False)).map(
            lambda row: {"image": {"bytes": Path(row["image"]["path"]).read_bytes(), "path": None}}, features=rows.features
        ).to_parquet(str(self.folder / "in.parquet"), batch_size=16)
        caption_parquet(self.folder / "in.parquet", self.folder / "out.parquet", self.captioner)
        after = datasets.load_dataset("parquet", data_files=str(self.folder / "out.parquet"), split="train", cache_dir=str(self.folder / "cache"))
        self.check(after)
        self.assertEqual(after.features, datasets.Features({**rows.features, "caption": datasets.Value("string")}))
        self.assertEqual(after[0]["image"].size, rows[0]["image"].size)


if __name__ == "__main__":
    unittest.main()
