"""How does a line look on a terminal? Colours by meaning, and code with its carets in the right columns."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping
from typing import TextIO

import click

from mlstd.report.result import printable

WIDEST = 140  # columns of code shown; longer lines are cut around the place
_STYLES: dict[str, dict[str, object]] = {
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow", "bold": True},
    "place": {"bold": True},
    "gutter": {"fg": "blue"},
    "help": {"fg": "green"},
    "note": {"fg": "cyan"},
}


class Paint:
    """Colours text by what it means, or leaves it plain."""

    def __init__(self, colour: bool) -> None:
        self.colour = colour

    def __call__(self, text: str, meaning: str) -> str:
        return click.style(text, **_STYLES[meaning]) if self.colour and meaning in _STYLES else text  # type: ignore[arg-type]


def wants_colour(stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """NO_COLOR forbids colour, FORCE_COLOR asks for it, otherwise a terminal has it and a pipe has not."""
    if environment.get("NO_COLOR"):
        return False
    forced = environment.get("FORCE_COLOR")
    if forced is not None:
        return forced not in ("", "0", "false")
    return stream.isatty() and environment.get("TERM") != "dumb"


def excerpt(line: str, column: int, end: int | None) -> tuple[str, str]:
    """A line of code as it is shown, and the line of carets below it. Columns count characters from 1; `end` is exclusive, None
    for the rest of the line."""
    line = printable(line.rstrip("\r\n"))
    start = min(max(column - 1, 0), len(line))
    stop = len(line.rstrip()) if end is None else min(end - 1, len(line))
    first = max(0, start - WIDEST // 2) if len(line) > WIDEST else 0
    shown = line[first : first + WIDEST]
    head = "..." if first else ""
    tail = "..." if len(line) > first + WIDEST else ""
    before, marked = line[first:start], line[start : min(stop, first + WIDEST)]
    carets = " " * (len(head) + _width(before)) + "^" * max(1, _width(marked))
    return head + shown.replace("\t", "    ") + tail, carets


def _width(text: str) -> int:
    return sum(
        4 if c == "\t" else 2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in text
    )
