"""What tests of the estimators share: all of them, and all that one says."""

import numpy as np
import pytest
from sklearn.utils.validation import has_fit_parameter

from paradigms import (
    GradientAutoencoder,
    GradientClassifier,
    GradientKMeans,
    GradientMixture,
    GradientPCA,
    GradientRegressor,
    GradientSVC,
    GradientSVR,
)

ALL = [
    GradientRegressor,
    GradientClassifier,
    GradientKMeans,
    GradientPCA,
    GradientMixture,
    GradientAutoencoder,
    GradientSVC,
    GradientSVR,
]
WEIGHTED = [kind for kind in ALL if has_fit_parameter(kind, "sample_weight")]
each = pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)


def answers(model, x):
    """All that it says of rows."""
    asked = [name for name in ("predict", "predict_proba", "transform") if hasattr(model, name)]
    return np.concatenate([np.ravel(getattr(model, name)(x)) for name in asked])


def small(kind):
    return {"n_clusters": 3} if kind is GradientKMeans else {}
