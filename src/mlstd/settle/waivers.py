"""Which findings does the configuration let pass, and which of its waivers have ended?"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from mlstd.checks.finding import Finding
from mlstd.config.settings import Waiver
from mlstd.globs import matches
from mlstd.place import Place
from mlstd.settle.builtin import EXPIRED_WAIVER
from mlstd.settle.draft import Context, Settled


def by_waiver(draft: Settled, context: Context) -> Settled:
    """Off, where a waiver names the rule and the path, or the experiment, of a finding."""
    for waiver in context.settings.waivers:
        finding = draft.finding
        if not waiver.names_rule(finding.rule, draft.family) or finding.rule == EXPIRED_WAIVER:
            continue
        if matches(waiver.path, finding.place.path) or matches(waiver.path, finding.entry):
            if waiver.ended(context.today):
                draft = draft.become(draft.level, f"its waiver ended on {waiver.until} ({waiver.source}:{waiver.line})")
            else:
                draft = draft.become("off", f"waived {_until(waiver)}: {waiver.reason}")
    return draft


def ended(paths: Collection[str], context: Context) -> Iterator[Finding]:
    """One finding for each waiver that has ended and that names one of `paths`, or no file of the project at all."""
    for waiver in context.settings.waivers:
        if waiver.ended(context.today) and (_names_one_of(waiver, paths) or not _names_one_of(waiver, context.files)):
            place = Place(waiver.source, None, waiver.line, 1, waiver.line, 1)
            owner = f" ({waiver.owner})" if waiver.owner else ""
            message = f'the waiver of {waiver.rule} for {waiver.path} ended on {waiver.until}{owner}: "{waiver.reason}"'
            yield Finding(EXPIRED_WAIVER, message, place, waiver.source, "high", advice="Mend what it waived, or renew it.")


def _names_one_of(waiver: Waiver, paths: Collection[str]) -> bool:
    return any(matches(waiver.path, path) for path in paths)


def _until(waiver: Waiver) -> str:
    return f"until {waiver.until}" if waiver.until is not None else "by the configuration"
