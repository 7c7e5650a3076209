"""Which findings does a comment ask to ignore? Comments of a module -> `Pragma`s, each with the lines that it covers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import msgspec

from mlstd.lower import ir
from mlstd.place import Place
from mlstd.words import suggestion

_PRAGMA = re.compile(
    r"#\s*mlstd:\s*(?P<word>ignore-file|ignore)\b(?:\s*\[(?P<names>[^\]]*)\])?"
    r"(?P<terms>(?:\s+\w+\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"']+))*)(?:\s*(?:--|—)\s*(?P<reason>.*))?",
    re.IGNORECASE,
)
_TERM = re.compile(r"(\w+)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"']+)")
TERMS = ("until", "owner")
_SPOKEN = re.compile(r"#\s*mlstd:\s*(?P<word>[\w-]*)", re.IGNORECASE)


class Pragma(msgspec.Struct, frozen=True):
    """One ignore comment. `names`: rules or families, empty for all; `lines`: first and last line that it covers in its cell (or
    script), None for the whole file; `wrong`: what of its terms (`until=`, `owner=`) cannot be understood."""

    place: Place
    names: tuple[str, ...]
    reason: str
    lines: tuple[int, int] | None
    until: date | None = None
    owner: str = ""
    wrong: str = ""

    def covers(self, place: Place) -> bool:
        """Whether a finding that starts at `place` is meant."""
        if place.path != self.place.path:
            return False
        return self.lines is None or (place.cell == self.place.cell and self.lines[0] <= place.line <= self.lines[1])

    def names_rule(self, rule: str, family: str) -> bool:
        """Whether a rule is among those that the comment names."""
        return not self.names or rule in self.names or family in self.names

    def ended(self, today: date) -> bool:
        """Whether its last day is over."""
        return self.until is not None and self.until < today


def pragmas(path: str, module: ir.Module) -> tuple[Pragma, ...]:
    """The ignore comments of a module, in the order of the text."""
    return tuple(
        pragma for unit in module.units for comment in unit.comments if (pragma := _pragma(path, unit, comment)) is not None
    )


def misspelt(path: str, module: ir.Module) -> Iterator[tuple[Place, str]]:
    """Comments that speak to mlstd without a word that it knows, with that word."""
    for unit in module.units:
        for comment in unit.comments:
            spoken = _SPOKEN.search(comment.text)
            if spoken is not None and _PRAGMA.search(comment.text) is None:
                yield _place(path, unit, comment), spoken["word"]


def _pragma(path: str, unit: ir.Unit, comment: ir.Comment) -> Pragma | None:
    match = _PRAGMA.search(comment.text)
    if match is None:
        return None
    names = tuple(name for part in (match["names"] or "").split(",") if (name := part.strip()))
    lines = None if match["word"].lower() == "ignore-file" else _covered(unit, comment)
    until, owner, wrong = _terms(match["terms"])
    return Pragma(_place(path, unit, comment), names, (match["reason"] or "").strip(), lines, until, owner, wrong)


def _terms(text: str) -> tuple[date | None, str, str]:
    """`until=2027-03-01 owner="vision team"` as a day, an owner, and what is wrong with them."""
    found = {name.lower(): value.strip("\"'") for name, value in _TERM.findall(text)}
    wrong = next((f'"{name}" is no term of a comment{suggestion(name, TERMS)}' for name in found if name not in TERMS), "")
    until = None
    try:
        until = date.fromisoformat(found["until"]) if "until" in found else None
    except ValueError:
        wrong = f'"{found["until"]}" is no date: write until=2027-03-01'
    return until, found.get("owner", ""), wrong


def _place(path: str, unit: ir.Unit, comment: ir.Comment) -> Place:
    return Place(path, unit.cell, comment.line, comment.column, comment.line, comment.column + len(comment.text))


def _covered(unit: ir.Unit, comment: ir.Comment) -> tuple[int, int]:
    """The statement that a comment stands in, or follows on its last line; the next one, for a comment on a line of its own; the
    whole cell, for one that opens it."""
    lines = unit.text.split("\n")
    opens = not any(line.strip() for line in lines[: comment.line - 1])
    if comment.alone and opens and unit.cell is not None:
        return (1, max(len(lines), comment.line))
    around = [span for span in unit.statements if span[0] <= comment.line <= span[1]]
    innermost = min(around, key=lambda span: span[1] - span[0], default=(comment.line, comment.line))
    if comment.alone:
        following = min((span for span in unit.statements if span[0] > comment.line), default=None)
        if (following is not None and following[0] <= innermost[1]) or innermost == (comment.line, comment.line):
            return (comment.line, following[1]) if following is not None else innermost
    return innermost
