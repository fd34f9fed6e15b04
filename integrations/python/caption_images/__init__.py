"""Captions images with `caption-images`, which runs as a process beside this one and answers requests over pipes.

    from caption_images import Captioner

    with Captioner("blip2-int8") as captioner:
        print(captioner.caption("beach.jpg").text)

Nothing but Python's own library is needed. Pillow images, NumPy arrays, `datasets`, pyarrow and Ray are supported where they
are installed.
"""

from .actor import CaptionActor
from .captioner import Captioner
from .column import CaptionColumn
from .command import find_executable
from .parquet import ParquetSummary, caption_parquet
from .results import Caption, CaptionError, Score, Scores, WorkerError

__all__ = [
    "Caption", "CaptionActor", "CaptionColumn", "CaptionError", "Captioner", "ParquetSummary", "Score", "Scores",
    "WorkerError", "caption_parquet", "find_executable",
]
