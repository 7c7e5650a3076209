"""One file a command group: what can be typed after `mlstd`, and which step of `pipeline` and `report` it calls."""
