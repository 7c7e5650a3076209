"""One experiment as a page: its picture, its findings, the code at each step, its story."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from mlstd.place import Place
from mlstd.report.page import page, prose, text
from mlstd.report.picture import Node, Picture
from mlstd.report.svg import svg
from mlstd.settle.draft import Settled

AROUND = 2  # lines of code before and after a step


def trace_page(picture: Picture, story: str, code: Callable[[str, int | None], Sequence[str]]) -> str:
    """The page. `code` gives the lines of a file or of one cell."""
    found: dict[int, tuple[Settled, str]] = {id(mark): (mark, "") for mark in picture.loose}
    found |= {id(mark): (mark, node.name) for node in picture.nodes for mark in node.marks}
    parts = [f"<h1>{text(picture.entry)}</h1>", "<h2>The way of the data</h2>"]
    if picture.nodes:
        parts.append(f'<div class="wide" role="region" tabindex="0" aria-label="Picture">{svg(picture)}</div>')
    else:
        parts.append("<p>No data, model or score that mlstd could follow.</p>")
    if picture.left_out:
        parts.append(f"<p>The picture is too large: {picture.left_out} of its nodes are left out.</p>")
    parts.append("<h2>Findings</h2>")
    order = sorted(found.values(), key=lambda pair: (pair[0].level, pair[0].finding.place))
    rows = "".join(f"<li>{_finding(one, node, code)}</li>" for one, node in order)
    parts.append(f"<ol>{rows}</ol>" if rows else "<p>None.</p>")
    parts.append("<h2>Step by step</h2>")
    parts += _steps(picture, code)
    parts.append(f'<h2>The story</h2><pre tabindex="0">{text(story)}</pre>')
    return page(f"mlstd: {picture.entry}", "\n".join(parts))


def _finding(one: Settled, node: str, code: Callable[[str, int | None], Sequence[str]]) -> str:
    finding = one.finding
    words = f'<span class="{one.level}">{one.level}</span> <code>{text(finding.rule)}</code>: {prose(finding.message)}'
    where = f'<a href="#{node}">{text(str(finding.place))}</a>' if node else text(str(finding.place))
    steps = "".join(f"<li>{prose(step.what)}: {text(str(step.place))}</li>" for step in finding.evidence)
    advice = f"<p>Help: {prose(finding.advice)}</p>" if finding.advice else ""
    excerpt = "" if node else _excerpt(finding.place, code)
    return f'{words} <span class="soft">at {where}</span>{f"<ul>{steps}</ul>" if steps else ""}{advice}{excerpt}'


def _steps(picture: Picture, code: Callable[[str, int | None], Sequence[str]]) -> Iterator[str]:
    called = {node.name: node for node in picture.nodes}
    for node in picture.nodes:
        ways = [edge for edge in picture.edges if edge.target == node.name]
        told = ", ".join(f"{_link(called[edge.source])}{f' ({text(edge.label)})' if edge.label else ''}" for edge in ways)
        marks = "".join(f'<p class="{one.level}">{one.level}: {text(one.finding.rule)}</p>' for one in node.marks)
        places = "".join(
            f'<p class="soft">{text(str(place))}</p>{_excerpt(place, code)}' for place in node.heads[:6] or node.places[:3]
        )
        yield (
            f'<section id="{node.name}" tabindex="-1"><h3>{text(node.label)} <span class="soft">({node.kind})</span></h3>'
            f"{f'<p>from {told}</p>' if told else ''}{marks}{places}</section>"
        )


def _link(node: Node) -> str:
    return f'<a href="#{node.name}">{text(node.label)}</a>'


def _excerpt(place: Place, code: Callable[[str, int | None], Sequence[str]]) -> str:
    lines = code(place.path, place.cell)
    first, last = max(1, place.line - AROUND), min(len(lines), place.line + AROUND)
    rows = []
    for number in range(first, last + 1):
        line = f"{number:>5}  {text(lines[number - 1])}"
        rows.append(f"<mark>{line}</mark>" if number == place.line else line)
    joined = "\n".join(rows)
    return f'<pre tabindex="0">{joined}</pre>' if rows else ""
