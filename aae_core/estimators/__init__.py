"""Estimators for tables with scikit-learn's conventions, which users import from `aae_core.sklearn`."""
