"""The captioners of this process: one for each way in which an operator wants to be served.

They are kept here and not in operators, since Ray runs many operators in one process, which has its model then already.
"""

import os

from caption_images import Captioner
from data_juicer.utils.ray_utils import is_ray_mode

_captioners: dict[str, Captioner] = {}


def captioner_of(operator) -> Captioner:
    """The captioner that an operator asks for."""
    options = {"compat": "data-juicer-1.6", "keep_whitespace": True, "max_new_tokens": 128}
    if operator.sample:
        options |= {"sample": True, "num_captions": operator.caption_num, "seed": operator.seed}
    return Captioner(
        operator.model, executable=operator.executable, precision=operator.precision, threads=_threads(operator),
        batch_size=operator.worker_batch_size, arguments=operator.worker_arguments, **options)


def captioner_for(operator) -> Captioner:
    """The captioner of an operator in this process."""
    captioner = captioner_of(operator)
    # Equal captioners have equal states.
    return _captioners.setdefault(captioner.__getstate__(), captioner)


def close_captioners() -> None:
    """Ends all workers of this process."""
    while _captioners:
        _captioners.popitem()[1].close()


def _threads(operator) -> int:
    """As many as are asked for, or this process's share of the processors."""
    if operator.threads:
        return operator.threads
    if is_ray_mode():
        return max(1, int(operator.num_cpus or 1))
    processes = operator.num_proc if isinstance(operator.num_proc, int) else 1
    return max(1, len(os.sched_getaffinity(0)) // max(1, processes))
