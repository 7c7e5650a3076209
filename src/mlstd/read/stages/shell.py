"""Which Python scripts does a shell command run, with which arguments?"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator

import msgspec

UNKNOWN = "*"
"""Stands in an argument for what only the pipeline's own tool can tell."""
_PREFIXES = frozenset(("time", "nohup", "exec", "if", "then", "do", "else", "!", "{"))
_SAYS = frozenset(("echo", "printf", "pip", "pip3", "conda", "apt", "apt-get", "grep", "sed", "rm", "cp", "mv", "cat"))
_ASSIGNS = re.compile(r"^\w+=")
_PYTHON = re.compile(r"(^|/|\\)(python|ipython|pypy)[\d.]*(\.exe)?$|^\{sys\.executable\}$", re.IGNORECASE)
_PYTHONS = re.compile(r"\$[({]\w*PY(THON)?\w*[)}]", re.IGNORECASE)
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
            folder = posixpath.join(folder, words[1])
        elif (call := _call(words)) is not None:
            yield msgspec.structs.replace(call, folder=folder)


def _simple(command: str) -> Iterator[list[str]]:
    """The simple commands that a text is made of, as words, without assignments before and redirections after them."""
    plain = _VARIABLE.sub(UNKNOWN, _PYTHONS.sub("python", command.replace("\\\n", " ")))
    lexer = shlex.shlex(plain, posix=True, punctuation_chars="&|;<>()\n")
    lexer.whitespace, lexer.whitespace_split, lexer.commenters = " \t\r", True, ""
    words: list[str] = []
    try:
        tokens = list(lexer)
    except ValueError:
        return
    for token in [*tokens, ";"]:
        if not token.strip("&|;()\n"):
            if kept := _plain(words):
                yield kept
            words = []
        else:
            words.append(token)


def _plain(words: list[str]) -> list[str]:
    """The words before a comment or a redirection, after assignments."""
    while words and (_ASSIGNS.match(words[0]) or words[0] in _PREFIXES):
        words = words[1:]
    ends = (i for i, word in enumerate(words) if word.startswith("#") or not word.strip("<>&"))
    end = next(ends, len(words))
    if end < len(words) and words[end - 1].isdigit() and words[end].startswith(">"):
        end -= 1  # `2>errors`
    return words[:end]


def _call(words: list[str]) -> Call | None:
    if words[0] in _SAYS:
        return None
    start = next((i for i, w in enumerate(words) if _PYTHON.search(w) or w in _LAUNCHERS), None)
    if start is None:
        start = -1 if words[0].endswith(".py") or words[:2] == ["uv", "run"] else None
    return _script(words, start + 1) if start is not None else None


def _script(words: list[str], start: int) -> Call | None:
    """The first script or module among the words; what follows it are its own options."""
    if "nbconvert" in words and "--execute" not in words:
        return None
    for place in range(start, len(words)):
        if words[place].endswith((".py", ".ipynb")):
            return Call(words[place].replace("\\", "/"), tuple(words[place + 1 :]))
        if words[place] == "-m" and place + 1 < len(words) and words[place + 1] != "pip":
            return Call(words[place + 1], tuple(words[place + 2 :]), module=True)
        if words[place] in ("-c", "-m"):
            return None
    return None
