"""What may `[tool.mlstd]` hold, for an editor? The JSON schema of the section, made from the same words that are checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

import msgspec

from mlstd.config.load import LEVELS, PROFILES, selectors
from mlstd.knowledge.schema import Classes, Effect, EffectName


def schema(families: Mapping[str, str]) -> dict[str, Any]:
    """The schema for the content of the section; `families` holds the family of each rule."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "[tool.mlstd]",
        "type": "object",
        "additionalProperties": False,
        "properties": _whole(families),
        "$defs": {**_definitions(), "Rule": _rule()},
    }


def _whole(families: Mapping[str, str]) -> dict[str, Any]:
    profile = {"enum": list(PROFILES)}
    chosen = {"type": "array", "items": {"enum": selectors(families)}}
    words = {"type": "array", "items": {"type": "string"}}
    text = {"type": "string", "minLength": 1}
    return {
        "profile": {**profile, "default": "experiment", "description": "For paths that no glob of `profiles` names."},
        "select": {**chosen, "default": ["all"], "description": "Rules or families that are judged."},
        "ignore": {**chosen, "description": "Rules or families that are not; the more specific word wins."},
        "exclude": {**words, "description": "Globs of files that are never judged; imports are still followed into them."},
        "entry-points": {**words, "description": "Globs of scripts that are experiments besides those that are found."},
        "extend": {**words, "description": 'Files to lay this one over: a path from here, or "package:file".'},
        "require-reasons": {"type": "boolean", "description": "Whether an ignore comment needs `-- why`."},
        "profiles": {"type": "object", "additionalProperties": profile, "description": "Path glob -> profile; the longest wins."},
        "rules": {
            "type": "object",
            "additionalProperties": False,
            "properties": {name: {"$ref": "#/$defs/Rule"} for name in sorted(families)},
        },
        "baselines": _tables(_table({"path": text, "reference": text}, needed=("path", "reference"))),
        "waivers": _tables(_waivers(families)),
        "calls": _tables(_calls()),
        "classes": _tables(_classes()),
        "cell-magics": {**words, "description": "Further %% magics whose cells are Python."},
    }


def _rule() -> dict[str, Any]:
    level = {"enum": list(LEVELS)}
    by_profile = {"type": "object", "additionalProperties": False, "properties": dict.fromkeys(PROFILES, level)}
    return _table({"level": {"anyOf": [level, by_profile]}}, "How strictly the rule is taken.")


def _waivers(families: Mapping[str, str]) -> dict[str, Any]:
    text = {"type": "string", "minLength": 1}
    until = {"format": "date", "description": "The last day on which it holds, as in 2027-03-01."}
    properties = {"rule": {"enum": selectors(families)}, "path": text, "reason": text, "until": until, "owner": text}
    return _table(properties, "What the team lets pass for a while.", needed=("rule", "path", "reason"))


def _table(properties: dict[str, Any], description: str = "", needed: tuple[str, ...] = ()) -> dict[str, Any]:
    table = {"type": "object", "additionalProperties": False, "properties": properties}
    return table | ({"description": description} if description else {}) | ({"required": list(needed)} if needed else {})


def _tables(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


_NAMES = {"name": {"type": "string"}, "names": {"type": "array", "items": {"type": "string"}}, "module": {"type": "string"}}


def _calls() -> dict[str, Any]:
    properties = {**_definitions()["Effect"]["properties"], **_NAMES, "effect": {"enum": list(get_args(EffectName))}}
    return _table(properties, "What a call of the team's own library does.", ("effect",)) | _named()


def _classes() -> dict[str, Any]:
    properties = {**_definitions()["Classes"]["properties"], **_NAMES}
    return _table(properties, "What kind of thing a class of the team's own library is.", ("kind",)) | _named()


def _named() -> dict[str, Any]:
    return {"anyOf": [{"required": ["name"]}, {"required": ["names"]}]}


def _definitions() -> dict[str, Any]:
    return msgspec.json.schema_components([Effect, Classes], ref_template="#/$defs/{name}")[1]
