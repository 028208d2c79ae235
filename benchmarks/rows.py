"""The rows of docs/performance.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from benchmarks.pairs import CARD, Side
from benchmarks.row import Row

TEN = list(range(10))
MILLION = 1_000_000


def rows(cores: int) -> Iterator[Row]:
    """All rows, both sides on `cores` cores.

    Where seeds are shared out, both sides do so over as many processes; elsewhere both have so many threads.
    """
    yield from _digits(cores)
    yield from _engine(cores)
    yield from _sweep(cores)
    yield from _networks(cores)
    yield from _kmeans(cores)
    yield from _pca(cores)
    yield from _estimators()
    yield from _dqn(cores)
    yield from _commands(cores)
    yield from _streams(cores)
    yield from _scale()


def _digits(cores: int) -> Iterator[Row]:
    work, quick = {"seeds": TEN, "epochs": 30}, {"seeds": [0, 1], "epochs": 1}
    ours = Side("replicas at once", "digits_mlp.ours", work, processes=cores)
    peers = [
        ("sklearn", "scikit-learn's MLPClassifier", "sklearn", 3, 5),
        ("skorch", "skorch", "skorch", 10, 20),
        ("lightning", "lightning", "lightning", 10, 20),
    ]
    for name, label, module, must, aim in peers:
        theirs = Side(label, f"digits_mlp.{name}", work, processes=cores, needs=module)
        floor = "the bare matrix products: row engine/products"
        yield Row(
            f"digits/{name}",
            f"digits, MLP 64-64, 30 epochs, ten seeds, against {label}",
            ours,
            theirs,
            "faster",
            must,
            aim,
            floor,
            quick=quick,
        )


def _engine(cores: int) -> Iterator[Row]:
    ten, one, quick = {"seeds": TEN, "updates": 600}, {"seeds": [0], "updates": 600}, {"updates": 5}
    step = Side("the engine, ten replicas", "engine.step", ten, processes=cores)
    yield Row(
        "engine/products",
        "the engine's step against its own bare matrix products, ten replicas, 64-64",
        step,
        Side("the products", "engine.products", ten, processes=cores),
        "at most",
        2.0,
        1.4,
        "1",
        7,
        quick | {"seeds": [0]},
    )
    alone = Side("one replica", "engine.step", one)
    yield Row(
        "engine/replicas",
        "ten replicas against one, 64-64",
        step,
        alone,
        "at most",
        3.0,
        1.0,
        "1",
        7,
        quick | {"seeds": [0]},
    )
    thousand = {"seeds": list(range(1000)), "updates": 600}
    yield Row(
        "gpu/replicas",
        "a thousand replicas against one on a graphics card, 64-64",
        Side("a thousand replicas", "engine.step", thousand, needs=CARD),
        replace(alone, needs=CARD),
        "at most",
        3.0,
        1.0,
        "1",
        5,
        quick,
    )
    options = {"learner": "classification", "replicas": 10}
    yield Row(
        "engine/recording",
        "recording and checkpoints together, digits, ten seeds, against the bare loop",
        Side("recorded", "engine.study", options | {"what": "recorded"}, threads=cores),
        Side("bare", "engine.study", options | {"what": "bare"}, threads=cores),
        "at most",
        1.05,
        1.02,
        "1",
        5,
        {"replicas": 2, "epochs": 1},
    )


def _sweep(cores: int) -> Iterator[Row]:
    small = {"count": 2, "seeds": [0], "epochs": 1}
    grid = {"count": 24, "seeds": TEN, "epochs": 10}
    yield Row(
        "sweep/replicas",
        "a replica's step among 240, 24 learning rates × ten seeds, against one among ten, 64-64",
        Side("240 replicas", "sweep.steps", grid),
        Side("ten replicas, 24 times", "sweep.steps", grid | {"count": 1, "times": 24}),
        "at most",
        1.05,
        1.0,
        "1",
        7,
        small,
        small | {"count": 1, "times": 1},
    )
    fits = grid | {"epochs": 30}
    ours = Side("the sweep's grid", "sweep.ours", fits, processes=cores)
    yield Row(
        "sweep/sklearn",
        "240 fits of digits, 24 learning rates × ten splits, 30 epochs, recorded, against GridSearchCV",
        ours,
        Side("GridSearchCV over MLPClassifier", "sweep.sklearn", fits | {"jobs": cores}),
        "faster",
        3,
        5,
        "row sweep/replicas",
        3,
        small,
        small | {"jobs": 1},
    )
    part = TEN[:cores]
    yield Row(
        "sweep/optuna",
        "the same against 240 trials of Optuna, each a fit by skorch",
        ours,
        Side(
            "Optuna and skorch",
            "sweep.optuna",
            fits | {"seeds": part},
            processes=cores,
            scale=len(TEN) / len(part),
            needs="optuna",
        ),
        "faster",
        9,
        15,
        "row sweep/replicas",
        3,
        small,
    )


def _networks(cores: int) -> Iterator[Row]:
    asked: dict[str, tuple[str, float | None, float | None]] = {
        "cnn": ("CNN 25-25-25 on lines of 40", 1.3, 2),
        "gru": ("GRU 32, fifty steps", 2.5, 4),
        "decoder": ("decoder 32-32, four heads, rows of 13 words", 1.15, 1.5),
        "lstm": ("LSTM 32, fifty steps", None, None),
        "plane": ("CNN 16-32 on pictures of 8 × 8", None, None),
    }
    alone = "plain PyTorch, one after another"
    for kind, (what, must, aim) in asked.items():
        work = {"kind": kind, "seeds": TEN, "updates": 150}
        ours = Side("replicas at once", "networks.ours", work, processes=cores)
        peers = [("plain", alone, f"networks/{kind}", must, aim)]
        if kind not in ("gru", "lstm"):  # vmap has no rule for them
            peers.append(("vmapped", "torch.func.vmap", f"networks/{kind}-vmap", None, None))
        for call, label, name, needed, wished in peers:
            yield Row(
                name,
                f"{what}: ten replicas, 150 updates, against {label}",
                ours,
                Side(label, f"networks.{call}", work, processes=cores),
                "faster",
                needed,
                wished,
                "the products alone",
                quick={"seeds": [0, 1], "updates": 2},
            )


def _kmeans(cores: int) -> Iterator[Row]:
    digits = {"kind": "digits", "size": {}, "k": 10}
    yield Row(
        "kmeans/digits",
        "digits k-means, ten starts, against KMeans(n_init=10)",
        Side(
            "ten replicas", "rows.kmeans", digits | {"seeds": TEN, "epochs": 40, "batch": 1797}, threads=cores
        ),
        Side("KMeans", "rows.sklearn_kmeans", digits | {"starts": 10}, threads=cores),
        "at most",
        3.0,
        1.0,
        "the distances alone",
        7,
        {"epochs": 3},
        {},
    )
    large = {"kind": "clusters", "size": {"rows": MILLION}, "k": 50}
    ours = Side("one start", "rows.kmeans", large | {"seeds": [0], "epochs": 6, "batch": 1024}, threads=cores)
    full = Side("KMeans", "rows.sklearn_kmeans", large | {"starts": 1}, threads=cores)
    mini = Side("MiniBatchKMeans", "rows.sklearn_minibatch", large | {"batch": 1024}, threads=cores)
    for name, theirs, must, aim in (("full", full, 1.5, 3), ("minibatch", mini, 5, 20)):
        tiny = {"size": {"rows": 5000}}
        yield Row(
            f"kmeans/{name}",
            f"1M × 32 k-means, 50 clusters, against {theirs.label}",
            ours,
            theirs,
            "faster",
            must,
            aim,
            "one pass of distances",
            3,
            tiny | {"batch": 512},
            tiny,
        )


def _pca(cores: int) -> Iterator[Row]:
    large = {"kind": "directions", "size": {"rows": MILLION}, "k": 16}
    ours = Side("one start", "rows.pca", large | {"seeds": [0], "passes": 30}, threads=cores)
    tiny = {"size": {"rows": 3000}}
    exact = Side("covariance_eigh", "rows.sklearn_pca", large | {"solver": "covariance_eigh"}, threads=cores)
    steps = Side("IncrementalPCA", "rows.sklearn_pca", large | {"solver": "incremental"}, threads=cores)
    yield Row(
        "pca/exact",
        "1M × 64 PCA(16) to 1e-5 against covariance_eigh",
        ours,
        exact,
        "at most",
        1.5,
        1.0,
        "one second moment",
        5,
        tiny,
    )
    yield Row(
        "pca/incremental",
        "1M × 64 PCA(16) to 1e-5 against IncrementalPCA(10,000)",
        ours,
        steps,
        "faster",
        10,
        25,
        "one second moment",
        3,
        tiny,
    )


def _estimators() -> Iterator[Row]:
    """What they cost against scikit-learn's, on one thread each."""
    kinds = {
        "classifier": "LogisticRegression",
        "regressor": "Ridge",
        "pca": "PCA",
        "kmeans": "KMeans, ten starts",
    }
    online = {"classifier": "SGDClassifier", "regressor": "SGDRegressor", "kmeans": "MiniBatchKMeans"}
    small, large, wide = {"n": 10_000, "d": 50}, {"n": 500_000, "d": 20}, {"n": 50, "d": 4000}
    work = [(kind, "fit", size) for kind in ("classifier", "regressor", "pca") for size in (small, large)]
    work += [("pca", "fit", wide), ("kmeans", "fit", small)]
    work += [(kind, "ask", large) for kind in kinds]
    work += [(kind, "more", small) for kind in ("classifier", "regressor", "kmeans")]
    for kind, what, size in work:
        options = {"kind": kind, "what": what, **size}
        peer = (online if what == "more" else kinds)[kind]
        yield Row(
            f"estimators/{kind}-{what}-{size['n']}",
            f"{kind}, {what}, {size['n']:,} × {size['d']}, against {peer}",
            Side("ours", "estimators.ours", options),
            Side(peer, "estimators.theirs", options),
            "at most",
            3.0,
            1.5,
            "the products alone",
            3,
            {"n": 200, "d": 5},
        )


