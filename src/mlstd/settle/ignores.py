"""Which findings do comments silence, and which comments silence nothing?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mlstd.checks.finding import Finding
from mlstd.settle.builtin import EXPIRED_WAIVER, UNUSED_IGNORE
from mlstd.settle.draft import Context, Settled
from mlstd.settle.pragmas import Pragma, misspelt, pragmas
from mlstd.words import suggestion


class Ignores:
    """The ignore comments of all files that this run looks at, and which of them were used."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._by_path: dict[str, tuple[Pragma, ...]] = {}
        self._used: set[tuple[Pragma, str]] = set()

    def apply(self, draft: Settled) -> Settled:
        """Off, where a comment at the finding's place, or for its whole file, names its rule."""
        place, rule = draft.finding.place, draft.finding.rule
        for pragma in self.of(place.path):
            if pragma.covers(place) and pragma.names_rule(rule, draft.family):
                self._used.update((pragma, name) for name in pragma.names or ("",) if name in ("", rule, draft.family))
                draft = self._heeded(draft, pragma)
        return draft

    def _heeded(self, draft: Settled, pragma: Pragma) -> Settled:
        """What a comment that names the finding makes of it."""
        comment = f"the comment on line {pragma.place.line}"
        if pragma.wrong:
            return draft.become(draft.level, f"{comment} is not heeded: {pragma.wrong}")
        if pragma.ended(self.context.today):
            return draft.become(draft.level, f"{comment} ended on {pragma.until}")
        if self.context.settings.require_reasons and not pragma.reason:
            return draft.become(draft.level, f"{comment} gives no reason (`-- why`), so it is not heeded")
        how = f" until {pragma.until}" if pragma.until is not None else ""
        return draft.become(
            "off", f"ignored by a comment{how}: {pragma.reason}" if pragma.reason else f"ignored by a comment{how}"
        )

    def of(self, path: str) -> tuple[Pragma, ...]:
        """The ignore comments of one file."""
        if path not in self._by_path:
            self._by_path[path] = pragmas(path, self.context.module(path))
        return self._by_path[path]

    def leftovers(self, paths: Iterable[str]) -> Iterator[Finding]:
        """One finding for each comment in `paths` that has ended or cannot be understood, and for each, or each name in it, that
        silenced nothing although its rules were judged."""
        for path in paths:
            for pragma in self.of(path):
                if pragma.ended(self.context.today):
                    yield _ended(pragma)
                    continue
                if pragma.wrong:
                    yield Finding(UNUSED_IGNORE, pragma.wrong, pragma.place, path, "high", advice="Mend or delete the comment.")
                for name in pragma.names or ("",):
                    if (pragma, name) not in self._used and (message := self._complaint(name)) is not None:
                        yield _finding(pragma, message)
            for place, word in misspelt(path, self.context.module(path)):
                message = f'"{word}" is no word that mlstd knows in a comment{suggestion(word, ("ignore", "ignore-file"))}'
                yield Finding(UNUSED_IGNORE, message, place, path, "high", advice="Mend or delete the comment.")

    def _complaint(self, name: str) -> str | None:
        families = self.context.families
        known = [*families, *dict.fromkeys(families.values())]
        if name and name not in known:
            return f'this ignores nothing: there is no rule or family "{name}"{suggestion(name, known)}'
        rules = [rule for rule, family in families.items() if name in ("", rule, family)]
        if not all(self._judged(rule) for rule in rules):
            return None  # a rule that this run did not judge may well need the comment
        return f"nothing here breaks {name}" if name else "nothing here breaks any rule"

    def _judged(self, rule: str) -> bool:
        return self.context.settings.selects(rule, self.context.families[rule])


def _ended(pragma: Pragma) -> Finding:
    owner = f" ({pragma.owner})" if pragma.owner else ""
    reason = f': "{pragma.reason}"' if pragma.reason else ""
    message = f"the waiver of {', '.join(pragma.names) or 'every rule'} ended on {pragma.until}{owner}{reason}"
    return Finding(EXPIRED_WAIVER, message, pragma.place, pragma.place.path, "high", advice="Mend what it waived, or renew it.")


def _finding(pragma: Pragma, message: str) -> Finding:
    return Finding(
        UNUSED_IGNORE, message, pragma.place, pragma.place.path, "high", advice="Delete the comment, or the name in its brackets."
    )
