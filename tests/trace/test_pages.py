"""Does the dry run understand what the pages of examples say? See `markdown.py` for the marks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.trace import markdown

PAGES = sorted((Path(__file__).parent / "examples").glob("*.md"))
EXAMPLES = [(page.stem, example) for page in PAGES for example in markdown.examples(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("example", [pytest.param(example, id=f"{page}: {example.title}") for page, example in EXAMPLES])
def test_the_run_understands(example: markdown.Example) -> None:
    told = markdown.run(example.files)
    shown = markdown.values(told)
    assert {place: shown.get(place) for place in example.values} == example.values
    kinds = {event.split()[0] for _, _, event in example.events}
    assert markdown.events(told, kinds) == example.events


def test_every_example_marks_something() -> None:
    silent = [f"{page}: {example.title}" for page, example in EXAMPLES if not (example.values or example.events)]
    assert silent == []
