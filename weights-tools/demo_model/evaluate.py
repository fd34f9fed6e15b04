"""Scores a checkpoint folder: `python evaluate.py FOLDER --split development --count 300` (every choice is made on that split);
`--split test` is for reporting."""

import argparse
import json
from pathlib import Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--split", choices=["development", "test"], default="development")
    parser.add_argument("--count", type=int, default=1000, help="emoji scenes of each kind; easy-VQA is scaled alike")
    parser.add_argument("--output", type=Path, help="write the scores as JSON")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    import torch

    from captioning import Speaker
    from scoring import score

    torch.set_num_threads(options.threads)

    scores = score(Speaker(options.folder), options.split, options.count)
    text = json.dumps(scores, indent=2)
    print(text)
    if options.output:
        options.output.write_text(text + "\n")


if __name__ == "__main__":
    main()
