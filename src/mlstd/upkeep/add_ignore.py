"""How do today's findings become ignore comments? Result -> comments at the ends of lines, in scripts and in cells.

Nothing else in a file changes, not a byte: a comment is put before the end of the line, in a notebook inside the JSON string that
holds the line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from mlstd.errors import CannotRun
from mlstd.place import Place
from mlstd.read.json_lines import source_strings
from mlstd.read.lines import comments, logical_lines
from mlstd.report.result import Result
from mlstd.words import count

_OURS = re.compile(r"#\s*mlstd:\s*ignore\s*\[([^\]]*)\]")
_MAGIC = re.compile(r"\s*[%!]")
_ESCAPE = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|\\u....|\\.|[^\\]", re.DOTALL)
Spots = Mapping[tuple[int | None, int], set[str]]
_KEPT = ("suppressions",)  # findings about comments are no matter for another comment


class Added(msgspec.Struct, frozen=True):
    """How many findings are ignored now, in how many files, and where that was not possible, with the reason."""

    findings: int
    files: tuple[str, ...]
    left: tuple[str, ...]


def add_ignores(result: Result, reason: str, cwd: Path) -> Added:
    """Writes a comment for each finding of the result. Raises `CannotRun` where a file cannot be written."""
    if "\n" in reason or "\r" in reason or not reason.strip():
        raise CannotRun("--reason: write one line that says why")
    wanted: dict[str, dict[tuple[int | None, int], set[str]]] = {}
    for settled in result.findings:
        if settled.family not in _KEPT:
            place = settled.finding.place
            wanted.setdefault(place.path, {}).setdefault((place.cell, place.line), set()).add(settled.finding.rule)
    done, files, left = 0, [], []
    for path, spots in wanted.items():
        data = (cwd / path).read_bytes()
        try:
            new, refused = _edited(data, path, spots, reason.strip(), result)
        except ValueError as error:
            left.append(f"{path}: {error}")
            continue
        left += refused
        done += sum(map(len, spots.values())) - len(refused)
        if new != data:
            _write(cwd / path, path, new)
            files.append(path)
    return Added(done, tuple(files), tuple(left))


def told(added: Added) -> Iterator[str]:
    """The lines for the reader."""
    yield f"Ignored {count(added.findings, 'finding')} in {count(len(added.files), 'file')}."
    yield from (f"  left: {one}" for one in added.left)


def _write(file: Path, path: str, data: bytes) -> None:
    try:
        file.write_bytes(data)
    except OSError as error:
        raise CannotRun(f"{path}: cannot be written: {error.strerror or error}") from None


def _edited(data: bytes, path: str, spots: Spots, reason: str, result: Result) -> tuple[bytes, list[str]]:
    """The file with its comments, and the findings that take none. Raises `ValueError` for a file that cannot be edited."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise ValueError("it is not UTF-8 text") from None
    refused: list[str] = []
    by_line: dict[tuple[int | None, int], set[str]] = {}
    for (cell, line), rules in spots.items():
        last = _last_line("\n".join(result.code[path, cell].lines), line)
        if last is None:
            refused += [f"{Place(path, cell, line, 1, line, 1)}: {rule}: a magic takes no comment" for rule in sorted(rules)]
        else:
            by_line.setdefault((cell, last), set()).update(rules)
    strings = source_strings(text) if path.endswith(".ipynb") else []
    edits: list[tuple[int, str]] = []
    for (cell, line), rules in by_line.items():
        lines = result.code[path, cell].lines
        column, comment = _comment(lines, line, rules, reason)
        if cell is None:
            edits.append((_in_script(text, lines, line, column), comment))
        else:
            plain = text.isascii()
            held = strings[cell - 1] if cell <= len(strings) else []
            edits.append((_in_notebook(text, held, lines, line, column), json.dumps(comment, ensure_ascii=plain)[1:-1]))
    for offset, comment in sorted(edits, reverse=True):
        text = text[:offset] + comment + text[offset:]
    return text.encode("utf-8"), refused


def _last_line(code: str, line: int) -> int | None:
    """The last line of the logical line that `line` belongs to: there a comment can stand. None for a magic."""
    for start, end, raw in logical_lines(code, lambda first: _MAGIC.match(first) is not None):
        last = code.count("\n", 0, end) + 1
        if code.count("\n", 0, start) + 1 <= line <= last:
            return None if raw else last
    return line


def _comment(lines: tuple[str, ...], line: int, rules: set[str], reason: str) -> tuple[int, str]:
    """Where in a line what is to be put in: a new comment at its end, or names into one that is there."""
    old = lines[line - 1]
    start = sum(len(one) + 1 for one in lines[: line - 1])
    there = next((found - start for found, _ in comments("\n".join(lines)) if start <= found <= start + len(old)), None)
    ours = _OURS.search(old, there) if there is not None else None
    if ours is not None:
        named = {name.strip() for name in ours[1].split(",")}
        return ours.end(1), "".join(f", {rule}" for rule in sorted(rules - named))
    gap = "  " if old.strip() else ""
    return len(old.rstrip()) if old.strip() else len(old), f"{gap}# mlstd: ignore[{', '.join(sorted(rules))}] -- {reason}"


def _in_script(text: str, lines: tuple[str, ...], line: int, column: int) -> int:
    """The offset of a column in the text of a script."""
    raw = text.removeprefix("\ufeff").split("\n")
    if line > len(raw) or raw[line - 1].removesuffix("\r") != lines[line - 1]:
        raise ValueError("its lines end in a way that is not understood")
    return len(text) - len(text.removeprefix("\ufeff")) + sum(len(one) + 1 for one in raw[: line - 1]) + column


def _in_notebook(text: str, strings: list[tuple[int, int]], lines: tuple[str, ...], line: int, column: int) -> int:
    """The offset of a column of a cell in the JSON text of a notebook."""
    if "".join(json.loads(text[start:end], strict=False) for start, end in strings) != "\n".join(lines):
        raise ValueError("a cell is stored in a way that is not understood")
    target = sum(len(one) + 1 for one in lines[: line - 1]) + column
    for start, end in strings:
        offset = start + 1
        for token in _ESCAPE.finditer(text, start + 1, end - 1):
            if target == 0:
                return token.start()
            target -= 1
            offset = token.end()
        if target == 0:
            return offset
    raise ValueError("a cell is stored in a way that is not understood")
