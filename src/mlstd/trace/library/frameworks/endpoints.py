"""Is a language model asked by plain HTTP: `requests.post("http://localhost:11434/api/generate", json={...})`?

The address says so; the body holds the model's name, the prompt and the settings that a client's call has as arguments.
"""

from __future__ import annotations

import re

from mlstd.knowledge.schema import Effect
from mlstd.trace.library.frameworks.framework import Framework
from mlstd.trace.library.models import predict
from mlstd.trace.library.site import Site
from mlstd.trace.values.arguments import Arguments
from mlstd.trace.values.kinds import Const, Entries, Ref, Text, Value

POSTS = frozenset(("requests.post", "httpx.post"))
SESSIONS = frozenset(("http_session",))
ENDPOINT = re.compile(r"/api/(generate|chat)\b|/v1/(completions|messages|responses)\b|/chat/completions\b|:generateContent\b")
PROMPT = ("messages", "prompt", "contents", "input", "inputs")
ASKED = Effect(
    effect="predict",
    args=f"*, {', '.join(f'{name}=None' for name in PROMPT)}, model=None, temperature=None, options=None, **settings",
    rows=PROMPT,
    model="model",
    draws=("own",),
    returns="text",
)


class Endpoints(Framework):
    """What posts to a model's address."""

    def function(self, site: Site) -> Value | None:
        """`requests.post(url, json=body)`."""
        return _answer(site) if site.name in POSTS else None

    def method(self, site: Site, name: str) -> Value | None:
        """`session.post(url, json=body)`."""
        return _answer(site) if name == "post" and _kind_name(site) in SESSIONS else None


def _kind_name(site: Site) -> str:
    made = site.machine.object(site.receiver) if site.receiver is not None else None
    return made.info.kind_name if made is not None and made.info is not None else ""


def _answer(site: Site) -> Value | None:
    """The answer, where the address is that of a language model."""
    url = site.arguments.get(0, "url")
    written = url.pattern if isinstance(url, Text) else str(url.value) if isinstance(url, Const) else ""
    if not ENDPOINT.search(written):
        return None
    body = site.arguments.named.get("json") or site.arguments.named.get("data") or site.arguments.get(1)
    held = site.machine.load(body.address, "{}") if isinstance(body, Ref) else None
    if isinstance(held, Entries):
        named = {key: value for key, value in held.items if isinstance(key, str)}
        given = Arguments([], named, None, held.rest)
    else:
        given = Arguments([], {"prompt": body} if body is not None else {}, None, site.unknown("settings of a request"))
    asked = Site(site.machine, site.node, site.name, ASKED, given)
    return predict(asked)
