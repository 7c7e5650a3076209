"""What does a Makefile run, and in which order? Its rules with their commands, as far as plain text tells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mlstd.read.stages.job import Job, Read

_ASSIGN = re.compile(r"^(?:export\s+|override\s+)?([\w.\-]+)\s*(:{0,3}|\?|\+)=\s*(.*)$")
_SPECIAL = re.compile(r"\.[A-Z_]+$")  # `.PHONY`
_RULE = re.compile(r"^([^\s#:=][^:=#]*?)\s*::?(?!=)\s*([^#]*)")
_VARIABLE = re.compile(r"\$[({]([\w.\-]+)[)}]")
_DEEPEST = 6


@dataclass
class _Rule:
    targets: list[str]
    needs: list[str]
    recipe: list[str] = field(default_factory=list)


def jobs(text: str, read: Read) -> list[Job]:
    """The rules. What a rule needs is made in the order in which it is listed."""
    variables: dict[str, str] = {}
    rules = list(_rules(text.replace("\r\n", "\n").replace("\\\n", " "), variables))
    after: dict[str, set[str]] = {}
    for rule in rules:
        for number, name in enumerate(rule.needs):
            after.setdefault(name, set()).update(rule.needs[:number])
    return [
        Job(
            target,
            tuple(_expand(line, {**variables, **_automatic(target, rule.needs)}) for line in rule.recipe),
            tuple(rule.needs),
            (target,),
            tuple(sorted({*rule.needs, *after.get(target, ())} - {target})),
        )
        for rule in rules
        for target in rule.targets
    ]


def _rules(text: str, variables: dict[str, str]) -> Iterator[_Rule]:
    """The rules in the order of the file; variables are noted on the way."""
    rule: _Rule | None = None
    for line in text.splitlines():
        if line.startswith("\t"):
            if rule is not None:
                rule.recipe.append(line.strip().lstrip("@-+").strip())
        elif found := _ASSIGN.match(line):
            _assign(variables, *found.groups())
        elif found := _RULE.match(line):
            if rule is not None:
                yield rule
            targets, needs = (_expand(part, variables).split() for part in found.groups())
            first, _, recipe = found.group(2).partition(";")
            rule = _Rule(targets, _expand(first, variables).split() if recipe else needs, [recipe.strip()] if recipe else [])
            if not rule.targets or _SPECIAL.match(rule.targets[0]) or "%" in found.group(1) or any("=" in n for n in rule.needs):
                rule = None
    if rule is not None:
        yield rule


def _assign(variables: dict[str, str], name: str, how: str, value: str) -> None:
    value = value.partition(" #")[0].strip()
    if how == "+":
        value = f"{variables.get(name, '')} {value}".strip()
    variables[name] = variables.get(name, value) if how == "?" else value


def _automatic(target: str, needs: list[str]) -> dict[str, str]:
    return {"@": target, "<": needs[0] if needs else "", "^": " ".join(needs)}


def _expand(text: str, variables: Mapping[str, str]) -> str:
    """The text with variables in place of their names; a name that nobody defines stays."""
    for _ in range(_DEEPEST):
        new = _VARIABLE.sub(lambda found: variables.get(found.group(1), found.group(0)), text)
        if new == text:
            break
        text = new
    for sign in "@<^":
        if sign in variables:
            text = text.replace(f"${sign}", variables[sign]).replace(f"$({sign})", variables[sign])
    return text
