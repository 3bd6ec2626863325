"""The estimators of `aae_core.sklearn` beside scikit-learn's own, on four of its bundled data sets.

    python -m benchmarks.estimators [--validation] [--write]

A third of each data set, chosen once, is the test set. Each of the three seeds determines the networks, and which labels are
given. With `--validation`, by which the defaults were chosen, a third of the remaining rows takes the test set's place.
`--write` writes the tables of docs/estimators.md.
"""

import argparse
import time
import warnings
from collections.abc import Callable

import numpy as np
from sklearn import datasets
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split
from sklearn.neighbors import LocalOutlierFactor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.semi_supervised import LabelSpreading, SelfTrainingClassifier
from sklearn.svm import OneClassSVM

from aae_core.sklearn import AdversarialAutoencoder, ReconstructionOutlierDetector, SemiSupervisedAAE

SETS = {"iris": datasets.load_iris, "wine": datasets.load_wine, "breast-cancer": datasets.load_breast_cancer, "digits": datasets.load_digits}  # fmt: skip
SEEDS = (0, 1, 2)
LABELS = (5, 20)  # for each class
TEST = 1 / 3


def parts(name: str, validation: bool):
    """X and y to train on, and X and y to measure with."""
    X, y = SETS[name](return_X_y=True)
    X, held, y, held_y = train_test_split(X, y, test_size=TEST, stratify=y, random_state=0)
    if validation:
        X, held, y, held_y = train_test_split(X, y, test_size=TEST, stratify=y, random_state=1)
    return X, y, held, held_y


def scaler(name):
    """What others are given: standardised features; of digits, whose pixels have one unit, these as they are."""
    return FunctionTransformer() if name == "digits" else StandardScaler()
