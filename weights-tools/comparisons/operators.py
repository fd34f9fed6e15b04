#!/usr/bin/env python3
"""Compares the operators of `caption-images --config --compat` with Data-Juicer itself, byte for byte.

Random data sets, of words, symbols and images of all kinds, go through recipes of filters, selectors and a deduplicator, in both; then, with
the demo model on both sides, through filters before and after image_captioning_mapper. --special-characters compares what
the engine takes for special characters, and for letters and digits, with what Data-Juicer does, over all of Unicode;
characters that came after the interpreter's version of Unicode differ. Exit status: 0 all equal, 1 something differs, 2 something could not be run.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from comparisons.engine import add_caption_images
from fixtures.places import DEMO_CHECKPOINT, DEMO_PICTURES, images_in
from references.data_juicer_operators import data_sets
from references.data_juicer_operators.cases import EVERY_IMAGE_FILTER, EVERY_TEXT_FILTER, FIELD, flagged
from references.data_juicer_operators.runs import Case, Outcome, recipe, run
from references.data_juicer_runs import live_data

NEW = ("data-juicer-1.6",)


def random_cases(seed: int, words: str) -> list[Case]:
    name = f"random-{seed}"
    stretches = [{"character_repetition_filter": {"rep_len": 1 + seed % 5, "max_ratio": 1}}, {"word_repetition_filter": {"rep_len": 1 + seed % 3, "max_ratio": 1}}]
    return [
        Case(f"{name}-texts", name, EVERY_TEXT_FILTER), Case(f"{name}-stretches", name, stretches), Case(f"{name}-images", name, EVERY_IMAGE_FILTER),
        Case(f"{name}-chosen", name, [{next(iter(operator)): {}} for operator in EVERY_TEXT_FILTER + EVERY_IMAGE_FILTER]), Case(f"{name}-flagged", name, [flagged(words, lang="all")]),
        Case(f"{name}-duplicates", name, [{"image_deduplicator": {}}]), Case(f"{name}-duplicate-texts", name, [{"image_deduplicator": {"consider_text": True}}], profiles=NEW),
        Case(f"{name}-top", name, [{"special_characters_filter": {"max_ratio": 1}}, {"topk_specified_field_selector": {"field_key": f"{FIELD}special_char_ratio", "top_ratio": 0.4, "reverse": seed % 2 == 0}}]),
        Case(f"{name}-range", name, [{"range_specified_field_selector": {"field_key": "score", "lower_percentile": 0.1, "upper_percentile": 0.8}}, {"words_num_filter": {"min_num": 2}}], profiles=NEW)]


def captioned_cases(model: str) -> list[Case]:
    """Recipes with the demo model between operators."""
    mapper = {"image_captioning_mapper": {"hf_img2seq": model, "keep_original_sample": False}}
    before = [{"text_length_filter": {"min_len": 12}}, {"image_shape_filter": {}}, {"image_size_filter": {}}]
    after = [{"text_length_filter": {"min_len": 1}}, {"alphanumeric_filter": {"min_ratio": 0.3}}, {"special_characters_filter": {"max_ratio": 0.6}}]
    return [
        Case("before", "single", [*before, mapper]), Case("before-without-stats", "single", [*before, mapper], keeps_stats=False), Case("after", "single", [mapper, *after]),
        Case("around", "several", [*before, mapper, *after], profiles=NEW), Case("stale", "single", [after[1], mapper, after[1]]),
        Case("top", "single", [{"image_deduplicator": {}}, mapper, after[1], {"topk_specified_field_selector": {"field_key": f"{FIELD}alnum_ratio", "topk": 5}}]),
        Case("with-originals", "single", [before[0], {"image_captioning_mapper": {"hf_img2seq": model, "keep_original_sample": True}}, after[0]])]


class Comparison:
    def __init__(self, cli: Path, scratch: Path) -> None:
        self.cli = cli
        self.scratch = scratch
        self.equal = self.different = self.failed = 0

    def report(self, what: str, expected: bytes | None, found: bytes | None) -> None:
        if expected == found:
            self.equal += 1
            print(f"equal   {what}: {len((expected or b'').splitlines())} lines, {len(expected or b'')} bytes")
        else:
            self.different += 1
            print(f"DIFFERS {what}")
            for mark, own, other in (("-", expected, found), ("+", found, expected)):
                others = set((other or b"").splitlines())
                for line in [line for line in (own or b"").splitlines() if line not in others][:3]:
                    print(f"    {mark} {line.decode(errors='replace')[:400]}")
        sys.stdout.flush()

    def compare(self, profile: str, case: Case, outcome: Outcome, folder: Path, *options: str) -> None:
        """What the engine makes of a case's recipe, compared with Data-Juicer's rows and numbers."""
        label = f"{profile} {case.name}"
        if outcome.error:
            self.failed += 1
            print(f"FAILED  {label}: {outcome.error}")
            return
        place = self.scratch / f"{profile}-{case.name}"
        place.mkdir()
        (place / "recipe.yaml").write_text(json.dumps(recipe(case, folder / f"{case.data_set}.jsonl", place / "rows.jsonl")), encoding="utf-8")
        done = subprocess.run(
            [self.cli, "--config", place / "recipe.yaml", "--compat", profile, "--quiet", *options], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        if done.returncode not in (0, 2):
            self.failed += 1
            print(f"FAILED  {label}: {done.stderr.strip()[:500]}")
            return
        for kind, expected, name in (("rows", outcome.rows, "rows.jsonl"), ("numbers", outcome.stats, "rows_stats.jsonl")):
            self.report(f"{label}, {kind}", expected, (place / name).read_bytes() if (place / name).exists() else None)


CHARACTERS = """
import json, sys
from data_juicer.ops.common.special_characters import SPECIAL_CHARACTERS as special
rows = []
for code in range(0x110000):
    if 0xD800 <= code < 0xE000: continue
    character = chr(code)
    rows.append([code, character in special, character.isalnum()])
