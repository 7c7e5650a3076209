"""What can a contributor type? `python -m mlstd.dev COMMAND`."""

from __future__ import annotations

import click

from mlstd.checks.rules import load_standard
from mlstd.dev.new_rule import new_rule
from mlstd.dev.rule_table import rule_table
from mlstd.errors import CannotRun
from mlstd.knowledge.where import rules_folder


@click.group()
def main() -> None:
    """Helps those who work on mlstd itself."""


@main.command("new-rule")
@click.argument("name", metavar="FAMILY/RULE")
def new_rule_command(name: str) -> None:
    """Begins a rule: its text, and an example that fails until the check is written."""
    try:
        click.echo(new_rule(name, rules_folder()), nl=False)
    except CannotRun as error:
        raise click.ClickException(str(error)) from None


@main.command("rules")
def rules_command() -> None:
    """Writes docs/rules.md, the table of all rules."""
    page = rules_folder().parent / "docs" / "rules.md"
    page.write_text(rule_table(load_standard(rules_folder())), encoding="utf-8")
    click.echo(f"wrote {page}")


if __name__ == "__main__":
    main(prog_name="python -m mlstd.dev")
