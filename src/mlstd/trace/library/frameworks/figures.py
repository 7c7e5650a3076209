"""Where is something drawn? `plt.subplots()` gives a figure and its axes; a grid of axes is taken for one, as all end in one
file."""

from __future__ import annotations

from mlstd.trace.library.frameworks.framework import Framework
from mlstd.trace.library.site import Site
from mlstd.trace.values.kinds import Tuple, Value


class Figures(Framework):
    """Matplotlib's pairs of a figure and axes."""

    def function(self, site: Site) -> Value | None:
        """`figure, axes = plt.subplots(2, 3)`."""
        if site.name != "matplotlib.pyplot.subplots":
            return None
        make = site.machine.verbs.make
        return Tuple((make(site, "figure"), make(site, "axes")))
