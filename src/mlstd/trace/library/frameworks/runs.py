"""MLflow: which run comes first in a search of the runs that this one has logged, and by what score?"""

from __future__ import annotations

import re

from mlstd.trace.library.frameworks import given
from mlstd.trace.library.frameworks.framework import Framework
from mlstd.trace.library.picks import RANKED, SORTED_BY
from mlstd.trace.library.site import Site
from mlstd.trace.values.choose import with_traits
from mlstd.trace.values.collect import data_in
from mlstd.trace.values.kinds import Const, Data, Entries, Items, Ref, Value

LOGGED = "logged"  # the scores by the names under which they were logged
_ORDER = re.compile(r"^metrics\.[`\"]?([\w .-]+?)[`\"]?(\s+(ASC|DESC))?$", re.IGNORECASE)


class Runs(Framework):
    """What becomes of logged metrics."""

    def function(self, site: Site) -> Value | None:
        """`mlflow.log_metric("rmse", rmse)`; `mlflow.search_runs(order_by=["metrics.rmse ASC"])`, a table."""
        if site.name in ("mlflow.log_metric", "mlflow.log_metrics"):
            _remember(site)
        if site.name == "mlflow.search_runs" and (best := _first(site)) is not None:
            return with_traits(best, RANKED)
        return None

    def method(self, site: Site, name: str) -> Value | None:
        """The same of a client, which gives a list."""
        if name != "search_runs" or site.receiver is None or not given.is_a(site.machine, site.receiver.address, "mlflow_client"):
            return None
        best = _first(site)
        if best is None:
            return None
        made = site.machine.allocate("list", site.node, key="runs")
        site.machine.store(made.address, "[]", Items((), site.unknown("a run", "run")))
        site.machine.store(made.address, SORTED_BY, best)
        return Ref(made.address)


def _remember(site: Site) -> None:
    machine = site.machine
    logged: dict[str, Data] = machine.notes.setdefault(LOGGED, {})
    metrics = site.value("metrics")
    held = machine.load(metrics.address, "{}") if isinstance(metrics, Ref) else None
    pairs = held.items if isinstance(held, Entries) else ()
    key, value = site.value("key"), site.value("value")
    if isinstance(key, Const) and value is not None:
        pairs = ((key.value, value),)
    for name, told in pairs:
        score = next((d for d in data_in(machine, told) if d.kind == "score"), None)
        if score is not None:
            logged[str(name)] = score


def _first(site: Site) -> Data | None:
    """The score that the runs are put in order by, if this run has logged it."""
    order = given.members(site.machine, site.value("order_by") or site.arguments.named.get("order_by"))
    first = order[0] if order else None
    found = _ORDER.match(first.value) if isinstance(first, Const) and isinstance(first.value, str) else None
    logged: dict[str, Data] = site.machine.notes.get(LOGGED, {})
    return logged.get(found[1]) if found else None
