"""What do our HTML pages share? One file without network, in light and dark, for keyboards and screen readers."""

from __future__ import annotations

import html

from mlstd.report.result import printable

_STYLE = """
:root{color-scheme:light dark;--bg:#fff;--fg:#1f2328;--soft:#59636e;--line:#d1d9e0;--box:#f6f8fa;--error:#c5221f;
--warning:#8a5a00;--link:#0757ba}
@media(prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--soft:#9aa4af;--line:#3d444d;--box:#161b22;--error:#ff7b72;
--warning:#e3b341;--link:#6cb6ff}}
*{box-sizing:border-box}body{margin:0 auto;max-width:80rem;padding:1rem 1.5rem;background:var(--bg);color:var(--fg);
font:16px/1.5 system-ui,sans-serif}a{color:var(--link)}:focus-visible{outline:3px solid var(--link);outline-offset:2px}
pre,code{font:14px/1.45 ui-monospace,monospace}pre{background:var(--box);border:1px solid var(--line);border-radius:6px;
padding:.6rem;overflow:auto}.error{color:var(--error);font-weight:600}.warning{color:var(--warning);font-weight:600}.soft{color:var(--soft)}
.wide{overflow:auto;border:1px solid var(--line);border-radius:6px}table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line);overflow-wrap:anywhere}
tbody td:first-child,tbody td:nth-child(3){white-space:nowrap}tbody td:nth-child(2){min-width:12rem}
th[aria-sort=ascending] button::after{content:" \\2191"}th[aria-sort=descending] button::after{content:" \\2193"}
th button{font:inherit;font-weight:600;color:inherit;background:none;border:0;padding:0;cursor:pointer}
label{margin-right:1rem}input,select{font:inherit;color:inherit;background:var(--box);border:1px solid var(--line);border-radius:
4px;padding:.2rem .4rem}mark{background:none;color:inherit;text-decoration:underline;text-decoration-thickness:2px}
svg text{fill:var(--fg);font:13px system-ui,sans-serif}svg rect{fill:var(--box);stroke:var(--soft)}
svg .error rect{stroke:var(--error);stroke-width:3}svg .warning rect{stroke:var(--warning);stroke-width:3;stroke-dasharray:6 3}
svg path{fill:none;stroke:var(--soft)}svg path.error{stroke:var(--error);stroke-width:3}svg path.warning{stroke:var(--warning);
stroke-width:3}svg text.error{fill:var(--error)}svg text.warning{fill:var(--warning)}svg marker path{fill:var(--soft)}
"""
_GUARD = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


def page(title: str, body: str, script: str = "") -> str:
    """A whole page; it may load nothing at all."""
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" '
        f'content="{_GUARD}">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(title)}</title>\n"
        f"<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n"
        + (f"<script>{script}</script>\n" if script else "")
        + "</body>\n</html>"
    )


def text(words: str) -> str:
    """Words that HTML leaves as they are."""
    return html.escape(printable(words))


def prose(words: str) -> str:
    """A sentence of ours as HTML; what stands between backticks is code."""
    pieces = text(words).split("`")
    if len(pieces) % 2 == 0:  # a backtick of the reader's own code: nothing is sure about the others
        return "`".join(pieces)
    return "".join(f"<code>{piece}</code>" if number % 2 else piece for number, piece in enumerate(pieces))
