"""Where do the rules lie: in a checkout, or inside the installed package?"""

from __future__ import annotations

from pathlib import Path


def rules_folder() -> Path:
    """The folder that holds `libraries/` and one folder a family of rules.

    A wheel carries it as `mlstd/_rules`; in a checkout (or an editable install of one) it is `rules/` beside `src/`.
    Raises FileNotFoundError when neither exists, which means that the installation is damaged.
    """
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "_rules", package.parent.parent / "rules"):
        if (folder / "libraries").is_dir():
            return folder
    raise FileNotFoundError(f"mlstd's rules are missing beside {package}: install mlstd again")
