"""Can a language model's score be repeated and trusted: which model, which sampling, what is kept, who judges, what is shown?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mlstd.ask.case import Case, Confidence, Evidence, step, sureness, weakest
from mlstd.ask.view import View
from mlstd.lower import ir
from mlstd.lower.nodes import nodes_of
from mlstd.place import Place
from mlstd.trace.events import Predict, Score
from mlstd.trace.values.parts import Part, among, contains
from mlstd.trace.values.text import source

PROVIDER = re.compile(
    r"^(openai|anthropic|azure|gemini|google|vertex_ai|models|mistral|cohere|openrouter|bedrock)[/:]", re.IGNORECASE
)
# Names that their provider points to another model now and then. A date or a numbered version behind them pins them.
ALIASES = (
    re.compile(r"^.+[-:]latest$"),
    re.compile(r"^(gpt-(3\.5|4|5)|chatgpt-|o[1345](-|$))(?!.*(\d{4}-\d{2}-\d{2}|-\d{4}(-|$)))"),
    re.compile(r"^claude-(3|3-5|3-7|(opus|sonnet|haiku)-4(-[0-5])?)(-(opus|sonnet|haiku))?$"),
    re.compile(r"^gemini-(pro|ultra|1\.0|1\.5|2\.0)(?!.*-(\d{3}|\d{2}-\d{2})$)"),
    re.compile(r"^(mistral-(tiny|small|medium|large)|codestral|command(-r|-light)?(-plus)?)$"),
)
REASONING = re.compile(r"^(o[1345](-|$)|gpt-5|deepseek-reasoner)|think|reason", re.IGNORECASE)
JUDGING = re.compile(
    r"\b(grade|judge|rate|verdict|scale (of|from)|from 1 to (5|10|100)|[01]\s?(-|to)\s?(5|10|100)\b|better (answer|response)"
    r"|which (one |answer |response |summary )?is better|evaluate the|score the)\b",
    re.IGNORECASE,
)
KEY = re.compile(r"\b(reference|ground.?truth|gold|correct answer|answer key|key)\b", re.IGNORECASE)


def answers(view: View) -> list[Predict]:
    """The questions that are put to language models."""
    return [p for p in view.of(Predict) if p.text]


def scored(view: View, answer: Predict) -> Score | None:
    """A score of the model that answers."""
    return next((s for s in view.evaluations if s.value.models & answer.models), None)


def aliases(view: View) -> Iterator[Case]:
    """Hosted models that are evaluated under a name that moves; each name once."""
    done: set[str] = set()
    for answer in answers(view):
        name = PROVIDER.sub("", answer.model)
        score = scored(view, answer)
        if not answer.hosted or name in done or score is None or not any(p.search(name) for p in ALIASES):
            continue
        done.add(name)
        yield Case(
            view.at(answer),
            sureness(answer),
            (step("asked here", answer), step("and scored here", score)),
            {"model": answer.model, "code": view.code(answer)},
        )


def default_sampling(view: View) -> Iterator[Case]:
    """Evaluated answers whose temperature nobody sets; each call once."""
    done: set[Place] = set()
    for answer in answers(view):
        score = scored(view, answer)
        if (
            not answer.hosted
            or answer.sampling != "unset"
            or score is None
            or answer.at in done
            or REASONING.search(answer.model)
        ):
            continue
        done.add(answer.at)
        yield Case(
            view.at(answer),
            weakest([sureness(answer), "high" if answer.model else "medium"]),
            (step("asked here", answer), step("and scored here", score)),
            {"model": answer.model or "the model", "code": view.code(answer)},
        )


def unsaved(view: View) -> Iterator[Case]:
    """The first answer behind a score, where no answer is kept anywhere."""
    generated = [a for a in answers(view) if a.hosted or ".generate(" in a.code]  # a pipeline may as well give labels
    asked = [(a, s) for a in generated if (s := scored(view, a)) is not None]
    if not asked or _kept(view, asked):
        return
    answer, score = asked[0]
    hidden = any(d.kind == "prediction" for b in view.trace.blind_spots for d in b.given) or any(
        r.unclear and r.order > answer.order for r in view.records
    )
    yield Case(
        view.at(answer),
        weakest([sureness(answer, score), "medium" if hidden else "high"]),
        (step("answered here", answer), step("and only the score is kept", score)),
        {"model": answer.model or "the model", "code": view.code(answer)},
    )


def _kept(view: View, asked: list[tuple[Predict, Score]]) -> bool:
    """Is an answer (not only its score) written, or left in the notebook's output?"""
    models = frozenset().union(*(a.models for a, _ in asked))
    notebook = view.modules[view.trace.entry].kind == "notebook" if view.trace.entry in view.modules else False
    logs = any(re.search(r"FileHandler\(|basicConfig\([^)]*filename", u.text) for m in view.modules.values() for u in m.units)
    leaving = [e.values for e in view.records] + [e.values for e in view.shows if notebook or logs]
    written = [d for values in leaving for v in values for d in (v, *(held for _, held in v.told))]
    if any(d.kind != "score" and d.models & models for d in written):
        return True
    return any(r.records == "everything" and not r.values for r in view.records)


