"""Weekly sales: data, features, experiments."""
