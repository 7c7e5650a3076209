"""The story of an experiment, as the dry run understood it: what happens, where, in order, and what could not be followed."""

from __future__ import annotations

from mlstd.trace.run import Trace


def story(told: Trace) -> str:
    """The trace as text."""
    return told.entry
