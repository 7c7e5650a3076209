"""Does a notebook tell what would happen if it were run again?"""

from __future__ import annotations

from collections.abc import Iterator

from mlstd.ask.questions import Questions
from mlstd.checks.finding import Finding
from mlstd.checks.registry import found, rule


@rule("out-of-order-cells")
def out_of_order_cells(asked: Questions) -> Iterator[Finding]:
    """Saved execution counts are not in the order of the cells."""
    for case in asked.disordered_cells():
        message = (
            "this cell was run as number {count}, a cell above it as number {above}: the saved results come from another order"
        )
        yield found("out-of-order-cells", asked, case, message, "restart the kernel, run all cells, and save")


@rule("undefined-on-restart")
def undefined_on_restart(asked: Questions) -> Iterator[Finding]:
    """A name is used above the cell that defines it, or nothing defines it."""
    for case in asked.undefined_names():
        message = "`{name}` is {where}: after a restart this cell stops with a NameError"
        yield found(
            "undefined-on-restart", asked, case, message, "restart the kernel, run all cells, and move or restore what is missing"
        )
