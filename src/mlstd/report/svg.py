"""A picture -> an inline SVG: columns from the data on the left to what becomes of the scores on the right."""

from __future__ import annotations

from mlstd.report.page import text
from mlstd.report.picture import Node, Picture

WIDTH, GAP, ROW, LONGEST = 210, 70, 18, 30


def svg(picture: Picture) -> str:
    """The drawing; each node is a link to its step below (`#n1`)."""
    columns = _columns(picture)
    boxes: dict[str, tuple[int, int, int]] = {}
    lowest = [20] * (max(columns.values(), default=0) + 1)
    for node in picture.nodes:
        column = columns[node.name]
        height = ROW * len(_lines(node)) + 14
        boxes[node.name] = (20 + column * (WIDTH + GAP), lowest[column], height)
        lowest[column] += height + 24
    wide, high = 20 + len(lowest) * (WIDTH + GAP), max(lowest) + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}" role="group" '
        f'aria-label="The way of the data through {text(picture.entry)}">',
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto" '
        'markerUnits="userSpaceOnUse"><path d="M0 0L8 4L0 8z"/></marker></defs>',
    ]
    for edge in picture.edges:
        (x1, y1, h1), (x2, y2, h2) = boxes[edge.source], boxes[edge.target]
        start, end = (x1 + WIDTH, y1 + h1 // 2), (x2, y2 + h2 // 2)
        bend = max(GAP // 2, (end[0] - start[0]) // 2)
        way = f"M{start[0]} {start[1]}C{start[0] + bend} {start[1]} {end[0] - bend} {end[1]} {end[0]} {end[1]}"
        parts.append(f'<path class="{edge.level}" d="{way}" marker-end="url(#tip)" aria-hidden="true"/>')
    parts += [_box(node, *boxes[node.name]) for node in picture.nodes]
    return "\n".join([*parts, "</svg>"])


def _box(node: Node, x: int, y: int, height: int) -> str:
    rows = "".join(
        f'<text class="{level}" x="{x + 8}" y="{y + ROW * number + 2}">{text(line)}</text>'
        for number, (line, level) in enumerate(_lines(node), 1)
    )
    said = f"{node.kind}: {node.label}" + "".join(f"; {mark.level} {mark.finding.rule}" for mark in node.marks)
    return (
        f'<a href="#{node.name}" class="{node.level()}" aria-label="{text(said)}"><title>{text(said)}</title>'
        f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{height}" rx="6"/>{rows}</a>'
    )


def _lines(node: Node) -> list[tuple[str, str]]:
    """The lines of a box, each with its level."""
    words = node.label.split()
    lines = [""]
    for word in words:
        if lines[-1] and len(lines[-1]) + len(word) >= LONGEST:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    label = [line if len(line) <= LONGEST else f"{line[: LONGEST - 3]}..." for line in lines[:3]]
    marks = dict.fromkeys((f"{mark.level}: {mark.finding.rule}"[: LONGEST + 2], mark.level) for mark in node.marks)
    return [*((line, "") for line in label), *marks]


def _columns(picture: Picture) -> dict[str, int]:
    """How far from the data each node stands: behind all that leads to it; a way back does not count."""
    before: dict[str, list[str]] = {node.name: [] for node in picture.nodes}
    for edge in picture.edges:
        before[edge.target].append(edge.source)
    columns: dict[str, int] = {}

    def column(name: str, way: frozenset[str]) -> int:
        if name not in columns:
            behind = [column(source, way | {name}) for source in before[name] if source not in way]
            columns[name] = 1 + max(behind, default=-1)
        return columns[name]

    for node in picture.nodes:
        column(node.name, frozenset((node.name,)))
    return columns
