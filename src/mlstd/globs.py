"""Does a path match a pattern of the configuration?

Patterns are those of .gitignore as people remember them: `*` stays within a folder, `**` crosses folders, a pattern without a
slash matches at any depth, and a pattern that names a folder matches everything below it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable


def matches(pattern: str, path: str) -> bool:
    """Whether `path` (relative to the project root, with `/`) or a folder above it matches `pattern`."""
    return _compiled(pattern).match(path) is not None


def matches_any(patterns: Iterable[str], path: str) -> bool:
    """Whether one of the patterns matches."""
    return any(matches(pattern, path) for pattern in patterns)


@functools.lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    body = pattern.strip().removeprefix("./").rstrip("/")
    anywhere = "(?:.*/)?" if "/" not in body else ""
    return re.compile(anywhere + "".join(_pieces(body.lstrip("/"))) + r"(?:/.*)?\Z", re.DOTALL)


def _pieces(body: str) -> Iterable[str]:
    tokens = re.findall(r"\*\*/|\*\*|\*|\?|\[!?\]?[^\]]*\]|.", body, re.DOTALL)
    fixed = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    for token in tokens:
        if token in fixed:
            yield fixed[token]
        elif token.startswith("[") and len(token) > 2:
            inner = token[1:-1].replace("\\", r"\\")
            yield f"[{'^' + inner[1:] if inner.startswith('!') else inner}]"
        else:
            yield re.escape(token)
