"""Scaling curves: time against one size while the others stand still, and the exponent of the last half."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from statistics import linear_regression, median
from typing import Any

from benchmarks import results
from benchmarks.pairs import Side, alone
from benchmarks.worker import prepared

PICTURES = Path(__file__).parent.parent / "docs" / "performance"
KMEANS = {"kind": "clusters", "size": {"rows": 20_000}, "seeds": [0], "k": 16, "epochs": 2, "batch": 1024}
STEP = {"seeds": list(range(10)), "updates": 60}
DQN = {"seeds": [0, 1], "samples": 1_600}


@dataclass(frozen=True)
class Curve:
    """Time against `name`, at `sizes`; `sides` gives one side a size."""

    name: str
    unit: str
    sizes: Sequence[int]
    sides: Sequence[Side]

    @property
    def file(self) -> str:
        return self.name.replace(" ", "-") + ".png"


def curves() -> Iterator[Curve]:
    """Replicas, rows, features, clusters, width, threads, environments."""

    def rows(**size: int) -> dict[str, Any]:
        return KMEANS | {"size": {**KMEANS["size"], **size}}  # type: ignore[dict-item]

    def curve(
        name: str, unit: str, sizes: Sequence[int], call: str, options: Any, threads: bool = False
    ) -> Curve:
        sides = [Side(f"{name} {n}", call, options(n), threads=n if threads else 1) for n in sizes]
        return Curve(name, unit, sizes, sides)

    step, kmeans = "engine.step", "rows.kmeans"
    replicas = (1, 3, 10, 30, 100, 300, 1000)
    yield curve("replicas", "60 steps, MLP 64-64", replicas, step, lambda n: STEP | {"seeds": list(range(n))})
    yield curve(
        "rows",
        "k-means, 16 clusters, 32 features",
        (10**3, 10**4, 10**5, 10**6, 10**7),
        kmeans,
        lambda n: rows(rows=n),
    )
    yield curve("features", "k-means, 20,000 rows", (4, 16, 64, 256), kmeans, lambda n: rows(features=n))
    yield curve("clusters", "k-means, 20,000 rows", (4, 16, 64, 256), kmeans, lambda n: KMEANS | {"k": n})
    yield curve(
        "network width", "60 steps, ten replicas", (16, 64, 256, 1024), step, lambda n: STEP | {"width": n}
    )
    yield curve(
        "threads", "60 steps, ten replicas, 512 wide", (1, 2), step, lambda n: STEP | {"width": 512}, True
    )
    yield curve(
        "environments a replica",
        "1,600 steps of CartPole",
        (1, 2, 4, 8, 16, 32),
        "cartpole.ours",
        lambda n: DQN | {"envs": n},
    )


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """The slope of log(time) against log(size) over the larger half of the sizes."""
    half = len(sizes) // 2 if len(sizes) > 3 else 0
    points = [(log(n), log(t)) for n, t in zip(sizes, seconds, strict=True)][half:]
    return linear_regression(*zip(*points, strict=True)).slope  # type: ignore[arg-type]


def measured(curve: Curve, times: int) -> dict[str, Any]:
    """Medians of `times` runs a size."""
    seconds = [median(alone(side, times)[0]) for side in curve.sides]
    return {
        "x": list(curve.sizes),
        "seconds": seconds,
        "unit": curve.unit,
        "exponent": exponent(curve.sizes, seconds),
        "machine": results.machine(),
    }


def draw(name: str, one: dict[str, Any], file: Path) -> None:
    """A small picture, both axes logarithmic, with the fitted slope."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(3.6, 2.6), dpi=110, layout="constrained")
    axes.loglog(one["x"], one["seconds"], "o-", color="#1f6f8b", markersize=4)
    axes.set(xlabel=name, ylabel="seconds")
    axes.set_title(f"{one['unit']}: time ∝ n^{one['exponent']:.2f}", fontsize=8)
    axes.grid(alpha=0.3)
    file.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(file)
    plt.close(figure)


def main(quick: bool, keep: bool, times: int = 3) -> None:
    """Measures every curve; in a quick run only its first size, and nothing is kept."""
    from benchmarks import page

    for curve in curves():
        if quick:
            task = prepared(curve.sides[0].call, dict(curve.sides[0].options), threads=1)
            task.work(0)
            print(f"curve {curve.name} runs", flush=True)
            continue
        one = measured(curve, times)
        print(f"{curve.name}: {one['seconds']} exponent {one['exponent']:.2f}", flush=True)
        if keep:
            results.keep("curves", curve.name, one)
            draw(curve.name, one, PICTURES / curve.file)
            page.write()
