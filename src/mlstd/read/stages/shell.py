"""Which Python scripts does a shell command run, with which arguments?"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import msgspec

UNKNOWN = "*"
"""Stands in an argument for what only the pipeline's own tool can tell."""
_ENDS = frozenset(("&&", "||", ";", "|", "&", "\n"))
_REDIRECTS = frozenset((">", ">>", "<", "<<", ">&", "&>"))
_ASSIGNS = re.compile(r"^\w+=")
_PYTHON = re.compile(
    r"(^|/|\\)(python|ipython|pypy)[\d.]*(\.exe)?$|^\$[({]\w*PY(THON)?\w*[)}]$|^\{sys\.executable\}$", re.IGNORECASE
)
_LAUNCHERS = ("accelerate", "torchrun", "deepspeed", "papermill", "nbconvert", "horovodrun", "spark-submit")
_VARIABLE = re.compile(r"\$\([^()]*\)|\$\{[^{}]*\}|\$\w+")


class Call(msgspec.Struct, frozen=True):
    """A script that a command runs, seen from `folder`; with `module`, its name is that of a module (`python -m`)."""

    script: str
    arguments: tuple[str, ...] = ()
    module: bool = False
    folder: str = ""


def calls(command: str) -> Iterator[Call]:
    """The scripts that a command runs, in order; none for a command that cannot be taken apart."""
    folder = ""
    for words in _simple(command):
        if words[0] == "cd" and len(words) == 2:
            folder = words[1]
        elif (call := _call(words)) is not None:
            yield msgspec.structs.replace(call, folder=folder)


def _simple(command: str) -> Iterator[list[str]]:
    """The simple commands that a line is made of, as words, without assignments before and redirections after them."""
    lexer = shlex.shlex(command.replace("\\\n", " "), posix=True, punctuation_chars="&|;<>")
    lexer.whitespace_split, lexer.commenters = True, ""
    words: list[str] = []
    try:
        tokens = list(lexer)
    except ValueError:
        return
    for token in [*tokens, ";"]:
        if token in _ENDS or not token.strip("&|;"):
            if kept := _plain(words):
                yield kept
            words = []
        else:
            words.append(token)


def _plain(words: list[str]) -> list[str]:
    while words and _ASSIGNS.match(words[0]):
        words = words[1:]
    end = next((i for i, word in enumerate(words) if word in _REDIRECTS), len(words))
    return words[:end]


def _call(words: list[str]) -> Call | None:
    start = next((i for i, w in enumerate(words) if _PYTHON.search(w) or w in _LAUNCHERS), None)
    if start is None:
        return _script(words, 0) if words[0].endswith(".py") else None
    rest = words[start + 1 :]
    if "-m" in rest[:3] and (place := rest.index("-m") + 1) < len(rest) and words[start] not in _LAUNCHERS:
        return Call(rest[place], _arguments(rest[place + 1 :]), module=True) if rest[place] != "pip" else None
    return _script(words, start + 1)


def _script(words: list[str], start: int) -> Call | None:
    if "-c" in words or ("nbconvert" in words and "--execute" not in words):
        return None
    place = next((p for p in range(start, len(words)) if words[p].endswith((".py", ".ipynb"))), None)
    return Call(words[place].replace("\\", "/"), _arguments(words[place + 1 :])) if place is not None else None


def _arguments(words: list[str]) -> tuple[str, ...]:
    return tuple(_VARIABLE.sub(UNKNOWN, word) for word in words)
