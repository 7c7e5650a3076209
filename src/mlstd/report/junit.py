"""Result -> JUnit XML, for servers that show test reports.

One suite an experiment. A finding is a test case: an error fails it, a warning stands in its output. An experiment without
findings is one case that passes.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as xml

from mlstd.report.grouped import together
from mlstd.report.result import ErrorRecord, Result, printable
from mlstd.report.spots import broken, lines, said
from mlstd.settle.draft import Settled


def render(result: Result) -> str:
    """The whole file."""
    found: dict[str, list[tuple[Settled, list[str]]]] = {experiment.path: [] for experiment in result.experiments}
    for settled, entries in together(result):
        found.setdefault(settled.finding.entry, []).append((settled, entries))
    top = xml.Element("testsuites", name="mlstd")
    for path, findings in found.items():
        top.append(_suite(path, findings, result))
    if result.errors:
        top.append(_broken(result.errors))
    for count in ("tests", "failures", "errors", "skipped"):
        top.set(count, str(sum(int(suite.get(count, "0")) for suite in top)))
    xml.indent(top)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + xml.tostring(top, encoding="unicode")


def _suite(path: str, findings: list[tuple[Settled, list[str]]], result: Result) -> xml.Element:
    suite = xml.Element("testsuite", name=printable(path))
    for settled, entries in findings:
        finding = settled.finding
        at = lines(finding.place, result)
        name = f"{finding.rule} at {finding.place}"
        case = _case(suite, path, name, finding.place.path, at.first)
        words = said(settled, entries)
        if settled.level == "error":
            failure = xml.SubElement(case, "failure", type=finding.rule, message=words)
            failure.text = "\n".join(_story(settled))
        else:
            xml.SubElement(case, "system-out").text = f"warning: {words}"
    if not findings:
        _case(suite, path, "no findings", path, None)
    return _counted(suite)


def _broken(errors: Iterable[ErrorRecord]) -> xml.Element:
    suite = xml.Element("testsuite", name="files that could not be read")
    for error in errors:
        line, words = broken(error)
        case = _case(suite, error.path, f"{error.path}:{line}", error.path, line)
        xml.SubElement(case, "error" if error.crash else "skipped", message=words)
    return _counted(suite)


def _case(suite: xml.Element, group: str, name: str, file: str, line: int | None) -> xml.Element:
    case = xml.SubElement(suite, "testcase", classname=printable(group), name=printable(name), file=printable(file))
    if line is not None:
        case.set("line", str(line))
    return case


def _counted(suite: xml.Element) -> xml.Element:
    for count, tag in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(sum(1 for _ in suite.iter(tag))))
    return suite


def _story(settled: Settled) -> Iterable[str]:
    finding = settled.finding
    yield printable(f"{finding.place}: {finding.message}")
    yield from (printable(f"{number}. {step.what}: {step.place}") for number, step in enumerate(finding.evidence, 1))
    if finding.advice:
        yield printable(f"help: {finding.advice}")
