"""What does a pipeline file of a repository (DVC, make, Snakemake, MLflow) say that it runs?"""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from mlstd.read.stages import dvc, make, mlproject, snakemake
from mlstd.read.stages.job import Job, Read

READERS: dict[str, Callable[[str, Read], list[Job]]] = {
    "dvc.yaml": dvc.jobs,
    "Snakefile": snakemake.jobs,
    "workflow/Snakefile": snakemake.jobs,
    "Makefile": make.jobs,
    "makefile": make.jobs,
    "GNUmakefile": make.jobs,
    "MLproject": mlproject.jobs,
}
"""By the names of the files, those that say most first."""


def jobs(path: str, text: str, read: Read) -> list[Job]:
    """The steps that a pipeline file names; `read` gives the texts of files by their paths from the folder of this one."""
    return READERS[posixpath.basename(path)](text, read)
