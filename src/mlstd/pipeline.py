"""How does a request become a result? The line of steps; read this first.

discover -> read, lower -> link -> knowledge -> trace -> ask, check -> settle -> report
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from mlstd.checks.finding import Finding
from mlstd.checks.rules import Standard, load_standard
from mlstd.config.load import check_words, load_settings, read_toml
from mlstd.config.settings import Profile, Settings
from mlstd.discover.environment import environment
from mlstd.discover.targets import Found, Tree, config_of, find_targets
from mlstd.errors import CannotRun
from mlstd.judge import Judge
from mlstd.knowledge.tables import Knowledge
from mlstd.knowledge.where import rules_folder
from mlstd.link.installed import LEARNING
from mlstd.link.project import Project
from mlstd.lower.cache import Cache
from mlstd.report.gather import Rebase, gather, merged, unjudged
from mlstd.report.result import Experiment, Result
from mlstd.settle.builtin import with_builtin
from mlstd.settle.draft import Context, Settled, issues_of, lines_of
from mlstd.settle.known import Issue, Known, gone_of, known_in
from mlstd.settle.steps import settle, unclear
from mlstd.workspace import Workspace

if TYPE_CHECKING:
    from mlstd.trace.run import Trace

Watch = Callable[[str, int, int], None]
"""Told of the step ("reading", "judging"), how many are done, and of how many."""


class Copy(msgspec.Struct, frozen=True):
    """A folder that holds what a git tree held once: configuration and cache are those of the tree."""

    folder: Path
    tree: Path

    def original(self, place: Path) -> Path:
        """What a place in the copy is in the tree."""
        return Path(os.path.normpath(self.tree / os.path.relpath(place, self.folder)))


class Request(msgspec.Struct, frozen=True):
    """What the reader asks for: the words of the command line."""

    paths: tuple[str, ...]
    cwd: Path
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    profile: Profile | None = None
    isolated: bool = False
    config: Path | None = None
    cache: bool = True
    force_exclude: bool = False
    known: bool = True  # whether the team's list of known issues is heeded
    unsaved: tuple[str, bytes] | None = None  # a file of which an editor holds a newer content, or that is not there yet
    copy: Copy | None = None  # where the paths lie in one

    def home(self, root: Path) -> Path:
        """Where the configuration and the cache of a project root are."""
        return root if self.copy is None else self.copy.original(root)


def run(request: Request, watch: Watch | None = None) -> Result:
    """Judges every experiment that the request's paths touch. Raises `CannotRun` for a wrong path, option, configuration or
    rule."""
    standard = standard_of_team()
    found, verdicts = judge_all(request, standard, watch)
    return merged(
        [verdict.result for verdict in verdicts], found.notes, {name: rule.text for name, rule in standard.rules.items()}
    )


class Verdict(msgspec.Struct, frozen=True):
    """What a run says of one project root: the experiments that it judged, its findings, the part of the result that they make.

    Paths are relative to the root, but in `result`. `known`: the issues that the team had accepted; `gone`: those of them that
    this run would have found.
    """

    root: Path
    entries: tuple[str, ...]
    settled: tuple[Settled, ...]
    known: Known
    gone: tuple[Issue, ...]
    result: Result


def judge_all(request: Request, standard: Standard, watch: Watch | None = None) -> tuple[Found, list[Verdict]]:
    """Judges every project root that the request's paths touch. What the teams wrote is read first, so that a mistake in it costs
    no work."""
    check_words("--select", request.select, standard.families())
    check_words("--ignore", request.ignore, standard.families())
    found = _found(request)
    decided = [(tree, settings_of(tree, request, standard), _known(tree, request)) for tree in found.trees]
    return found, [_judge_tree(*one, request, standard, watch or _silent) for one in decided]


def files_of(request: Request) -> list[str]:
    """The files that a run would judge, as seen from the working directory. Raises `CannotRun`."""
    standard = standard_of_team()
    listed = []
    for tree in _found(request).trees:
        rebase = Rebase(tree.root, request.cwd)
        exclude = settings_of(tree, request, standard).exclude
        listed += [rebase.path(path) for path in tree.targets(exclude, named_always=not request.force_exclude)]
    return sorted(listed)


def _found(request: Request) -> Found:
    unsaved = request.unsaved[0] if request.unsaved is not None else None
    return find_targets(request.paths, request.cwd, request.isolated, unsaved)


def standard_of_team() -> Standard:
    """Every rule that there is."""
    return with_builtin(load_standard(rules_folder()))


class Site(msgspec.Struct):
    """One project root, ready to be judged."""

    settings: Settings
    space: Workspace
    knowledge: Knowledge
    project: Project


@contextmanager
def _opened(tree: Tree, settings: Settings, request: Request) -> Iterator[Site]:
    """Cache, library knowledge and links of one root. Raises `CannotRun` where one of them is wrong."""
    with Cache(request.home(tree.root) if request.cache else None, settings.cell_magics) as cache:
        space = Workspace(tree.root, cache, _overlay(tree, request))
        knowledge = space.knowledge(rules_folder() / "libraries", settings.team, settings.source)
        files = tree.context()
        project = Project(
            files,
            space.read,
            space.lower,
            libraries=knowledge.roots() | LEARNING,
            entry_points=settings.entry_points,
            commands=_commands(tree.root),
            bystanders=tree.bystanders(files, settings.exclude, named_always=not request.force_exclude),
            on_disk=space.has,
        )
        yield Site(settings, space, knowledge, project)


def _overlay(tree: Tree, request: Request) -> dict[str, bytes]:
    if request.unsaved is None:
        return {}
    name, data = request.unsaved
    return {os.path.relpath(request.cwd / name, tree.root).replace(os.sep, "/"): data}


def _judge_tree(tree: Tree, settings: Settings, known: Known, request: Request, standard: Standard, watch: Watch) -> Verdict:
    with _opened(tree, settings, request) as site:
        project, space = site.project, site.space
        targets = tree.targets(settings.exclude, named_always=not request.force_exclude)
        project.preload(space.lower_many(project.likely(targets), lambda done, of: watch("reading", done, of)))
        entries = project.experiments(touching=targets)
        judge = Judge(settings, space, site.knowledge, project, environment(tree.root))
        findings: list[Finding] = []
        experiments: list[Experiment] = []
        for number, entry in enumerate(entries):
            watch("judging", number, len(entries))
            judgement = judge.judge(entry)
            experiments.append(judgement.experiment)
            findings += judgement.findings
        for library in project.libraries_among(targets):
            findings += judge.judge(library).findings
        context = Context(settings, standard, project.module, standard.families(), project.files, known)
        others = project.experiments(touching=unclear(findings, targets, context))
        beside = [finding for entry in others if entry not in entries for finding in judge.judge(entry).findings]
        settled = settle(findings, targets, context, beside)
        errors, unreadable = space.problems(project, targets, tree.named)
        missed = unjudged(experiments, errors)
        whole = {*project.files} - project.bystanders <= {*targets}
        gone = gone_of(known, issues_of(settled), lambda path: path not in missed and (whole or path in targets))
        result = gather(tree.root, request.cwd, settled, experiments, errors, project.module, len(targets), unreadable, gone)
        return Verdict(tree.root, tuple(entry.path for entry in entries), settled, known, gone, result)


def settings_of(tree: Tree, request: Request, standard: Standard) -> Settings:
    """The configuration of one root with the words of the command line. Raises `CannotRun` where it is wrong."""
    home = request.home(tree.root)
    file = request.config or (tree.config if request.copy is None else config_of(home))
    settings = (
        Settings() if file is None or (request.isolated and request.config is None) else load_settings(file, standard.families())
    )
    return settings.seen_from(home).with_options(request.select, request.ignore, request.profile)


def _known(tree: Tree, request: Request) -> Known:
    return known_in(tree.root) if request.known and not request.isolated else Known()


def _commands(root: Path) -> Sequence[str]:
    """The values of `[project.scripts]`; a pyproject.toml that cannot be read has none, and is not ours to complain of."""
    try:
        scripts = read_toml(root / "pyproject.toml").get("project", {}).get("scripts", {})
        return [value for value in scripts.values() if isinstance(value, str)]
    except (CannotRun, AttributeError):
        return []


Telling: TypeAlias = Literal["text", "mermaid", "html"]
"""How an experiment can be told."""


def tell(request: Request, form: Telling = "text") -> str:
    """The one experiment that the request names, as the dry run understood it: its story, or a picture with its findings. Raises
    `CannotRun`."""
    from mlstd.trace.run import trace

    found = find_targets(request.paths, request.cwd, request.isolated)
    paths = [(tree, path) for tree in found.trees for path in tree.named]
    if len(paths) != 1:
        raise CannotRun(f"{' '.join(request.paths)}: name one script or notebook")
    tree, path = paths[0]
    standard = standard_of_team()
    settings = settings_of(tree, request, standard)
    with _opened(tree, settings, request) as site:
        module = site.project.module(path)
        if module.problems and not any(unit.body for unit in module.units):
            raise CannotRun([f"{path}:{problem.line}: cannot read: {problem.message}" for problem in module.problems])
        told = trace(path, site.project, site.knowledge, stages=site.project.line(path))
    verdict = None if form == "text" else _judge_tree(tree, settings, _known(tree, request), request, standard, _silent)
    return _told(told, verdict, form, site.project)


def _told(told: Trace, verdict: Verdict | None, form: Telling, project: Project) -> str:
    from mlstd.ask.view import View
    from mlstd.report.story import story

    if verdict is None:
        return story(told)
    from mlstd.report.mermaid import mermaid
    from mlstd.report.picture import picture

    drawn = picture(View(told), (one for one in verdict.settled if one.level != "off" and one.finding.entry == told.entry))
    if form == "mermaid":
        return mermaid(drawn)
    from mlstd.report.trace_page import trace_page

    return trace_page(drawn, story(told), lambda path, cell: lines_of(project.module(path), cell))


def _silent(step: str, done: int, of: int) -> None:
    """Tells nobody."""
