"""How commands are run, what comes of those that fail, and how much work a caption is."""

import contextlib
import io
import json
import tempfile
import unittest
from dataclasses import replace
from pathlib import Path
from unittest import mock

from Peers import environment
from Peers.materials import Materials
from Peers.measuring import Measuring, shares
from Peers.row import all_rows
from Peers.running import CommandFailed, reason, run
from Peers.settings import Settings
from Peers.work import work

SETTINGS = Settings(
    work=Path("w"), results=Path("r"), checkpoint=Path("c"), build=Path("b"), threads=2, new_tokens=12, rounds=3,
    tiny=False, text_layers=8)


class Installing(unittest.TestCase):
    def installed(self, unavailable: set[str]) -> dict[str, str]:
        def pip(_: Settings, packages: list[str]) -> str | None:
            return "no such package" if unavailable & {package.split("==")[0] for package in packages} else None

        with tempfile.TemporaryDirectory() as folder:
            settings = replace(SETTINGS, work=Path(folder))
            (settings.work / "venv").mkdir()
            with mock.patch.object(environment, "pip", pip), mock.patch.object(environment.subprocess, "run"), \
                    contextlib.redirect_stderr(io.StringIO()):
                return environment.install(settings)

    def test_what_cannot_be_installed_does_not_stop_the_others(self) -> None:
        self.assertEqual(self.installed(set()), {})
        self.assertEqual(self.installed({"nncf"}), {"OpenVINO": "no such package"})
        self.assertEqual(self.installed({"torch"}), {name: "no such package" for name in ("transformers", "OpenVINO")})

    def test_rows_of_who_is_missing_say_why(self) -> None:
        rows = {row.name: row for row in all_rows(2)}
        materials = Materials(SETTINGS, {"transformers": "no such package"})
        materials.missing["OpenVINO lm_head"] = "killed"
        measuring = Measuring(SETTINGS, materials)
        for name, why in (("transformers-f32-b1-t2", "no such package"), ("openvino-prefill-int8-ptq-b8-t2", "killed")):
            with self.assertRaisesRegex(CommandFailed, why):
                measuring(rows[name])


class Running(unittest.TestCase):
    def test_stages_share_the_time_and_hidden_decoding_takes_none(self) -> None:
        seconds = {
            "total": 10, "decode_image": 5, "vision": 6, "q_former": 1, "prefill": 1, "decode_tokens": 1,
            "load_model": 9}
        found = shares(seconds, 2)
        self.assertAlmostEqual(sum(found.values()), 2)
        self.assertAlmostEqual(found["vision"], 1.2)
        self.assertAlmostEqual(found["decode_image"], 0.2)

    def test_work_of_opt_2_7b(self) -> None:
        config = {
            "num_query_tokens": 32,
            "vision_config": {"hidden_size": 1408, "intermediate_size": 6144, "num_hidden_layers": 39,
                              "image_size": 224, "patch_size": 14},
            "qformer_config": {"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12},
            "text_config": {"hidden_size": 2560, "ffn_dim": 10240, "num_hidden_layers": 32, "vocab_size": 50304}}
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "config.json").write_text(json.dumps(config))
            found = work(Path(folder), 12)
        self.assertEqual(found.decode_weights, 2_645_360_640)
        self.assertAlmostEqual(found.operations_per_image / 1e9, 758.5, places=1)

    def test_commands_tell_lines_memory_and_reasons(self) -> None:
        finished = run(["sh", "-c", "echo one; echo two"])
        self.assertEqual(finished.lines, ["one", "two"])
        self.assertLessEqual(finished.line_times[-1], finished.seconds)
        self.assertGreater(finished.peak_resident_bytes, 100_000)
        with self.assertRaisesRegex(CommandFailed, "status 3: why"):
            run(["sh", "-c", "echo why >&2; exit 3"])
        with self.assertRaisesRegex(CommandFailed, "not done after"):
            run(["sleep", "20"], timeout=0.2)
        with self.assertRaises(CommandFailed):
            run(["/nowhere/at/all"])
        self.assertEqual(reason(["Error: no such option", "  See --help"]), "Error: no such option")
        self.assertEqual(reason(["Traceback", "ValueError: bad"]), "ValueError: bad")


if __name__ == "__main__":
    unittest.main()
