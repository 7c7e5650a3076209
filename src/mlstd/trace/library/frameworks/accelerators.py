"""What do the helpers of a hand-written loop do? Accelerate and Fabric call `backward` for the code, and log where they were told
to."""

from __future__ import annotations

from mlstd.trace.events import Certainty, Record
from mlstd.trace.library.frameworks import hooks
from mlstd.trace.library.frameworks.framework import Framework
from mlstd.trace.library.site import Site
from mlstd.trace.values.collect import data_in, summary
from mlstd.trace.values.kinds import NONE, Choice, Const, Value

HELPERS = {"accelerator": "log_with", "lightning_fabric": "loggers"}


class Accelerators(Framework):
    """`accelerator.backward(loss)`, `fabric.backward(loss)`, `self.manual_backward(loss)`, and their logs."""

    def method(self, site: Site, name: str) -> Value | None:
        """A method of an accelerator."""
        kind = hooks.kind_name(site.machine, site.receiver)
        if name == "backward" and kind in HELPERS:
            return _backward(site)
        if name in ("log", "log_dict") and kind in HELPERS:
            return _log(site, HELPERS[kind])
        return None

    def function(self, site: Site) -> Value | None:
        """`torch.autograd.backward(loss)`."""
        return _backward(site) if site.name == "torch.autograd.backward" else None


def _backward(site: Site) -> Value | None:
    from mlstd.trace.library import arrays

    data = summary(site.machine, site.arguments.all())
    return arrays.backward(site.machine, data, site.node) if data is not None else None


def _log(site: Site, parameter: str) -> Value:
    """What is logged reaches a tracker if one was named when the helper was made."""
    machine = site.machine
    assert site.receiver is not None
    tracker = machine.load(site.receiver.address, f"@{parameter}")
    if tracker is None or tracker == NONE or (isinstance(tracker, Const) and tracker.value is None):
        return NONE
    values = tuple(d for v in site.arguments.all() for d in data_in(machine, v))
    with machine.under(Certainty.PERHAPS if isinstance(tracker, Choice) else None):
        machine.tape.add(Record(**machine.common(site.at, site.code), values=values, records="metrics", name=site.name))
    return NONE
