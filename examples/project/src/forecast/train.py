"""Does boosting forecast the sales of a week ahead better than a linear model, or than "as last week"?"""

import argparse

from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_absolute_error
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from forecast.data import FEATURES, TARGET, load, split
from toolbox import save_results, seed_everything


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default="data/sales.csv")
    parser.add_argument("--test-days", type=int, default=28)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()

    seed_everything(args.seed)
    train, test = split(load(args.data), args.test_days)
    models = {
        "linear": make_pipeline(StandardScaler(), Ridge()),
        "boosting": GradientBoostingRegressor(subsample=0.8, random_state=args.seed),
    }
    metrics = {"as_last_week": mean_absolute_error(test[TARGET], test["units"])}
    for name, model in models.items():
        model.fit(train[FEATURES], train[TARGET])
        metrics[name] = mean_absolute_error(test[TARGET], model.predict(test[FEATURES]))
    for name, error in metrics.items():
        print(f"{name:14} {error:.2f}")
    save_results("results/train.json", vars(args), metrics)


if __name__ == "__main__":
    main()
