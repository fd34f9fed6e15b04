"""Random tensors, chunk by chunk: the same numbers for the same seed and tensor name, whatever the chunk size."""

import hashlib
from collections.abc import Iterator

import numpy

from checkpoints.tensors import COMMON_TOKENS, EMBEDDING, OUTPUT_HEAD, TAIL, TensorSpecification

CHUNK_ELEMENTS = 1 << 22


def generator(seed: int, purpose: str) -> numpy.random.Generator:
    """A stream of its own for every (seed, purpose); stable as long as numpy's version is."""
    words = numpy.frombuffer(hashlib.sha256(purpose.encode()).digest(), dtype="<u4")
    return numpy.random.Generator(numpy.random.SFC64(numpy.random.SeedSequence([seed, *words.tolist()])))


def common_rows(rows: int, width: int, seed: int, end_of_text: int, end_rank: int | None) -> dict[int, numpy.ndarray]:
    """Embedding rows `[width]` of the common tokens by token id. `end_rank` makes the token that ends a caption one of
    them: the lower the rank, the likelier a caption ends early."""
    ids = generator(seed, "common tokens").permutation(rows)[:COMMON_TOKENS].tolist()
    if end_rank is not None:
        if not 0 <= end_rank < len(ids):
            raise ValueError(f"the rank of the end of text must be below {len(ids)}, found {end_rank}")
        if end_of_text in ids:
            ids[ids.index(end_of_text)] = ids[end_rank]
        ids[end_rank] = end_of_text
    result = {}
    for rank, token in enumerate(ids):
        pair = rank // 2
        direction = generator(seed, f"direction of common tokens {pair}").standard_normal(width, dtype=numpy.float32)
        length = (pair + 1.0) ** (-1 / TAIL) / width**0.5 * (-1 if rank % 2 else 1)
        result[token] = direction * numpy.float32(length)
    return result


def chunks(tensor: TensorSpecification, seed: int, common: dict[int, numpy.ndarray]) -> Iterator[numpy.ndarray]:
    """The tensor's values in row-major order as flat float32 pieces of about CHUNK_ELEMENTS each."""
    # The output head is tied to the embeddings: it must repeat their numbers.
    stream = generator(seed, EMBEDDING if tensor.name == OUTPUT_HEAD else tensor.name)
    row = tensor.count // tensor.shape[0]
    rows_per_chunk = max(1, CHUNK_ELEMENTS // row)
    for start in range(0, tensor.shape[0], rows_per_chunk):
        rows = min(rows_per_chunk, tensor.shape[0] - start)
        values = stream.standard_normal(rows * row, dtype=numpy.float32)
        values *= numpy.float32(tensor.standard_deviation)
        if tensor.centred_rows:
            table = values.reshape(rows, row)
            table -= table.mean(axis=1, keepdims=True)
        if tensor.mean:
            values += numpy.float32(tensor.mean)
        if tensor.token_embedding:
            for token, embedding in common.items():
                if start <= token < start + rows:
                    values[(token - start) * row : (token - start + 1) * row] = embedding
        if tensor.zero_middle_third:
            third = tensor.count // 3
            values[max(0, third - start) : max(0, 2 * third - start)] = 0
        yield values


def encode(values: numpy.ndarray, dtype: str) -> memoryview:
    """Little-endian bytes of float32 values as F32, F16 or BF16 (rounded to nearest, ties to even)."""
    if dtype == "F32":
        return memoryview(values.astype("<f4", copy=False)).cast("B")
    if dtype == "F16":
        return memoryview(values.astype("<f2")).cast("B")
    if dtype == "BF16":
        bits = values.view(numpy.uint32)
        rounded = (bits + (0x7FFF + ((bits >> 16) & 1))) >> 16
        return memoryview(rounded.astype("<u2")).cast("B")
    raise ValueError(f"dtype must be F32, F16 or BF16, found {dtype}")