json.dump(rows, open(sys.argv[1], "w"))
"""


def characters(comparison: Comparison, python: Path, scratch: Path) -> None:
    """Every character by itself, as the engine's and Data-Juicer's filters see it: a text of that character alone."""
    table = scratch / "characters.json"
    subprocess.run([python, "-c", CHARACTERS, table], check=True, capture_output=True)
    rows = json.loads(table.read_text(encoding="utf-8"))
    (scratch / "characters.jsonl").write_text("".join(data_sets.line({"id": code, "text": chr(code)}) for code, _, _ in rows), encoding="utf-8")
    case = Case("characters", "characters", [{"special_characters_filter": {"max_ratio": 1}}, {"alphanumeric_filter": {"min_ratio": 0}}])
    (scratch / "characters.yaml").write_text(json.dumps(recipe(case, scratch / "characters.jsonl", scratch / "characters.out.jsonl")), encoding="utf-8")
    subprocess.run([comparison.cli, "--config", scratch / "characters.yaml", "--quiet"], check=True)
    found = [json.loads(line) for line in (scratch / "characters.out.jsonl").read_text(encoding="utf-8").split("\n") if line]
    wrong: dict[str, list[int]] = {"special_char_ratio": [], "alnum_ratio": []}
    for (code, special, alnum), row in zip(rows, found, strict=True):
        for name, truth in (("special_char_ratio", special), ("alnum_ratio", alnum)):
            if row["__dj__stats__"][name] != float(truth):
                wrong[name].append(code)
    for name, codes in wrong.items():
        print(f"{name}: {len(codes)} of {len(rows)} characters differ{': ' if codes else ''}{', '.join(f'U+{code:04X}' for code in codes[:12])}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--better-synth", type=Path, metavar="PYTHON", help="an interpreter with py-data-juicer 0.2.0")
    parser.add_argument("--data-juicer-16", type=Path, metavar="PYTHON", help="an interpreter with py-data-juicer 1.6.1")
    parser.add_argument("--seeds", type=int, default=3, help="how many random data sets")
    parser.add_argument("--rows", type=int, default=400, help="how many samples each has")
    parser.add_argument("--captions", action="store_true", help="also with the demo model between operators")
    parser.add_argument("--special-characters", action="store_true", help="compare all characters, and nothing else")
    add_caption_images(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        scratch = Path(temporary).resolve()
        folder = scratch / "data"
        folder.mkdir()
        comparison = Comparison(options.caption_images, scratch)
        interpreters = {name: python for name, python in (("better-synth", options.better_synth), ("data-juicer-1.6", options.data_juicer_16)) if python}
        if options.special_characters:
            characters(comparison, options.data_juicer_16 or options.better_synth, scratch)
            return 0
        data_sets.make_images(folder)
        cases = []
        for seed in range(options.seeds):
            (folder / f"random-{seed}.jsonl").write_text(data_sets.randomly(seed, options.rows), encoding="utf-8", newline="")
            cases += random_cases(seed, str(folder / "words"))
        for profile, python in interpreters.items():
            own = [case for case in cases if profile in case.profiles]
            _, outcomes = run(python, profile, own, folder, scratch / profile)
            for case in own:
                comparison.compare(profile, case, outcomes[case.name], folder)
            if not options.captions:
                continue
            checkpoint = scratch / f"checkpoint-{profile}"
            live_data.copy_checkpoint(DEMO_CHECKPOINT, checkpoint, profile)
            pictures = scratch / f"pictures-{profile}"
            pictures.mkdir()
            live_data.make(pictures, images_in(DEMO_PICTURES))
            own = [case for case in captioned_cases(str(checkpoint)) if profile in case.profiles]
            _, outcomes = run(python, profile, own, pictures, scratch / f"{profile}-captions", with_model=True)
            for case in own:
                comparison.compare(profile, case, outcomes[case.name], pictures, "--no-sample", "--precision", "f32", "--model", str(DEMO_CHECKPOINT))
        print(f"{comparison.failed} not run\n\n{comparison.equal + comparison.different} files, {comparison.equal} equal")
    return 2 if comparison.failed else 1 if comparison.different else 0


if __name__ == "__main__":
    sys.exit(main())
