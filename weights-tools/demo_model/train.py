"""Trains the demo model: two processes of one thread each, which average their gradients at every step.

    python train.py --work DIRECTORY        # then: python export.py DIRECTORY/state.pt CHECKPOINT_FOLDER
"""

import argparse
import multiprocessing
import os
from pathlib import Path

from schedule import Schedule


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder for state.pt; a run found there is resumed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batch", type=int, default=64, help="images per process and step")
    parser.add_argument("--processes", type=int, default=2, help="part of the recipe: another number trains another model")
    parser.add_argument("--port", type=int, default=29533, help="local port by which the processes meet")
    parser.add_argument("--save-every", type=int, default=250)
    parser.add_argument("--stop-at", type=int, help="stop after this step, to be resumed")
    Schedule.add_arguments(parser)
    return parser.parse_args()


def main() -> None:
    options = arguments()
    from training import new_streams, run

    options.work.mkdir(parents=True, exist_ok=True)
    os.environ["TOKENIZERS_PARALLELISM"] = "false"  # the library warns when a process forks after using threads
    multiprocessing.set_start_method("fork")  # so that the processes share the sprites
    streams = new_streams(options.seed)
    ranks = [multiprocessing.Process(target=run, args=(rank, streams, options)) for rank in range(options.processes)]
    for process in ranks:
        process.start()
    for process in ranks:
        process.join()
    raise SystemExit(max(abs(process.exitcode or 0) for process in ranks))


if __name__ == "__main__":
    main()
