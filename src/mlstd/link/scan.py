"""Which names does a file import, as far as its bytes tell? A cheap test, done before anything is parsed.

It errs on the side of too many words: what it lets through is judged by the real imports later.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_IMPORT = re.compile(rb"import")
_RUN = re.compile(rb"%run\s+(?:-\w+\s+)*[\"'\\]*([\w./-]+)")
_WORD = re.compile(rb"[^\W\d]\w*")
_LONGEST = (
    400  # characters of one import that are looked at: the longest parenthesised ones seen in practice hold some thirty names
)


def imported_words(data: bytes) -> frozenset[str]:
    """All identifiers that stand in import statements (or calls of `import_module`) and in `%run` lines."""
    words: set[bytes] = set()
    for hit in _IMPORT.finditer(data):
        before = data[max(data.rfind(b"\n", 0, hit.start()), hit.start() - _LONGEST) + 1 : hit.start()]
        after = data[hit.end() : hit.end() + _LONGEST]
        closing = after.find(b")") if after.lstrip(b" _module").startswith(b"(") else after.find(b"\n")
        words.update(_WORD.findall(before + b" " + (after if closing < 0 else after[:closing])))
    for path in _RUN.findall(data):
        words.update(_WORD.findall(path))
    return frozenset(word.decode("utf-8", "replace") for word in words)


def stem(path: str) -> str:
    """The last word by which an import can name the file: `b` for `a/b.py` and for `a/b/__init__.py`."""
    parts = path.rsplit(".", 1)[0].split("/")
    return parts[-2] if parts[-1] in ("__init__", "__main__") and len(parts) > 1 else parts[-1]


def reaching(words: Mapping[str, frozenset[str]], start: Iterable[str]) -> set[str]:
    """The files of `words` (path -> imported words) that may import, directly or through others, a file in `start`; with
    `start`."""
    by_word: dict[str, list[str]] = {}
    for path, said in words.items():
        for word in said:
            by_word.setdefault(word, []).append(path)
    reached = set(start)
    queue = list(reached)
    while queue:
        for path in by_word.get(stem(queue.pop()), ()):
            if path not in reached:
                reached.add(path)
                queue.append(path)
    return reached
