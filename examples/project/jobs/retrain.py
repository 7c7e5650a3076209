"""The nightly job: score the model on the last four weeks, then fit it on all days and hand it over."""

from pathlib import Path

import joblib
import numpy as np
from sklearn.ensemble import GradientBoostingRegressor

from forecast.data import FEATURES, TARGET, load, split
from toolbox import save_results, seed_everything

PARAMETERS = {"n_estimators": 150, "subsample": 0.8, "random_state": 0}


def main():
    seed_everything(0)
    days = load("data/sales.csv")
    train, test = split(days, test_days=28)
    model = GradientBoostingRegressor(**PARAMETERS)
    model.fit(train[FEATURES], train[TARGET])

    errors = np.abs(test[TARGET].to_numpy() - model.predict(test[FEATURES]))
    mae, standard_error = float(errors.mean()), float(errors.std(ddof=1) / np.sqrt(len(errors)))
    save_results("results/retrain.json", PARAMETERS, {"mae": mae, "standard_error": standard_error})

    model.fit(days[FEATURES], days[TARGET])
    Path("models").mkdir(exist_ok=True)
    joblib.dump(model, "models/forecast.joblib")


if __name__ == "__main__":
    main()
