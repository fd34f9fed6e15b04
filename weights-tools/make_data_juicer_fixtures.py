#!/usr/bin/env python3
"""Makes Tests/DataSetsTests/Fixtures/data-juicer: what Data-Juicer's own executor makes of data sets, given captions.

It is run in two versions, each in an interpreter of its own. py-data-juicer 1.0.0, with datasets 2.18.0, pyarrow
15.0.2 and pandas 2.0.3, and batches of one sample, does what git of the middle of 2024 did ("better-synth"; its
operator is the same but for the batches); 1.6.1 with datasets 4.8.5 is "data-juicer-1.6", in batches of one as well,
so that a bad sample is lost alone. In place of the model stands one that says given captions
(data_juicer_runs/fake_model.py).

manifest.json has "cases", each with its expected rows; "errors", where the version does not get through, with its
message; and "larger_batches", what 1.6.1 does where nothing is said of batches: ten samples each. @FOLDER@ stands for
the data set's folder in data sets and rows. numbers.json lists doubles as [shortest spelling, pandas', what 1.6 makes
of it in a column of a file with JSON fields, what inside of such a field] (see below).

What the runs show, with the data set that shows it:

Rows
- A column is in the place where its name was first seen in the file, inside objects too; a field that a row has not
  is null (order, nested). A name twice in an object, a lone surrogate and, in the older version, null in a list of
  objects end the run (twice-the-same-key, lone-surrogate, null-among-structs). A byte-order mark, blank lines, CR LF
  and a missing last line end are nothing (byte-order-mark, order, structs-with-null, lists-of-lists).
- Relative image paths get the folder and a slash before them, and are not tidied (paths). The folder is absolute,
  however the recipe spells the data set (relative-data-set).
- Rows with null text are dropped at loading; empty text is none of them (null-text). A row is lost if any of its
  images cannot be loaded, used or not (counts, failures), if a token has no image (counts), and in the older version
  if a chunk has words but no image token (chunks). Spare images do no harm. An empty text with images gives a new row
  with an empty text; 1.6 loses that row if its batch has no image to caption at all (null-text, and the same in
  larger_batches). Chunks are blank by Python's str.strip, so U+200B is not (chunks).
- With keep_original_sample a row is followed by its new ones. A failing row takes its original along; one without
  images keeps it (failures-kept, no-images-kept).
- A prompt_key that no row has ends every row in the older version; 1.6 takes `prompt` (prompt-of-no-field). The empty
  text is a prompt (prompts).

Types
- Whole numbers from -2^63 to 2^63-1 are integers; one beyond makes the column floats (integer-above-64-bits), as a
  float does (integers-and-floats). Columns that mix texts, truth values, lists or objects end the run in the older
  version; in 1.6 they are JSON fields: kept as they are (number-and-text and the like).
- Texts of which all in the column (nulls aside) look like dates are dates (dates, date-forms): YYYY-MM-DD, days that
  there are, and behind T or one space hh, hh:mm or hh:mm:ss up to 23:59:59, these with Z, +hh, +hhmm or +hh:mm up to
  23:59 or without; nothing else, no fractions of seconds and no zone behind a day alone. Zones are applied and
  forgotten. The year 0 ends the run (year-0). 1.6 writes 2024-08-10T10:20:30. The older version writes the seconds
  since 1970 divided by 10^6, towards zero, for columns and lists (1723); inside of objects milliseconds
  (1723285230000), which overflow 64 bits of nanoseconds after 2262.
- 1.6: an object field, at any depth but the row's own, whose keys are not the same in all rows that have it (nulls
  aside), or whose first object is empty, or that mixes objects or lists with other values, is a JSON field: its
  objects keep their own keys (varying-keys, void-object). Otherwise missing keys become null. This is not looked for
  in a file with a blank line (varying-keys-and-a-blank-line, order). If there is any JSON field, all floats of the
  file pass through pandas, and lose what is behind the tenth decimal (varying-keys-and-others, mixture-and-floats):
  they are read as whole digits + at most fifteen decimals as one integer * 10^-decimals (each rounded to double) *
  10^exponent, written as the older version writes them, and then read exactly in columns, and in the first way again
  in JSON fields (numbers.json).
- Files are loaded in pieces of 10 MiB, to the end of the line. The first piece decides on columns and types: a later
  piece may leave columns out, order them otherwise and have integers where there were floats; a new column or key, a
  float among integers, a number where all was null, another text among dates ends the run (found by hand; no fixture
  is so large).

Numbers
- 1.6 writes what Python's repr does. Integers stay integers, beside nulls too; -0.0 stays.
- The older version (pandas' ujson): 0.1, 1.0, -2.5; below 1e-15 and above 1e16 as C's %.10g writes it; between, with
  at most ten decimals: the fraction times 10^10 in double arithmetic, truncated, plus one if the rest is above one
  half, or equal to it and the number odd or zero; zeros at the end are dropped but for one. -0.0 loses its sign,
  -1e-12 keeps it (-0.0). NaN is null. 400,000 random doubles bear this out.
- The older version: an integer column, and lists of integers at the top level at any depth, of which one is null, are
  floats, 5.0 - within each thousand rows of the output (integers-with-null, lists-of-integers, lists-of-lists,
  many-rows). Integers inside of objects stay as they are (structs-with-null), but lists inside of an object, and
  objects in a list, become floats if the same row has a null in that place (lists-in-structs, nested).

Strings: the older version escapes ", \\, /, and control characters below U+0020, the five with letters by letter; 1.6
the same without /. All else is UTF-8 (unicode, nul).
"""

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from data_juicer_runs import run_folder
from data_juicer_runs.captions import CAPTIONS
from data_juicer_runs.cases import Case, cases, larger_batches
from data_juicer_runs.data_sets import DATA_SETS, written
from data_juicer_runs.doubles import doubles
from data_juicer_runs.profiles import Outcome, Profile

