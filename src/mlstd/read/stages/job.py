"""One step of a pipeline, as its file describes it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

Read = Callable[[str], "str | None"]
"""The text of a file beside the one that is read; None where there is none."""


class Job(msgspec.Struct, frozen=True):
    """What a step runs, in order (shell commands, seen from `folder`), what it reads and writes, and which steps it follows."""

    name: str
    commands: tuple[str, ...]
    needs: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    follows: tuple[str, ...] = ()
    folder: str = ""
    beside: bool = False  # paths are seen from the pipeline file, not from where it is run
