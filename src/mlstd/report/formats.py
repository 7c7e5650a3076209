"""Which reports are for machines, and what does each need? A format's name -> its text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlstd.report.result import Result

FOR_PEOPLE = ("full", "concise")
FORMATS = (*FOR_PEOPLE, "json", "jsonlines", "sarif", "github", "gitlab", "junit", "markdown", "html")


def rendered(result: Result, form: str, version: str, cwd: Path) -> str:
    """The report of a run in `cwd` in one of the `FORMATS`, without colours.

    Servers know paths from the top of the repository; people, `html`, `json` and `jsonlines` get them from the working directory.
    """
    if form in FOR_PEOPLE:
        from mlstd.report import text
        from mlstd.report.paint import Paint

        blocks = (text.full if form == "full" else text.concise)(result, Paint(False))
        return "\n".join([*blocks, text.summary(result)])
    if form == "html":
        from mlstd.report import table_page

        return table_page.render(result)
    if form in ("json", "jsonlines"):
        from mlstd.report import json, jsonlines

        return json.render(result, version) if form == "json" else jsonlines.render(result, version)
    from mlstd.report.spots import from_top

    return _for_servers(from_top(result, cwd), form, version)


def _for_servers(result: Result, form: str, version: str) -> str:
    if form == "sarif":
        from mlstd.report import sarif

        return sarif.render(result, version)
    if form == "github":
        from mlstd.report import github

        return github.render(result)
    if form == "gitlab":
        from mlstd.report import gitlab

        return gitlab.render(result)
    if form == "junit":
        from mlstd.report import junit

        return junit.render(result)
    from mlstd.report import markdown

    return markdown.render(result)
