"""Can this code be parsed, and if not, what is wrong with it in words for the reader?"""

from __future__ import annotations

import ast
import re

import libcst as cst

from mlstd.read.lines import logical_lines

_PYTHON2 = re.compile(
    r"""[ \t]*(?:
        print[ \t]+(?:["'\w%]|>>)
      | print[ \t]*$
      | exec[ \t]+["'\w]
      | raise[ \t]+[\w.]+[ \t]*,[ \t]*\S
      | except[ \t]+(?:[\w.]+|\([^)]*\))[ \t]*,[ \t]*[a-z_]\w*[ \t]*:
    )""",
    re.VERBOSE,
)
_PYTHON2_INSIDE = re.compile(r"`[^`\n]+`|<>|(?<![\w.])0[0-7]+(?![\w.])|(?<!\w)[uU][rR][\"']|:[ \t]*print[ \t]+[\"'\w]|\d[lL]\b")
_OLD_EXCEPT = re.compile(r"^[ \t]*except[ \t]+(?:[\w.]+|\([^)\n]*\))[ \t]*,[ \t]*[a-z_]\w*[ \t]*:", re.MULTILINE)
_TOO_DEEP = "the code is nested too deeply to be read"


class Unparsable(Exception):
    """Code that does not parse: where, and why. `python2`: because it is Python 2."""

    def __init__(self, line: int, column: int, message: str, python2: bool = False) -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.message = message
        self.python2 = python2


def parse(code: str) -> cst.Module:
    """Parse one unit into a libcst tree. Raises Unparsable.

    Python's own parser goes first: it is quick, refuses nesting that would overflow libcst's stack, and says best what is
    wrong. What it refuses may still be fine, as the code can be newer than the Python that runs here.
    """
    error: SyntaxError | None = None
    try:
        ast.parse(code)
    except (RecursionError, MemoryError) as why:
        raise Unparsable(1, 1, _TOO_DEEP) from why
    except SyntaxError as why:
        error = why
        if "too many nested" in (why.msg or ""):
            raise Unparsable(why.lineno or 1, why.offset or 1, _TOO_DEEP) from why
    except ValueError as why:
        raise Unparsable(1, 1, str(why)) from why
    if error is not None and _is_python2(error.msg):
        raise _python2(error.lineno or 1, error.offset or 1) from error
    try:
        tree = cst.parse_module(code)
    except RecursionError as why:
        raise Unparsable(1, 1, _TOO_DEEP) from why
    except Exception as why:
        raise _unparsable(code, error, why) from why
    # libcst takes `except A, e:`, which is Python 3.14 if `e` is a type; a name in small letters is meant to be bound.
    place = _python2_place(code, code.count("\n") + 1) if _OLD_EXCEPT.search(code) else None
    if place is not None:
        raise _python2(*place)
    return tree


def _is_python2(message: str | None) -> bool:
    return message is not None and message.startswith("Missing parentheses in call to")


def _unparsable(code: str, error: SyntaxError | None, why: Exception) -> Unparsable:
    line = (error.lineno if error is not None else None) or (why.raw_line if isinstance(why, cst.ParserSyntaxError) else 1)
    place = _python2_place(code, line)
    if place is not None:
        return _python2(*place)
    if error is not None:
        return Unparsable(line, max(error.offset or 1, 1), error.msg.split(". Perhaps", 1)[0])
    return Unparsable(line, 1, "this cannot be parsed")


def _python2(line: int, column: int) -> Unparsable:
    return Unparsable(line, column, "this is Python 2, which cannot be read: move it to Python 3 (2to3 does most of it)", True)


def _python2_place(code: str, line: int) -> tuple[int, int] | None:
    """Where the first sign of Python 2 stands, if there is one up to the line at which Python 3 gave up."""
    number = 1
    for start, end, _ in logical_lines(code, lambda _: False):
        if number > line:
            return None
        text = code[start:end]
        last = number + text.count("\n")
        found = _PYTHON2.match(text) or (_PYTHON2_INSIDE.search(text) if last >= line else None)
        if found:
            column = len(text) - len(text.lstrip(" \t")) + 1
            return number, column
        number = last + 1
    return None
