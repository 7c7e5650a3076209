"""How do bytes become text with lines as an editor counts them?"""

from __future__ import annotations

import codecs
import re
from typing import Literal

_DECLARATION = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LFS = b"version https://git-lfs.github.com/spec/"
_SURROGATE = re.compile("[\ud800-\udfff]")


class NotText(ValueError):
    """The bytes are no text; says what they seem to be and what to do."""


def decode(data: bytes, kind: Literal["script", "notebook"]) -> str:
    """Turn a file's bytes into text without BOM, its lines ended by `\\n` alone.

    A script's encoding declaration is followed. What is declared nowhere and is not UTF-8 is taken for Latin-1, in which every
    byte means something: code stays readable, and only the odd letter of a comment comes out wrong. Raises NotText for what is
    no text at all.
    """
    if data.startswith(_LFS):
        raise NotText("this is only a Git LFS pointer, the content is not here: run `git lfs pull`")
    text = _decoded(data, kind)
    if "\0" in text:
        raise NotText("the file holds NUL bytes, so it is not a text file: restore it, or save it again as UTF-8")
    return clean(text)


def _decoded(data: bytes, kind: str) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            data = data[len(bom) :] if encoding == "utf-8" else data
            return data.decode(encoding, errors="replace")
    declared = _declared(data) if kind == "script" else None
    for name in (declared, "utf-8"):
        if name is not None:
            try:
                return data.decode(name)
            except (UnicodeError, LookupError, ValueError):
                continue
    return data.decode("latin-1")


def _declared(data: bytes) -> str | None:
    """The encoding that one of the first two lines declares, if it is one that yields text."""
    for line in data.split(b"\n", 2)[:2]:
        found = _DECLARATION.match(line)
        if found:
            name = found.group(1).decode("ascii", "replace")
            try:
                return name if codecs.lookup(name)._is_text_encoding else None
            except LookupError:
                return None
        if line.strip() and not line.lstrip().startswith(b"#"):
            return None
    return None


def clean(text: str) -> str:
    """Make every line end `\\n` alone, and replace halves of characters, which no file can store."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATE.sub("\ufffd", text)
