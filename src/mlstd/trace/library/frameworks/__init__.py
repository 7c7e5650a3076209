"""Frameworks that bend the language: each one file, opened by the concepts that it must know. `FRAMEWORKS` is asked in order.

Only odd control flow belongs here (a trainer that runs the project's hooks, callbacks that choose a checkpoint); what a call
simply does is data in `rules/libraries/`.
"""

from __future__ import annotations

from mlstd.trace.library.frameworks.accelerators import Accelerators
from mlstd.trace.library.frameworks.boosters import Boosters
from mlstd.trace.library.frameworks.capture import Capture
from mlstd.trace.library.frameworks.commands import Commands
from mlstd.trace.library.frameworks.endpoints import Endpoints
from mlstd.trace.library.frameworks.fastai import Fastai
from mlstd.trace.library.frameworks.figures import Figures
from mlstd.trace.library.frameworks.framework import Framework
from mlstd.trace.library.frameworks.ignite import Ignite
from mlstd.trace.library.frameworks.jax import Jax
from mlstd.trace.library.frameworks.kedro import Kedro
from mlstd.trace.library.frameworks.keras import Keras
from mlstd.trace.library.frameworks.lightning import Lightning
from mlstd.trace.library.frameworks.lightning_cli import LightningCommands
from mlstd.trace.library.frameworks.logs import Logs
from mlstd.trace.library.frameworks.metrics import Metrics
from mlstd.trace.library.frameworks.ray_tune import RayTune
from mlstd.trace.library.frameworks.runs import Runs
from mlstd.trace.library.frameworks.searches import Searches
from mlstd.trace.library.frameworks.sentences import Sentences
from mlstd.trace.library.frameworks.settings import Settings
from mlstd.trace.library.frameworks.tensorflow import TensorFlow
from mlstd.trace.library.frameworks.trainers import Trainers

FRAMEWORKS: tuple[Framework, ...] = (
    Lightning(),
    LightningCommands(),
    TensorFlow(),
    Jax(),
    Accelerators(),
    Fastai(),
    Ignite(),
    Commands(),
    Capture(),
    Kedro(),
    Keras(),
    Trainers(),
    Boosters(),
    Searches(),
    Settings(),
    Sentences(),
    RayTune(),
    Runs(),
    Figures(),
    Logs(),
    Metrics(),
    Endpoints(),
)
