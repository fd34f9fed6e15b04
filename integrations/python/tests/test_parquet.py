"""Parquet files, row group by row group."""

import json
import os
import subprocess
import sys
import unittest
from pathlib import Path

from caption_images import Captioner, WorkerError, caption_parquet

from .support import PICTURES, ToolCase, needs

PACKAGE = Path(__file__).resolve().parent.parent
FEATURES = {"info": {"features": {
    "id": {"dtype": "int64", "_type": "Value"}, "image": {"_type": "Image"}, "label": {"names": ["a", "b"], "_type": "ClassLabel"}}}}


@needs("pyarrow")
class ParquetTests(ToolCase):
    def setUp(self):
        super().setUp()
        self.source = self.folder / "in.parquet"
        self.output = self.folder / "out.parquet"
        self.captioner = Captioner(executable=self.executable, precision="f32")
        self.addCleanup(self.captioner.close)
        self.contents = [Path(path).read_bytes() for path in PICTURES]

    def write(self, images, kind=None, row_group_size=10, **columns):
        """Writes a source as `datasets` does, with metadata and more columns."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        count = len(images)
        kind = kind or pa.struct([("bytes", pa.binary()), ("path", pa.string())])
        arrays = {
            "id": pa.array(range(count), pa.int64()), "image": pa.array(images, kind), "label": pa.array([i % 2 for i in range(count)], pa.int64()),
            "more": pa.array([None if i % 3 == 0 else {"tags": [str(i)] * (i % 4)} for i in range(count)], pa.struct([("tags", pa.list_(pa.string()))])),
        } | {name: pa.array(values) for name, values in columns.items()}
        table = pa.table(arrays).replace_schema_metadata({"huggingface": json.dumps(FEATURES), "other": "é"})
        pq.write_table(table, self.source, row_group_size=row_group_size, compression={"id": "zstd", "image.bytes": "none"} if pa.types.is_struct(kind) else "gzip")
        return table

    def read(self, path=None):
        import pyarrow.parquet as pq

        return pq.read_table(path or self.output)

    def left(self):
        return sorted(path.name for path in self.folder.iterdir())

    def test_all_kinds_of_columns(self):
        import pyarrow as pa

        structs = [{"bytes": content, "path": None} for content in self.contents]
        paths = [{"bytes": None, "path": path} for path in PICTURES]
        relative = [os.path.relpath(path, self.folder) for path in PICTURES]
        expected = self.texts()
        for images, kind in (
            (structs, None), (paths, None), (self.contents, pa.binary()), (self.contents, pa.large_binary()), (PICTURES, pa.string()),
            (relative, pa.large_string()), ([{"bytes": content} for content in self.contents], pa.struct([("bytes", pa.large_binary())])),
            ([{"path": path} for path in relative], pa.struct([("path", pa.string())])),
        ):
            with self.subTest(str(kind)):
                self.write(images, kind, row_group_size=5)
                summary = caption_parquet(self.source, self.output, self.captioner, overwrite=True)
                self.assertEqual((summary.rows, summary.failed, summary.resumed), (12, 0, 0))
                self.assertEqual(self.read()["caption"].to_pylist(), expected)
        self.assertEqual(self.left(), ["caption-images", "in.parquet", "out.parquet"])

    def test_everything_else_stays(self):
        import pyarrow.parquet as pq

        self.write([{"bytes": content, "path": f"{index}.png"} for index, content in enumerate(self.contents * 3)])
        before = self.read(self.source)
        caption_parquet(self.source, self.output, self.captioner)
        after = self.read()
        self.assertEqual(after.column_names, [*before.column_names, "caption"])
        self.assertTrue(after.drop_columns(["caption"]).equals(before, check_metadata=True))
        self.assertEqual(after.schema.metadata, before.schema.metadata)
        old, new = pq.ParquetFile(self.source).metadata, pq.ParquetFile(self.output).metadata
        self.assertEqual([new.row_group(index).num_rows for index in range(new.num_row_groups)], [10, 10, 10, 6])
        compression = {new.row_group(0).column(index).path_in_schema: new.row_group(0).column(index).compression for index in range(new.num_columns)}
        for index in range(old.num_columns):
            column = old.row_group(0).column(index)
            self.assertEqual(compression[column.path_in_schema], column.compression)
        # As most columns are.
        self.assertEqual(compression["caption"], "UNCOMPRESSED")
        self.assertEqual(os.stat(self.output).st_mode & 0o777, 0o666 & ~current_mask())

    def test_names_of_list_elements(self):
        """As older writers have them; and a column of lists that is replaced."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = pa.table({"said": [[{"from": "a" * 1000}]] * 12, "image": PICTURES, "caption": [["a"]] * 12, "number": range(12)})
        codecs = {"said.list.item.from": "zstd", "image": "gzip", "caption.list.item": "snappy", "number": "none"}
        pq.write_table(table, self.source, compression=codecs, use_compliant_nested_type=False)
        with Captioner(executable=self.executable, num_beams=2, num_captions=2) as captioner:
            caption_parquet(self.source, self.output, captioner)
        group = pq.ParquetFile(self.output).metadata.row_group(0)
        self.assertEqual(
            [(group.column(index).path_in_schema, group.column(index).compression) for index in range(group.num_columns)],
            [("said.list.element.from", "ZSTD"), ("image", "GZIP"), ("caption.list.element", "SNAPPY"), ("number", "UNCOMPRESSED")])
        self.assertTrue(self.read().drop_columns(["caption"]).equals(table.drop_columns(["caption"])))

    def test_what_a_failed_or_killed_run_leaves(self):
        import pyarrow as pa

        self.write(PICTURES, pa.string())
        # A file that is not finished is written over.
        (self.folder / ".out.parquet.tmp").write_bytes(b"unfinished" * 1000)
        for options in ({"num_beamz": 2}, {"executable": "/no/such/program"}):
            with Captioner(**{"executable": self.executable, **options}) as wrong, self.assertRaises(WorkerError):
                caption_parquet(self.source, self.output, wrong)
            self.assertEqual([name for name in self.left() if name.endswith(".tmp")], [])
        caption_parquet(self.source, self.output, self.captioner)
        self.assertEqual(self.left(), ["caption-images", "in.parquet", "out.parquet"])
        # What is no progress stays.
        progress = Path(f"{self.output}.progress.jsonl")
        self.output.unlink()
        for content in ("my notes\n", '{"mine": 1}\n', '[1]\n', '{"captioner": 1, "source": 2}\n{"x": 1}\n', '5\n'):
            progress.write_text(content)
            with self.assertRaisesRegex(ValueError, f"{progress} is not the progress of a run"):
                caption_parquet(self.source, self.output, self.captioner)
            self.assertEqual(progress.read_text(), content)
        caption_parquet(self.source, self.output, self.captioner, overwrite=True)
        self.assertFalse(progress.exists())

    def test_columns_and_captioners_that_do_not_fit(self):
        """Nothing is begun."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        table = self.write(PICTURES, pa.string(), ask=["a"] * 12)
        for parameters, cause in (
            ({"error": "caption"}, "'caption' cannot have the captions and the errors"), ({"error": "image"}, "'image' is read"),
            ({"text": "ask", "prompts": "ask"}, "'ask' is read"),
        ):
            with self.assertRaisesRegex(ValueError, cause):
                caption_parquet(self.source, self.output, self.captioner, **parameters)
        with self.assertRaisesRegex(TypeError, r"such as Captioner\('blip2-int8'\)"):
            caption_parquet(self.source, self.output, "blip2-int8")
        pq.write_table(table.append_column("ask", [["b"] * 12]), self.source)
        with self.assertRaisesRegex(ValueError, "several columns of the name 'ask'"):
            caption_parquet(self.source, self.output, self.captioner)
        self.assertEqual(self.left(), ["caption-images", "in.parquet"])

    def test_errors(self):
        images = [{"bytes": content, "path": None} for content in self.contents]
        images[2] = {"bytes": None, "path": "missing.png"}
        images[6] = {"bytes": b"no image", "path": "broken.png"}
        images[9] = None
        images[10] = {"bytes": None, "path": None}
        self.write(images, row_group_size=4)
        summary = caption_parquet(self.source, self.output, self.captioner, error="why")
        self.assertEqual((summary.rows, summary.failed), (12, 4))
        expected = self.texts()
        table = self.read()
        bad = (2, 6, 9, 10)
        self.assertEqual(table["caption"].to_pylist(), [None if index in bad else text for index, text in enumerate(expected)])
        self.assertEqual([index for index, message in enumerate(table["why"].to_pylist()) if message is not None], list(bad))
        records = [json.loads(line) for line in Path(f"{self.output}.errors.jsonl").read_text().splitlines()]
        self.assertEqual([list(record) for record in records], [["index", "image", "stage", "message"]] * 4)
        self.assertEqual([record["index"] for record in records], list(bad))
        self.assertEqual([record["image"] for record in records], ["missing.png", "broken.png", None, None])
        self.assertEqual([record["stage"] for record in records], ["read", "decode", "read", "read"])
        self.assertIn(f"{self.folder}/missing.png", table["why"][2].as_py())
        # The error records of an earlier run do not stay.
        self.write(self.contents, __import__("pyarrow").binary())
        self.assertEqual(caption_parquet(self.source, self.output, self.captioner, overwrite=True).failed, 0)
        self.assertEqual(self.left(), ["caption-images", "in.parquet", "out.parquet"])

    def test_prompts_lists_and_columns_that_are_there(self):
        import pyarrow as pa

        self.write(PICTURES, pa.string(), ask=["a blue" if index % 2 else None for index in range(12)], old=["x"] * 12)
        caption_parquet(self.source, self.output, self.captioner, text="old", prompts="ask")
        expected = [answer["caption"] for answer in self.by_hand(
            [{"image": path, "prompt": "a blue" if index % 2 else None} for index, path in enumerate(PICTURES)], "--precision=f32")]
        self.assertEqual(self.read().column_names, ["id", "image", "label", "more", "ask", "old"])
        self.assertEqual(self.read()["old"].to_pylist(), expected)
        with Captioner(executable=self.executable, num_beams=3, num_captions=2) as captioner:
            caption_parquet(self.source, self.output, captioner, overwrite=True)
        self.assertEqual([len(texts) for texts in self.read()["caption"].to_pylist()], [2] * 12)

    def test_what_does_not_fit_changes_nothing(self):
        import pyarrow as pa

        self.write(PICTURES, pa.string())
        self.output.write_bytes(b"mine")
        for parameters, kind, cause in (
            ({}, FileExistsError, "exists"), ({"overwrite": True, "image": "picture"}, ValueError, "no column 'picture'; its columns are id, image"),
            ({"overwrite": True, "image": "label"}, ValueError, "the type int64: expected a struct"),
            ({"overwrite": True, "prompts": "ask"}, ValueError, "no column 'ask'"),
            ({"overwrite": True, "text": "label"}, ValueError, "'label' already, of the type int64"),
            ({"overwrite": True, "text": "image"}, ValueError, "'image' is read"),
        ):
            with self.subTest(cause), self.assertRaisesRegex(kind, cause):
                caption_parquet(self.source, self.output, self.captioner, **parameters)
        with self.assertRaisesRegex(ValueError, "the source itself"):
            caption_parquet(self.source, self.source, self.captioner, overwrite=True)
        with Captioner("/no/such/model", executable=self.executable) as captioner, self.assertRaisesRegex(WorkerError, "/no/such/model"):
            caption_parquet(self.source, self.output, captioner, overwrite=True)
        self.assertEqual(self.output.read_bytes(), b"mine")
        self.assertEqual([name for name in self.left() if name.startswith(".")], [])

    def test_empty_files(self):
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.write([], pa.string())
        caption_parquet(self.source, self.output, self.captioner)
        self.assertEqual(self.read().num_rows, 0)
        with pq.ParquetWriter(self.source, pa.schema([("image", pa.binary())])):
            pass
        caption_parquet(self.source, self.output, self.captioner, overwrite=True)
        self.assertEqual(self.read().column_names, ["image", "caption"])

    def test_an_interrupted_run_resumes(self):
        """After a kill at any row group the file is as that of an uninterrupted run, and nothing is captioned twice."""
        contents = self.contents * 3
        contents[17] = b"no image"
        self.write([{"bytes": content, "path": None} for content in contents], row_group_size=6)
        whole = self.folder / "whole.parquet"
        caption_parquet(self.source, whole, self.captioner)
        code = """
