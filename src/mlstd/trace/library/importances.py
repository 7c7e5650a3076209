"""Which columns did a model, or a selector, find telling? Rows of these columns alone know the target of all rows that it saw.

`model.feature_importances_` and `selector.get_support()` are statistics with the trait "importances"; what chooses columns by
them hands their statistics on.
"""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.library.site import MODEL_ROLES
from mlstd.trace.machine import Machine
from mlstd.trace.values.kinds import Data, Ref, Stat

IMPORTANCES = "importances"
NAMES = frozenset(("feature_importances_", "coef_", "support_", "ranking_", "scores_", "pvalues_", "get_support"))


def found_by(machine: Machine, owner: Ref, name: str, node: ir.Node) -> Data | None:
    """What an object learned of the columns of its rows; None where it learned nothing that knows the target."""
    thing = machine.things.get(owner.address)
    if name not in NAMES or thing is None:
        return None
    stats = frozenset(s for s in machine.facts(owner.address, "#stats") if isinstance(s, Stat) and s.learned == "target")
    parts = machine.facts(owner.address, "#fits")
    if thing.role in MODEL_ROLES and thing.supervised is not False and parts:
        stats = frozenset((Stat(machine.here(node), parts, "target", name),))
    if not stats:
        return None
    rows = frozenset(p for s in stats for p in s.parts)
    return Data("statistic", rows, stats=stats, at=machine.here(node), traits=frozenset((IMPORTANCES,)))


def narrowed_to(data: Data, columns: Data) -> Data:
    """The rows of some columns, which were chosen by what is known of the target."""
    return data.but(stats=data.stats | columns.stats, lacks=None)
