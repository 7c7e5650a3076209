"""What becomes of each finding? The ordered steps from a check's finding to an error, a warning or silence."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

import msgspec

from mlstd.checks.finding import Finding
from mlstd.link.project import home
from mlstd.settle.builtin import EXPIRED_WAIVER
from mlstd.settle.draft import Context, Settled
from mlstd.settle.fingerprint import fingerprinted, repeated
from mlstd.settle.ignores import Ignores
from mlstd.settle.known import KNOWN_FILE
from mlstd.settle.levels import by_confidence, by_configuration, by_profile, by_selection
from mlstd.settle.waivers import by_waiver, ended

STEPS: tuple[Callable[[Settled, Context], Settled], ...] = (
    by_profile,
    by_configuration,
    by_selection,
    by_confidence,
    by_waiver,
)
"""Each may change the level and leaves its reason; a later step sees what the earlier ones decided. After them the comments
speak, and last the list of known issues."""


def settle(
    findings: Sequence[Finding], targets: Sequence[str], context: Context, beside: Iterable[Finding] = ()
) -> tuple[Settled, ...]:
    """All findings with their levels (`off` ones too), in the order of places, and one for each comment in `targets`, and each
    waiver, that is out of date. `beside`: findings that are only counted, where equal code has to be told apart."""
    ignores = Ignores(context)
    drafts = [ignores.apply(_levelled(finding, context)) for finding in findings]
    paths = {*targets, *(path for finding in findings for path in (finding.entry, finding.place.path))}
    drafts += [_levelled(finding, context) for finding in (*ignores.leftovers(targets), *ended(paths, context))]
    counted = fingerprinted([*drafts, *(_levelled(finding, context) for finding in beside)], context)
    return tuple(sorted((by_known(draft, context) for draft in counted[: len(drafts)]), key=_order))


def unclear(findings: Iterable[Finding], targets: Collection[str], context: Context) -> set[str]:
    """The helpers, no targets themselves, in which an experiment that was not judged may have a finding equal to one of these."""
    places = {finding.place for finding in findings if home(finding.place.path) not in targets}
    return {home(place.path) for place in places if repeated(place, context)}


def by_known(draft: Settled, context: Context) -> Settled:
    """Off, where the team accepted the finding once."""
    if (
        draft.level == "off"
        or draft.issue is None
        or draft.finding.rule == EXPIRED_WAIVER
        or not context.known.holds(draft.issue)
    ):
        return draft
    return msgspec.structs.replace(draft.become("off", f"known: it stands in {KNOWN_FILE}"), known=True)


def _levelled(finding: Finding, context: Context) -> Settled:
    draft = Settled(finding, "off", context.families[finding.rule])
    for step in STEPS:
        draft = step(draft, context)
    return draft


def _order(draft: Settled) -> tuple[str, int, int, int, str, str]:
    place = draft.finding.place
    return (place.path, place.cell or 0, place.line, place.column, draft.finding.rule, draft.finding.entry)
