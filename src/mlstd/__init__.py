"""The linter for experiment standards."""

__version__ = "0.1.0"
