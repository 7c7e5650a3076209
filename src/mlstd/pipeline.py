"""How does a request become a result? The line of steps; read this first.

discover -> read, lower -> link -> knowledge -> trace -> ask, check -> settle -> report
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from mlstd.checks.finding import Finding
from mlstd.checks.rules import Standard, load_standard
from mlstd.config.load import check_words, load_settings, read_toml
from mlstd.config.settings import Profile, Settings
from mlstd.discover.environment import environment
from mlstd.discover.targets import Tree, find_targets
from mlstd.errors import CannotRun
from mlstd.judge import Judge
from mlstd.knowledge.tables import Knowledge
from mlstd.knowledge.where import rules_folder
from mlstd.link.installed import LEARNING
from mlstd.link.project import Project
from mlstd.lower.cache import Cache
from mlstd.report.gather import gather, merged
from mlstd.report.result import Experiment, Result
from mlstd.settle.builtin import with_builtin
from mlstd.settle.steps import settle
from mlstd.workspace import Workspace

Watch = Callable[[str, int, int], None]
"""Told of the step ("reading", "judging"), how many are done, and of how many."""


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


def run(request: Request, watch: Watch | None = None) -> Result:
    """Judges every experiment that the request's paths touch. Raises `CannotRun` for a wrong path, option, configuration or
    rule."""
    standard = standard_of_team()
    check_words("--select", request.select, standard.families())
    check_words("--ignore", request.ignore, standard.families())
    found = find_targets(request.paths, request.cwd, request.isolated)
    parts = [_judge_tree(tree, request, standard, watch or _silent) for tree in found.trees]
    return merged(parts, found.notes, {name: rule.text for name, rule in standard.rules.items()})


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
def _opened(tree: Tree, request: Request, standard: Standard) -> Iterator[Site]:
    """Configuration, cache, library knowledge and links of one root. Raises `CannotRun` where one of them is wrong."""
    settings = _settings(tree, request, standard)
    with Cache(tree.root if request.cache else None, settings.cell_magics) as cache:
        space = Workspace(tree.root, cache)
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


def _judge_tree(tree: Tree, request: Request, standard: Standard, watch: Watch) -> Result:
    with _opened(tree, request, standard) as site:
        project, space = site.project, site.space
        targets = tree.targets(site.settings.exclude, named_always=not request.force_exclude)
        project.preload(space.lower_many(project.likely(targets), lambda done, of: watch("reading", done, of)))
        entries = project.experiments(touching=targets)
        judge = Judge(site.settings, space, site.knowledge, project, environment(tree.root))
        findings: list[Finding] = []
        experiments: list[Experiment] = []
        for number, entry in enumerate(entries):
            watch("judging", number, len(entries))
            judgement = judge.judge(entry)
            experiments.append(judgement.experiment)
            findings += judgement.findings
        settled = settle(findings, targets, site.settings, standard, project.module)
        errors, unreadable = space.problems(project, targets, tree.named)
        return gather(tree.root, request.cwd, settled, experiments, errors, project.module, len(targets), unreadable)


def _settings(tree: Tree, request: Request, standard: Standard) -> Settings:
    file = request.config or tree.config
    settings = (
        Settings() if file is None or (request.isolated and request.config is None) else load_settings(file, standard.families())
    )
    return settings.with_options(request.select, request.ignore, request.profile)


def _commands(root: Path) -> Sequence[str]:
    """The values of `[project.scripts]`; a pyproject.toml that cannot be read has none, and is not ours to complain of."""
    try:
        scripts = read_toml(root / "pyproject.toml").get("project", {}).get("scripts", {})
        return [value for value in scripts.values() if isinstance(value, str)]
    except (CannotRun, AttributeError):
        return []


def tell(request: Request) -> str:
    """The story of the one experiment that the request names, as the dry run understood it. Raises `CannotRun`."""
    from mlstd.report.story import story
    from mlstd.trace.run import trace

    found = find_targets(request.paths, request.cwd, request.isolated)
    paths = [(tree, path) for tree in found.trees for path in tree.named]
    if len(paths) != 1:
        raise CannotRun(f"{' '.join(request.paths)}: name one script or notebook")
    tree, path = paths[0]
    with _opened(tree, request, standard_of_team()) as site:
        module = site.project.module(path)
        if module.problems and not any(unit.body for unit in module.units):
            raise CannotRun([f"{path}:{problem.line}: cannot read: {problem.message}" for problem in module.problems])
        return story(trace(path, site.project, site.knowledge))


def _silent(step: str, done: int, of: int) -> None:
    """Tells nobody."""
