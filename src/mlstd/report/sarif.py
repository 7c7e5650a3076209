"""Result -> SARIF 2.1.0: one run, its rules with their help, and for each finding the way that leads to it as a code flow."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from mlstd.checks.standard import Rule
from mlstd.place import Place
from mlstd.report.grouped import marked
from mlstd.report.result import ErrorRecord, Result, printable
from mlstd.report.spots import lines, said
from mlstd.settle.draft import Settled

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
TOP = "%SRCROOT%"
_SEMANTIC = re.compile(r"\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?")


def render(result: Result, version: str) -> str:
    """The whole file; paths must be relative to the top of the repository."""
    used = list(dict.fromkeys(settled.finding.rule for settled in result.findings))
    families = {settled.finding.rule: settled.family for settled in result.findings}
    driver: dict[str, Any] = {
        "name": "mlstd",
        "version": version,
        "rules": [_rule(name, families[name], result.rules.get(name)) for name in used],
    }
    if _SEMANTIC.fullmatch(version):
        driver["semanticVersion"] = version
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "mlstd/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {TOP: {"description": {"text": "The top of the repository."}}},
        "invocations": [_invocation(result)],
        "results": [
            _result(settled, entries, mark, used.index(settled.finding.rule), result) for settled, entries, mark in marked(result)
        ],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _rule(name: str, family: str, text: Rule | None) -> dict[str, Any]:
    about: dict[str, Any] = {"id": name, "properties": {"tags": ["machine-learning", family]}}
    if text is not None:
        level = text.levels["experiment"]
        about |= {
            "shortDescription": {"text": text.summary},
            "fullDescription": {"text": _flat(text.why)},
            "help": {"text": _help(name, text, "{}:\n"), "markdown": _help(name, text, "**{}**\n\n")},
            "defaultConfiguration": {"level": "none" if level == "off" else level},
        }
    return about


def _help(name: str, text: Rule, heading: str) -> str:
    parts = {
        "Why": text.why,
        "How to comply": text.comply,
        "When to waive": text.waive,
        "What it cannot see": text.limits,
        "Source": text.source,
    }
    told = [heading.format(title) + _flat(body) for title, body in parts.items() if body.strip()]
    return "\n\n".join([text.summary, *told, f"Examples: mlstd rule {name}"])


def _flat(text: str) -> str:
    """A paragraph a line."""
    return "\n\n".join(" ".join(part.split()) for part in text.strip().split("\n\n"))


def _result(settled: Settled, entries: Sequence[str], mark: str, index: int, result: Result) -> dict[str, Any]:
    finding = settled.finding
    advice = f"\n{printable(finding.advice)}" if finding.advice else ""
    told: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": settled.level,
        "message": {"text": said(settled, entries) + advice},
        "locations": [_location(finding.place, result)],
        "partialFingerprints": {"primaryLocationLineHash": f"{mark}:1", "mlstd/v1": mark},
        "properties": {
            "confidence": finding.confidence,
            "family": settled.family,
            "experiments": [printable(entry) for entry in dict.fromkeys([finding.entry, *entries])],
            "reasons": list(settled.reasons),
        },
    }
    if finding.evidence:
        steps = [{"location": _location(step.place, result, step.what)} for step in finding.evidence]
        told["codeFlows"] = [{"threadFlows": [{"locations": steps}]}]
    return told


def _location(place: Place, result: Result, words: str | None = None) -> dict[str, Any]:
    at = lines(place, result)
    region: dict[str, Any] = {"startLine": at.first, "endLine": at.last}
    if at.column is not None and at.end_column is not None:
        region |= {"startColumn": at.column, "endColumn": at.end_column}
    code = result.line(place)
    if code is not None:
        region["snippet"] = {"text": printable(code)}
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": _artifact(place.path), "region": region}}
    if place.cell is not None:
        name = f"cell {place.cell}, line {place.line}"
        location["logicalLocations"] = [{"fullyQualifiedName": name, "kind": "cell"}]
    if words is not None:
        location["message"] = {"text": printable(words)}
    return location


def _artifact(path: str) -> dict[str, str]:
    return {"uri": quote(path.encode("utf-8", "surrogateescape")), "uriBaseId": TOP}


def _invocation(result: Result) -> dict[str, Any]:
    code = result.exit_code()
    notes = [_notification(error) for error in result.errors]
    return {"executionSuccessful": code != 2, "exitCode": code, "toolExecutionNotifications": notes}


def _notification(error: ErrorRecord) -> Mapping[str, Any]:
    place: dict[str, Any] = {"artifactLocation": _artifact(error.path)}
    where = f" (cell {error.cell}, line {error.line or 1})" if error.cell is not None else ""
    if error.line is not None and error.cell is None:
        place["region"] = {"startLine": max(1, error.line)}
    return {
        "level": "error" if error.crash else "warning",
        "message": {"text": printable(f"{error.message}{where}")},
        "locations": [{"physicalLocation": place}],
    }
