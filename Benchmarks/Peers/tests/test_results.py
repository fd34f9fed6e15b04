"""What is made of measurements: kept and resumed from, compared with what is aimed at, and printed."""

import json
import tempfile
import unittest
from pathlib import Path

from Peers.ledger import Ledger, Unfit
from Peers.measuring import by_picture
from Peers.ratios import Ratios
from Peers.report import markdown
from Peers.roof import Roof, linears
from Peers.row import all_rows
from Peers.settings import Settings
from Peers.work import Work

SETTINGS = Settings(
    work=Path("w"), results=Path("r"), checkpoint=Path("c"), build=Path("b"), threads=2, new_tokens=12, rounds=3,
    tiny=False, text_layers=8)
SESSION = {
    "started": "2026-01-01", "command": "peers.py", "versions": {"torch": "2"}, "missing": {}, "removed_variables": [],
    "machine": {"processor": "P", "extensions": ["avx2"], "memory_bytes": None}, "comparable": SETTINGS.comparable}


def repetition(seconds: float, captions: tuple[str, ...] = ("a", "b"), gigabytes: float = 1) -> dict:
    return {
        "seconds_per_image": seconds, "stages": {"vision": seconds / 2, "decode_tokens": seconds / 2},
        "peak_resident_bytes": gigabytes * 1e9, "kernels": "k", "command": "x", "captions": by_picture(list(captions))}


class Session(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "peers.json"
        self.ledger = Ledger(self.path, dict(SESSION), resume=False)
        self.rows = {row.name: row for row in all_rows(2)}

    def add(self, name: str, *seconds: float, **more: object) -> None:
        self.ledger.entry(self.rows[name])["repetitions"] += [repetition(each, **more) for each in seconds]

    def targets(self, roof: Roof) -> dict[str, object]:
        ratios = Ratios(SETTINGS, self.ledger, list(self.rows.values()), roof, Work(600 * 10**9, 10**9))
        return {target.what: target for target in ratios.targets()}

    def test_ratios_are_of_medians_and_of_the_best_batch(self) -> None:
        self.add("transformers-f32-b1-t2", 9, 10, 50)
        self.add("ours-int8-b8-t2", 0.6, 0.5, 0.7, gigabytes=4.75)
        self.add("ours-int8-b32-t2", 0.4)
        found = self.targets(Roof(None))
        target = found["int8, best batch, against transformers float32 one by one"]
        self.assertAlmostEqual(target.measured, 25)
        self.assertEqual(target.verdict, "aim")
        memory = found["peak resident memory, int8, batch 8"]
        self.assertEqual((memory.measured, memory.verdict), (4.75, "reached"))
        missing = found["float32 against transformers float32, batch 8"]
        self.assertEqual((missing.measured, missing.verdict), (None, "not measured"))
        self.assertIn("transformers-f32-b8-t2", missing.explanation)

    def test_openvino_counts_with_the_fastest_int8_row_of_each_stage(self) -> None:
        self.add("ours-int8-b8-t2", 0.5)
        for name, seconds in (
                ("vision-bf16-b8", 0.01), ("vision-int8-ptq-b4", 0.4), ("vision-int8-ptq-b8", 0.3),
                ("q_former-int8-ptq-b8", 0.05), ("prefill-int8-ptq-b8", 0.1), ("decode_tokens-int8-weights-b32", 0.05)):
            self.add(f"openvino-{name}-t2", seconds)
        target = self.targets(Roof(None))["int8, best batch, against the sum of OpenVINO's best int8 stages"]
        self.assertAlmostEqual(target.measured, 1)
        self.assertEqual(target.verdict, "short")

    def test_shares_are_of_the_roof_of_the_fastest_kernels(self) -> None:
        self.add("ours-int8-b1-t2", 1)
        figures = [
            {"layer": layer, "rows": rows, "precision": "int8", "gigaOperations": peak * share,
             "peakGigaOperations": peak, "shareOfPeak": share}
            for layer, rows, peak, share in (
                ("a", 2056, 1000, 0.9), ("a", 2056, 100, 1.0), ("b", 2056, 1000, 0.8), ("c", 2056, 1000, 0.95),
                ("a", 1, 9, 1))]
        found = linears({"any": [{"where": figures}]})
        roof = Roof({"read_bytes_per_second": 40e9, "roofs": {"read, GB/s": 44}, "linears": found})
        found = self.targets(roof)
        self.assertAlmostEqual(found["int8 end to end, share of the peak"].measured, 60)
        self.assertAlmostEqual(found["int8 linear alone, 2056 rows, share of the peak"].measured, 90)
        # 11 steps of 1 GB in the half second that they took.
        decode = found["decode step, batch 1, int8: weights read, share of the read bandwidth"]
        self.assertAlmostEqual(decode.measured, 50)
        with self.assertRaises(ValueError):
            linears([{"layer": "a"}])

    def test_resuming_keeps_repetitions_and_tries_failures_again(self) -> None:
        self.add("ours-int8-b1-t2", 1, 2)
        self.ledger.entry(self.rows["ours-int8-b8-t2"])["failure"] = "killed"
        self.ledger.save()
        again = Ledger(self.path, dict(SESSION), resume=True)
        self.assertEqual(again.seconds("ours-int8-b1-t2"), 1.5)
        self.assertNotIn("failure", again.rows["ours-int8-b8-t2"])
        self.assertEqual(Ledger(self.path, dict(SESSION), resume=False).rows, {})
        with self.assertRaises(Unfit):
            Ledger(self.path, SESSION | {"machine": {"processor": "Q"}}, resume=True)

    def test_markdown_has_figures_agreement_and_failures(self) -> None:
        self.add("transformers-f32-b1-t2", 10, captions=("a man", "b"))
        self.add("ours-int8-b8-t2", 0.5, captions=("aman", "c"))
        self.ledger.entry(self.rows["transformers-bf16-b8-t2"])["failure"] = "status 1: no | memory"
        names = ("transformers-f32-b1-t2", "ours-int8-b8-t2", "transformers-bf16-b8-t2")
        self.ledger.content["summary"] = [self.ledger.summary(self.rows[name]) for name in names]
        lines = markdown(json.loads(json.dumps(self.ledger.content)), []).splitlines()
        table = [line for line in lines if line.startswith("| ")][1:4]
        self.assertIn("**0.500**", table[1])
        self.assertIn("1 of 2 captions", table[1])
        self.assertIn("status 1: no / memory", table[2])
        heading = next(place for place, line in enumerate(lines) if line.startswith("| | precision"))
        self.assertEqual({line.count("|") for line in lines[heading : heading + 5]}, {16})


if __name__ == "__main__":
    unittest.main()
