"""How far is a run? One line on a terminal's stderr, rewritten in place, and nothing anywhere else."""

from __future__ import annotations

import time
from typing import TextIO

FEWEST = 20  # steps below which a run is over before the line could be read
_PAUSE = 0.1  # seconds between two writes


class Progress:
    """Told of each step; `close` clears the line."""

    def __init__(self, stream: TextIO, wanted: bool = True) -> None:
        self.stream = stream
        self.wanted = wanted and stream.isatty()
        self._last = 0.0
        self._width = 0

    def __call__(self, step: str, done: int, of: int) -> None:
        """Shows `step` with how many are done, if there are enough of them and the last line is old enough."""
        now = time.monotonic()
        if not self.wanted or of < FEWEST or now - self._last < _PAUSE:
            return
        self._last = now
        line = f"{step} {done} of {of}"
        self.stream.write("\r" + line.ljust(self._width))
        self.stream.flush()
        self._width = len(line)

    def close(self) -> None:
        """Leaves the terminal as it was."""
        if self._width:
            self.stream.write("\r" + " " * self._width + "\r")
            self.stream.flush()
            self._width = 0
