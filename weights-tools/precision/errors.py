"""How far one result is from another."""

import numpy
from numpy.typing import ArrayLike


def relative_error(found: ArrayLike, exact: ArrayLike) -> float:
    """‖found - exact‖/‖exact‖, Frobenius norms."""
    found, exact = _doubles(found), _doubles(exact)
    return float(numpy.linalg.norm(found - exact) / numpy.linalg.norm(exact))


def largest_error(found: ArrayLike, exact: ArrayLike) -> float:
    """The largest difference, as a share of the largest magnitude."""
    found, exact = _doubles(found), _doubles(exact)
    return float(numpy.abs(found - exact).max() / numpy.abs(exact).max())


def row_cosines(found: ArrayLike, exact: ArrayLike) -> numpy.ndarray:
    """The cosine of each row with its counterpart."""
    found, exact = _doubles(found), _doubles(exact)
    lengths = numpy.linalg.norm(found, axis=-1) * numpy.linalg.norm(exact, axis=-1)
    return (found * exact).sum(-1) / numpy.where(lengths > 0, lengths, 1)


def differing(found: ArrayLike, expected: ArrayLike) -> int:
    """How many floats are not the same bits."""
    return int((numpy.asarray(found, numpy.float32).view(numpy.uint32) != numpy.asarray(expected, numpy.float32).view(numpy.uint32)).sum())


def _doubles(values: ArrayLike) -> numpy.ndarray:
    return numpy.asarray(values, numpy.float64)
