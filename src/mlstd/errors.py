"""How does a step say that something could not be read, or that nothing can be checked at all?"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class CannotRun(Exception):
    """The run stops before any file is judged (exit code 2). Each of `problems` is one sentence that names the file and the
    mend."""

    def __init__(self, problems: str | Sequence[str]) -> None:
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))


class Problem(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Something that could not be read: a syntax error, a Python 2 file, a truncated notebook; in words for the reader."""

    cell: int | None
    line: int
    column: int
    message: str
