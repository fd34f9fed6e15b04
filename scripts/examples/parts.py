"""The parts of a page that are run, compared or marked: blocks of code, and comments that say what they are."""

import re
from dataclasses import dataclass, field

from examples.usage import simple_commands

BLOCK = re.compile(r"<!-- (example|varies|status|setup|file|record|not run): (.*?)\s-->|^```([^\n`]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
"""A comment that says something (its kind and its text), or a block of code (its language and its text)."""


@dataclass
class Part:
    """A block of a page with the comments before it, or a comment that belongs to none."""

    kind: str
    code: str
    """The commands, the name of a file, or the reason for which nothing is run."""
    line: int
    text: str = ""
    span: tuple[int, int] = (0, 0)
    varies: list[str] = field(default_factory=list)
    status: int = 0


def parts(page: str) -> list[Part]:
    found: list[Part] = []
    pending: list[tuple[str, str]] = []
    last_record = 0
    for match in BLOCK.finditer(page):
        line = page.count("\n", 0, match.start()) + 1
        kind, code, language, text = match.groups()
        if kind == "setup":
            found.append(Part(kind, code, line))
        elif kind == "record":
            record = re.compile(r"`(\{\".*?\})`").search(page, max(match.end(), last_record))
            last_record = record.end() if record else last_record
            found.append(Part(kind, code, line, record[1] if record else ""))
        elif kind:
            pending.append((kind, code))
        else:
            part = Part("other" if language not in ("", "sh") else "unmarked", text, line, text, match.span(4))
            if part.kind == "unmarked" and text.startswith("$ "):
                command, part.text = text[2:].split("\n", 1)
                part.kind, part.code, part.span = "example", command, (match.end(4) - len(part.text), match.end(4))
            for kind, code in pending:
                if kind == "varies":
                    part.varies.append(code)
                elif kind == "status":
                    part.status = int(code)
                else:
                    part.kind, part.code = kind, code
            if part.kind == "unmarked" and any(is_tool(words) for words in simple_commands(text)):
                part.kind = "commands"
            elif part.kind == "unmarked" and re.match(r"(scripts/|pip |hf |python |swift )", text):
                part.kind = "other programs"
            found.append(part)
            pending = []
    if pending:
        found.append(Part("unmarked", pending[0][1], page.count("\n")))
    return found


def is_tool(words: list[str]) -> bool:
    return words[0].rsplit("/", 1)[-1] == "caption-images"
