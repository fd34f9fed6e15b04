"""Scores a CLIP folder on held-out scenes: `python clip_evaluate.py FOLDER --split development`; `--split test` is for reporting.

With `--pictures` also the twelve images of the package, against the right captions and those that a captioner's folder gives.
"""

import argparse
import json
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--split", choices=["development", "test"], default="development")
    parser.add_argument("--count", type=int, default=500, help="images of each kind")
    parser.add_argument("--pictures", type=Path, nargs=2, metavar=("PICTURES", "CAPTIONER"))
    parser.add_argument("--output", type=Path, help="write the scores as JSON")
    options = parser.parse_args()
    from clip_scoring import Judge, bundled, score

    judge = Judge(options.folder)
    scores = score(judge, options.split, options.count)
    if options.pictures:
        scores["bundled pictures"] = bundled(judge, *options.pictures)
    text = json.dumps(scores, indent=2)
    print(text)
    if options.output:
        options.output.write_text(text + "\n")


if __name__ == "__main__":
    main()