def _dqn(cores: int) -> Iterator[Row]:
    tiny = {"seeds": [0], "samples": 400}
    ours = Side("our preset", "cartpole.ours", {"seeds": TEN, "samples": 44_000}, processes=cores)
    part = TEN[:cores]
    zoo = Side(
        "SB3, zoo settings",
        "cartpole.sb3",
        {"seeds": part, "samples": 50_000, "every": cores},
        processes=cores,
        scale=len(TEN) / len(part),
        needs="stable_baselines3",
    )
    yield Row(
        "dqn/quality",
        "DQN CartPole to ≥ 475 greedy on ≥ 9 of 10 seeds, each with its own preset",
        ours,
        zoo,
        "faster",
        8,
        20,
        "updates' matrix products",
        2,
        tiny,
        tiny,
    )
    work = {"seeds": TEN, "samples": 6_000, "matched": True}
    same = Side("the zoo's settings", "cartpole.ours", work, processes=cores)
    matched = replace(zoo, options={"seeds": part, "samples": 6_000, "every": cores})
    yield Row(
        "dqn/matched",
        "the same network, batch, updates and steps: 6,000 steps of the zoo's settings, ten seeds",
        same,
        matched,
        "faster",
        1,
        8,
        "updates' matrix products",
        2,
        tiny,
        tiny,
    )


