"""How a recipe is run in an interpreter that has Data-Juicer, and what that has."""

import sys
from importlib.metadata import PackageNotFoundError, version


def versions(packages: tuple[str, ...]) -> dict[str, str]:
    found = {"python": sys.version.split()[0]}
    for name in packages:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def execute(recipe: str) -> None:
    """What `dj-process --config RECIPE` does."""
    from data_juicer.config import init_configs
    try:
        from data_juicer.core.executor import DefaultExecutor as Executor
    except ImportError:
        from data_juicer.core import Executor
    Executor(init_configs(["--config", recipe])).run()
