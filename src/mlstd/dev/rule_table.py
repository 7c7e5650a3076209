"""All rules in one table: what `docs/rules.md` says."""

from __future__ import annotations

from mlstd.checks.rules import Standard
from mlstd.config.settings import Profile

PROFILES: tuple[Profile, ...] = ("exploration", "experiment", "production")
HEAD = """\
# The rules

Written by `python -m mlstd.dev rules`; `mlstd rule NAME` shows the reason, the source, the limits and the examples of one. A rule
has a level in each profile; only an error that nothing could overturn fails a build.
"""


def rule_table(standard: Standard) -> str:
    """The page as Markdown, a table a family."""
    parts = [HEAD]
    for family in sorted({rule.family for rule in standard.rules.values()}):
        rows = [f"## {family}", "", f"| rule | {' | '.join(PROFILES)} | standard |", "| --- | --- | --- | --- | --- |"]
        for name, rule in sorted(standard.rules.items()):
            if rule.family == family:
                levels = " | ".join(rule.text.levels[profile] for profile in PROFILES)
                rows.append(f"| `{name}` | {levels} | {rule.text.summary.replace('|', chr(92) + '|')} |")
        parts.append("\n".join(rows) + "\n")
    return "\n".join(parts)
