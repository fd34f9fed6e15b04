"""The comparison of traces finds each kind of difference."""

import unittest

from tests.libraries import require

require("numpy", "torch", "transformers", "tokenizers", "PIL")

import numpy

from comparisons.traces import STAGE_TOLERANCES, compare_trace
from references.blip2 import Generated


class TraceComparisonTests(unittest.TestCase):
    def setUp(self) -> None:
        stream = numpy.random.default_rng(0)
        self.stages = {
            stage: stream.standard_normal((4, 6), dtype=numpy.float32) for stage in STAGE_TOLERANCES if stage != "logits"}
        self.logits = stream.standard_normal((3, 11), dtype=numpy.float32)
        self.ids = self.logits.argmax(axis=1).tolist()
        self.trace = {
            **{stage: values.copy() for stage, values in self.stages.items()},
            "logits": self.logits.copy(), "token_ids": numpy.array(self.ids)}

    def mismatches(self) -> list[str]:
        margins = Generated(self.ids, self.logits).margins()
        findings = compare_trace(self.trace, self.stages, self.logits, self.ids, margins)
        self.assertGreaterEqual(len(findings), 5)
        return [finding.stage for finding in findings if not finding.equal]

    def test_equal_traces_agree(self) -> None:
        self.assertEqual(self.mismatches(), [])

    def test_pixels_must_be_equal_in_every_bit(self) -> None:
        self.trace["pixel_values"][1, 2] = numpy.nextafter(self.trace["pixel_values"][1, 2], numpy.float32(9))
        self.assertEqual(self.mismatches(), ["pixel_values"])

    def test_errors_are_held_against_the_largest_magnitude(self) -> None:
        largest = numpy.abs(self.stages["language_projection"]).max()
        self.trace["language_projection"][0, 0] += numpy.float32(0.9e-4) * largest
        self.assertEqual(self.mismatches(), [])
        self.trace["language_projection"][0, 0] += numpy.float32(0.2e-4) * largest
        self.assertEqual(self.mismatches(), ["language_projection"])

    def test_not_a_number_is_a_mismatch(self) -> None:
        self.trace["vision.last_hidden_state"][0, 0] = numpy.nan
        self.assertEqual(self.mismatches(), ["vision.last_hidden_state"])

    def test_missing_misshapen_and_mistyped_stages(self) -> None:
        del self.trace["pixel_values"]
        self.trace["qformer.last_hidden_state"] = self.trace["qformer.last_hidden_state"].T
        self.trace["language_projection"] = self.trace["language_projection"].astype(numpy.float64)
        self.assertEqual(self.mismatches(), ["pixel_values", "qformer.last_hidden_state", "language_projection"])

    def test_other_tokens_and_the_logits_before_them(self) -> None:
        self.trace["token_ids"][1] = (self.ids[1] + 1) % 11
        self.trace["logits"][2] = 0  # Another past: not compared.
        self.assertEqual(self.mismatches(), ["token_ids"])

    def test_shorter_captions_differ(self) -> None:
        self.trace["token_ids"] = self.trace["token_ids"][:2]
        self.trace["logits"] = self.trace["logits"][:2]
        self.assertEqual(self.mismatches(), ["token_ids"])

    def test_one_row_of_logits_for_each_token(self) -> None:
        self.trace["logits"] = self.trace["logits"][:2]
        self.assertEqual(self.mismatches(), ["logits"])

    def test_margins_skip_what_could_not_be_chosen(self) -> None:
        logits = numpy.array([[0, 4, 3, 1], [0, 4, 3, 1]], dtype=numpy.float32)
        self.assertEqual(Generated([1, 1], logits).margins(forbidden=2, count=1), [0.75, 0.25])


if __name__ == "__main__":
    unittest.main()
