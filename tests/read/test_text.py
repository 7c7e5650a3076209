"""Bytes become text, whatever they are."""

from __future__ import annotations

import pytest

from mlstd.read.source import read


def text_of(data: bytes) -> str:
    source = read("a.py", data)
    assert source.problems == ()
    return source.cells[0].text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"a\r\nb\rc\n", "a\nb\nc\n"),
        (b"\xef\xbb\xbfa", "a"),
        ("ä".encode("utf-16"), "ä"),
        ("ä".encode(), "ä"),
        ("# coding: latin-1\nä".encode("latin-1"), "# coding: latin-1\nä"),
        ("#!x\n# -*- coding: cp1251 -*-\nд".encode("cp1251"), "#!x\n# -*- coding: cp1251 -*-\nд"),
        ("x = 1\n# coding: cp1251\nä".encode(), "x = 1\n# coding: cp1251\nä"),
        ("# coding: no-such\nä".encode(), "# coding: no-such\nä"),
        (b"# coding: hex\nx", "# coding: hex\nx"),
        ("# coding: ascii\nä".encode(), "# coding: ascii\nä"),
        ("# ä\n".encode("latin-1"), "# ä\n"),
        (b"", ""),
    ],
)
def test_encodings(data: bytes, text: str) -> None:
    assert text_of(data) == text


@pytest.mark.parametrize(
    ("data", "word"),
    [(b"a\0b", "NUL"), (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "git lfs pull")],
)
@pytest.mark.parametrize("path", ["a.py", "a.ipynb"])
def test_what_is_no_text_is_a_problem(path: str, data: bytes, word: str) -> None:
    source = read(path, data)
    (problem,) = source.problems
    assert word in problem.message
    assert source.cells == ()


def test_digest_is_of_the_bytes() -> None:
    assert read("a.py", b"").digest == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
