"""What do all commands share? Their options, how they print, and how they end."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Iterable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from mlstd.errors import CannotRun

P = ParamSpec("P")
F = TypeVar("F", bound=Callable[..., object])


def words(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """`--select a,b --select c` as one tuple."""
    return tuple(word for value in values for part in value.split(",") if (word := part.strip()))


def rule_names(context: click.Context, parameter: click.Parameter, typed: str) -> list[str]:
    """The rules that begin with what is typed, for a shell."""
    from mlstd.pipeline import standard_of_team

    return [name for name in sorted(standard_of_team().rules) if name.startswith(typed)]


def project_options(command: F) -> F:
    """The options of every command that reads a project: `isolated`, `config`, `no_cache`."""
    options = (
        click.option("--isolated", is_flag=True, help="Read no pyproject.toml."),
        click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Take the configuration from this file."),
        click.option("--no-cache", is_flag=True, help="Neither read nor write .mlstd_cache."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def exits(command: Callable[P, int]) -> Callable[P, None]:
    """Ends the process with what the command returns: 2 and a sentence for each problem where it could not run, 130 after
    Ctrl-C."""

    @wraps(command)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="replace")  # a terminal that lacks a character shows another
        try:
            code = command(*args, **kwargs)
        except CannotRun as error:
            click.echo("mlstd: nothing was checked.", err=True)
            for problem in error.problems:
                click.echo(f"  {problem}", err=True)
            code = 2
        except KeyboardInterrupt:
            click.echo("mlstd: interrupted.", err=True)
            code = 130
        except BrokenPipeError:  # `| head`: the reader has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = 141  # as of a program that SIGPIPE ends
        except Exception:  # noqa: BLE001 - exit code 1 is for errors in experiments, never for one of ours
            click.echo(
                f"{traceback.format_exc()}mlstd: this is a defect of mlstd: please report it with the lines above.", err=True
            )
            code = 2
        sys.exit(code)

    return guarded


def show_lines(lines: Iterable[str]) -> None:
    """Prints the lines of a report."""
    for line in lines:
        click.echo(line, color=True)  # the lines hold colours only where these are wanted