import os, sys
import caption_images.parquet_progress as progress
from caption_images import Captioner, caption_parquet
add = progress.Progress.add
def dying(self, group, *others):
    result = add(self, group, *others)
    if group == int(sys.argv[3]):
        os.kill(os.getpid(), 9)
    return result
progress.Progress.add = dying
caption_parquet(sys.argv[1], sys.argv[2], Captioner(executable=sys.argv[4], precision="f32"))
"""
        for last in range(6):
            with self.subTest(last):
                arguments = [sys.executable, "-c", code, str(self.source), str(self.output), str(last), self.executable]
                result = subprocess.run(arguments, env=os.environ | {"PYTHONPATH": str(PACKAGE)}, check=False, timeout=600)
                self.assertEqual(result.returncode, -9)
                self.assertFalse(self.output.exists())
                progress = Path(f"{self.output}.progress.jsonl")
                # As if the kill had come in the middle of a line.
                progress.write_bytes(progress.read_bytes() + b'{"row_group": 5, "tex')
                if last == 1:
                    with Captioner(executable=self.executable, precision="f32", num_beams=2) as other, self.assertRaisesRegex(ValueError, "another source, model"):
                        caption_parquet(self.source, self.output, other)
                with Captioner(executable=self.executable, precision="f32", threads=1) as captioner:
                    summary = caption_parquet(self.source, self.output, captioner)
                self.assertEqual((summary.rows, summary.failed, summary.resumed), (36, 1, 6 * (last + 1)))
                self.assertEqual(self.output.read_bytes(), whole.read_bytes())
                self.assertEqual(Path(f"{self.output}.errors.jsonl").read_bytes(), Path(f"{whole}.errors.jsonl").read_bytes())
                self.assertFalse(progress.exists())
                self.output.unlink()
                self.assertEqual(list(self.folder.glob(".*")), [])

    def test_memory_stays_flat(self):
        """Twenty times as many row groups take no more memory."""
        content = self.contents[0] + bytes(1 << 20)
        self.write([content] * 400, __import__("pyarrow").binary(), row_group_size=10)
        peaks = []
        code = """
import resource, sys
from caption_images import Captioner, caption_parquet
caption_parquet(sys.argv[1], sys.argv[2], Captioner(executable=sys.argv[3]))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
        for count in (400, 20):
            if count == 20:
                self.write([content] * 20, __import__("pyarrow").binary(), row_group_size=10)
            output = self.folder / f"{count}.parquet"
            result = subprocess.run(
                [sys.executable, "-c", code, str(self.source), str(output), self.executable], env=os.environ | {"PYTHONPATH": str(PACKAGE)},
                check=True, capture_output=True, timeout=900)
            peaks.append(int(result.stdout))
        # 400 MB against 20 MB.
        self.assertLess(peaks[0], peaks[1] + 100, peaks)


def current_mask():
    mask = os.umask(0)
    os.umask(mask)
    return mask


if __name__ == "__main__":
    unittest.main()
