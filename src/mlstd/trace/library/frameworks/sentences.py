"""What does a sentence transformer do with its evaluator? With a folder to write to, the scores go to a CSV file there, and the
best state of the training is kept."""

from __future__ import annotations

from mlstd.trace.events import Record, Select
from mlstd.trace.library import effects
from mlstd.trace.library.frameworks import hooks
from mlstd.trace.library.frameworks.framework import Framework
from mlstd.trace.library.site import Site, unknown_rows
from mlstd.trace.machine import Object
from mlstd.trace.values.collect import summary
from mlstd.trace.values.kinds import Const, Data, Value

ENCODERS = ("sentence_transformer", "cross_encoder")
EVALUATOR = "sentence_evaluator"


class Sentences(Framework):
    """Encoders and their evaluators."""

    def made(self, site: Site, made: Object) -> None:
        """An evaluator holds the rows that it will score."""
        if made.info is not None and made.info.kind_name == EVALUATOR:
            given: list[Value] = [v for v in site.arguments.all() if not isinstance(v, Const)]
            held: list[Value] = [summary(site.machine, [v], instances=True) or unknown_rows([v], site.at) for v in given]
            rows = summary(site.machine, held)
            site.machine.store(made.address, "#rows", rows if rows is not None else unknown_rows(given, site.at))

    def method(self, site: Site, name: str) -> Value | None:
        """`fit(evaluator=..., output_path=...)`, `evaluate(evaluator, output_path)`."""
        kind = hooks.kind_name(site.machine, site.receiver)
        if kind not in ENCODERS or name not in ("fit", "evaluate") or not site.values(("evaluator",)):
            return None
        value = effects.perform(site)
        if site.values(("output_path",)):
            _written(site)
            if name == "fit" and site.value("save_best_model") != Const(False):
                _best(site)
        return value

    def called(self, site: Site) -> Value | None:
        """`evaluator(model, output_path=...)`."""
        if hooks.kind_name(site.machine, site.receiver) == EVALUATOR and site.values(("output_path",)):
            _written(site)
        return None


def _written(site: Site) -> None:
    machine = site.machine
    machine.tape.add(Record(**machine.common(site.at, site.code), values=(), records="everything", name=site.name))


def _best(site: Site) -> None:
    machine, rows = site.machine, site.rows(("evaluator",))
    score = Data("score", rows.parts, site.models("self"), rows.stats, "evaluation", at=site.at, traits=rows.traits & {"guess"})
    machine.tape.add(Select(**machine.common(site.at, site.code), by=score, how="callback", name="save_best_model"))
