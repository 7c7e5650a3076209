"""What does this team ask of its experiments? The effective standard as a Markdown document for authors and reviewers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby
from typing import get_args

from mlstd.checks.rules import Standard, StandardRule
from mlstd.config.load import ADVISORY
from mlstd.config.settings import Level, Profile, Settings
from mlstd.discover.targets import find_targets
from mlstd.pipeline import Request, settings_of, standard_of_team
from mlstd.report.gather import Rebase
from mlstd.report.markdown import code, escaped
from mlstd.settle.builtin import EXPIRED_WAIVER
from mlstd.upkeep.waivers import Waived, exceptions

PROFILES: tuple[Profile, ...] = get_args(Profile)


def document(request: Request, today: date) -> Iterator[str]:
    """The standard of each project root that the request's paths lie in, and all that is let pass there. Raises `CannotRun`."""
    standard = standard_of_team()
    trees = find_targets(request.paths, request.cwd, request.isolated).trees
    waived = exceptions(request)
    yield "# What our experiments keep to"
    for tree in trees:
        settings = settings_of(tree, request, standard)
        if len(trees) > 1:
            yield f"\n# In {code(Rebase(tree.root, request.cwd).path('.'))}"
        yield from _paths(settings)
        yield from _rules(settings, standard)
        yield from _baselines(settings)
    yield from _waivers(waived, today, any(settings_of(tree, request, standard).require_reasons for tree in trees))


def level_of(rule: StandardRule, profile: Profile, settings: Settings) -> Level:
    """The level of a certain finding of a rule in a profile."""
    if not settings.selects(rule.name, rule.family):
        return "off"
    level = settings.levels.get(rule.name, {}).get(profile, rule.text.levels[profile])
    return "warning" if level == "error" and rule.family in ADVISORY else level


def _paths(settings: Settings) -> Iterator[str]:
    yield "\n## Which experiment is held to what\n"
    yield "| path | profile |\n| --- | --- |"
    for glob, profile in sorted(settings.profiles, key=lambda pair: -len(pair[0])):
        yield f"| {code(glob)} | {profile} |"
    yield f"| {'all others' if settings.profiles else 'all'} | {settings.profile} |"
    if settings.profiles:
        yield "\nOf several that match, the longest holds."
    if settings.exclude:
        yield f"\nNever judged: {', '.join(code(glob) for glob in settings.exclude)}."


def _rules(settings: Settings, standard: Standard) -> Iterator[str]:
    """A section for each family, then what is left out of the standard."""
    rules = sorted(standard.rules.values(), key=lambda rule: (rule.family == "suppressions", rule.family, rule.name))
    kept = [rule for rule in rules if any(level_of(rule, profile, settings) != "off" for profile in PROFILES)]
    yield "\nAn error fails the check, a warning only tells. What rests on something that mlstd could not follow is a warning."
    for family, group in groupby(kept, key=lambda rule: rule.family):
        yield from _family(family, list(group), settings)
    left = [rule for rule in rules if rule not in kept]
    if left:
        yield "\n## Not asked of anybody here\n"
        yield from (f"- {code(rule.name)}: {escaped(rule.text.summary)}" for rule in left)


def _family(family: str, rules: Sequence[StandardRule], settings: Settings) -> Iterator[str]:
    yield f"\n## {family.replace('-', ' ').capitalize()}\n"
    yield f"| rule | we ask | {' | '.join(PROFILES)} |\n| --- | --- |{' --- |' * len(PROFILES)}"
    changed = False
    for rule in rules:
        cells = []
        for profile in PROFILES:
            level = level_of(rule, profile, settings)
            own = rule.name in settings.levels and level != level_of(rule, profile, Settings())
            changed |= own
            cells.append(f"**{level}**" if own else level if level != "off" else "")
        yield f"| {code(rule.name)} | {escaped(rule.text.summary)} | {' | '.join(cells)} |"
    if changed:
        yield "\nBold: the team's own level, where the standard of mlstd has another."
    yield "\nWhy:\n"
    yield from (f"- {code(rule.name)}: {escaped(rule.text.why)}" for rule in rules)


def _baselines(settings: Settings) -> Iterator[str]:
    if settings.baselines:
        yield "\n## What results are compared with\n\n| path | reference |\n| --- | --- |"
        yield from (f"| {code(one.path)} | {escaped(one.reference)} |" for one in settings.baselines)


def _waivers(waived: Sequence[Waived], today: date, reasons: bool) -> Iterator[str]:
    yield "\n## What is let pass\n"
    if reasons:
        yield "An ignore comment without a reason is not heeded.\n"
    if not waived:
        yield "Nothing."
        return
    yield "| what | where | why | until | who answers for it |\n| --- | --- | --- | --- | --- |"
    for one in sorted(waived, key=lambda one: (one.until is None, one.until or today, one.place)):
        what = ", ".join(map(code, one.rules)) or "everything"
        ended = f" (over: {code(EXPIRED_WAIVER)})" if one.until is not None and one.until < today else ""
        until = f"{one.until}{ended}" if one.until is not None else ""
        who = escaped(one.owner or one.author)
        yield f"| {what} | {code(one.path)}, {code(one.place)} | {escaped(one.reason) or '*no reason*'} | {until} | {who} |"
