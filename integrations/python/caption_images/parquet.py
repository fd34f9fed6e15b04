"""Captions for Parquet files, row group by row group."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .captioner import Captioner
from .column import check_columns
from .parquet_progress import Progress

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class ParquetSummary:
    """What became of a file."""

    rows: int
    failed: int
    """Rows without a caption; `DESTINATION.errors.jsonl` says why."""
    resumed: int
    """Rows whose captions an earlier run had made, which was interrupted."""


def caption_parquet(
    source: str | os.PathLike[str], destination: str | os.PathLike[str], captioner: Captioner, *, image: str = "image",
    text: str = "caption", prompts: str | None = None, error: str | None = None, overwrite: bool = False,
) -> ParquetSummary:
    """Adds captions to a Parquet file. All other columns, the row groups, the compression and the schema's metadata, such as
    the features of `datasets`, stay as they are.

    The new file gets its name when it is complete. Until then captions are in `DESTINATION.progress.jsonl`, from which the
    same call resumes after an interruption, at the first row group that was not finished. One row group is in memory at a
    time. Rows without a caption are listed in `DESTINATION.errors.jsonl`, with `index`, `image`, `stage` and `message`.

    :param image: the column of the images: a struct of `bytes` and `path`, binary, or a path. Relative paths start from the
        source's folder.
    :param text: the column for captions, a text or with `num_captions` above 1 a list of texts, null without a caption. It comes
        last; a column of this name is replaced, in its place, if its type fits.
    :param prompts: a column with a prompt for each image, or null.
    :param error: another new column, for the reason why a row has no caption.
    :param overwrite: replaces an existing destination, and starts from the beginning.
    :raises FileExistsError: if there is a destination already.
    :raises ValueError: if the columns do not fit, or another run was interrupted here.
    :raises TypeError: if the captioner is none.
    :raises WorkerError: when nothing can be captioned.
    """
    import pyarrow.parquet as pq

    source, destination = os.fspath(source), os.fspath(destination)
    if os.path.exists(destination):
        if os.path.samefile(source, destination):
            raise ValueError(f"{destination} is the source itself")
        if not overwrite:
            raise FileExistsError(f"{destination} exists; overwrite=True replaces it")
    with contextlib.closing(pq.ParquetFile(source)) as file:
        job = ParquetJob(file, source, captioner, image, text, prompts, error)
        description = job.description | {"destination": {"image": image, "text": text, "prompts": prompts}}
        with Progress(destination + ".progress.jsonl", description, restart=overwrite) as progress:
            with whole_file(destination) as unfinished:
                job.write(unfinished, progress)
                write_errors(destination + ".errors.jsonl", progress.errors)
            progress.remove()
        return ParquetSummary(rows=file.metadata.num_rows, failed=len(progress.errors), resumed=progress.resumed_rows)


class ParquetJob:
    """A source, and what is made of it."""

    def __init__(
        self, file: Any, source: str, captioner: Captioner, image: str, text: str, prompts: str | None, error: str | None
    ):
        import pyarrow as pa

        if not isinstance(captioner, Captioner):
            raise TypeError(f"the captioner is a {type(captioner).__name__}: expected a Captioner, such as Captioner({captioner!r})")
        check_columns(image, prompts, text, error)
        self.file = file
        self.captioner = captioner
        self.folder = os.path.dirname(os.path.abspath(source))
        self.image, self.text, self.prompts, self.error = image, text, prompts, error
        schema = file.schema_arrow
        repeated = {name for name in schema.names if schema.names.count(name) > 1}
        if repeated:
            raise ValueError(f"{source} has several columns of the name {min(repeated)!r}")
        for name in filter(None, (image, prompts)):
            if schema.get_field_index(name) < 0:
                raise ValueError(f"{source} has no column {name!r}; its columns are {', '.join(schema.names)}")
        kind = schema.field(image).type
        if not is_image(kind):
            raise ValueError(f"the column {image!r} has the type {kind}: expected a struct with bytes or path, binary or string")
        self.schema = schema
        self.new_fields = [pa.field(text, pa.list_(pa.string()) if captioner.caption_count > 1 else pa.string())]
        if error is not None:
            self.new_fields.append(pa.field(error, pa.string()))
        for place, field in enumerate(self.new_fields):
            self.new_fields[place] = self._placed(field)
        status = os.stat(source)
        self.description: dict[str, Any] = {
            "source": {
                "bytes": status.st_size, "modified": status.st_mtime_ns, "rows": file.metadata.num_rows,
                "row_groups": file.metadata.num_row_groups},
            "captioner": captioner.settings}

    def _placed(self, field: pa.Field) -> pa.Field:
        """Puts a new column into the schema, in the place of one of its name. Returns the field as it is there."""
        place = self.schema.get_field_index(field.name)
        if place < 0:
            self.schema = self.schema.append(field)
            return field
        old = self.schema.field(place)
        if old.type != field.type and not (is_text(old.type) and is_text(field.type)):
            raise ValueError(f"there is a column {field.name!r} already, of the type {old.type}; give another name")
        self.schema = self.schema.set(place, old.with_nullable(True))
        return self.schema.field(place)

    def write(self, path: str, progress: Progress) -> None:
        """Writes the new file."""
        import pyarrow.parquet as pq

        first = 0
        with pq.ParquetWriter(path, self.schema, compression=self._compression()) as writer:
            for group in range(self.file.num_row_groups):
                table = self.file.read_row_group(group)
                texts, errors = progress.finished(group) or progress.add(group, first, *self._captions(table))
                writer.write_table(self._with_columns(table, texts, errors, first), row_group_size=max(1, len(table)))
                first += len(table)

    def _captions(self, table: pa.Table) -> tuple[list[Any], list[dict[str, Any]]]:
        """Captions of a row group, null where there is none, and its errors, counted from its first row."""
        texts: list[Any] = []
        errors: list[dict[str, Any]] = []
        prompts = None if self.prompts is None else (value.as_py() for value in table.column(self.prompts))
        images = (image_of(value, self.folder) for value in table.column(self.image))
        for index, caption in enumerate(self.captioner.captions(images, prompts)):
            if caption.error is None:
                texts.append(list(caption.texts) if self.captioner.caption_count > 1 else caption.text)
            else:
                texts.append(None)
                path = path_of(table.column(self.image)[index])
                errors.append(
                    {"index": index, "image": path, "stage": caption.error.stage, "message": caption.error.message})
        return texts, errors

    def _with_columns(self, table: pa.Table, texts: list[Any], errors: list[dict[str, Any]], first: int) -> pa.Table:
        import pyarrow as pa

        messages: list[str | None] = [None] * len(texts)
        for failure in errors:
            messages[failure["index"] - first] = failure["message"]
        columns = {name: table.column(name) for name in table.column_names}
        for field, values in zip(self.new_fields, (texts, messages)):
            columns[field.name] = pa.chunked_array([pa.array(values, type=field.type)])
        return pa.Table.from_arrays([columns[name] for name in self.schema.names], schema=self.schema)

    def _compression(self) -> dict[str, str] | str:
        """Of each column as it was, and of new ones as of most."""
        if self.file.num_row_groups == 0:
            return "snappy"
        group = self.file.metadata.row_group(0)
        columns = [group.column(index) for index in range(group.num_columns)]
        found = [codec(column.compression) for column in columns]
        usual = max(sorted(set(found)), key=found.count)
        # By their places: the elements of lists may have another name in the source.
        return dict(itertools.zip_longest(leaves(self.schema), found, fillvalue=usual))


def leaves(schema: pa.Schema) -> list[str]:
    """The paths of the columns that a file of this schema has."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.ParquetWriter(sink, schema).close()
    found = pq.ParquetFile(pa.BufferReader(sink.getvalue())).schema
    return [found.column(index).path for index in range(len(found))]


