"""What does an experiment look like? A trace and its findings -> nodes and edges: from the data through splits and transforms to
models, scores and what becomes of them.

How a picture is drawn is the matter of `mermaid` and `svg`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

import msgspec

from mlstd.ask.view import View, same
from mlstd.place import Place
from mlstd.report.sentences import labels, metrics
from mlstd.report.story import SEEN, tells
from mlstd.settle.draft import Settled
from mlstd.trace.events import AnyEvent, Compare, Fit, Predict, Record, Save, Score, Select, Show, Split, Transform
from mlstd.trace.values.kinds import Address, Data
from mlstd.trace.values.names import base_of, name_of
from mlstd.trace.values.parts import Part, Step

Kind: TypeAlias = Literal["data", "split", "rows", "transform", "model", "prediction", "score", "choice", "end"]
KINDS: tuple[Kind, ...] = ("data", "split", "rows", "transform", "model", "prediction", "score", "choice", "end")
MOST_PARTS = 6  # of one set of rows; more are drawn as one
MOST_WORDS = 6  # of one node
MOST_NODES = 120  # beyond, what only shows and compares is left out


class Node(msgspec.Struct):
    """One thing in the picture. `words` say what it is, each a thing of its own, `tail` what holds of all of them; `places` are
    the lines that it stands for, `heads` those of them that are told; `marks` the findings there."""

    name: str
    kind: Kind
    words: list[str]
    tail: str = ""
    places: list[Place] = []
    heads: list[Place] = []
    marks: list[Settled] = []

    @property
    def label(self) -> str:
        """What the node says."""
        kept = [w for w in self.words if f"shown by {w.removeprefix('recorded by ')}" not in self.words or "shown by" in w]
        both = [f"recorded and {w}" if f"recorded by {w.removeprefix('shown by ')}" in self.words else w for w in kept]
        words = ", ".join(both[:MOST_WORDS])
        more = len(both) - MOST_WORDS
        return f"{words}{f' and {more} more' if more > 0 else ''} {self.tail}".rstrip()

    def level(self) -> str:
        """The worst level of its findings, or nothing."""
        return min((mark.level for mark in self.marks), default="")  # "error" < "warning"


class Edge(msgspec.Struct):
    """A way from one node to another. `level`: of the finding that tells of both ends."""

    source: str
    target: str
    label: str = ""
    level: str = ""


class Picture(msgspec.Struct):
    """The whole; `loose` are the findings that stand at no node, `left_out` the number of nodes that had no room."""

    entry: str
    nodes: list[Node]
    edges: list[Edge]
    loose: list[Settled] = []
    left_out: int = 0


def picture(view: View, findings: Iterable[Settled]) -> Picture:
    """The picture of the plain run of an experiment, with its findings (paths relative to the root) where they belong."""
    drawing = _Drawing(view)
    for event in view.of(object):
        drawing.add(event)
    nodes = list(drawing.nodes.values())
    found = Picture(view.trace.entry, nodes, [Edge(*ends, label) for ends, label in drawing.edges.items()])
    for kind in ("prediction", "score", "choice", "end"):
        _gather(found, kind)
    _fit_in(found)
    for finding in findings:
        _mark(found, finding)
    return found


def _gather(drawn: Picture, kind: str) -> None:
    """Draws as one what comes from the same nodes: five metrics of one prediction, what is printed and recorded of them."""
    ways: dict[str, set[tuple[str, str]]] = {}
    for edge in drawn.edges:
        ways.setdefault(edge.target, set()).add((edge.source, edge.label))
    first: dict[object, Node] = {}
    merged: dict[str, str] = {}
    for node in drawn.nodes:
        if node.kind == kind and node.name in ways:
            one = first.setdefault((node.tail, frozenset(ways[node.name])), node)
            if one is not node:
                merged[node.name] = one.name
                one.words = list(dict.fromkeys([*one.words, *node.words]))
                one.places += [place for place in node.places if place not in one.places]
                one.heads += [place for place in node.heads if place not in one.heads]
    drawn.nodes = [node for node in drawn.nodes if node.name not in merged]
    edges = {(merged.get(e.source, e.source), merged.get(e.target, e.target)): e.label for e in drawn.edges}
    drawn.edges = [Edge(*ends, label) for ends, label in edges.items() if ends[0] != ends[1]]


def _fit_in(drawn: Picture) -> None:
    """Leaves out the ends first, then choices, then what stands last."""
    if len(drawn.nodes) <= MOST_NODES:
        return
    order = sorted(drawn.nodes, key=lambda node: KINDS.index(node.kind) if node.kind in ("choice", "end") else 0)
    kept = {node.name for node in order[:MOST_NODES]}
    drawn.left_out = len(drawn.nodes) - MOST_NODES
    drawn.nodes = [node for node in drawn.nodes if node.name in kept]
    drawn.edges = [edge for edge in drawn.edges if edge.source in kept and edge.target in kept]


def _mark(drawn: Picture, settled: Settled) -> None:
    """Puts a finding on the nodes at its place, and its level on the edges between these and the nodes of its evidence."""
    finding = settled.finding
    here = [node for node in drawn.nodes if any(_meets(finding.place, place) for place in node.places)]
    rank = ("score", "model", "transform", "prediction", "choice", "split", "rows", "end", "data")
    main = sorted(here, key=lambda node: rank.index(node.kind))[:1] if len({node.kind for node in here}) > 1 else here
    for node in main:
        node.marks.append(settled)
    if not main:
        drawn.loose.append(settled)
    told = {node.name for step in finding.evidence for node in drawn.nodes if any(_meets(step.place, at) for at in node.places)}
    ends = told | {node.name for node in here}
    learners = {node.name for node in main if node.kind == "transform"}
    for edge in drawn.edges if main else ():
        if (edge.source in ends and edge.target in ends) or edge.target in learners:
            edge.level = min(edge.level or settled.level, settled.level)


def _meets(one: Place, other: Place) -> bool:
    """Do two places share a line? A place without width stands for its whole file, and meets nothing."""
    if (one.line, one.column) == (one.end_line, one.end_column):
        return False
    return (one.path, one.cell) == (other.path, other.cell) and one.line <= other.end_line and other.line <= one.end_line


class _Drawing:
    """Nodes and edges by what they stand for."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.nodes: dict[object, Node] = {}
        self.edges: dict[tuple[str, str], str] = {}
        self.scores: list[tuple[Data, str]] = []
        self.learned: dict[tuple[str, int | None, int], str] = {}
        self.splits = {str(s.at): s for s in view.of(Split)}

    def add(self, event: object) -> None:
        """Draws one event."""
        match event:
            case Transform():
                self._transform(event)
            case Fit():
                self._fit(event)
            case Predict() if tells(self.view, event):
                name = self._node(("predict", event.at), "prediction", "predictions", event)
                self._from_rows(event.rows, name)
                self._from_models(event.models, name, "predicts")
            case Score() if tells(self.view, event):
                self._score(event)
            case Record():
                self._end(event, f"recorded by {_by(event)}", event.values)
            case Show() if metrics(event.values):
                self._end(event, f"shown by {_by(event)}", event.values)
            case Save():
                name = self._node(("save", event.at), "end", f"saved by {_by(event)}", event)
                self._from_models(event.models, name, "")
            case Select():
                self._end(event, f"chosen by {event.by.metric or 'a score'}", (event.by,), "choice")
            case Compare():
                self._end(
                    event,
                    f"set beside {event.beside}",
                    event.scores,
                    "choice",
                )
            case _:
                pass

    def _node(self, key: object, kind: Kind, label: str, event: AnyEvent | None = None, tail: str = "") -> str:
        node = self.nodes.setdefault(key, Node(f"n{len(self.nodes) + 1}", kind, [label], tail))
        if event is not None:
            if not node.heads:
                node.heads.append(self.view.at(event))
            for place in (self.view.at(event), event.at):
                if place not in node.places:
                    node.places.append(place)
        return node.name

    def _edge(self, source: str, target: str, label: str = "") -> None:
        if source != target:
            self.edges.setdefault((source, target), label)

    # ------------------------------------------------------------ data

    def _rows(self, data: Data) -> list[str]:
        """The nodes of some rows, drawn with the way that leads to them."""
        parts = sorted({self._plain(part) for part in data.parts}, key=str)
        if len(parts) > MOST_PARTS:
            return [self._node(("many", data.parts), "rows", name_of(data.parts))]
        return [self._part(part) for part in parts]

    def _plain(self, part: Part) -> Part:
        return Part(part.origin, tuple(step for step in part.steps if step.kind != "some"))

    def _part(self, part: Part) -> str:
        if not part.steps:
            label = base_of(part)
            name = self._node(part, "data", f"{part.origin.part} part of {label}" if part.origin.part else label)
            node = self.nodes[part]
            if part.origin.at is not None and part.origin.at not in node.places:
                node.places.append(part.origin.at)
                node.heads = node.heads or [part.origin.at]
            return name
        whole, step = Part(part.origin, part.steps[:-1]), part.steps[-1]
        if part not in self.nodes:
            name = self._node(part, "rows", _side(step))
            source = self._part(whole)
            if step.kind in ("split", "fold"):
                cut = self._cut(whole, step)
                self._edge(source, cut)
                source = cut
            self._edge(source, name)
        return self.nodes[part].name

    def _cut(self, whole: Part, step: Step) -> str:
        """The node of the split that a step belongs to."""
        event = self.splits.get(step.at)
        if event is None:
            return self._node((whole, step.kind, step.at), "split", "split" if step.kind == "split" else "folds")
        chance = "" if not event.random else ", seeded" if event.seeded else ", by chance"
        return self._node((whole, step.kind, step.at), "split", f"{_called(event.name)}{chance}", event)

    def _from_rows(self, data: Data, target: str, label: str = "") -> None:
        for source in self._rows(data):
            self._edge(source, target, label)
        for stat in data.stats:
            learned = self.learned.get((stat.at.path, stat.at.cell, stat.at.line))
            if learned is not None:
                self._edge(learned, target, "transforms")

    # ------------------------------------------------------------ what is done with it

    def _transform(self, event: Transform) -> None:
        verb = f"resamples ({event.resamples})" if event.resamples else "learns from rows"
        name = self._node(("transform", event.at, event.name), "transform", f"{_called(event.name)} {verb}", event)
        self._from_rows(event.rows, name)
        self.learned[event.at.path, event.at.cell, event.at.line] = name

    def _model(self, models: frozenset[Address], event: AnyEvent | None = None) -> str:
        called = labels(self.view, models)
        return self._node(("model", models if called == "a model" else called), "model", called, event)

    def _from_models(self, models: frozenset[Address], target: str, label: str) -> None:
        if models:
            self._edge(self._model(models), target, label)

    def _fit(self, event: Fit) -> None:
        name = self._model(event.models, event)
        self._from_rows(event.rows, name, "fit")
        if event.heldout is not None:
            self._from_rows(event.heldout, name, "watched on")

    def _score(self, event: Score) -> None:
        seen = self.view.seen(event)
        at = self.view.at(event)
        key = ("score", event.metric, seen, at.path, at.cell, at.line, labels(self.view, event.value.models))
        name = self._node(key, "score", event.metric or "a score", event, SEEN[seen])
        self._from_rows(event.value, name, "scored on")
        self._from_models(event.value.models, name, "predicts")
        self.scores.append((event.value, name))

    def _end(self, event: AnyEvent, label: str, values: Iterable[Data], kind: Kind = "end") -> None:
        """What becomes of scores; nothing is drawn that none of them leads to."""
        sources = [name for value, name in self.scores if any(same(value, other) for other in values)]
        if sources:
            at = self.view.at(event)
            target = self._node((kind, label, at.path, at.cell, at.line), kind, label, event)
            for source in sources:
                self._edge(source, target)


def _side(step: Step) -> str:
    key = step.key if step.key and len(step.key) <= 40 and "@" not in step.key and "#" not in step.key else ""
    match step.kind:
        case "split":
            return key if key.startswith("part ") else f"{key or 'one'} side"
        case "fold":
            return f"{key or 'some'} folds"
        case "slice":
            return f"rows [{key}]" if key else "a slice"
        case _:
            return (
                (f"rows where not {key[1:]}" if key.startswith("~") else f"rows where {key}") if key else "rows under a condition"
            )


def _by(event: Record | Show | Save) -> str:
    """Who is called, as the reader wrote it."""
    written = event.code.partition("(")[0]
    return written if written.replace(".", "").isidentifier() else event.name.removeprefix("builtins.")


def _called(name: str) -> str:
    """A function by its own name, a method by that of its class."""
    outer, _, last = name.rpartition(".")
    owner = outer.rpartition(".")[2]
    return owner if owner[:1].isupper() else last
