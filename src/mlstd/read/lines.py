"""Where do logical lines begin, and where are the comments? Without a parser, so it works on code that does not parse."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_TOKEN = re.compile(
    r"""
      (?P<comment>\#[^\n]*)
    | (?P<string>
          \"{3}[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*(?:\"{3}|\Z)
        | '{3}[^'\\]*(?:(?:\\.|'(?!''))[^'\\]*)*(?:'{3}|\Z)
        | "[^"\\\n]*(?:\\.[^"\\\n]*)*"?
        | '[^'\\\n]*(?:\\.[^'\\\n]*)*'?
      )
    | (?P<open>[(\[{])
    | (?P<close>[)\]}])
    | (?P<joined>\\\n)
    | (?P<newline>\n)
    """,
    re.VERBOSE | re.DOTALL,
)


def logical_lines(text: str, raw: Callable[[str], bool]) -> Iterator[tuple[int, int, bool]]:
    """Yield (start, end, is raw) of each logical line, as offsets into the text, the end before the newline.

    `raw` is asked about the first physical line of each; a raw line is not Python, so quotes and brackets mean nothing in it
    and it goes on only after a backslash.
    """
    position = 0
    while position < len(text):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        if raw(text[position:end]):
            while text[position:end].rstrip(" \t").endswith("\\") and end < len(text):
                following = text.find("\n", end + 1)
                end = len(text) if following < 0 else following
            yield position, end, True
        else:
            end = _end_of_statement(text, position)
            yield position, end, False
        position = end + 1


def _end_of_statement(text: str, position: int) -> int:
    depth = 0
    for token in _TOKEN.finditer(text, position):
        kind = token.lastgroup
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(0, depth - 1)
        elif kind == "newline" and depth == 0:
            return token.start()
    return len(text)


def comments(text: str) -> Iterator[tuple[int, str]]:
    """Yield (offset, text) of each comment."""
    for token in _TOKEN.finditer(text):
        if token.lastgroup == "comment":
            yield token.start(), token.group()
