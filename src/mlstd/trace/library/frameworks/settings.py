"""What does `model.set_params(random_state=0)` change? What the model was made with, its seed among it."""

from __future__ import annotations

from mlstd.trace.library.frameworks.framework import Framework
from mlstd.trace.library.site import Site
from mlstd.trace.values.kinds import Const, Unknown, Value


class Settings(Framework):
    """Estimators of scikit-learn, and all that behave like them."""

    def method(self, site: Site, name: str) -> Value | None:
        """`set_params(**parameters)`: given again. Settings that nobody knows may hold the seed."""
        if name != "set_params" or site.receiver is None or site.kind is None:
            return None
        machine, address, seed = site.machine, site.receiver.address, site.kind.init.seed
        for parameter, value in site.arguments.named.items():
            if "__" not in parameter:
                machine.store(address, f"@{parameter}", value)
        rest = site.arguments.named_rest
        unseeded = machine.load(address, f"@{seed}") in (None, Const(None)) if seed else False
        if unseeded and isinstance(rest, Unknown) and "best" not in rest.hint:
            machine.store(address, f"@{seed}", Unknown("perhaps among the keywords", site.at))
        return site.receiver
