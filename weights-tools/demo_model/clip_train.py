"""Trains the CLIP model that comes with the demo model: one process, and one that draws for it.

    python clip_train.py --work DIRECTORY        # then: python clip_export.py DIRECTORY/clip.pt FOLDER
"""

import argparse
from pathlib import Path


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder for clip.pt")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rate", type=float, default=1.0e-3, help="learning rate of both optimizers")
    parser.add_argument("--threads", type=int, default=1, help="part of the recipe: another number adds in another order")
    parser.add_argument("--save-every", type=int, default=50)
    return parser.parse_args()


def main() -> None:
    options = arguments()
    from clip_training import run

    run(options)


if __name__ == "__main__":
    main()
