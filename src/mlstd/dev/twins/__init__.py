"""How else could the same experiment have been written? A script as its twins, whose certain verdicts must be the same.

A twin is the same code in another form (`forms.py`), moved (`moves.py`), in another order (`order.py`) or with other names
(`naming.py`). Marks are comments and move with their lines. `None` comes out where a twin would be another program: star imports
cannot move, notebooks cannot be moved into functions.
"""

from __future__ import annotations

from collections.abc import Callable

from mlstd.dev.twins.code import Files
from mlstd.dev.twins.forms import as_notebook, as_percent_script, as_script
from mlstd.dev.twins.moves import in_class, in_five_files, in_helper, in_main, in_steps
from mlstd.dev.twins.naming import renamed, renamed_all
from mlstd.dev.twins.order import reordered

TWINS: dict[str, Callable[[Files, str], Files | None]] = {
    "in main": in_main,
    "in steps": in_steps,
    "in a class": in_class,
    "in a helper": in_helper,
    "in five files": in_five_files,
    "as a notebook": as_notebook,
    "as a percent script": as_percent_script,
    "reordered": reordered,
    "renamed": renamed,
    "functions renamed": renamed_all,
}
"""The twins of a script."""

__all__ = ["TWINS", "Files", "as_script"]
