"""Which parts of a cell are not Python, and what does the parser get to see in their place?

Code is parsed as it stands. Only when Python refuses it are `%magic`, `!cmd` and `?help` lines turned into `pass`. No line is
ever added or taken away; where characters are taken off the front of a line, that is told as a shift.
"""

from __future__ import annotations

import ast
import re
import shlex
import warnings
from dataclasses import dataclass

from mlstd.read.lines import logical_lines

CODE_CELL_MAGICS = frozenset(
    (
        "time", "timeit", "capture", "prun", "wandb", "memit", "mprun", "lprun", "snakeviz", "pyinstrument", "scalene", "heat",
        "notify", "debug", "local", "px", "ipytest", "run_pytest", "cache",
    )
)  # fmt: skip
"""The `%%` magics whose cell is Python that runs in the notebook's own namespace."""

_CELL_MAGIC = re.compile(r"%%([\w.]+)(.*)")
_DATABRICKS = re.compile(r"%(sql|r|md-sandbox|md|scala|sh|fs|html|python)\b[ \t]*(.*)")
_AUTOMAGICS = (
    "pip|pip3|conda|mamba|uv|cd|ls|ll|pwd|mkdir|rmdir|rm|mv|cp|cat|man|more|less|wget|git|unzip|matplotlib|pylab|load_ext"
    "|reload_ext|autoreload|run|time|timeit|who|whos|env|config|history|precision|python|python3"
)
_MAGIC = re.compile(r"[ \t]*[%!?]")
_HELP = re.compile(r"[ \t]*[\w.*]+(?:\(.*\))?\?{1,2}[ \t]*(?:#.*)?$")
_ASSIGNED = re.compile(r"""(?P<head>[ \t]*[\w.,*()\[\]'" \t]*[\w)\]][ \t]*=[ \t]*)(?P<rest>[%!].*)""", re.DOTALL)
_AUTOMAGIC = re.compile(rf"[ \t]*(?P<word>{_AUTOMAGICS})[ \t]+(?P<rest>[^\s=].*)", re.DOTALL)
_TIMED = re.compile(r"%(?:time|timeit|prun|memit|lprun|mprun)\b(?:[ \t]+-(?:[nrpslTDf][ \t]*[\w.]+|\w+))*[ \t]+(?=\S)")
_RUN = re.compile(r"[ \t]*%?run[ \t]+(.+)", re.DOTALL)
_CANDIDATE = re.compile(rf"^[ \t]*[%!?]|\?[ \t]*(?:#.*)?$|=[ \t]*[%!]|^[ \t]*(?:{_AUTOMAGICS})[ \t]+[^\s=]", re.MULTILINE)
_DATABRICKS_RUN = re.compile(r"^# MAGIC %run[ \t]+(.+)$", re.MULTILINE)
_WINDOWS_SEPARATOR = re.compile(r"\\(?=[\w.])")
_FORM_FEED = re.compile(r"^[ \t]*\f[ \t\f]*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Harmless:
    """Code for the parser; see `Cell` for what `runs`, `shifts` and `writes` say."""

    code: str
    runs: tuple[tuple[int, str], ...] = ()
    shifts: tuple[tuple[int, int], ...] = ()
    writes: str | None = None


def parses(code: str) -> bool:
    """Whether the running Python takes the code (deep nesting counts as no)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def harmless_script(text: str) -> Harmless:
    """Make a script harmless. One that was exported from a notebook may hold magics; Databricks keeps its own in comments."""
    if text.startswith("# Databricks notebook source"):
        text = _DATABRICKS_RUN.sub(r"%run \1", text)
    return _Rewriting(text).done(dedent=False)


def harmless_cell(text: str, extra: frozenset[str] = frozenset()) -> Harmless:
    """Make a notebook cell harmless. `extra` are further `%%` magics whose cell is code."""
    lines = text.split("\n")
    for index, line in enumerate(lines):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        magic = _CELL_MAGIC.match(stripped)
        if magic is None:
            return _databricks(lines, index, stripped) or _Rewriting("\n".join(lines)).done(dedent=True)
        name, rest = magic.groups()
        lines[: index + 1] = [""] * (index + 1)
        if name in ("writefile", "file"):
            return _written("\n".join(lines), rest)
        if name not in CODE_CELL_MAGICS and name not in extra:
            return Harmless("\n" * text.count("\n"))
    return _Rewriting("\n".join(lines)).done(dedent=True)


def _written(body: str, rest: str) -> Harmless:
    """A cell that writes a file: only a Python file is of interest."""
    names = [word for word in _words(rest) if not word.startswith("-")]
    if not names or not names[0].endswith(".py"):
        return Harmless("\n" * body.count("\n"))
    written = harmless_script(body)
    return Harmless(written.code, written.runs, written.shifts, writes=names[0])


def _databricks(lines: list[str], index: int, head: str) -> Harmless | None:
    """A cell in another language by Databricks' `%sql` at its head; None if this is a line magic above Python code."""
    magic = _DATABRICKS.match(head)
    if magic is None:
        return None
    rest = [""] * (index + 1) + lines[index + 1 :]
    if magic.group(1) == "python":
        return _Rewriting("\n".join(rest)).done(dedent=True)
    if magic.group(2) and _Rewriting("\n".join(rest)).parses():
        return None
    return Harmless("\n" * (len(lines) - 1))


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text, comments=True, posix=True)
    except ValueError:
        return text.split()


