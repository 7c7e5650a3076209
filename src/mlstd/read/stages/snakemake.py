"""What are the rules of a Snakefile? https://snakemake.readthedocs.io/en/stable/snakefiles/rules.html

A Snakefile is no Python: its rules are taken apart by their keywords. A wildcard is a star.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from mlstd.read.stages.job import Job, Read
from mlstd.read.stages.shell import UNKNOWN

_RULE = re.compile(r"^([ \t]*)(?:rule|checkpoint)[ \t]+(\w+)[ \t]*:", re.MULTILINE)
_SECTION = re.compile(r"^[ \t]+(\w+)[ \t]*:", re.MULTILINE)
_INCLUDE = re.compile(r"^[ \t]*include[ \t]*:[ \t]*['\"]([^'\"]+)['\"]", re.MULTILINE)
_ENTRY = re.compile(r"(?:(\w+)\s*=\s*)?(?:\w+\(\s*)*[rf]?(\"\"\"(?:.|\n)*?\"\"\"|'''(?:.|\n)*?'''|\"[^\"\n]*\"|'[^'\n]*')")
_MADE_BY = re.compile(r"rules\.(\w+)\.output")
_FIELD = re.compile(r"\{(\w+)(?:\.(\w+)|\[(\d+)\])?(?::q)?\}")
Named = dict[str, str]


def jobs(text: str, read: Read) -> list[Job]:
    """The rules, those of included files first."""
    return _rules(text, read, "", set())


def _rules(text: str, read: Read, folder: str, done: set[str]) -> list[Job]:
    """The rules of a file in a folder below the first one's; `done`: the files that were included."""
    found: list[Job] = []
    for included in _INCLUDE.findall(text):
        path = posixpath.normpath(posixpath.join(folder, included.replace("\\", "/")))
        more = read(path) if path not in done else None
        done.add(path)
        found += _rules(more, read, posixpath.dirname(path), done) if more is not None else []
    starts = list(_RULE.finditer(text))
    ends = [*(s.start() for s in starts[1:]), len(text)]
    return found + [_job(s.group(2), dict(_sections(text[s.end() : end])), folder) for s, end in zip(starts, ends, strict=False)]


def _sections(body: str) -> Iterator[tuple[str, str]]:
    heads = list(_SECTION.finditer(body))
    for head, end in zip(heads, [*(h.start() for h in heads[1:]), len(body)], strict=False):
        yield head.group(1), body[head.end() : end]


def _job(name: str, sections: Named, folder: str) -> Job:
    fields = {key: _strings(sections.get(key, "")) for key in ("input", "output", "params")}
    shell = "".join(_strings(sections.get("shell", "")).values())
    script = [*_strings(sections.get("script", "")).values(), *_strings(sections.get("notebook", "")).values()]
    commands = (*([_filled(shell, fields)] if shell else []), *(f"python {posixpath.join(folder, path)}" for path in script))
    needs, gives = (tuple(map(_starred, fields[key].values())) for key in ("input", "output"))
    return Job(name, commands, needs, gives, tuple(_MADE_BY.findall(sections.get("input", ""))), beside=bool(script))


def _strings(section: str) -> Named:
    """The strings of a section by their names, or their numbers."""
    found: Named = {}
    for number, entry in enumerate(_ENTRY.finditer(section)):
        quoted = entry.group(2)
        width = 3 if quoted.startswith(('"""', "'''")) else 1
        found[entry.group(1) or str(number)] = quoted[width:-width].replace("\\\\", "/")
    return found


def _starred(path: str) -> str:
    return re.sub(r"\{[^{}]*\}", UNKNOWN, path)


def _filled(command: str, fields: dict[str, Named]) -> str:
    """`{input}`, `{output.model}`, `{params[0]}` as paths; a star for all that a run alone knows."""

    def value(found: re.Match[str]) -> str:
        held = fields.get(found.group(1), {})
        name = found.group(2) or found.group(3)
        return _starred(" ".join(held.values()) if name is None and held else held.get(name or "", UNKNOWN))

    return _FIELD.sub(value, command)
