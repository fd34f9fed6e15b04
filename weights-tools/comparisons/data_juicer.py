#!/usr/bin/env python3
"""Compares `caption-images --compat` with Data-Juicer itself, byte for byte, with the demo model on both sides.

Data sets of the demo model's images are made; Data-Juicer's own executor captions them with its
image_captioning_mapper, greedily, and so does the engine. Then dj_to_llava.py and check_sample_number.py are run over
the engine's rows, and compared with `convert` and `draw`. Those two scripts are no part of this project;
fixtures/training_data.py says where they are. Exit status: 0 all equal, 1 something differs, 2 something could not be
run.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

if not __package__:
    sys.path[0] = str(Path(__file__).resolve().parents[1])  # run by its path: modules are found from weights-tools

from comparisons.engine import add_caption_images
from fixtures.places import DEMO_CHECKPOINT, DEMO_PICTURES, images_in
from references.data_juicer_runs import live_data
from references.data_juicer_runs.cases import Case
from references.data_juicer_runs.foreign import call
from references.data_juicer_runs.live_data import command_options, live_cases
from references.data_juicer_runs.profiles import Profile


class Comparison:
    """Counts what is equal, what differs and what could not be run."""

    def __init__(self, cli: Path | None, folder: Path, scratch: Path) -> None:
        self.cli = cli
        self.folder = folder
        self.scratch = scratch
        self.equal = self.different = self.failed = 0

    def engine(self, *arguments: str) -> str | None:
        """Runs the engine.

        - Returns: what went wrong, or None.
        """
        done = subprocess.run([self.cli, *arguments], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
        # 2: some samples have errors, which some cases are made for.
        return None if done.returncode in (0, 2) else done.stderr.strip()[:500] or f"exit status {done.returncode}"

    def report(self, what: str, expected: bytes | None, found: bytes | None, problem: str | None) -> None:
        if problem or expected is None:
            self.failed += 1
            print(f"FAILED  {what}: {problem or 'no output'}")
        elif expected == found:
            self.equal += 1
            print(f"equal   {what}: {len(expected.splitlines())} lines, {len(expected)} bytes")
        else:
            self.different += 1
            print(f"DIFFERS {what}")
            for mark, lines in (("-", expected.splitlines()), ("+", (found or b"").splitlines())):
                others = set((found or b"").splitlines() if mark == "-" else expected.splitlines())
                for line in [line for line in lines if line not in others][:3]:
                    print(f"    {mark} {line.decode(errors='replace')[:300]}")
        sys.stdout.flush()

    def rows(self, profile: Profile, case: Case, expected: bytes | None, problem: str | None) -> Path | None:
        """The engine's rows for a case, compared; Data-Juicer's where there is no engine. None where there are none."""
        target = self.scratch / f"{case.name}.{profile.name}.jsonl"
        if problem or expected is None or not self.cli:
            self.report(f"{profile.name} {case.name}", expected, expected, problem)
            target.write_bytes(expected or b"")
            return None if problem or expected is None else target
        wrong = self.engine(
            str(self.folder / f"{case.data_set}.jsonl"), "-o", str(target), "--compat", profile.name, "--no-sample", "--precision", "f32", "--quiet",
            *command_options(case))
        self.report(f"{profile.name} {case.name}", expected, target.read_bytes() if target.exists() else None, wrong)
        return None if wrong else target

    def training(self, python: Path, llava: Path | None, draw: Path | None, rows: Path, label: str) -> None:
        """What the scripts make of rows, and what the engine makes of them."""
        questions = self.folder / "questions.json"
        steps = []
        if llava:
            # The script cuts the tokens off only if it is given Data-Juicer's name for the image.
            arguments = {
                "dj_ds_path": str(rows), "restore_questions": True, "original_llava_ds_path": str(questions), "image_special_token": live_data.IMAGE}
            steps.append((llava, arguments, "target_llava_ds_path", ".json", ["convert", str(rows), "--questions", str(questions)]))
        if draw:
            steps.append((draw, {"input_dataset": str(rows), "sample_num": 5}, "output_dataset", ".drawn.jsonl", ["draw", str(rows), "--count", "5"]))
        for script, arguments, output, ending, command in steps:
            theirs, ours = rows.with_suffix(f".theirs{ending}"), rows.with_suffix(f".ours{ending}")
            problem = call(python, script, [arguments | {output: str(theirs)}])[0]
            if self.cli and not problem:
                problem = self.engine(*command, "-o", str(ours))
            expected = theirs.read_bytes() if theirs.exists() else None
            found = expected if not self.cli else ours.read_bytes() if ours.exists() else None
            self.report(f"{command[0]} {label}", expected, found, problem)


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--better-synth", type=Path, metavar="PYTHON", help="an interpreter with py-data-juicer 1.0.0 and transformers 4.38.0")
    parser.add_argument("--data-juicer-16", type=Path, metavar="PYTHON", help="an interpreter with py-data-juicer 1.6.1 and transformers 4.57.1")
    parser.add_argument("--dj-to-llava", type=Path, metavar="PATH")
    parser.add_argument("--check-sample-number", type=Path, metavar="PATH")
    add_caption_images(parser)
    parser.add_argument("--without-engine", action="store_true", help="run what is compared with, and nothing else")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where to leave recipes, rows and logs")
    return parser


def main() -> int:
    options = arguments().parse_args()
    cli = None if options.without_engine else options.caption_images
    if cli and not cli.exists():
        print(f"{cli}: no such file; --caption-images says where caption-images is, --without-engine goes without", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as temporary:
        scratch = options.keep or Path(temporary)
        folder = Path(temporary).resolve() / "data"
        folder.mkdir()
        scratch.mkdir(exist_ok=True)
        live_data.make(folder, images_in(DEMO_PICTURES))
        comparison = Comparison(cli, folder, scratch)
        for name, python in (("better-synth", options.better_synth), ("data-juicer-1.6", options.data_juicer_16)):
            if not python:
                continue
            checkpoint = Path(temporary) / f"checkpoint-{name}"
            live_data.copy_checkpoint(DEMO_CHECKPOINT, checkpoint, name)
            profile = Profile(name, python, folder, scratch, checkpoint)
            for case_name, outcome in profile.run(live_cases()).items():
                case = next(case for case in live_cases() if case.name == case_name)
                rows = comparison.rows(profile, case, outcome.output, outcome.error)
                if case.name in ("single", "single-all-of-2") and rows and rows.exists():
                    comparison.training(python, options.dj_to_llava, options.check_sample_number, rows, f"{name} {case.name}")
        print(f"{comparison.failed} not run{'' if cli else '; the engine took no part'}\n\n{comparison.equal + comparison.different} cases, {comparison.equal} equal")
    return 2 if comparison.failed else 1 if comparison.different else 0


if __name__ == "__main__":
    sys.exit(main())
