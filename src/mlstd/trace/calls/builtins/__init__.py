"""What do Python's own functions give, where it matters which value comes out?

Only functions whose value the run must know; what the others do (print, open, json.dump) is library knowledge.
"""

from __future__ import annotations

from mlstd.trace.calls.builtins import names, numbers, sequences
from mlstd.trace.library import configs, options
from mlstd.trace.library.frameworks import commands, jax
from mlstd.trace.machine import Handler

HANDLERS: dict[str, Handler] = (
    {name: handler for room in (sequences, numbers, names) for handler, called in room.GROUPS.items() for name in called}
    | configs.HANDLERS
    | options.RUNNERS
    | jax.HANDLERS
    | commands.HANDLERS
)