FIXTURES = Path(__file__).resolve().parent.parent / "Tests" / "RecaptionTests" / "Fixtures"


def record(profile: Profile, case: Case, outcome: Outcome, folder: Path, suffix: str = "") -> dict[str, object]:
    """A case as the manifest has it, its expected rows written."""
    entry: dict[str, object] = {
        "name": case.name, "profile": profile.name, "dataset": f"{case.data_set}.jsonl", "failing_images": outcome.failed, "options": case.options}
    if case.options.get("caption_num", 1) != 1 and case.options["keep_candidate_mode"] == "random_any":
        entry["random_choice"] = case.random_choice
    if case.dataset_path:
        entry["dataset_path"] = case.dataset_path
    if "prompt" in case.options or "prompt_key" in case.options:
        entry["prompts"] = dict(outcome.prompts)
    if outcome.error or outcome.output is None:
        return entry | {"error": outcome.error}
    rows = run_folder.masked(outcome.output, folder)
    name = f"expected/{case.name}.{profile.name}{suffix}.jsonl"
    (FIXTURES / "data-juicer" / name).write_bytes(rows)
    return entry | {"expected": name, "sha256": hashlib.sha256(rows).hexdigest()}


def make_data_juicer(profiles: list[Profile], folder: Path) -> None:
    target = FIXTURES / "data-juicer"
    shutil.rmtree(target, ignore_errors=True)
    (target / "expected").mkdir(parents=True)
    for name in DATA_SETS:
        (target / f"{name}.jsonl").write_text(written(name), encoding="utf-8", newline="")
    (target / "captions.json").write_text(json.dumps(CAPTIONS, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    run_folder.make(folder)
    entries = []
    with ThreadPoolExecutor() as pool:
        runs = list(pool.map(lambda profile: profile.run(cases()), profiles))
    for profile, outcomes in zip(profiles, runs, strict=True):
        entries += [record(profile, case, outcomes[case.name], folder) for case in cases()]
    old, new = [profile.spellings for profile in profiles]
    table = [[repr(number), old[index][0], *new[index][1:]] for index, number in enumerate(doubles())]
    (target / "numbers.json").write_text("[\n" + ",\n".join(map(json.dumps, table)) + "\n]\n", encoding="utf-8")
    # Batches of one lose one sample; these show what else is lost in larger ones, and what becomes of chunks without
    # images there.
    newest = profiles[-1]
    outcomes = newest.run(larger_batches(), batch_size=None)
    larger = [record(newest, case, outcomes[case.name], folder, ".batches") for case in larger_batches()]
    document = {
        "generator": "weights-tools/make_data_juicer_fixtures.py", "versions": {profile.name: profile.versions for profile in profiles},
        "larger_batches": larger, "cases": [entry for entry in entries if "expected" in entry], "errors": [entry for entry in entries if "error" in entry]}
    (target / "manifest.json").write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{len(document['cases'])} cases, {len(document['errors'])} that Data-Juicer does not run")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--better-synth", type=Path, metavar="PYTHON", required=True, help="an interpreter with py-data-juicer 1.0.0")
    parser.add_argument("--data-juicer-16", type=Path, metavar="PYTHON", required=True, help="an interpreter with py-data-juicer 1.6.1")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where to leave recipes and logs of the runs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        scratch = options.keep or Path(temporary)
        folder = Path(temporary).resolve() / "data-juicer"
        folder.mkdir()
        profiles = [
            Profile("better-synth", options.better_synth, folder, scratch), Profile("data-juicer-1.6", options.data_juicer_16, folder, scratch)]
        make_data_juicer(profiles, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
