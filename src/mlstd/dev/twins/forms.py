"""In which form could the same code stand: a script, a percent script, a notebook?"""

from __future__ import annotations

import json

import libcst as cst

from mlstd.dev.marks import Cell, notebook_of
from mlstd.dev.twins.code import Files, script


def as_notebook(files: Files, entry: str) -> Files | None:
    """Each stretch of statements between blank lines is a cell; none ends in a value, which a notebook would show."""
    cells = _cells(files, entry)
    if cells is None:
        return None
    rest = {path: text for path, text in files.items() if path != entry}
    module = cst.parse_module(files[entry])
    said = [Cell("markdown", f"# {text}")] if (text := module.get_docstring()) else []
    made = [*said, *(Cell("code", f"{cell}\npass") for cell in cells)]
    return {**rest, entry.removesuffix(".py") + ".ipynb": notebook_of(tuple(made))}


def as_percent_script(files: Files, entry: str) -> Files | None:
    """The same cells, divided by `# %%`."""
    cells = _cells(files, entry)
    return {**files, entry: "".join(f"# %%\n{cell}\n" for cell in cells)} if cells is not None else None


def as_script(files: Files, entry: str) -> Files | None:
    """The code cells of a notebook one after the other; the value at the end of a cell is printed, and what is said between cells
    is a comment."""
    if not entry.endswith(".ipynb"):
        return None
    lines: list[str] = []
    for cell in json.loads(files[entry])["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            lines += [f"# {line}" for line in text.splitlines()]
        elif text.lstrip().startswith(("%", "!")):
            return None
        else:
            lines.append(_printed(text))
    rest = {path: text for path, text in files.items() if path != entry}
    return {**rest, entry.removesuffix(".ipynb") + ".py": "\n".join(lines) + "\n"}


def _printed(text: str) -> str:
    """A cell as a script: the value that it ends with is printed."""
    module = cst.parse_module(text)
    last = module.body[-1] if module.body else None
    shown = last.body[-1] if isinstance(last, cst.SimpleStatementLine) else None
    if not isinstance(last, cst.SimpleStatementLine) or not isinstance(shown, cst.Expr) or text.rstrip().endswith(";"):
        return module.code
    printed = cst.Expr(cst.Call(cst.Name("print"), [cst.Arg(shown.value)]))
    return module.with_deep_changes(last, body=[*last.body[:-1], printed]).code


def _cells(files: Files, entry: str) -> list[str] | None:
    """The text of a script, divided at the blank lines between its statements."""
    module = script(files, entry)
    if module is None or "# %%" in files[entry]:
        return None
    cells: list[list[str]] = [[]]
    for statement in module.body:
        text = module.code_for_node(statement)
        if text.startswith("\n") and cells[-1]:
            cells.append([])
        cells[-1].append(text.strip("\n"))
    cells[0][:0] = [line.comment.value for line in module.header if line.comment is not None]
    return ["\n".join(cell) for cell in cells if cell]
