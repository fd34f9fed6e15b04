"""Whether an output in a page is what a command prints, but for what may vary."""

import difflib
import json
import re


def comparable(text: str, varies: list[str]) -> str:
    for pattern in varies:
        pieces, end = [], 0
        for match in re.finditer(pattern, text, re.MULTILINE):
            for group in [group for group in range(1, match.re.groups + 1) if match[group] is not None] or [0]:
                if match.start(group) >= end:
                    pieces += [text[end : match.start(group)], "#"]
                    end = match.end(group)
        text = "".join(pieces) + text[end:]
    return re.sub(r"(?<=\S) {2,}", " ", text) if varies else text


def difference(expected: str, found: str, varies: list[str]) -> str | None:
    """Nothing if they are alike, else what differs, a line each."""
    expected, found = comparable(expected, varies), comparable(found, varies)
    lines = (r"(?:.*\n)+?" if line.strip() == "..." else re.escape(line).replace(r"\.\.\.", ".*?") + r"\n" for line in expected.splitlines())
    if re.fullmatch("".join(lines), found):
        return None
    return "\n".join(difflib.unified_diff(expected.splitlines(), found.splitlines(), "the page", "what is printed", lineterm="", n=1))


def other_names(record: str, printed: str) -> list[str] | None:
    """Nothing if the names in a record are those of the JSON object that is printed, else these. A record that ends with `, ...}` has the first of them."""
    try:
        names = list(json.loads(printed.partition("\n")[0]))
    except (TypeError, ValueError):
        return ["no JSON object"]
    shown = re.findall(r'"(\w+)":', record) or re.findall(r'"(\w+)"', record)
    return None if shown == (names[: len(shown)] if record.endswith(", ...}") else names) else names
