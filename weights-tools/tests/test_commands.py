"""Every command explains itself, also where none of the libraries is installed."""

import subprocess
import sys
import unittest
from pathlib import Path

TOOLS = Path(__file__).resolve().parents[1]
WORKERS = {"worker.py", "foreign_worker.py", "selection_worker.py"}
"""Started by other modules, in interpreters that have Data-Juicer."""


class CommandTests(unittest.TestCase):
    def commands(self) -> list[Path]:
        return [
            path for path in sorted(TOOLS.rglob("*.py"))
            if '\nif __name__ == "__main__":' in path.read_text(encoding="utf-8") and path.parent.name != "tests" and path.name not in WORKERS]

    def test_help_needs_no_library(self) -> None:
        commands = self.commands()
        self.assertGreater(len(commands), 20)
        for command in commands:
            with self.subTest(command=command.relative_to(TOOLS).as_posix()):
                # -S: without site-packages.
                done = subprocess.run([sys.executable, "-S", "-E", command, "--help"], capture_output=True, text=True, stdin=subprocess.DEVNULL)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertIn("usage: ", done.stdout)

    def test_no_command_empties_folders(self) -> None:
        """`fixtures/publishing.py` removes the files that are recorded as made, and nothing removes whole folders."""
        for path in TOOLS.rglob("*.py"):
            if path != Path(__file__):
                self.assertNotIn("rmtree", path.read_text(encoding="utf-8"), path)


if __name__ == "__main__":
    unittest.main()
