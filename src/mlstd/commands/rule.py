"""`mlstd rule`: what does a rule ask for, and which rules are there?"""

from __future__ import annotations

import sys

import click

from mlstd.commands.common import exits, rule_names, show_lines


@click.command()
@click.argument("name", required=False, shell_complete=rule_names)
@exits
def rule(name: str | None) -> int:
    """Show the rule NAME, or list all rules."""
    from mlstd.pipeline import standard_of_team
    from mlstd.report import show

    show_lines(show.rules(standard_of_team(), name, sys.stdout))
    return 0
