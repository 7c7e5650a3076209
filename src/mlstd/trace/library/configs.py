"""What does a configuration file of the repository say? (Hydra, OmegaConf, yaml.safe_load of a constant path.)"""

from __future__ import annotations

from mlstd.trace.calls.arguments import Arguments
from mlstd.trace.machine import Machine
from mlstd.trace.values.kinds import Unknown, Value


def configuration(machine: Machine, arguments: Arguments) -> Value:
    """The configuration that `@hydra.main` hands to its function."""
    return Unknown("a configuration", None, "cfg")
