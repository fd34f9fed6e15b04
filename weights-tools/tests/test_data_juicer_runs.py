"""What the fixtures of Data-Juicer depend on, without Data-Juicer."""

import hashlib
import json
import unittest
from pathlib import Path

from references.data_juicer_runs.captions import CAPTIONS
from references.data_juicer_runs.cases import cases
from references.data_juicer_runs.data_sets import DATA_SETS, written
from references.data_juicer_runs.run_folder import masked

FIXTURES = Path(__file__).resolve().parent.parent.parent / "Tests" / "DataSetsTests" / "Fixtures"


class DataJuicerRunsTests(unittest.TestCase):
    def test_folder_is_masked_in_both_spellings(self) -> None:
        output = rb'{"a": "/tmp/x/data-juicer/i.png", "b":"\/tmp\/x\/data-juicer\/i.png"}'
        self.assertEqual(masked(output, Path("/tmp/x/data-juicer")), rb'{"a": "@FOLDER@/i.png", "b":"@FOLDER@\/i.png"}')

    def test_every_caption_has_three_candidates(self) -> None:
        self.assertEqual({len(candidates) for candidates in CAPTIONS.values()}, {3})

    def test_names_are_unique_and_data_sets_known(self) -> None:
        names = [case.name for case in cases()]
        self.assertEqual(len(names), len(set(names)))
        self.assertLessEqual({case.data_set for case in cases()}, set(DATA_SETS))

    def test_committed_data_sets_are_those_written_here(self) -> None:
        for name in DATA_SETS:
            self.assertEqual((FIXTURES / "data-juicer" / f"{name}.jsonl").read_bytes(), written(name).encode(), name)

    def test_committed_rows_are_as_they_were_made(self) -> None:
        for part in ("data-juicer", "llava"):
            manifest = json.loads((FIXTURES / part / "manifest.json").read_text(encoding="utf-8"))
            for case in manifest["cases"]:
                if "expected" in case:
                    rows = (FIXTURES / part / case["expected"]).read_bytes()
                    self.assertEqual(hashlib.sha256(rows).hexdigest(), case["sha256"], case["name"])


if __name__ == "__main__":
    unittest.main()
