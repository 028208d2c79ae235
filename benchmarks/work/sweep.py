"""A sweep's grid: learning rates × seeds of the digits perceptron, by this project and by two searches.

All train a network 64-64 by Adam in batches of 64 on 60 % of the digits, a split a seed, and judge it by
another 20 %.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.task import Task, nothing, threads
from benchmarks.work.digits_mlp import BATCH, HIDDEN

LOW, HIGH, TRAIN, TEST = 1e-4, 3.0, 0.6, 0.2


def rates(count: int) -> list[float]:
    """`count` learning rates by equal ratios."""
    from paradigms.choices import log

    return log(LOW, HIGH, count).values


def _request(count: int, seeds: Sequence[int], epochs: int) -> Any:
    """The sweep of so many rates, and of its replicas those of the grid with these seeds."""
    from paradigms.runs.identity import Replica
    from paradigms.studies.asking.request import Request

    options = {"hidden": HIDDEN, "batch_size": BATCH, "epochs": epochs, "schedule": "constant", "l2": 0.0}
    grid = tuple({"lr": rate} for rate in rates(count))
    among = {"classification": tuple(Replica(1 + i, seed) for i in range(count) for seed in seeds)}
    return Request(
        "sweep",
        ("classification",),
        options,
        grid=grid,
        seeds=max(seeds) + 1,
        threads=threads(),
        workers=1,
        among=among,
    ).checked()


def steps(count: int, seeds: Sequence[int], epochs: int, times: int = 1) -> Task:
    """The training alone of count × seeds replicas, in the companies that a study deals; `times` over."""
    from benchmarks.work.ours import learn
    from paradigms.studies.asking.module import module_of
    from paradigms.studies.asking.prepared import prepare

    prepared = prepare(_request(count, seeds, epochs))
    (plan,) = prepared.plans
    held = [prepared.assemble(company) for company in prepared.companies(plan, plan.asked)]
    build = module_of(plan.entry).build

    def work(pair: int) -> None:
        for _ in range(times):
            for one in held:
                learn(one.problem.begin(*build(one.problem)))

    return Task(work, nothing)


def ours(count: int, seeds: Sequence[int], epochs: int) -> Task:
    """The study's part that one of its processes has: split, trained, recorded, without a page."""
    from paradigms.runs.folder import RunFolder
    from paradigms.studies.study import Control, run

    held = tempfile.TemporaryDirectory()

    def work(pair: int, epochs: int = epochs) -> RunFolder:
        folder = RunFolder(Path(held.name) / f"{pair}-{epochs}", new=True)
        run(_request(count, seeds, epochs), folder, Control(), "")
        return folder

    def judge(folder: RunFolder) -> dict[str, float]:
        from paradigms.reports import frame

        rows = frame(folder.path).query("split == 'test' and signal == 'accuracy'")
        last = rows.sort_values("step").groupby(["setting", "seed"]).value.last()
        return {"best accuracy": float(last.groupby("setting").mean().max())}

    work(-1, epochs=1)
    return Task(work, judge)


def _digits() -> tuple[np.ndarray, np.ndarray]:
    from sklearn.datasets import load_digits

    x, y = load_digits(return_X_y=True)
    return (x / 16).astype(np.float32), y


def sklearn(count: int, seeds: Sequence[int], epochs: int, jobs: int) -> Task:
    """`GridSearchCV` over `MLPClassifier`, a random split for each seed, without the fit on all rows."""
    from sklearn.model_selection import GridSearchCV, ShuffleSplit
    from sklearn.neural_network import MLPClassifier

    os.environ["PYTHONWARNINGS"] = "ignore"  # in its processes: that nothing has converged is meant
    warnings.simplefilter("ignore")
    x, y = _digits()

    def search(count: int, epochs: int) -> Any:
        model = MLPClassifier(
            HIDDEN, alpha=0.0, batch_size=BATCH, max_iter=epochs, tol=0.0, n_iter_no_change=epochs + 1
        )
        parts = ShuffleSplit(len(seeds), train_size=TRAIN, test_size=TEST, random_state=0)
        grid = {"learning_rate_init": rates(count)}
        return GridSearchCV(model, grid, cv=parts, n_jobs=jobs, refit=False).fit(x, y)

    search(2, 1)

    def judge(found: Any) -> dict[str, float]:
        return {"best accuracy": float(np.nanmax(found.cv_results_["mean_test_score"]))}

    return Task(lambda pair: search(count, epochs), judge)


def optuna(count: int, seeds: Sequence[int], epochs: int) -> Task:
    """A trial of Optuna for every rate and seed, each a fit by skorch."""
    import optuna as search
    import torch
    from sklearn.model_selection import train_test_split
    from skorch import NeuralNetClassifier

    from benchmarks.work.digits_mlp import network

    search.logging.set_verbosity(search.logging.ERROR)
    torch.set_num_threads(threads())
    x, y = _digits()

    def objective(trial: Any, epochs: int) -> float:
        seed = trial.suggest_int("seed", 0, max(seeds))
        torch.manual_seed(seed)
        a, b, right, wanted = train_test_split(x, y, train_size=TRAIN, test_size=TEST, random_state=seed)
        model = NeuralNetClassifier(
            network(),
            criterion=torch.nn.CrossEntropyLoss,
            optimizer=torch.optim.Adam,
            lr=trial.suggest_float("lr", LOW, HIGH, log=True),
            batch_size=BATCH,
            max_epochs=epochs,
            train_split=None,
            iterator_train__shuffle=True,
            verbose=0,
        )
        return float(np.mean(model.fit(a, right).predict(b) == wanted))

    def optimise(count: int, epochs: int) -> Any:
        sampler = search.samplers.GridSampler({"lr": rates(count), "seed": list(seeds)}, seed=0)
        study = search.create_study(direction="maximize", sampler=sampler)
        study.optimize(lambda trial: objective(trial, epochs), n_trials=count * len(seeds))
        return study

    optimise(2, 1)

    def judge(study: Any) -> dict[str, float]:
        found = study.trials_dataframe().groupby("params_lr").value.mean()
        return {"best accuracy": float(found.max())}

    return Task(lambda pair: optimise(count, epochs), judge)
