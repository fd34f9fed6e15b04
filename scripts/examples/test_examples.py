"""That the check of the documentation's examples finds what is wrong, with a made-up tool and made-up pages."""

import tempfile
import unittest
from collections import Counter
from pathlib import Path

from check_examples import Page
from examples.outputs import difference, other_names
from examples.usage import Usage, simple_commands


def option(name: str, *values: str) -> dict:
    return {"kind": "option", "names": [{"kind": "long", "name": name}], "allValues": list(values) or None}


MODEL = {"kind": "positional", "isRepeating": False}
COMMANDS = [{"commandName": "caption", "arguments": [option("model"), option("precision", "f32", "int8"), {"kind": "flag", "names": [{"kind": "long", "name": "quiet"}]}, {"kind": "positional", "isRepeating": True}]},
            {"commandName": "inspect", "arguments": [MODEL]}]  # fmt: skip
USAGE = Usage({"command": {"commandName": "caption-images", "defaultSubcommand": "caption", "subcommands": COMMANDS}})


class UsageTests(unittest.TestCase):
    def test_right_and_wrong_words(self):
        for words, right in {
            "a.jpg b.jpg --model M --quiet": True, "inspect MODEL": True, "caption --precision=int8": True, "caption --precision int8|f32": True, "... --quiet": True,
            "a.jpg --modle M": False, "inspect --quiet": False, "inspcet M": False, "--precision int9": False, "inspect A B": False,
        }.items():  # fmt: skip
            self.assertEqual(USAGE.problem(words.split()) is None, right, words)

    def test_options_without_a_command(self):
        self.assertIsNone(USAGE.problem_of_options(["--model", "M"]))
        self.assertIn("int9", USAGE.problem_of_options(["--precision", "int9"]))

    def test_commands_are_found_in_shell_code(self):
        found = simple_commands("for i in 1 2; do A=1 caption-images x --shard $i/2 \\\n  -o y; done # caption-images --no\nsrun caption-images z 2>&1 | head")
        self.assertIn(["caption-images", "x", "--shard", "$i/2", "-o", "y"], found)
        self.assertIn(["caption-images", "z"], found)


class OutputTests(unittest.TestCase):
    def test_what_is_alike(self):
        for shown, printed, varies in [("a\nb\n", "a\nb\n", []), ("a\n...\n", "a\nb\nc\n", []), ('{"x": ...}\n', '{"x": [1]}\n', []), ("a  12 s\n", "a   3 s\n", [r"\d+"]),
                                       ("took 12 s (3)\n", "took 7 s (3)\n", [r"took (\d+)"])]:  # fmt: skip
            self.assertIsNone(difference(shown, printed, varies), shown)

    def test_what_differs(self):
        for shown, printed, varies in [("a\nb\n", "b\na\n", []), ("a\n", "a\nb\n", []), ("a\n...\n", "a\n", []), ('{"x": ...}\n', '{"y": 1}\n', []), ("a 12 s\n", "b 12 s\n", [r"\d+"]),
                                       ("took 12 s (3)\n", "took 12 s (4)\n", [r"took (\d+)"])]:  # fmt: skip
            self.assertIsNotNone(difference(shown, printed, varies), shown)

    def test_names_of_a_record(self):
        printed = '{"a": 1, "b": {"c": 2}}'
        for record, right in {'{"a": ..., "b": {...}}': True, '{"a", "b"}': True, '{"a": 1, ...}': True, '{"b": 1, "a": 2}': False, '{"a": 1}': False}.items():
            self.assertEqual(other_names(record, printed) is None, right, record)


class PageTests(unittest.TestCase):
    def faults(self, text: str) -> tuple[list[str], dict]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "page.md")
            path.write_text(text, encoding="utf-8")
            page = Page(path, USAGE, set(), Counter())
            page.check_usage()
            return page.faults, {text[start:end]: printed for (start, end), printed in page.run(Path(folder)).items()}

    def test_a_right_page(self):
        page = "<!-- setup: echo a > x -->\n<!-- example: cat x; exit 2 -->\n<!-- status: 2 -->\n```\na\n```\n```\n$ cat x\na\n```\n```text\nb\n```\n"
        self.assertEqual(self.faults(page + "<!-- record: echo '{\"a\": 1}' -->\n`{\"a\": ...}`, and `caption-images x.jpg --model M`\n"), ([], {}))

    def test_wrong_pages(self):
        for text, replaced in {
            "<!-- example: echo b -->\n```\na\n```\n": {"a\n": "b\n"}, "```\n$ echo b\na\n```\n": {"a\n": "b\n"}, "<!-- example: echo a; exit 1 -->\n```\na\n```\n": {},
            "```\nan output of nothing\n```\n": {}, "```\ncaption-images-is-not-there x; caption-images --wrong\n```\n": {}, "<!-- example: echo a -->\nno block\n": {}, "<!-- record: true -->\n`{\"a\": 1}`\n": {}, "`caption-images --wrong`\n": {}, "`--wrong`\n": {},
            "`scripts/not-there`\n": {}, "<!-- record: echo '{\"b\": 1}' -->\n`{\"a\": ...}`\n": {},
        }.items():  # fmt: skip
            faults, replacements = self.faults(text)
            self.assertTrue(faults, text)
            self.assertEqual(replacements, replaced, text)


if __name__ == "__main__":
    unittest.main()