def codec(name: str) -> str:
    """The name by which a writer knows a compression."""
    return {"UNCOMPRESSED": "none"}.get(name, name.lower())


def is_text(kind: pa.DataType) -> bool:
    import pyarrow as pa

    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def is_image(kind: pa.DataType) -> bool:
    """Whether a column of this type can have images."""
    import pyarrow as pa

    if pa.types.is_struct(kind):
        return any(kind.field(index).name in ("bytes", "path") for index in range(kind.num_fields))
    return bool(is_text(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def image_of(value: Any, folder: str) -> Any:
    """An image of a column, its bytes not copied."""
    import pyarrow as pa

    if not value.is_valid:
        return None
    if isinstance(value, pa.StructScalar):
        fields = {name: value[name] for name in ("bytes", "path") if name in value}
        present = [field for field in fields.values() if field.is_valid]
        return image_of(present[0], folder) if present else None
    if isinstance(value, (pa.BinaryScalar, pa.LargeBinaryScalar)) and not isinstance(value, (pa.StringScalar, pa.LargeStringScalar)):
        return memoryview(value.as_buffer()).cast("B")
    from .images import ADDRESS

    path = value.as_py()
    return path if ADDRESS.match(path) else os.path.join(folder, path)


def path_of(value: Any) -> str | None:
    """The path of an image, if its column has one."""
    found = value.as_py()
    if isinstance(found, dict):
        found = found.get("path")
    return found if isinstance(found, str) else None


@contextlib.contextmanager
def whole_file(path: str) -> Iterator[str]:
    """A path beside another one, whose name the file gets at the end, if nothing is raised."""
    # The name is always the same, so that a later run replaces what a killed one has left.
    unfinished = os.path.join(os.path.dirname(path), f".{os.path.basename(path)}.tmp")
    try:
        open(unfinished, "wb").close()
        yield unfinished
        with open(unfinished, "rb+") as file:
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(unfinished)
        raise


def write_errors(path: str, errors: list[dict[str, Any]]) -> None:
    """Writes error records, and removes those of an earlier run if there are none."""
    if errors:
        with whole_file(path) as unfinished, open(unfinished, "w", encoding="utf-8") as file:
            file.writelines(json.dumps(error, ensure_ascii=False) + "\n" for error in errors)
    else:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
