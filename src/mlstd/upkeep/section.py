"""How does a proposal get into pyproject.toml? At its end, so that everything that stands there stays as it is."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from mlstd.config.load import read_toml
from mlstd.errors import CannotRun
from mlstd.upkeep.propose import Proposal


def section(proposal: Proposal) -> str:
    """The proposal in the words of the file."""
    return "\n".join(_lines(proposal)) + "\n"


def grown(file: Path, proposal: Proposal) -> bytes:
    """The content of `file` with the section behind it. Raises `CannotRun` where the section is there already, or the file cannot
    be read or cannot take it."""
    free_for_section(file)
    if not file.exists():
        return section(proposal).encode()
    data = file.read_bytes()
    text = data.decode("utf-8-sig")
    end = "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"
    gap = "" if not text.strip() else end if text.endswith("\n") else end * 2
    added = gap + section(proposal).replace("\n", end)
    _must_parse(text + added, file)
    return data + added.encode()


def free_for_section(file: Path) -> None:
    """Raises `CannotRun` if there is a section already, or the file cannot be read."""
    tool = read_toml(file).get("tool", {}) if file.exists() else {}
    if isinstance(tool, dict) and "mlstd" in tool:
        raise CannotRun(f"{file}: there is a [tool.mlstd] section already; `mlstd config` shows what holds")


def _must_parse(text: str, file: Path) -> None:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise CannotRun(f"{file}: `tool` is written in a way that takes no further table; write [tool.x] tables") from None


def _lines(proposal: Proposal) -> Iterator[str]:
    yield "[tool.mlstd]"
    yield f"profile = {_text(proposal.profile)}  # exploration | experiment | production, for every path that no glob below names"
    if proposal.exclude:
        yield f"exclude = [{', '.join(_text(glob) for glob in proposal.exclude)}]  # never judged"
    if proposal.profiles:
        yield ""
        yield "[tool.mlstd.profiles]"
        widest = max(len(_text(one.glob)) + len(one.profile) for one in proposal.profiles)
        for one in proposal.profiles:
            pad = " " * (widest - len(_text(one.glob)) - len(one.profile))
            yield f"{_text(one.glob)} = {_text(one.profile)}{pad}  # {one.why}"


def _text(word: str) -> str:
    return json.dumps(word, ensure_ascii=False).replace("\x7f", "\\u007f")
