"""What does the team let pass, where, and until when? `[[tool.mlstd.waivers]]` with the lines on which they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from mlstd.config.settings import Waiver
from mlstd.config.tables import Table

_HEADER = re.compile(r"^\s*(\[\[\s*(tool\s*\.\s*mlstd\s*\.\s*)?waivers\s*\]\]|waivers\s*=)")


def waivers(top: Table, words: Sequence[str]) -> tuple[Waiver, ...]:
    """The waivers of a configuration. `words`: the rules and families that there are, and `all`."""
    tables = top.tables("waivers")
    lines = _lines(top.file) if tables else []
    found = []
    for number, table in enumerate(tables):
        table.only(["rule", "path", "reason", "until", "owner"])
        rule = table.text("rule", needed=True)
        if rule:
            table.right_word("rule", rule, words, "rule or family")
        found.append(
            Waiver(
                rule,
                table.text("path", needed=True),
                table.text("reason", needed=True),
                table.day("until"),
                table.text("owner"),
                top.file,
                lines[min(number, len(lines) - 1)] if lines else 1,
            )
        )
    return tuple(found)


def _lines(file: str) -> list[int]:
    """The lines of a file on which a waiver begins."""
    try:
        text = Path(file).read_text(encoding="utf-8-sig")
    except OSError:
        return []
    return [number for number, line in enumerate(text.splitlines(), 1) if _HEADER.match(line)]
