"""When is it time to check again? Runs a check now, and after every change of a script, a notebook or a configuration."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from mlstd.discover.listing import NEVER, SUFFIXES
from mlstd.errors import CannotRun

WATCHED = (*SUFFIXES, ".toml", ".yaml", ".yml")  # what a verdict may rest on; never a report that the check itself writes


def watched(paths: tuple[str, ...], cwd: Path) -> Iterator[None]:
    """Yields once at the beginning and after each change below the working directory and `paths`. Raises `CannotRun` where
    watchfiles is not installed."""
    try:
        import watchfiles
    except ImportError:
        raise CannotRun("--watch needs the package watchfiles: pip install 'mlstd[watch]'") from None
    places = {cwd, *(place if place.is_dir() else place.parent for path in paths if (place := cwd / path).exists())}
    yield
    for _ in watchfiles.watch(*places, watch_filter=lambda _, path: _counts(path), raise_interrupt=True):
        yield


def again(check: Callable[[], int], paths: tuple[str, ...], cwd: Path, say: Callable[[str], None]) -> int:
    """Checks until the reader presses Ctrl-C; a wrong configuration is told, and waited for. Gives the last exit code."""
    code = 0
    try:
        for _ in watched(paths, cwd):
            try:
                code = check()
            except CannotRun as error:
                code = 2
                say("\n".join(["mlstd: nothing was checked.", *(f"  {problem}" for problem in error.problems)]))
            say("mlstd: waiting for changes; Ctrl-C ends this.")
    except KeyboardInterrupt:
        pass
    return code


def _counts(path: str) -> bool:
    return path.endswith(WATCHED) and NEVER.isdisjoint(Path(path).parts)
