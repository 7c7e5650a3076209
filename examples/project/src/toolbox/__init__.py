"""What the experiments share: seeds and results."""

from toolbox.results import save_results
from toolbox.seeding import seed_everything

__all__ = ["save_results", "seed_everything"]
