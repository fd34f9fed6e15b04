"""The captions of a Parquet file that is not finished."""

from __future__ import annotations

import fcntl
import json
import os
from types import TracebackType
from typing import Any, BinaryIO


class Progress:
    """A file with a description of the run in its first line, and a line for each row group that is finished.

    `{"row_group": 0, "texts": [...], "errors": [...]}`; an incomplete last line, which a killed run leaves, is cut off. A file
    without a finished row group is of a run that has nothing to lose, and is begun anew.
    """

    def __init__(self, path: str, description: dict[str, Any], restart: bool):
        """
        :param description: of the run: source, model and options.
        :param restart: removes what is there.
        :raises ValueError: if there is a file of another run, or something else, or another run is at work.
        """
        self.path = path
        self.errors: list[dict[str, Any]] = []
        self.resumed_rows = 0
        self._groups: dict[int, dict[str, Any]] = {}
        self._file = open(path, "a+b")
        try:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise ValueError(f"{path} is in use by another run") from None
            if not _is_at(self._file, path):
                raise ValueError(f"{path} was removed by another run, which has just ended")
            if restart:
                self._file.truncate(0)
            self._read(description)
        except BaseException:
            self._file.close()
            raise

    def finished(self, group: int) -> tuple[list[Any], list[dict[str, Any]]] | None:
        """Texts and errors of a row group, if an earlier run finished it."""
        line = self._groups.pop(group, None)
        if line is None:
            return None
        self.errors += line["errors"]
        self.resumed_rows += len(line["texts"])
        return line["texts"], line["errors"]

    def add(
        self, group: int, first: int, texts: list[Any], errors: list[dict[str, Any]]
    ) -> tuple[list[Any], list[dict[str, Any]]]:
        """Keeps what became of a row group.

        :param first: its first row's index in the file, which errors get, too.
        """
        errors = [error | {"index": error["index"] + first} for error in errors]
        self._append({"row_group": group, "texts": texts, "errors": errors})
        self.errors += errors
        return texts, errors

    def remove(self) -> None:
        """At the end of the run."""
        os.unlink(self.path)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def _read(self, description: dict[str, Any]) -> None:
        self._file.seek(0)
        lines = self._file.read().split(b"\n")
        complete = lines[:-1]
        try:
            found = [json.loads(line) for line in complete]
            if found and "captioner" not in found[0]:
                raise ValueError("it begins with no description of a run")
            groups = {line["row_group"]: line for line in found[1:]}
        except (ValueError, TypeError, KeyError) as error:
            raise ValueError(f"{self.path} is not the progress of a run: {error}; overwrite=True replaces it") from None
        if not groups:
            self._file.truncate(0)
            self._append(description)
            return
        self._file.truncate(sum(len(line) + 1 for line in complete))
        if found[0] != json.loads(json.dumps(description)):
            raise ValueError(
                f"{self.path} is of an interrupted run with another source, model or options; overwrite=True starts from the beginning")
        self._groups = groups

    def _append(self, line: dict[str, Any]) -> None:
        self._file.write(json.dumps(line).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())


def _is_at(file: BinaryIO, path: str) -> bool:
    """Whether an open file is still what a path leads to: a run that ends removes it."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), os.stat(path))
    except FileNotFoundError:
        return False
