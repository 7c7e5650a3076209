"""What does the reader call these rows: the file or data set, and the way by which they were chosen from it?"""

from __future__ import annotations

import re
from collections.abc import Iterable

from mlstd.trace.values.parts import HOLE, Part, Step

MOST_NAMES = 3
MOST_STEPS = 3
LONGEST_KEY = 40
LONGEST_NAME = 120


def name_of(parts: Iterable[Part]) -> str:
    """Rows in words: "the test part of sales.csv", "train.csv, target.csv", "unknown rows"."""
    several = tuple(parts)
    told = _listed({_name(part) for part in several})
    return told if len(told) <= LONGEST_NAME else _listed({_name(part, plain=True) for part in several})


def _listed(found: set[str]) -> str:
    names = sorted(found, key=lambda name: (name.count(" "), name))
    if not names:
        return "unknown rows"
    shown = ", ".join(names[:MOST_NAMES])
    return f"{shown} and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else shown


def _name(part: Part, plain: bool = False) -> str:
    """One part in words; `plain`: without the conditions that chose it."""
    text = base_of(part)
    if part.origin.part:
        text = f"{part.origin.part} part of {text}"
    steps = [step for step in part.steps if step.kind != "some"]
    for step in steps[-MOST_STEPS:]:
        if plain and step.kind == "mask":
            text = text if text.startswith("some rows of ") else f"some rows of {text}"
            continue
        text = _narrowed(text, step)
    return text


def base_of(part: Part) -> str:
    """The whole that a part is of: a file by its path, a data set by its own name; what came from nowhere known by the expression
    that gave it."""
    name = part.origin.name
    if name.startswith("?") or name in ("None", "False", "*"):
        return "rows of unknown origin"
    if name.startswith("positions@"):
        return "rows in random order"
    is_file = name.startswith("file:")
    name = name.removeprefix("file:").partition(HOLE)[0]
    name = name.rpartition("@")[0] or name
    if is_file and name.startswith(("/", "~")):
        name = name.rpartition("/")[2] or name  # where it lies on somebody's machine says nothing
    if not is_file and re.match(r"\w+(\.\w+)+:", name):  # a loader that is told by name what to load
        return name.partition(":")[2].partition(":?")[0]
    if is_file or "/" in name or not part.origin.known:
        return name
    return name.removesuffix(".load_data").removesuffix(".load").rpartition(".")[2]


def _narrowed(text: str, step: Step) -> str:
    key = step.key if len(step.key) <= LONGEST_KEY else ""
    match step.kind:
        case "split":
            return f"{key or 'one side'} of {text}" if key.startswith("part ") else f"the {key} side of {text}"
        case "fold":
            return f"the {key or 'some'} folds of {text}"
        case "slice":
            return f"{text}[{key}]" if key and "@" not in key and "#" not in key else f"a slice of {text}"
        case "mask":
            if not key or "#" in key or key.isalpha():  # no condition that stands in the code
                return text if text.startswith("some rows of ") else f"some rows of {text}"
            word = "and" if " where " in text else "where"
            return f"{text} {word} not {key[1:]}" if key.startswith("~") else f"{text} {word} {key}"
        case _:
            return text
