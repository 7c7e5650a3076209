"""A project made of texts, for tests: no file touches the disk."""

from __future__ import annotations

from mlstd.link.project import Project
from mlstd.lower import lower
from mlstd.read.source import read


def project_of(files: dict[str, str], **options: object) -> Project:
    """A `Project` whose files hold these texts."""
    return Project(
        files,
        lambda path: files.get(path, "").encode(),
        lambda path, data: lower(read(path, data)),
        libraries={"sklearn", "torch", "datasets", "numpy"},
        **options,  # type: ignore[arg-type]
    )
