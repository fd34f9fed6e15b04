#!/usr/bin/env python3
"""Runs the commands in the README and the documentation, and compares the outputs that are shown with what the tool prints.

    scripts/check_examples.py                    every page; exit status 1 when an example is not right
    scripts/check_examples.py docs/report.md     some pages
    scripts/check_examples.py --list             what there is, without running it
    scripts/check_examples.py --write            puts outputs that differ into the pages

Each page is gone through from top to bottom in a folder of its own (examples/folder.py says what lies in it; it is HOME, too). A block without a language, or with `sh`, is one of commands, which are run
as they stand if `caption-images` is among them, or an output. HTML comments before a block, which readers do not see, say what it is:

    <!-- example: COMMANDS -->     the block is what these print on standard output. A block that begins with `$ COMMAND` needs no comment
    <!-- varies: REGEX -->         of that output, what the groups match (without groups: all of it) is not compared, nor how many blanks follow each other
    <!-- status: N -->             the exit status of the block's commands, 0 unless said
    <!-- setup: COMMANDS -->       run before
    <!-- file: NAME -->            the block is put into this file
    <!-- record: COMMANDS -->      the names in the JSON object that the next inline code has are those that these print, in their order
    <!-- not run: REASON -->       nothing can be tried; the options are checked all the same

In an output `...` stands for anything within a line, and for one or more lines where it is a line; the example's folder is /home/you. Whatever is run or not: commands in blocks and inline code must have
the options that the tool's help lists, and the scripts that are named must be there.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from examples.folder import prepare
from examples.outputs import difference, other_names
from examples.parts import BLOCK, is_tool, parts
from examples.usage import Usage, simple_commands

PROJECT = Path(__file__).resolve().parent.parent
PAGES = ("README.md", "docs/*.md", "integrations/*.md", "weights-tools/**/*.md", "Benchmarks/Peers/*.md", "Sources/Captioner/Captioner.docc/*.md")
SCRIPT = re.compile(r"(?:scripts|integrations|weights-tools|comparisons|checkpoints|fixtures|precision|Benchmarks)/[\w/.*-]+")
OTHERS = {"--local-dir", "--extra-index-url", "--restore_questions", "--original_llava_ds_path"}
"""Options of programs that are not this project's."""
VARIABLES = ("HF_", "HUGGINGFACE_", "TRANSFORMERS_", "MODELSCOPE_", "XDG_", "CAPTIONER_")


def option_names(words: list[str]) -> set[str]:
    return {option for word in words for option in re.findall(r"^--[a-z][\w-]*", word)}


def script_options() -> set[str]:
    """Options of this project's Python programs: texts that look like one, and fields of classes, of which some programs make options."""
    texts = [path.read_text(encoding="utf-8") for path in PROJECT.glob("[!.]*/**/*.py")]
    fields = {"--" + name.replace("_", "-") for text in texts for name in re.findall(r"^    (\w+): int\b", text, re.MULTILINE)}
    return fields.union(*(re.findall(r'"(--[a-z][\w-]*)"', text) for text in texts))


