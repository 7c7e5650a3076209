"""What data does a YAML, JSON or TOML text hold?"""

from __future__ import annotations

from typing import Any


def parse(text: str, path: str) -> Any:
    """The data in a text; the ending of its path says how it is written. None where it cannot be read."""
    try:
        if path.endswith(".json"):
            import json

            return json.loads(text)
        if path.endswith(".toml"):
            import tomli

            return tomli.loads(text)
        import yaml

        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except Exception:  # noqa: BLE001 - every parser has its own errors, and a broken file is nothing that we know
        return None
