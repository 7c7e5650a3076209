"""Daily sales -> features of the past, and the units of a week later as target."""

import pandas as pd

FEATURES = ["units", "price", "weekday", "lag_7", "lag_14", "mean_28"]
TARGET = "in_a_week"


def load(path):
    """One row a day, in order of time; days without a full past or without a target are left out."""
    days = pd.read_csv(path, parse_dates=["date"], index_col="date").sort_index()
    days["weekday"] = days.index.dayofweek
    days["lag_7"] = days["units"].shift(7)
    days["lag_14"] = days["units"].shift(14)
    days["mean_28"] = days["units"].rolling(28).mean()
    days[TARGET] = days["units"].shift(-7)
    return days.dropna()


def split(days, test_days):
    """The last days are held out, with a week between the parts so that no training target lies in the test part."""
    return days.iloc[: -test_days - 7], days.iloc[-test_days:]
