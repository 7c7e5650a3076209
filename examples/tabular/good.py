"""Does a random forest tell malignant from benign tumours better than a linear model?

Both are tuned by cross-validation on the training rows and scored once on rows that took no part in it.
"""

import argparse
import json
from pathlib import Path

from sklearn.datasets import load_breast_cancer
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.model_selection import GridSearchCV, StratifiedKFold, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler


GRIDS = {"linear": {"logisticregression__C": [0.01, 0.1, 1, 10]}, "forest": {"max_depth": [4, 8, None]}}


def candidates(seed, folds):
    """The methods that are compared, by name."""
    linear = make_pipeline(StandardScaler(), LogisticRegression(max_iter=5000))
    forest = RandomForestClassifier(n_estimators=300, random_state=seed)
    return {
        "prior": DummyClassifier(),
        "linear": GridSearchCV(linear, GRIDS["linear"], cv=folds),
        "forest": GridSearchCV(forest, GRIDS["forest"], cv=folds),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("tabular.json"))
    args = parser.parse_args()

    X, y = load_breast_cancer(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, stratify=y, random_state=args.seed)
    folds = StratifiedKFold(n_splits=5, shuffle=True, random_state=args.seed)

    scores = {}
    for name, model in candidates(args.seed, folds).items():
        model.fit(X_train, y_train)
        scores[name] = average_precision_score(y_test, model.predict_proba(X_test)[:, 1])
        print(f"{name:8} {scores[name]:.3f}")
    results = {"parameters": vars(args), "grids": GRIDS, "average_precision": scores}
    with args.out.open("w") as file:
        json.dump(results, file, indent=2, default=str)


if __name__ == "__main__":
    main()
