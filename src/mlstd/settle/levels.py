"""Which level has a finding by the standard, the profile, the configuration and its own confidence? One small function a
question."""

from __future__ import annotations

from mlstd.config.load import ADVISORY
from mlstd.settle.draft import Context, Settled

UNSURE = {
    "medium": "a warning only: it rests on a call that could not be followed, or on a branch that is perhaps not taken",
    "low": "a warning only: it rests on what things are called",
}


def by_profile(draft: Settled, context: Context) -> Settled:
    """The level that the standard gives the rule in the profile of the finding's experiment."""
    profile = context.profile(draft.finding)
    level = context.standard.rules[draft.finding.rule].text.levels[profile]
    return draft.become(level, f"{level} in the profile {profile}")


def by_configuration(draft: Settled, context: Context) -> Settled:
    """Another level, where the team's configuration asks for one."""
    profile = context.profile(draft.finding)
    level = context.settings.levels.get(draft.finding.rule, {}).get(profile)
    if level is None or level == draft.level:
        return draft
    return draft.become(level, f"{level} by the configuration")


def by_selection(draft: Settled, context: Context) -> Settled:
    """Off, where the rule is not selected."""
    if context.settings.selects(draft.finding.rule, draft.family):
        return draft
    return draft.become("off", "the rule is not selected")


def by_confidence(draft: Settled, context: Context) -> Settled:
    """At most a warning, where the verdict is not certain or the family only ever advises."""
    if draft.level != "error":
        return draft
    if draft.family in ADVISORY:
        return draft.become("warning", f"rules of the family {draft.family} only ever warn")
    reason = UNSURE.get(draft.finding.confidence)
    return draft.become("warning", reason) if reason is not None else draft
