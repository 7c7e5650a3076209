"""How do models learn where gradients are values? A gradient remembers the loss that it was taken of; who applies it, fits.

Taking a gradient alone teaches nothing (a saliency map, a penalty, a loss that an evaluation computes along the way).
"""

from __future__ import annotations

from mlstd.trace.events import Fit
from mlstd.trace.library.models import learn
from mlstd.trace.library.site import Site, models_in, unknown_rows
from mlstd.trace.machine import Machine
from mlstd.trace.values.collect import data_in, references, summary
from mlstd.trace.values.join import unite
from mlstd.trace.values.kinds import Address, Data, Ref, Unknown, Value

TRAIT = "gradient"


def gradient(machine: Machine, loss: Value | None, sources: Value | None, site_of: Unknown) -> Value:
    """The gradient of a loss; of the models behind it, those that the sources belong to."""
    found = [d for d in data_in(machine, loss) if d.kind == "score"] or [d for d in data_in(machine, loss) if d.models]
    data = found[0] if found else None
    if data is None:
        return site_of
    for other in found[1:]:
        data = unite(data, other)
    meant = models_in(machine, sources)
    models = meant & (data.models | _inside(machine, data.models)) or meant or data.models
    return Data(
        "statistic",
        data.parts,
        frozenset(models),
        data.stats,
        TRAIT,
        at=site_of.at,
        traits=(data.traits - {"loss", "hits", "best"}) | {TRAIT},
    )


def _inside(machine: Machine, models: frozenset[Address]) -> frozenset[Address]:
    held = references(machine, [Ref(m) for m in models], instances=True)
    return frozenset(a for a in held if a in machine.things)


def gradients_in(machine: Machine, values: list[Value]) -> Data | None:
    """The gradients among some values, as one."""
    found = [d for v in values for d in data_in(machine, v) if TRAIT in d.traits]
    result = found[0] if found else None
    for other in found[1:]:
        result = unite(result, other) if result is not None else other
    return result


def apply(site: Site, owners: frozenset[Address] = frozenset()) -> bool:
    """The models behind the gradients that a call is given learn from the rows of their loss; False where it is given none."""
    machine = site.machine
    data = gradients_in(machine, site.arguments.all())
    if data is None:
        return False
    models = data.models or owners
    fit(machine, site, models, Data("rows", data.parts, stats=data.stats, traits=data.traits - {TRAIT}))
    return True


def fit(machine: Machine, site: Site, models: frozenset[Address], rows: Data) -> None:
    """One step of a hand-written loop."""
    inside = references(machine, [Ref(m) for m in models], instances=True)
    learn(machine, models | {a for a in inside if a in machine.things}, rows)
    machine.tape.add(Fit(**machine.common(site.at, site.code), models=models, rows=rows, how="backward"))


def minimised(site: Site, loss: Value | None, owners: frozenset[Address] = frozenset()) -> bool:
    """`optimizer.minimize(loss)`: gradient and step at once. A loss given as a function is called."""
    machine = site.machine
    data = summary(machine, [loss] if loss is not None else [])
    if data is None or not (data.models or owners):
        return False
    rows = (
        Data("rows", data.parts, stats=data.stats, traits=data.traits - {"loss", "hits"})
        if data.parts
        else unknown_rows([], site.at)
    )
    fit(machine, site, owners & data.models or data.models or owners, rows)
    return True
