"""Makes Tests/TokenizationTests/Fixtures/added.json with transformers 4.38 and tokenizers 0.15, whose readings the engine follows.

    python weights-tools/make_added_token_fixtures.py Tests/TokenizationTests/Fixtures/added.json

Random folders whose files speak of added tokens, in agreement and not (`blip2tools/tokenizer_folders.py`), and what AutoTokenizer makes of
them: the number of tokens, which ids are special, the ids of texts, and the text of each id. The same seed and versions write the same bytes.
"""

import hashlib
import json
import os
import random
import sys
import tempfile
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
import tokenizers
import transformers

from blip2tools import tokenizer_folders
from blip2tools.added_tokens_comparison import described

SEED = 28
COUNT = 80


def cases(scratch: Path) -> list[dict[str, object]]:
    result = []
    for index in range(COUNT):
        contents = tokenizer_folders.files(random.Random(f"{SEED} {index}"), modern=index % 3 != 0)
        if tokenizer_folders.peculiarity(contents, (4, 38)):
            continue
        folder = scratch / str(index)
        tokenizer_folders.write(folder, contents)
        expected = described(folder)
        # What each id stands for is said of those that are not the model's alone: bytes are all alike.
        ids = contents["tokenizer.json"]["model"]["vocab"] if "tokenizer.json" in contents else contents["vocab.json"]
        first = max(ids.values()) - 4
        texts = expected.pop("text")
        files = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir()) if path.name != "config.json"}
        result.append({"files": files, **expected, "first": first, "text": texts[first:]})
    return result


def shared(cases: list[dict[str, object]]) -> list[str]:
    """Vocabularies, which are long and few, are written once; a file has a number in their place."""
    found: list[str] = []
    for case in cases:
        for name in ("tokenizer.json", "vocab.json"):
            if name not in case["files"]:
                continue
            content = json.loads(case["files"][name])
            text = json.dumps(content["model"]["vocab"] if name == "tokenizer.json" else content, ensure_ascii=False)
            if text not in found:
                found.append(text)
            case["files"][name] = case["files"][name].replace(text, f"@{found.index(text)}@")
    return found


def main() -> None:
    assert transformers.__version__.startswith("4.38."), "the fixtures are what 4.38 makes of these folders"
    transformers.logging.set_verbosity_error()
    with tempfile.TemporaryDirectory() as scratch:
        found = cases(Path(scratch))
    vocabularies = shared(found)
    head = json.dumps({"transformers": transformers.__version__, "tokenizers": tokenizers.__version__, "seed": SEED, "texts": tokenizer_folders.TEXTS})
    rows = [",\n".join(json.dumps(row, separators=(",", ":")) for row in part) for part in (vocabularies, found)]
    text = f'{head[:-1]},\n"vocabularies":[\n{rows[0]}],\n"cases":[\n{rows[1]}]}}\n'
    Path(sys.argv[1]).write_text(text, encoding="utf-8")
    print(f"{len(found)} folders, {len(text)} bytes, SHA-256 {hashlib.sha256(text.encode()).hexdigest()}")


if __name__ == "__main__":
    main()
