"""What becomes of each finding? The ordered steps from a check's finding to an error, a warning or silence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from mlstd.checks.finding import Finding
from mlstd.checks.rules import Standard
from mlstd.config.settings import Settings
from mlstd.lower import ir
from mlstd.settle.draft import Context, Settled
from mlstd.settle.fingerprint import fingerprinted
from mlstd.settle.ignores import Ignores
from mlstd.settle.levels import by_confidence, by_configuration, by_profile, by_selection

STEPS: tuple[Callable[[Settled, Context], Settled], ...] = (by_profile, by_configuration, by_selection, by_confidence)
"""Each may change the level and leaves its reason; a later step sees what the earlier ones decided. Comments speak last."""


def settle(
    findings: Iterable[Finding],
    targets: Sequence[str],
    settings: Settings,
    standard: Standard,
    module: Callable[[str], ir.Module],
) -> tuple[Settled, ...]:
    """All findings with their levels (`off` ones too), in the order of places, and one for each comment in `targets` that
    silences nothing. `standard` holds the built-in rule; `module` gives the lowered file of a path."""
    context = Context(settings, standard, module, standard.families())
    ignores = Ignores(context)
    drafts = [ignores.apply(_levelled(finding, context)) for finding in findings]
    drafts += [_levelled(finding, context) for finding in ignores.leftovers(targets)]
    return tuple(sorted(fingerprinted(drafts, context), key=_order))


def _levelled(finding: Finding, context: Context) -> Settled:
    draft = Settled(finding, "off", context.families[finding.rule])
    for step in STEPS:
        draft = step(draft, context)
    return draft


def _order(draft: Settled) -> tuple[str, int, int, int, str, str]:
    place = draft.finding.place
    return (place.path, place.cell or 0, place.line, place.column, draft.finding.rule, draft.finding.entry)
