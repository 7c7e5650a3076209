"""What did the team decide? The frozen answer that all later steps read."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from mlstd.globs import matches
from mlstd.knowledge.schema import Calls, Classes

Level: TypeAlias = Literal["error", "warning", "off"]
Profile: TypeAlias = Literal["exploration", "experiment", "production"]


class Baseline(msgspec.Struct, frozen=True):
    """What an experiment is compared with, where its code cannot tell."""

    path: str
    reference: str


class Waiver(msgspec.Struct, frozen=True):
    """What the team lets pass for a while: a rule or family (or `all`) below a path, until the end of a day. `source` and `line`
    are where it stands."""

    rule: str
    path: str
    reason: str
    until: date | None = None
    owner: str = ""
    source: str = ""
    line: int = 1

    def names_rule(self, rule: str, family: str) -> bool:
        """Whether a rule is what it lets pass."""
        return self.rule in ("all", rule, family)

    def ended(self, today: date) -> bool:
        """Whether its last day is over."""
        return self.until is not None and self.until < today


class Settings(msgspec.Struct, frozen=True):
    """The effective configuration of one project. Globs are relative to the project root."""

    source: str | None = None  # the file it was read from, for messages
    extend: tuple[str, ...] = ()  # the files that it was laid over, as they are written
    profile: Profile = "experiment"
    profiles: tuple[tuple[str, Profile], ...] = ()
    forced_profile: Profile | None = None  # from the command line: holds for every path
    select: tuple[str, ...] = ("all",)
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    entry_points: tuple[str, ...] = ()
    require_reasons: bool = False
    levels: dict[str, dict[Profile, Level]] = {}  # rule -> profile -> level, where the team wants another than the standard's
    baselines: tuple[Baseline, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    cell_magics: tuple[str, ...] = ()
    team: tuple[Calls | Classes, ...] = ()  # knowledge of the team's own library

    def profile_of(self, path: str) -> Profile:
        """The profile under which the experiment at `path` is judged; of several globs that match the longest wins."""
        if self.forced_profile is not None:
            return self.forced_profile
        glob = self.glob_of(path)
        return dict(self.profiles)[glob] if glob is not None else self.profile

    def glob_of(self, path: str) -> str | None:
        """The longest glob of `profiles` that matches a path."""
        hits = [(len(glob), index) for index, (glob, _) in enumerate(self.profiles) if matches(glob, path)]
        return self.profiles[max(hits)[1]][0] if hits else None

    def baseline_of(self, path: str) -> str | None:
        """The declared baseline of the experiment at `path`."""
        return next((b.reference for b in self.baselines if matches(b.path, path)), None)

    def selects(self, rule: str, family: str) -> bool:
        """Whether a rule takes part: the more specific word wins (rule, then family, then `all`), at a tie the one that
        ignores."""
        return _strength(self.select, rule, family) > _strength(self.ignore, rule, family)

    def seen_from(self, root: Path) -> Settings:
        """These settings with the places of waivers relative to a project root."""
        if not self.waivers:
            return self
        replaced = (msgspec.structs.replace(w, source=_relative(w.source, root)) for w in self.waivers)
        return msgspec.structs.replace(self, waivers=tuple(replaced))

    def with_options(self, select: tuple[str, ...], ignore: tuple[str, ...], profile: Profile | None) -> Settings:
        """These settings with the words of the command line: a selection there starts afresh, an `ignore` takes away more."""
        kept = () if select else self.ignore
        return msgspec.structs.replace(
            self, select=select or self.select, ignore=(*kept, *ignore), forced_profile=profile or self.forced_profile
        )


def _relative(file: str, root: Path) -> str:
    try:
        return os.path.relpath(file, root).replace(os.sep, "/")
    except ValueError:  # another drive
        return Path(file).as_posix()


def _strength(words: tuple[str, ...], rule: str, family: str) -> int:
    if rule in words:
        return 3
    if family in words:
        return 2
    return 1 if "all" in words else 0
