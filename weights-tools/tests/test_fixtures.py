"""Fixtures are as recorded, and making a part touches no file that the command did not make."""

import contextlib
import io
import json
import tempfile
import unittest
from argparse import Namespace
from pathlib import Path
from unittest import mock

from fixtures import make, manifest
from fixtures.parts import PARTS, Part
from fixtures.publishing import publish

OPTIONS = Namespace(check=False)


class RecordTests(unittest.TestCase):
    def test_committed_files_are_as_recorded(self) -> None:
        self.assertEqual(manifest.differences(), [])
        self.assertEqual(manifest.outdated_references(), [])

    def test_every_part_is_recorded_in_its_place(self) -> None:
        self.assertEqual({part.name: part.place for part in PARTS}, {name: part["place"] for name, part in manifest.read().items()})
        self.assertEqual(len({part.name for part in PARTS}), len(PARTS))


class MakingTests(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.tests = Path(folder.name)
        self.place = self.tests / "Here" / "Fixtures"
        for target, name, value in (
            (manifest, "FILE", self.tests / "MANIFEST.json"), (manifest, "TESTS", self.tests), (manifest, "FIXTURES", self.tests), (make, "TESTS", self.tests)):
            patch = mock.patch.object(target, name, value)
            patch.start()
            self.addCleanup(patch.stop)
        self.contents: dict[str, str] = {}

    def made(self, options: Namespace = OPTIONS) -> bool:
        def write(folder: Path, _: Namespace) -> None:
            for name, content in self.contents.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text(content)

        return self.make(Part("one", "Here/Fixtures", write, lambda _: None, seed=3), options)

    def make(self, part: Part, options: Namespace = OPTIONS) -> bool:
        self.output = io.StringIO()
        with contextlib.redirect_stdout(self.output), contextlib.redirect_stderr(self.output):
            return make.make(part, options)

    def found(self) -> dict[str, str]:
        return {path.relative_to(self.place).as_posix(): path.read_text() for path in self.place.rglob("*") if path.is_file()}

    def test_made_again_replaces_what_it_made_and_nothing_else(self) -> None:
        self.contents = {"a": "1", "b/c": "2", "d/e": "3"}
        self.assertTrue(self.made())
        (self.place / "b" / "by hand").write_text("mine")
        self.contents = {"a": "4", "f": "5"}
        self.assertTrue(self.made())
        self.assertEqual(self.found(), {"a": "4", "f": "5", "b/by hand": "mine"})
        self.assertFalse((self.place / "d").exists())
        self.assertEqual(manifest.differences(), ["Here/Fixtures/b/by hand: not in MANIFEST.json"])
        self.assertEqual(json.loads(manifest.FILE.read_text())["parts"]["one"]["seed"], 3)

    def test_a_file_of_another_maker_is_not_replaced(self) -> None:
        self.place.mkdir(parents=True)
        (self.place / "b").write_text("mine")
        self.contents = {"a": "1", "b": "2"}
        self.assertFalse(self.made())
        self.assertIn("was not made by this command", self.output.getvalue())
        self.assertEqual(self.found(), {"b": "mine"})
        self.assertEqual(manifest.read(), {})

    def test_a_link_is_replaced_and_not_followed(self) -> None:
        self.contents = {"a": "1"}
        self.assertTrue(self.made())
        other = self.tests / "other"
        (self.place / "a").rename(other)
        (self.place / "a").symlink_to(other)
        self.contents = {"a": "2"}
        self.assertTrue(self.made())
        self.assertEqual((other.read_text(), (self.place / "a").is_symlink(), self.found()), ("1", False, {"a": "2"}))

    def test_a_failure_changes_nothing(self) -> None:
        self.contents = {"a": "1"}
        self.assertTrue(self.made())

        def fail(folder: Path, _: Namespace) -> None:
            (folder / "a").write_text("half")
            raise ValueError("near ties")

        self.assertFalse(self.make(Part("one", "Here/Fixtures", fail, lambda _: None)))
        self.assertEqual(self.output.getvalue(), "one: near ties\n")
        self.assertEqual(self.found(), {"a": "1"})
        self.assertEqual(manifest.differences(), [])

    def test_checking_writes_nothing_and_finds_every_difference(self) -> None:
        self.contents = {"a": "1", "b": "2"}
        self.assertTrue(self.made())
        self.assertTrue(self.made(Namespace(check=True)))
        self.contents = {"a": "3", "c": "2"}
        self.assertFalse(self.made(Namespace(check=True)))
        self.assertEqual(self.found(), {"a": "1", "b": "2"})
        self.assertIn("differ\na: has other bytes\nb: is not made any more\nc: is new\n", self.output.getvalue())

    def test_differences_on_disk_are_named(self) -> None:
        self.contents = {"a": "1", "b": "2"}
        self.assertTrue(self.made())
        (self.place / "a").write_text("x")
        (self.place / "b").unlink()
        self.assertEqual(manifest.differences(), ["Here/Fixtures/a: 1 bytes with another hash or size than in MANIFEST.json", "Here/Fixtures/b: missing"])


class PublishingTests(unittest.TestCase):
    def test_a_folder_in_the_way_stays(self) -> None:
        with tempfile.TemporaryDirectory() as temporary:
            made, place = Path(temporary) / "made", Path(temporary) / "place"
            made.mkdir()
            (made / "a").write_text("1")
            (place / "a").mkdir(parents=True)
            with self.assertRaises(OSError):
                publish(made, place, {"a": {}})
            self.assertTrue((place / "a").is_dir())


if __name__ == "__main__":
    unittest.main()
