"""A picture -> Markdown with a Mermaid diagram, as GitHub and GitLab draw it in a comment or a summary."""

from __future__ import annotations

from mlstd.report.markdown import code, escaped
from mlstd.report.picture import Edge, Node, Picture
from mlstd.report.result import printable
from mlstd.report.sentences import lines_of
from mlstd.settle.draft import Settled

MOST_EDGES = 400  # Mermaid refuses more than 500
LONGEST = 70  # characters of a line in a node
SIGNS = {"error": "\N{HEAVY BALLOT X}", "warning": "\N{WARNING SIGN}"}
_SHAPES = {
    "data": ("[(", ")]"),
    "split": ("{{", "}}"),
    "rows": ("(", ")"),
    "transform": ("[/", "/]"),
    "model": ("[[", "]]"),
    "prediction": (">", "]"),
    "score": ("([", "])"),
    "choice": ("{", "}"),
    "end": ("[", "]"),
}
_STYLES = (
    "  classDef error stroke:#d1242f,stroke-width:4px",
    "  classDef warning stroke:#bf8700,stroke-width:4px,stroke-dasharray:6 3",
)
_SPECIAL = {"#": "#35;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "&": "#amp;", "`": "#96;", "\\": "#92;"}


def mermaid(picture: Picture) -> str:
    """The diagram in a fence, and below it the findings as a list."""
    edges = picture.edges[:MOST_EDGES]
    lines = ["```mermaid", "flowchart TD", f"  accTitle: The experiment {_bare(picture.entry)}"]
    lines += [_node(node, picture.entry) for node in picture.nodes]
    lines += [_edge(edge) for edge in edges]
    if not picture.nodes:
        lines.append('  none["no data, model or score that mlstd could follow"]')
    lines += _STYLES
    lines += [
        f"  linkStyle {number} stroke:#d1242f,stroke-width:3px" for number, edge in enumerate(edges) if edge.level == "error"
    ]
    lines += [
        f"  linkStyle {number} stroke:#bf8700,stroke-width:3px" for number, edge in enumerate(edges) if edge.level == "warning"
    ]
    lines += ["```", ""]
    lines += _findings(picture)
    left = picture.left_out + len(picture.edges) - len(edges)
    if left:
        lines.append(f"\nThe picture is too large: {left} of its nodes and edges are left out.")
    return "\n".join(lines)


def _node(node: Node, entry: str) -> str:
    texts = [node.label] if len(node.label) <= LONGEST else [node.label.removesuffix(node.tail), *filter(None, [node.tail])]
    if node.heads:
        texts.append(lines_of(node.heads, entry))
    texts += list(dict.fromkeys(f"{SIGNS[mark.level]} {mark.finding.rule}" for mark in node.marks))
    first, last = _SHAPES[node.kind]
    style = f":::{node.level()}" if node.marks else ""
    return f'  {node.name}{first}"{"<br/>".join(map(_quoted, texts))}"{last}{style}'


def _edge(edge: Edge) -> str:
    arrow = "==>" if edge.level else "-->"
    return f"  {edge.source} {arrow}{f'|{edge.label}|' if edge.label else ''} {edge.target}"


def _findings(picture: Picture) -> list[str]:
    """Every finding once, those at nodes first."""
    found: dict[int, Settled] = {id(mark): mark for node in picture.nodes for mark in node.marks}
    found |= {id(mark): mark for mark in picture.loose}
    lines = []
    for one in found.values():
        where, said = code(str(one.finding.place)), escaped(one.finding.message)
        lines.append(f"- {SIGNS[one.level]} {one.level} {code(one.finding.rule)} at {where}: {said}")
    return lines or ["No findings."]


def _quoted(text: str) -> str:
    """A line as a Mermaid string can hold it."""
    text = " ".join(printable(text).split())
    text = text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
    return "".join(_SPECIAL.get(letter, letter) for letter in text)


def _bare(text: str) -> str:
    """A line that holds nothing with a meaning in Mermaid."""
    return "".join(letter if letter.isalnum() or letter in " ./_-" else " " for letter in printable(text))
