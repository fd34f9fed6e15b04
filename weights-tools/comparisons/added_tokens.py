"""Random folders with added tokens, read by the installed transformers and by the engine."""

import random
import subprocess
from collections import Counter
from pathlib import Path

from comparisons.engine import ParityProbe
from comparisons.table import Table
from fixtures import tokenizer_folders
from references.tokenizer import described

REFUSED = "refused, as two tokens have one id"


def found(folder: Path, probe: Path, size: int) -> dict[str, object] | str:
    """What the engine makes of it, or why it does not."""
    with ParityProbe(probe, "tokenizer", str(folder), stderr=subprocess.PIPE) as engine:
        try:
            first = engine.reply()
        except RuntimeError:
            return engine.errors()
        return {
            "size": first["vocabularySize"], "special": first["specialTokenIDs"],
            "ids": [engine.ask(text=text, withSpecialTokens=True)["ids"] for text in tokenizer_folders.TEXTS],
            "text": [engine.ask(ids=[number], withSpecialTokens=True)["text"] for number in range(size)]}


def compare_folder(folder: Path, probe: Path) -> tuple[str, object, object]:
    """What came of it: equal, which parts differ, or why it is not compared; and both sides."""
    try:
        expected = described(folder, tokenizer_folders.TEXTS)
    except Exception as error:  # what the library raises has no type of its own
        return f"not read by transformers: {type(error).__name__}", error, None
    ours = found(folder, probe, len(expected["text"]))
    if isinstance(ours, str):
        return REFUSED if "have the same id" in ours else "refused", expected, ours
    different = [part for part in expected if expected[part] != ours[part]]
    return ", ".join(different) + " differ" if different else "equal", expected, ours


def compare(count: int, seed: int, probe: Path, scratch: Path, table: Table) -> None:
    """Adds a line for each kind of folder, and says what became of those that do not count."""
    import transformers
    from transformers import PreTrainedTokenizerFast

    try:
        from transformers import GPT2TokenizerFast
    except ImportError:
        from transformers import GPT2Tokenizer as GPT2TokenizerFast

    transformers.logging.set_verbosity_error()
    version = tuple(int(part) for part in transformers.__version__.split(".")[:2])
    for kind in ("tokenizer.json", "vocab.json", "as transformers saves them"):
        outcomes: Counter[str] = Counter()
        cases = []
        for index in range(count):
            draw = random.Random(f"{seed} {kind} {index}")
            folder = scratch / f"{kind} {index}"
            note = None
            if kind.startswith("as"):
                tokenizer_folders.saved(draw, folder, draw.choice([PreTrainedTokenizerFast, GPT2TokenizerFast]))
                folder = folder / "after"
            else:
                contents = tokenizer_folders.files(draw, kind == "tokenizer.json")
                tokenizer_folders.write(folder, contents)
                note = tokenizer_folders.peculiarity(contents, version)
            outcome, expected, ours = compare_folder(folder, probe)
            if outcome.startswith(("not read", REFUSED)):
                outcomes[outcome] += 1
            elif note and outcome != "equal":
                outcomes[f"{outcome} ({note})"] += 1
            else:
                cases.append((folder.name, expected, ours))
        table.add(f"{'added tokens':<28} {kind}", cases)
        for outcome, number in outcomes.most_common():
            print(f"    {number:>4} left out: {outcome}")
