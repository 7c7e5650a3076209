"""Who wrote a line, and when? Git's answer for one file."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from datetime import date, datetime, timezone
from pathlib import Path

import msgspec

_UNCOMMITTED = "0" * 40


class Written(msgspec.Struct, frozen=True, order=True):
    """The day of the commit that wrote a line, and its author; no author for a line that is not committed yet."""

    day: date
    author: str


def blame(root: Path, path: str) -> Mapping[int, Written]:
    """Each line of a file (from 1); nothing where there is no git, no repository, or no such file in it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "-C", os.fspath(root), "blame", "-w", "--porcelain", "--", path]
    try:
        run = subprocess.run(command, capture_output=True, env=environment, check=False)
    except OSError:
        return {}
    return _lines(run.stdout.decode("utf-8", "replace")) if run.returncode == 0 else {}


def _lines(porcelain: str) -> dict[int, Written]:
    facts: dict[str, dict[str, str]] = {}
    found: dict[int, Written] = {}
    commit, line = "", 0
    for text in porcelain.split("\n"):
        if text.startswith("\t"):
            facts_of = facts[commit]
            day = datetime.fromtimestamp(int(facts_of.get("author-time", "0")), tz=timezone.utc).date()
            found[line] = Written(day, "" if commit == _UNCOMMITTED else facts_of.get("author", ""))
            commit = ""
        elif not commit and text:
            commit, _, final = text.split(" ")[:3]
            line = int(final)
            facts.setdefault(commit, {})
        elif commit:
            key, _, value = text.partition(" ")
            facts[commit][key] = value
    return found
