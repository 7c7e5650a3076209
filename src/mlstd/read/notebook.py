"""Which code cells does a notebook hold, and on which line of the file does each begin?"""

from __future__ import annotations

import json
import re
from typing import Any

from mlstd.errors import Problem
from mlstd.read.json_lines import source_lines
from mlstd.read.magics import Harmless, harmless_cell
from mlstd.read.source import Cell
from mlstd.read.text import clean

_Read = tuple[tuple[Cell, ...], tuple[Problem, ...], str | None]

_CONFLICT = re.compile(r"^(?:<{7}|={7}|>{7})(?: |$)", re.MULTILINE)
_PROSE = re.compile(r"^[ *_]*\w[^<]{11,}$")  # neither a badge nor a rule
_HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_PYTHON = ("python", "ipython", "pyspark", "sage", "xeus-python", "pypy")
_OTHER_KERNELS = (
    "ir", "r", "julia", "scala", "spylon", "apache_toree", "bash", "javascript", "typescript", "deno", "jslab", "octave",
    "matlab", "xcpp", "rust", "gophernotes", "go", "java", "ijava", "kotlin", "sos", "stata", "sas", "ruby", "perl", ".net",
    "haskell", )  # fmt: skip


def cells_of(text: str, extra: frozenset[str]) -> _Read:
    """Read a notebook's JSON text: its code cells, what is wrong with it, its first Markdown heading.

    A notebook in another language than Python has no cells and no problem. `extra` are further `%%` magics whose cells are code.
    """
    try:
        raw = json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        return (), (_broken(text, error),), None
    except (RecursionError, ValueError):
        return (), (Problem(None, 1, 1, "this notebook's JSON is nested too deeply to be read"),), None
    if not isinstance(raw, dict) or not isinstance(raw.get("cells", raw.get("worksheets")), list):
        return (), (Problem(None, 1, 1, "this is JSON, but no notebook: it has no list of cells"),), None
    if not _is_python(raw):
        return (), (), None
    try:
        cells = _current(raw)
    except Exception as error:  # noqa: BLE001  nbformat meets malformed notebooks with whatever exception comes up
        what = f"nbformat cannot read this notebook ({type(error).__name__}): open it in Jupyter and save it again"
        return (), (Problem(None, 1, 1, what),), None
    return _code_cells(cells, source_lines(text), extra), (), _heading(cells)


def _broken(text: str, error: json.JSONDecodeError) -> Problem:
    """Say what is wrong with JSON that cannot be read, and what to do."""
    conflict = _CONFLICT.search(text)
    if conflict:
        line = text.count("\n", 0, conflict.start()) + 1
        return Problem(None, line, 1, "this notebook holds the marks of a merge conflict: settle the conflict, then check again")
    if not text.strip():
        return Problem(None, 1, 1, "this notebook is an empty file: restore it, or delete it")
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
        what = "this notebook is cut off, its JSON ends in the middle: restore it from version control"
    else:
        what = f"this notebook is not valid JSON ({error.msg}): restore it, or open it in Jupyter and save it again"
    return Problem(None, error.lineno, error.colno, what)


def _is_python(raw: dict[str, Any]) -> bool:
    """A quarter of real notebooks do not name their language; those are Python unless their kernel is a known other one."""
    metadata = _table(raw.get("metadata"))
    kernel = _table(metadata.get("kernelspec"))
    language = kernel.get("language") or _table(metadata.get("language_info")).get("name")
    if isinstance(language, str) and language:
        return language.lower().startswith(_PYTHON)
    name = kernel.get("name")
    if not isinstance(name, str) or name.lower().startswith(_PYTHON):
        return True
    return re.split(r"[-_\d ]", name.lower(), maxsplit=1)[0] not in _OTHER_KERNELS


def _table(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _current(raw: dict[str, Any]) -> list[Any]:
    """The cells in the form of nbformat 4, whichever form the file has. Outputs are dropped first: nothing here reads them."""
    from nbformat import convert, versions
    from nbformat.reader import get_version

    for sheet in [raw, *raw.get("worksheets", ())]:
        for cell in sheet.get("cells", ()):
            cell.pop("attachments", None)
            cell["metadata"] = _table(cell.get("metadata"))
            if "outputs" in cell:
                cell["outputs"] = []
    raw["metadata"] = _table(raw.get("metadata"))
    major, minor = get_version(raw)  # type: ignore[no-untyped-call]
    if major >= 4:
        return list(versions[4].to_notebook_json(raw, minor=minor).cells)
    notebook = versions[major].to_notebook_json(raw, minor=minor)
    return list(convert(notebook, 4).cells)  # type: ignore[no-untyped-call]


def _code_cells(cells: list[Any], lines: list[tuple[int, int]], extra: frozenset[str]) -> tuple[Cell, ...]:
    found = []
    for number, cell in enumerate(cells, 1):
        if cell.get("cell_type") != "code":
            continue
        text = _source(cell)
        safe = harmless_cell(text, extra) if _speaks_python(cell) else Harmless("\n" * text.count("\n"))
        line, step = lines[number - 1] if len(lines) == len(cells) else (None, 1)
        count = cell.get("execution_count")
        count = count if isinstance(count, int) and not isinstance(count, bool) and 0 <= count < 2**31 else None
        found.append(Cell(number, text, safe.code, line, count, safe.runs, safe.shifts, safe.writes, step))
    return tuple(found)


def _source(cell: Any) -> str:
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    return clean(source).replace("\0", "\ufffd") if isinstance(source, str) else ""


def _speaks_python(cell: Any) -> bool:
    """Whether an editor set the cell to another language (VS Code and polyglot kernels do)."""
    metadata = _table(cell.get("metadata"))
    language = _table(metadata.get("vscode")).get("languageId")
    return not isinstance(language, str) or language.lower().startswith(_PYTHON)


def _heading(cells: list[Any]) -> str | None:
    """The first heading; where there is none, the first line of prose."""
    prose: str | None = None
    for cell in cells:
        if cell.get("cell_type") == "markdown":
            text = _source(cell)
            found = _HEADING.search(text)
            if found:
                return found.group(1).strip()
            prose = prose or next((line.strip() for line in text.splitlines() if _PROSE.match(line)), None)
    return prose
