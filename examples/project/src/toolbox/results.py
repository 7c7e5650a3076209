"""Results go into one JSON file a run, with the parameters that made them."""

import json
from pathlib import Path


def save_results(path, parameters, metrics):
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps({"parameters": parameters, "metrics": metrics}, indent=2))
