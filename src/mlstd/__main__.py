"""`python -m mlstd`, for an environment whose scripts are not on the path."""

from mlstd.cli import main

main()
