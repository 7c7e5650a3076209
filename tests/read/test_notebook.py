"""Notebooks of every form give their cells, with numbers, counts and lines of the file; broken ones say what to do."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mlstd.read.json_lines import source_lines
from mlstd.read.source import Source, read


def code(source: Any, **more: Any) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": source} | more


def markdown(source: Any) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def book(*cells: Any, metadata: Any = None, minor: int = 4) -> dict[str, Any]:
    return {"cells": list(cells), "metadata": metadata or {}, "nbformat": 4, "nbformat_minor": minor}


def load(value: Any, **how: Any) -> Source:
    return read("a.ipynb", json.dumps(value, **how).encode())


def test_cells_are_numbered_over_all_cells() -> None:
    source = load(
        book(markdown("# Title #\nmore"), code("a"), {"cell_type": "raw", "metadata": {}, "source": "r"}, code(["b\n", "c"]))
    )
    assert [(cell.number, cell.text) for cell in source.cells] == [(2, "a"), (4, "b\nc")]
    assert source.heading == "Title"
    assert source.kind == "notebook"
    assert source.problems == ()


@pytest.mark.parametrize("minor", range(6))
def test_minor_formats(minor: int) -> None:
    assert [cell.text for cell in load(book(code("a", id="x"), minor=minor)).cells] == ["a"]


@pytest.mark.parametrize("how", [{"indent": 1}, {"indent": None}, {"indent": 4}, {"ensure_ascii": False}])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
def test_lines_of_the_file(how: dict[str, Any], end: str, bom: bytes) -> None:
    outputs = [{"output_type": "stream", "name": "stdout", "text": ["source", '"source": ["x"]'], "source": "no"}]
    cells = [markdown(["t\n"]), code("FIRST\nx"), code(["SECOND\n", "y"], outputs=outputs, metadata={"source": "no"}), code([])]
    text = json.dumps(book(*cells), **how).replace("\n", end)
    source = read("a.ipynb", bom + text.encode())
    lines = text.split(end)
    assert [cell.text for cell in source.cells] == ["FIRST\nx", "SECOND\ny", ""]
    for cell, word in zip(source.cells, ["FIRST", "SECOND"], strict=False):
        assert cell.json_line is not None
        assert word in lines[cell.json_line - 1]
    first, second, _ = source.cells
    assert (first.json_step, second.json_step) == (0, 0 if how.get("indent", 1) is None or "indent" not in how else 1)


def test_cell_without_a_source_keeps_the_others_lines() -> None:
    text = '{"cells": [\n{"cell_type": "code"},\n{"source": null},\n{"source": [],\n"a": 1},\n{"source":\n["x"]}]}'
    assert source_lines(text) == [(2, 0), (3, 0), (4, 0), (7, 0)]


def test_format_3() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "metadata": {}, "source": ["Old"]},
        {
            "cell_type": "code",
            "collapsed": False,
            "input": ["a = 1\n", "a"],
            "language": "python",
            "outputs": [],
            "prompt_number": 7,
        },
    ]
    old = {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells, "metadata": {}}]}
    source = load(old, indent=1)
    (cell,) = source.cells
    assert (cell.number, cell.text, cell.count) == (2, "a = 1\na", 7)
    assert "a = 1" in json.dumps(old, indent=1).split("\n")[(cell.json_line or 0) - 1]
    assert source.heading == "Old"


def test_execution_counts() -> None:
    counts = [cell.count for cell in load(book(code("a", execution_count=3), code("b"), code("c", execution_count="x"))).cells]
    assert counts == [3, None, None]


@pytest.mark.parametrize(
    ("metadata", "python"),
    [
        ({}, True),
        (None, True),
        ({"kernelspec": {"name": "python3", "display_name": "Python 3"}}, True),
        ({"kernelspec": {"name": "my-env", "display_name": "x"}}, True),
        ({"kernelspec": {"name": "conda-env-r-py"}}, True),
        ({"language_info": {"name": "python"}}, True),
        ({"kernelspec": {"name": "x", "language": "R"}}, False),
        ({"language_info": {"name": "julia"}}, False),
        ({"kernelspec": {"name": "ir"}}, False),
        ({"kernelspec": {"name": "julia-1.6"}}, False),
        ({"kernelspec": "odd", "language_info": []}, True),
    ],
)
def test_other_languages_have_no_cells(metadata: Any, python: bool) -> None:
    value = book(code("a"))
    value["metadata"] = metadata
    source = load(value)
    assert len(source.cells) == (1 if python else 0)
    assert source.problems == ()


def test_cell_in_another_language_is_empty() -> None:
    (cell,) = load(book(code("select\na", metadata={"vscode": {"languageId": "sql"}}))).cells
    assert (cell.text, cell.code) == ("select\na", "\n")


def test_magics() -> None:
    source = read("a.ipynb", json.dumps(book(code("%%spark\nx"), code("!ls"))).encode(), ["spark"])
    assert [cell.code for cell in source.cells] == ["\nx", "pass"]


WHOLE = json.dumps(book(code("a = 1"), code("b = 2")), indent=1)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "empty"),
        (" \n", "empty"),
        (WHOLE[: len(WHOLE) // 2], "cut off"),
        (WHOLE[:-2], "cut off"),
        (WHOLE.replace('"a = 1"', '\n<<<<<<< HEAD\n"a = 1"\n=======\n"a = 3"\n>>>>>>> other\n'), "merge conflict"),
        (WHOLE.replace("[", "[,", 1), "not valid JSON"),
        ("[]", "no notebook"),
        ('{"cells": 3}', "no notebook"),
        ('{"a": 1}', "no notebook"),
        ('{"cells": [3], "nbformat": 4}', "save it again"),
        ("[" * 100000, "nested too deeply"),
    ],
)
def test_broken_notebooks_say_what_to_do(text: str, word: str) -> None:
    source = read("a.ipynb", text.encode())
    (problem,) = source.problems
    assert word in problem.message
    assert source.cells == ()


def test_conflict_is_reported_at_its_line() -> None:
    text = WHOLE.replace('"a = 1"', '\n<<<<<<< HEAD\n"a = 1"\n=======\n"a = 3"\n>>>>>>> other\n')
    (problem,) = read("a.ipynb", text.encode()).problems
    assert text.split("\n")[problem.line - 1].startswith("<<<<<<<")


def test_halves_of_characters_are_replaced() -> None:
    (cell,) = read("a.ipynb", b'{"cells": [{"cell_type": "code", "source": "x = \\"\\ud83d\\""}], "nbformat": 4}').cells
    assert cell.text == 'x = "\ufffd"'