class _Rewriting:
    """One text on its way to being harmless; keeps what was taken off the lines' fronts."""

    def __init__(self, text: str) -> None:
        self._shifts: dict[int, int] = {}
        self._runs: list[tuple[int, str]] = []
        self._code = self._without_form_feeds(text) if "\f" in text else text

    def done(self, dedent: bool) -> Harmless:
        """Carry out what is needed. `dedent`: a cell may be indented as a whole, as IPython allows."""
        if dedent and self._code[:1] in ("\n", " ", "\t") and not parses(self._code):
            self._dedent()
        if _CANDIDATE.search(self._code) and not parses(self._code):
            self._replace_magics()
        return Harmless(self._code, tuple(self._runs), tuple(sorted(self._shifts.items())))

    def parses(self) -> bool:
        """Whether Python takes what comes out."""
        return parses(self.done(dedent=True).code)

    def _shift(self, line: int, columns: int) -> None:
        self._shifts[line] = self._shifts.get(line, 0) + columns

    def _without_form_feeds(self, text: str) -> str:
        """A form feed sets the indentation back to nothing; the parser would drop it without counting it."""

        def replace(found: re.Match[str]) -> str:
            kept = found.group().rpartition("\f")[2]
            self._shift(text.count("\n", 0, found.start()) + 1, len(found.group()) - len(kept))
            return kept

        return _FORM_FEED.sub(replace, text)

    def _dedent(self) -> None:
        lines = self._code.split("\n")
        first = next((line for line in lines if line.strip()), "")
        indent = first[: len(first) - len(first.lstrip(" \t"))]
        if not indent:
            return
        for number, line in enumerate(lines, 1):
            if line.startswith(indent):
                lines[number - 1] = line[len(indent) :]
                self._shift(number, len(indent))
        self._code = "\n".join(lines)

    def _replace_magics(self) -> None:
        pieces: list[str] = []
        number = 1
        for start, end, raw in logical_lines(self._code, _is_magic):
            piece = self._code[start:end]
            pieces.append(self._replaced(piece, number) if raw else piece)
            number += piece.count("\n") + 1
        ending = "\n" if self._code.endswith("\n") else ""
        self._code = "\n".join(pieces) + ending

    def _replaced(self, piece: str, number: int) -> str:
        indent = piece[: len(piece) - len(piece.lstrip(" \t"))]
        blanks = "\n" * piece.count("\n")
        assigned = _ASSIGNED.match(piece)
        if assigned:
            return assigned["head"] + self._assigned_value(assigned["rest"], blanks)
        timed = _TIMED.match(piece, len(indent))
        if timed and parses(piece[timed.end() :]):
            self._shift(number, timed.end() - len(indent))
            return indent + piece[timed.end() :]
        run = _RUN.match(piece)
        if run:
            path = _run_path(run.group(1).replace("\\\n", " "))
            if path:
                self._runs.append((number, path))
        return f"{indent}pass{blanks}"

    def _assigned_value(self, rest: str, blanks: str) -> str:
        timed = _TIMED.match(rest)
        if timed and parses(rest[timed.end() :]):
            return " " * timed.end() + rest[timed.end() :]
        return f"...{blanks}"


def _is_magic(line: str) -> bool:
    if _MAGIC.match(line) or _HELP.match(line) or _ASSIGNED.match(line):
        return True
    return _AUTOMAGIC.match(line) is not None and not parses(line.strip())


def _run_path(arguments: str) -> str | None:
    """The file that `%run` runs, after its options."""
    for word in _words(_WINDOWS_SEPARATOR.sub("/", arguments)):
        if not word.startswith("-"):
            return word
    return None
