"""How does a step say that nothing can be checked at all?"""

from __future__ import annotations

from collections.abc import Sequence


class CannotRun(Exception):
    """The run stops before any file is judged (exit code 2). Each of `problems` is one sentence that names the file and the
    mend."""

    def __init__(self, problems: str | Sequence[str]) -> None:
        self.problems = (problems,) if isinstance(problems, str) else tuple(problems)
        super().__init__("\n".join(self.problems))
