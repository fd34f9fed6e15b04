"""Tests that need a library skip themselves where it is not installed."""

import unittest
from importlib.util import find_spec


def require(*names: str) -> None:
    """Called before the imports of a test's module.

    - Throws: SkipTest, for the loader, which names the first module that is missing.
    """
    for name in names:
        if find_spec(name) is None:
            raise unittest.SkipTest(f"needs {name}")
