"""How machines learn, side by side: supervised, unsupervised and reinforcement learning on one engine.

>>> import paradigms as pg
>>> study = pg.compare(seeds=10)        # doctest: +SKIP
>>> study.summary, study.frame          # doctest: +SKIP
>>> study.report("out")                 # doctest: +SKIP

The learners as scikit-learn's users know them, and the agent as Gymnasium's do:

>>> pg.GradientRegressor().fit(x, y).predict(x)     # doctest: +SKIP
>>> pg.DQN("CartPole-v1").learn(50_000)             # doctest: +SKIP
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from paradigms.choices import lin, log
    from paradigms.estimators.agent import DQN
    from paradigms.estimators.autoencoder import GradientAutoencoder
    from paradigms.estimators.classifier import GradientClassifier
    from paradigms.estimators.kmeans import GradientKMeans
    from paradigms.estimators.mixture import GradientMixture
    from paradigms.estimators.pca import GradientPCA
    from paradigms.estimators.regressor import GradientRegressor
    from paradigms.estimators.svc import GradientSVC
    from paradigms.estimators.svr import GradientSVR
    from paradigms.studies.api import Study, compare, open_study, run, sweep

__all__ = [
    "DQN",
    "GradientAutoencoder",
    "GradientClassifier",
    "GradientKMeans",
    "GradientMixture",
    "GradientPCA",
    "GradientRegressor",
    "GradientSVC",
    "GradientSVR",
    "Study",
    "compare",
    "lin",
    "log",
    "open_study",
    "run",
    "sweep",
]

_HOME = {
    "DQN": "estimators.agent",
    "GradientAutoencoder": "estimators.autoencoder",
    "GradientClassifier": "estimators.classifier",
    "GradientKMeans": "estimators.kmeans",
    "GradientMixture": "estimators.mixture",
    "GradientPCA": "estimators.pca",
    "GradientRegressor": "estimators.regressor",
    "GradientSVC": "estimators.svc",
    "GradientSVR": "estimators.svr",
    "lin": "choices",
    "log": "choices",
}

# In a checkout ./paradigms hides the installed package, and cli/, datasets/ and reports/ stand beside it.
_beside = Path(__file__).parent.parent
if (_beside / "pyproject.toml").is_file() and (_beside / "datasets").is_dir():
    __path__.append(str(_beside))

try:
    __version__ = version("paradigms")
except PackageNotFoundError:
    __version__ = "0+checkout"


def __getattr__(name: str) -> Any:
    """Loads the Python interface, and torch with it, at its first use (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"paradigms.{_HOME.get(name, 'studies.api')}"), name)