class Page:
    def __init__(self, path: Path, usage: Usage, known_options: set[str], counts: Counter) -> None:
        self.path, self.name, self.text = path, os.path.relpath(path, PROJECT), path.read_text(encoding="utf-8")
        self.usage, self.known_options, self.counts = usage, known_options, counts
        self.faults: list[str] = []

    def fault(self, line: int, text: str) -> None:
        self.faults.append(f"{self.name}:{line}: {text}")

    def check_usage(self) -> None:
        snippets = [(match.start(4), match[4]) for match in BLOCK.finditer(self.text) if match[4] and match[3] in ("", "sh")]
        prose = BLOCK.sub(lambda match: " " * (match.end() - match.start()), self.text)
        snippets += [(match.start(), match[0]) for match in re.finditer(r"(?:^    .*\n)+", prose, re.MULTILINE)]
        snippets += [(match.start(), match[1]) for match in re.finditer(r"`([^`\n]+)`", prose)]
        for start, code in snippets:
            line = self.text.count("\n", 0, start) + 1
            for words in simple_commands(code):
                script = next((word for word in words[:2] if SCRIPT.fullmatch(word)), None)
                if is_tool(words):
                    self.counts["commands whose options were checked"] += 1
                    if problem := self.usage.problem(words[1:]):
                        self.fault(line, f"{' '.join(words)}: {problem}")
                elif script and not any([*folder.glob(script)] for folder in (PROJECT, PROJECT / "weights-tools", self.path.parent)):
                    self.fault(line, f"{script} is not there")
                elif words[0].startswith("--") and self.usage.options().issuperset(option_names(words)):
                    self.counts["options in prose"] += 1
                    if problem := self.usage.problem_of_options(words):
                        self.fault(line, f"{' '.join(words)}: {problem}")
                elif words[0].startswith("--") or script:
                    if unknown := option_names(words) - self.known_options:
                        self.fault(line, f"{', '.join(sorted(unknown))}: neither the tool nor a script has this option")

    def run(self, folder: Path) -> dict[tuple[int, int], str]:
        """Runs what can be run, and returns what should stand where an output differs."""
        replacements: dict[tuple[int, int], str] = {}
        for part in parts(self.text):
            self.counts[part.kind] += 1
            if part.kind == "unmarked":
                self.fault(part.line, "neither commands nor an output that says which command prints it, or a comment without a block: see scripts/check_examples.py --help")
            elif part.kind == "file":
                (folder / part.code).write_text(part.text, encoding="utf-8")
            elif part.kind in ("setup", "commands", "example", "record"):
                done = execute(part.code, folder)
                printed = done.stdout.decode(errors="replace").replace(str(folder), "/home/you")
                if done.returncode != part.status:
                    self.fault(part.line, f"status {done.returncode} of\n{part.code}\n{printed}{done.stderr.decode(errors='replace')}")
                elif part.kind == "record" and (names := other_names(part.text, printed)):
                    self.fault(part.line, f"{part.text} is printed with {', '.join(names)}")
                elif part.kind == "example" and (text := difference(part.text, printed, part.varies)):
                    self.fault(part.line, f"{part.code}\n{text}")
                    replacements[part.span] = printed
        return replacements


def execute(code: str, folder: Path) -> subprocess.CompletedProcess:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(VARIABLES)}
    environment |= {"HOME": str(folder), "PATH": f"{folder}/.programs:{environment['PATH']}", "LC_ALL": "C.UTF-8", "SLURM_ARRAY_TASK_ID": "1"}
    try:
        return subprocess.run(["bash", "-e", "-o", "pipefail", "-c", code], cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=300)
    except subprocess.TimeoutExpired as timeout:
        return subprocess.CompletedProcess(code, 124, timeout.stdout or b"", b"it took more than five minutes")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="*", type=Path)
    parser.add_argument("--binary", type=Path, default=PROJECT / ".build/release/caption-images", metavar="PATH")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    paths = [path.resolve() for path in options.pages] or sorted({path for pattern in PAGES for path in PROJECT.glob(pattern)})
    if options.list:
        for path in paths:
            for part in parts(path.read_text(encoding="utf-8")):
                if part.kind != "other":
                    print(f"{os.path.relpath(path, PROJECT)}:{part.line}: {part.kind}: {part.code.partition(chr(10))[0]}")
        return 0
    if not options.binary.exists():
        sys.exit(f"{options.binary} is not there; build it first: swift build -c release")
    usage = Usage.of(options.binary.resolve())
    known = OTHERS | usage.options() | script_options()
    counts: Counter = Counter()
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as temporary:
        for number, path in enumerate(paths):
            page = Page(path, usage, known, counts)
            page.check_usage()
            folder = Path(temporary).resolve() / str(number)
            folder.mkdir()
            prepare(folder, PROJECT, options.binary.resolve(), packs="-o blip2-int8" in page.text)
            replacements = page.run(folder)
            if options.write:
                for (start, end), text in sorted(replacements.items(), reverse=True):
                    page.text = page.text[:start] + text + page.text[end:]
                path.write_text(page.text, encoding="utf-8")
            faults += page.faults
    print(*faults, sep="\n\n", end="\n\n" if faults else "")
    names = {"example": "outputs compared", "record": "inline records compared", "commands": "blocks of commands run", "other programs": "blocks of other programs' commands, not run", "not run": "blocks marked as not run"}
    print(", ".join(f"{counts[kind]} {name}" for kind, name in names.items()) + f", {counts['commands whose options were checked']} commands and {counts['options in prose']} options in prose checked for their names, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
