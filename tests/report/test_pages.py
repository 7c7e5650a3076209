"""The pages of `mlstd trace --format html` and `mlstd check --format html`."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import msgspec

from mlstd.pipeline import Request, tell
from mlstd.report import table_page
from tests.report.results import RESULT
from tests.report.test_picture import SCRIPT

VOID = {"meta", "input", "br"}


class Tree(HTMLParser):
    """Checks that elements close in order, and gathers ids and addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element opens."""
        if tag not in VOID:
            self.open.append(tag)
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]

    def handle_endtag(self, tag: str) -> None:
        """It closes."""
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """One that closes itself."""


def parsed(text: str) -> Tree:
    """The page, which must be whole, load nothing, and lead nowhere but into itself."""
    tree = Tree()
    tree.feed(text)
    assert tree.open == []
    assert len(tree.ids) == len(set(tree.ids))
    assert {address for address in tree.addresses if not address.startswith("#")} == set()
    assert {address[1:] for address in tree.addresses} <= set(tree.ids)
    assert "default-src 'none'" in text
    return tree


def test_an_experiment(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SCRIPT.replace('a "b" <c>', "<script>alert(1)</script>"))
    text = tell(Request(("train.py",), tmp_path, isolated=True, cache=False), "html")
    parsed(text)
    assert "<script" not in text
    assert text.count("<svg") == 1
    assert "learns from rows" in text
    assert re.search(r'<span class="error">error</span> <code>fit-before-split</code>', text)
    assert "<mark>    8  X = StandardScaler().fit_transform(" in text
    assert "Blind spots: none" in text


def test_nothing_to_draw(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text("import sklearn\n")
    text = tell(Request(("train.py",), tmp_path, isolated=True, cache=False), "html")
    parsed(text)
    assert "<svg" not in text


def test_a_table_of_findings() -> None:
    text = table_page.render(RESULT)
    parsed(text)
    assert text.count("<tr data-level=") == 2
    assert "old.py:3" in text
    assert "put it into a Pipeline" in text
    parsed(table_page.render(msgspec.structs.replace(RESULT, findings=(), errors=())))
