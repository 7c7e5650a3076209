"""On which line of an .ipynb file does each cell's source begin? (A JSON parser gives values without places.)"""

from __future__ import annotations

import re

_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]', re.DOTALL)
_SOURCE = ("source", "input")  # nbformat 4 and 3 for Markdown; nbformat 3 for code


def source_lines(text: str) -> list[tuple[int, int]]:
    """The line of the first source line of every cell, in order, whatever the cell's type, and how much further down each
    following source line stands: 1, or 0 where the source is one string or the file one line. The text must be valid JSON.

    A cell without a source gets the line on which the cell begins.
    """
    walk = _Walk(text)
    for token in _TOKEN.finditer(text):
        walk.step(token.group(), token.start())
    return list(zip(walk.lines, walk.steps, strict=True))


def source_strings(text: str) -> list[list[tuple[int, int]]]:
    """Where the JSON strings of every cell's source begin and end, quotes included: one a line where it is a list."""
    walk = _Walk(text)
    for token in _TOKEN.finditer(text):
        walk.step(token.group(), token.start())
    return walk.strings


class _Walk:
    """The way of keys from the document's top to where the scan stands. An array's key is an empty string."""

    def __init__(self, text: str) -> None:
        self.lines: list[int] = []
        self.steps: list[int] = []
        self.strings: list[list[tuple[int, int]]] = []
        self._text = text
        self._keys: list[str] = []
        self._last_string = ""
        self._line = 1
        self._counted = 0
        self._waiting = False  # for the first string of a list of source lines
        self._second = False  # the next string is the second source line

    def step(self, token: str, offset: int) -> None:
        """Take in one token of the JSON text."""
        first = token[0]
        if first == '"':
            if self._in_source() and (self._waiting or self._keys[-1] == ""):
                self.strings[-1].append((offset, offset + len(token)))
            if self._waiting and self._in_source():
                self._note(offset)
                self._second = True
            elif self._second and self._keys[-1] == "" and self._in_source():
                self.steps[-1] = int(self._line_of(offset) > self.lines[-1])
                self._second = False
            self._last_string = token[1:-1] if len(token) < 40 else ""
        elif first == ":":
            self._keys[-1] = self._last_string
            self._waiting = self._in_source()
        elif first in "{[":
            if first == "{" and self._is_cells():
                self.lines.append(self._line_of(offset))
                self.steps.append(0)
                self.strings.append([])
            self._keys.append("")
            if first == "[" and self._waiting:
                self._note(offset, final=False)
        elif first in "}]":
            self._keys.pop()
            self._waiting = self._second = False

    def _is_cells(self) -> bool:
        keys = self._keys
        return keys == ["cells", ""] or keys == ["worksheets", "", "cells", ""]

    def _in_source(self) -> bool:
        keys = self._keys
        inner = keys[:-1] if keys and keys[-1] == "" else keys
        return bool(inner) and inner[-1] in _SOURCE and inner[:-1] in (["cells", ""], ["worksheets", "", "cells", ""])

    def _note(self, offset: int, final: bool = True) -> None:
        self.lines[-1] = self._line_of(offset)
        if final:
            self._waiting = False

    def _line_of(self, offset: int) -> int:
        self._line += self._text.count("\n", self._counted, offset)
        self._counted = offset
        return self._line
