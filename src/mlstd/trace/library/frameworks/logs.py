"""Where do log messages and prints go? To a file as well, once a handler with a file is made, or a file stands in for the
terminal.

Logging is one for the whole process, so it does not matter to which logger the handler is given.
"""

from __future__ import annotations

from mlstd.lower import ir
from mlstd.trace.events import Certainty
from mlstd.trace.library.frameworks.framework import Framework
from mlstd.trace.library.site import Site
from mlstd.trace.machine import Machine
from mlstd.trace.values.kinds import Const, External, Value

HANDLERS = frozenset(("FileHandler", "RotatingFileHandler", "TimedRotatingFileHandler", "WatchedFileHandler"))
SETTINGS = frozenset(("logging.config.dictConfig", "logging.config.fileConfig"))  # what they say is hardly ever known


class Logs(Framework):
    """Handlers of `logging` and sinks of loguru."""

    def function(self, site: Site) -> Value | None:
        """`FileHandler(path)`, `basicConfig(filename=path)`, `logger.add(path)`."""
        module, _, last = site.name.rpartition(".")
        keeps = (module in ("logging", "logging.handlers") and last in HANDLERS) or site.name in SETTINGS
        if site.name == "logging.basicConfig":
            keeps = _is_path(site.arguments.named.get("filename"))
        if site.name == "loguru.logger.add":
            keeps = _is_path(site.arguments.get(0, "sink"))
        if keeps:
            note(site.machine, "log file")
        return None


def _is_path(value: Value | None) -> bool:
    return value is not None and not isinstance(value, External) and not (isinstance(value, Const) and value.value is None)


def note(machine: Machine, what: str) -> None:
    """From here on there is a file for logs, or for prints, in a plain run."""
    if machine.certainty is not Certainty.NOT_BY_DEFAULT:
        machine.notes[what] = True


def redirected(machine: Machine, target: ir.Attribute, owner: Value, value: Value) -> None:
    """`sys.stdout = Tee("log.txt")`: prints go to what stands there now."""
    if owner == External("sys") and target.name == "stdout" and not isinstance(value, External):
        note(machine, "output file")
