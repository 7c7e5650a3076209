"""Which right word did somebody mean by a wrong one?"""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, right: Iterable[str]) -> str | None:
    """The right word that looks most like `word`, or None where none is near."""
    import difflib

    by_form = {candidate.lower().replace("_", "-"): candidate for candidate in right}
    form = word.lower().replace("_", "-")
    close = difflib.get_close_matches(form, by_form, n=1, cutoff=0.6)
    close += [candidate for candidate in by_form if len(form) > 2 and candidate.startswith(form)]
    return by_form[close[0]] if close else None


def suggestion(word: str, right: Iterable[str]) -> str:
    """The end of a sentence about a wrong word: the nearest right one, or all of them where they are few, or nothing."""
    words = list(right)
    meant = nearest(word, words)
    if meant is not None:
        return f'; did you mean "{meant}"?'
    return "; use " + ", ".join(f'"{w}"' for w in words) if 0 < len(words) <= 8 else ""


def count(number: int, noun: str) -> str:
    """`1 error`, `3 errors`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
