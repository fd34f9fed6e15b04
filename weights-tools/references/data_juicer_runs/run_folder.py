"""The folder in which the data sets of the fixtures are run: images of all kinds beside the lines."""

import base64
import json
from pathlib import Path

from references.data_juicer_runs.captions import CAPTIONS
from references.data_juicer_runs.data_sets import DATA_SETS, written

FOLDER_MARK = "@FOLDER@"
PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC")
"""A black PNG of one pixel."""


def make(folder: Path) -> None:
    """Writes every data set, and images for every caption; some files that are none as well."""
    for path in CAPTIONS:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if path != "images/link.png":
            file.write_bytes(PIXEL)
    (folder / "images" / "link.png").symlink_to("a.png")
    (folder / "images" / "corrupt.png").write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
    (folder / "images" / "empty.png").write_bytes(b"")
    for name in DATA_SETS:
        (folder / f"{name}.jsonl").write_text(written(name).replace(FOLDER_MARK, str(folder)), encoding="utf-8", newline="")


def masked(output: bytes, folder: Path) -> bytes:
    """An output in which the folder is replaced, in whichever spelling it has there."""
    mark = FOLDER_MARK.encode()
    return output.replace(str(folder).encode(), mark).replace(json.dumps(str(folder))[1:-1].replace("/", "\\/").encode(), mark)
