"""Is a list of scores summed up: by its mean, or by how far they lie apart?"""

from __future__ import annotations

from collections.abc import Iterable

from mlstd.lower import ir
from mlstd.trace.events import Summary
from mlstd.trace.machine import Machine
from mlstd.trace.values.collect import data_in
from mlstd.trace.values.kinds import Data, Value
from mlstd.trace.values.text import source

MEANS = frozenset(("mean", "nanmean", "average", "median", "nanmedian", "fmean", "sum", "fsum"))
SPREADS = frozenset(
    (
        *("std", "nanstd", "var", "nanvar", "stdev", "pstdev", "variance", "pvariance", "sem", "iqr", "std_mean", "var_mean"),
        *("percentile", "nanpercentile", "quantile", "nanquantile", "quantiles", "describe", "agg", "aggregate"),
        *("bootstrap", "interval", "confint", "proportion_confint", "errorbar", "fill_between", "boxplot", "violinplot"),
        *("ttest_ind", "ttest_rel", "ttest_1samp", "wilcoxon", "mannwhitneyu", "mcnemar", "friedmanchisquare", "f_oneway"),
        *("paired_ttest_5x2cv", "paired_ttest_kfold_cv", "permutation_test", "pointplot"),
    )
)


def of_call(machine: Machine, name: str, values: Iterable[Value], node: ir.Node) -> None:
    """A library's function by this last word is handed scores."""
    how = "spread" if name in SPREADS else "mean" if name in MEANS else ""
    scores = tuple(d for value in values for d in data_in(machine, value) if _counts(d)) if how else ()
    if scores:
        _tell(machine, scores, how, node)


def of_product(machine: Machine, op: str, left: Data, right: Data, node: ir.Node) -> None:
    """`p * (1 - p)`: a score times itself is on its way to a variance."""
    if op == "*" and left.kind == right.kind == "score" and left.at == right.at and left.models == right.models:
        _tell(machine, (left,), "spread", node)


def _counts(data: Data) -> bool:
    """A score, or answers that are right or wrong one by one."""
    return data.kind == "score" or (data.kind == "prediction" and bool(data.traits & {"verdict", "hits"}))


def _tell(machine: Machine, scores: tuple[Data, ...], how: str, node: ir.Node) -> None:
    code = source(node, 80) if isinstance(node, ir.Expr) else ""
    machine.tape.add(Summary(**machine.common(machine.here(node), code), values=scores, how=how))
