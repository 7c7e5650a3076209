"""What holds for every file of this repository: sizes, layers, names that must agree, and words that must not stand here."""

from __future__ import annotations

import ast
import hashlib
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from mlstd.checks.registry import RULES

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))

MOST_LINES = 400
MOST_FUNCTION_LINES = 60


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_module_is_too_long() -> None:
    assert {relative(p): lines(p) for p in [*SOURCES, *TESTS] if lines(p) > MOST_LINES} == {}


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield f"{relative(path)}:{node.name}", (node.end_lineno or node.lineno) - node.lineno + 1


def test_no_function_is_too_long() -> None:
    assert [(name, size) for path in [*SOURCES, *TESTS] for name, size in functions(path) if size > MOST_FUNCTION_LINES] == []


def test_every_module_opens_with_what_it_answers() -> None:
    def silent(path: Path) -> bool:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        return bool(tree.body) and not ast.get_docstring(tree)

    assert [relative(path) for path in [*SOURCES, *TESTS] if silent(path)] == []


def test_public_functions_say_what_they_do() -> None:
    def quiet(path: Path) -> Iterator[str]:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            public = isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
            if public and not ast.get_docstring(node):  # type: ignore[arg-type]
                yield f"{relative(path)}:{node.name}"  # type: ignore[attr-defined]

    assert [name for path in SOURCES for name in quiet(path)] == []


@pytest.mark.parametrize("word", [r"\bTO" + r"DO\b", r"\bFIX" + r"ME\b", r"\bX" + r"XX\b", "/wor" + "k/", "/ho" + "me/(?!ann)"])
def test_words_that_do_not_stand_here(word: str) -> None:
    texts = [*SOURCES, *ROOT.glob("*.md"), *(ROOT / "rules").rglob("*.toml")]
    allowed = {"src/mlstd/ask/source.py"}  # it looks for such paths
    found = [relative(p) for p in texts if re.search(word, p.read_text(encoding="utf-8")) and relative(p) not in allowed]
    assert [path for path in found if "hard-coded-path" not in path or "TO" in word] == []


def test_no_repository_that_was_learned_from_is_named() -> None:
    """What is known of one repository helps no other: `learned_from.txt` holds the hashed names of those that were read."""
    known = set((ROOT / "tests" / "learned_from.txt").read_text(encoding="utf-8").split())

    def named(path: Path) -> list[str]:
        words = set(re.findall(r"[\w.-]+/[\w.-]+", path.read_text(encoding="utf-8").lower()))
        return [word for word in words if hashlib.sha256(word.encode()).hexdigest()[:10] in known]

    texts = [*SOURCES, *TESTS, *ROOT.glob("*.md"), *(ROOT / "rules").rglob("*.toml"), *(ROOT / "docs").rglob("*.md")]
    assert {relative(path): words for path in texts if (words := named(path))} == {}


# ------------------------------------------------------------ names


def families() -> dict[str, str]:
    """The family of each rule's text, by its place."""
    return {path.stem: path.parent.name for path in (ROOT / "rules").glob("*/*.toml") if path.parent.name != "libraries"}


def checks() -> dict[str, str]:
    """The family of each check, by the file that it stands in."""
    for path in (ROOT / "src/mlstd/checks").glob("*.py"):
        importlib.import_module(f"mlstd.checks.{path.stem}")
    return {name: check.__module__.rpartition(".")[2].replace("_", "-") for name, check in RULES.items()}


def test_every_check_has_a_text_in_the_family_of_its_file() -> None:
    texts = families()
    assert {name: texts.get(name) for name in checks()} == checks()


def test_every_text_has_a_check() -> None:
    assert sorted(set(families()) - set(checks())) == []


def test_the_list_of_rules_in_the_docs_is_whole() -> None:
    page = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE)) == sorted(families())
