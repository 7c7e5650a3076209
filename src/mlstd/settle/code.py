"""Which code is the same code? Text -> one line that formatters do not change: no comments, one kind of quotes, no spare
brackets.

The tokens are found by a pattern rather than by `tokenize`, whose answers differ between versions of Python, and which gives up
on the magics of notebooks and on pieces of a statement.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

_TOKEN = re.compile(
    r"""(?P<skip>\#[^\n]*|\s+|\\\n)
    |(?P<string>(?i:[rbfu]{0,2})(?:\"\"\"(?:\\.|[^\\])*?\"\"\"|'''(?:\\.|[^\\])*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))
    |(?P<number>\d[\w.]*)
    |(?P<word>\w+)
    |(?P<sign>.)""",
    re.VERBOSE | re.DOTALL,
)
_STRING = re.compile(r"([a-zA-Z]*)('''|\"\"\"|'|\")(.*)\2\Z", re.DOTALL)
_HEADS = frozenset({"if", "elif", "for", "while", "with", "def", "class", "try", "except", "async", "match", "case", "else", "@"})
_BEFORE_SPARE = frozenset({"=", "return", "in", "assert", "yield", "if", "elif", "while", "with", "import"})
_CLOSING = {"(": ")", "[": "]", "{": "}"}
LONGEST = 160  # of more, the start and a digest are kept: a list of known issues is read by people


def normal(text: str) -> str:
    """The text of an expression or a statement on one line, the same however it is laid out; of a compound statement, its
    header. A long one is cut, with a digest for the rest."""
    line = _joined(_without_spare_brackets(_header(_tokens(text))))
    if len(line) <= LONGEST:
        return line
    return f"{line[: LONGEST - 20]}... {hashlib.sha256(line.encode('utf-8', 'surrogateescape')).hexdigest()[:12]}"


def times(text: str, within: Iterable[str]) -> int:
    """How often the code `text` stands in other texts, however these are laid out."""
    code = _joined(_without_spare_brackets(_header(_tokens(text))))
    return sum(_joined(_tokens(other)).count(code) for other in within) if code else 0


def _tokens(text: str) -> list[str]:
    return _without_trailing_commas([_plain(match) for match in _TOKEN.finditer(text) if match.lastgroup != "skip"])


def _plain(match: re.Match[str]) -> str:
    text = match.group()
    if match.lastgroup == "number":
        return text.lower()
    parts = _STRING.match(text) if match.lastgroup == "string" else None
    if parts is None:
        return text
    prefix, quote, body = parts.groups()
    prefix = prefix.lower().replace("u", "")
    body = " ".join(body.split()) if len(quote) == 3 else body
    if len(quote) == 1 and "r" not in prefix:
        body = body.replace("\\'", "'").replace('\\"', '"')
    mark = "'" if '"' in body and "'" not in body else '"'
    return f"{prefix}{mark}{body}{mark}"


def _without_trailing_commas(tokens: Sequence[str]) -> list[str]:
    followers = (*tokens[1:], "")
    return [token for token, after in zip(tokens, followers, strict=False) if token != "," or after not in _CLOSING.values()]


def _header(tokens: Sequence[str]) -> list[str]:
    """Up to the colon that opens the body, for a compound statement."""
    if not tokens or tokens[0] not in _HEADS:
        return list(tokens)
    depth = 0
    for index, token in enumerate(tokens):
        depth += (token in _CLOSING) - (token in _CLOSING.values())
        if token == ":" and depth == 0 and index > 0:
            return list(tokens[:index])
    return list(tokens)


def _without_spare_brackets(tokens: list[str]) -> list[str]:
    """`(x)` and `y = (x)` without the brackets that a formatter puts around what it breaks over lines."""
    for index in range(len(tokens) - 1):
        opens = tokens[index] == "(" and (index == 0 or tokens[index - 1] in _BEFORE_SPARE)
        if opens and tokens[-1] == ")" and _closes_last(tokens, index):
            return _without_spare_brackets([*tokens[:index], *tokens[index + 1 : -1]])
    return tokens


def _closes_last(tokens: Sequence[str], opening: int) -> bool:
    depth = 0
    for index in range(opening, len(tokens)):
        depth += (tokens[index] in _CLOSING) - (tokens[index] in _CLOSING.values())
        if depth == 0:
            return index == len(tokens) - 1
    return False


def _joined(tokens: Sequence[str]) -> str:
    line = ""
    for token in tokens:
        wordy = bool(line) and (line[-1].isalnum() or line[-1] in '_"') and (token[0].isalnum() or token[0] in '_"')
        line += f" {token}" if wordy or line.endswith((",", " import")) else token
    return line