def _commands(cores: int) -> Iterator[Row]:
    part = TEN[:cores]
    peers = Side(
        "the peers",
        "commands.peers",
        {"seeds": part, "samples": 50_000, "scale": 10 // len(part)},
        processes=cores,
        scale=10 / len(part),
        needs="stable_baselines3",
    )
    yield Row(
        "compare/peers",
        "`paradigms compare`, report included, against the five studies by the peers",
        Side("compare", "commands.paradigms", {"words": ["compare"]}, threads=cores),
        peers,
        "faster",
        8,
        15,
        "its DQN",
        1,
        {"words": ["compare", "--only", "regression,kmeans", "--quick", "--seeds", "1"]},
        {"seeds": [0], "samples": 400},
    )
    first = ["run", "supervised", "--quick"]
    script = Side(
        "the script",
        "commands.script",
        {"module": "skorch_quick", "words": []},
        threads=cores,
        needs="skorch",
    )
    for name, until, what in (
        (
            "skorch",
            "scores",
            "time to first result: `paradigms run supervised --quick` until its scores stand",
        ),
        ("page", "page", "the same until its page is drawn, which the script does not do"),
    ):
        yield Row(
            f"first/{name}",
            f"{what}, against a skorch script",
            Side("the command", "commands.paradigms", {"words": first, "until": until}),
            script,
            "at most",
            1.0,
            0.5,
            "`import torch`",
            3,
            {"words": [*first, "--seeds", "1"]},
            {},
        )


def _streams(cores: int) -> Iterator[Row]:
    arrow = Side("pyarrow.csv.read_csv", "streams.reading", {"how": "arrow", "rows": 600_000}, threads=cores)
    for name, how, what, must, aim in (
        ("csv", "memory", "200 MB of CSV read into memory, every cell decided on", 4.0, 3.0),
        ("ingest", "disk", "the same read, shuffled and written to a cache, checksums included", 6.0, 4.0),
    ):
        yield Row(
            f"stream/{name}",
            f"{what}, against pyarrow.csv.read_csv",
            Side("ours", "streams.reading", {"how": how, "rows": 600_000}, threads=cores),
            arrow,
            "at most",
            must,
            aim,
            "1",
            5,
            {"rows": 2000},
        )
    epoch = {"rows": 300_000, "seeds": TEN[:4], "batch": 256}
    yield Row(
        "stream/rows",
        "one epoch over 300,000 rows × 16, four linear regressions: from the disk, against from memory",
        Side("from the disk", "streams.rows", epoch | {"stream": True}),
        Side("from memory", "streams.rows", epoch | {"stream": False}),
        "at most",
        2.0,
        1.3,
        "1",
        5,
        {"rows": 2000, "batch": 32},
    )


def _scale() -> Iterator[Row]:
    """Two processes whatever the cores: a share each."""
    study, quick = {"replicas": 4, "samples": 24_000}, {"replicas": 2, "samples": 64}
    own = Side("this machine's processes", "shares.study", {"by": "local", "clock": "cpu", **study})
    what = "CartPole's DQN, four seeds in two shares, from the request to the joined run"
    yield Row(
        "scale/local",
        f"{what}, CPU seconds of everybody: against two processes that train half of the seeds each",
        own,
        Side("two processes apart", "shares.study", {"by": "floor", "clock": "cpu", **study}),
        "at most",
        1.05,
        1.0,
        "1",
        3,
        quick,
    )
    yield Row(
        "scale/dask",
        f"{what}, on the wall, less three seconds: two Dask workers on loopback against loky's two",
        Side(
            "Dask, less 3 s",
            "shares.study",
            {"by": "dask", "clock": "wall", "allowed": 3.0, **study},
            needs="distributed",
        ),
        replace(own, options={**own.options, "clock": "wall"}),
        "at most",
        1.1,
        1.0,
        "1",
        3,
        quick,
        quick,
    )
