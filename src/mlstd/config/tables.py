"""What is wrong with a table of the configuration? Reads typed values out of raw TOML and gathers every problem instead of
stopping."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from mlstd.words import suggestion


class Table:
    """One TOML table: each method reads a key, or notes what is wrong with it and gives the default."""

    def __init__(self, data: Mapping[str, Any], where: str, problems: list[str], file: str) -> None:
        self.data = data
        self.where = where
        self.problems = problems
        self.file = file

    def complain(self, key: str, what: str) -> None:
        """Notes a problem of `key` (empty: of the table itself)."""
        dotted = ".".join(part for part in (self.where, key) if part)
        self.problems.append(f"{self.file}: {dotted}: {what}")

    def only(self, known: Iterable[str], noun: str = "key") -> None:
        """Complains of keys that are not known."""
        right = list(known)
        for key in self.data:
            if key not in right:
                self.complain(key, f'unknown {noun} "{key}"{suggestion(key, right)}')

    def flag(self, key: str, default: bool = False) -> bool:
        """A truth value."""
        value = self.data.get(key, default)
        if isinstance(value, bool):
            return value
        self.complain(key, f"must be true or false, not {shown(value)}")
        return default

    def text(self, key: str, needed: bool = False) -> str:
        """A string."""
        value = self.data.get(key, "")
        if not isinstance(value, str):
            self.complain(key, f"must be a string, not {shown(value)}")
            return ""
        if needed and not value:
            self.complain(key, "is missing" if key not in self.data else "must not be empty")
        return str(value)

    def day(self, key: str) -> date | None:
        """A date."""
        value = self.data.get(key)
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        self.complain(key, f"must be a date without quotes, as in {key} = 2027-03-01, not {shown(value)}")
        return None

    def word(self, key: str, right: Collection[str], default: str) -> str:
        """One of the right words."""
        return self.right_word(key, self.data.get(key, default), right) or default

    def right_word(self, key: str, value: object, right: Collection[str], noun: str = "word") -> str | None:
        """`value` if it is one of the right words; otherwise complains."""
        if isinstance(value, str) and value in right:
            return value
        what = (
            f'unknown {noun} "{value}"{suggestion(value, right)}'
            if isinstance(value, str)
            else f"must be a string, not {shown(value)}"
        )
        self.complain(key, what)
        return None

    def strings(self, key: str, default: Sequence[str] = ()) -> tuple[str, ...]:
        """A list of strings."""
        value = self.data.get(key, list(default))
        if not isinstance(value, list):
            hint = f": write [{shown(value)}]" if isinstance(value, str) else ""
            self.complain(key, f"must be a list of strings{hint or f', not {shown(value)}'}")
            return tuple(default)
        for item in value:
            if not isinstance(item, str):
                self.complain(key, f"must hold only strings, not {shown(item)}")
        return tuple(item for item in value if isinstance(item, str))

    def table(self, key: str) -> Table:
        """A table below this one."""
        value = self.data.get(key, {})
        if not isinstance(value, dict):
            self.complain(key, f"must be a table, not {shown(value)}")
            value = {}
        return Table(value, f"{self.where}.{key}" if self.where else key, self.problems, self.file)

    def tables(self, key: str) -> list[Table]:
        """An array of tables; the first is called `key[1]` in messages."""
        value = self.data.get(key, [])
        dotted = f"{self.where}.{key}" if self.where else key
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.complain(key, f"must be an array of tables: write [[{dotted}]]")
            return []
        return [Table(item, f"{dotted}[{number}]", self.problems, self.file) for number, item in enumerate(value, 1)]


def shown(value: object) -> str:
    """A TOML value as a person would write it, cut short."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        text = f'"{value}"'
    elif isinstance(value, dict):
        return "a table"
    elif isinstance(value, list):
        return "a list"
    else:
        text = str(value)
    return text if len(text) <= 60 else text[:57] + "..."