def own_judges(view: View) -> Iterator[Case]:
    """Models that grade what they wrote themselves."""
    done: set[Place] = set()
    told = answers(view)
    for judge in told:
        written = judge.rows
        if written.kind != "prediction" or not judge.models & written.models or not judge.model or judge.at in done:
            continue
        author = next((a for a in told if a.at != judge.at and a.models & judge.models and a.order < judge.order), None)
        if author is None or not JUDGING.search(judge.prompt) or _debated(view, judge):
            continue
        done.add(judge.at)
        again = any(a.order > judge.order and a.rows.at == judge.at and a.at != judge.at for a in told)
        trust: Confidence = "medium" if again or KEY.search(judge.prompt) else "high"
        yield Case(
            view.at(judge),
            weakest([sureness(author, judge), trust]),
            (step("written here", author), step("and judged here, by the same model", judge)),
            {"model": judge.model, "code": view.code(judge)},
        )


def _debated(view: View, judge: Predict) -> bool:
    """Is what the judge says held against the truth, as after a debate, and not taken for a score?"""
    metrics = {s.metric for s in view.evaluations if s.value.models & judge.models}
    return bool(metrics) and "verdict by hand" not in metrics


def shown_answers(view: View) -> Iterator[Case]:
    """Few-shot examples that are taken from the rows that are scored."""
    done: set[Part] = set()
    for answer in answers(view):
        if "shots" not in answer.rows.traits:
            continue
        few = [p for p in answer.rows.parts if any(w != p and contains(w, p) for w in answer.rows.parts)]
        for part in few:
            score = next(
                (s for s in view.evaluations if s.value.models & answer.models and among(part, s.value.parts - {part})), None
            )
            if score is None or part in done:
                continue
            done.add(part)
            chosen = _chosen(view, part) or view.at(answer)
            yield Case(
                chosen,
                weakest([sureness(answer, score)]),
                (
                    Evidence("these rows stand in the prompt", chosen),
                    step("asked here", answer),
                    step("and they are scored, too", score),
                ),
                {"code": view.code(answer)},
            )


def _chosen(view: View, part: Part) -> Place | None:
    """Where the rows were chosen: the place that the step names, or the slice as it is written."""
    last = part.steps[-1]
    for unit in view.modules[view.trace.entry].units if view.trace.entry in view.modules else ():
        chosen = (n for n in nodes_of(unit.body) if isinstance(n, (ir.Call, ir.Subscript)))
        for node in sorted(chosen, key=lambda n: n.at):
            at = Place(view.trace.entry, unit.cell, *node.at)
            if (last.kind == "some" and str(at) == last.at) or (last.kind == "slice" and _bounds(node) == last.key):
                return at
    return None


def _bounds(node: ir.Call | ir.Subscript) -> str:
    """`lower:upper` of a slice as it is written; "" for anything else."""
    if isinstance(node, ir.Subscript) and isinstance(node.index, ir.Slice):
        return f"{source(node.index.lower)}:{source(node.index.upper)}"
    return ""
