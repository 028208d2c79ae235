"""Whole commands as processes, imports and all: what a person waits for."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.task import Task, nothing, threads
from benchmarks.work import cartpole, digits_mlp, rows

ROOT = Path(__file__).parent.parent.parent


def paradigms(words: list[str], until: str = "page") -> Task:
    """`paradigms …` with a new folder each time, until its `page` is drawn or its `scores` are printed."""
    held = tempfile.TemporaryDirectory()

    def work(pair: int) -> tuple[subprocess.Popen[str], Path]:
        out = Path(held.name) / str(pair)
        command = [sys.executable, "-m", "paradigms", *words, *_told(words), "--out", str(out)]
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert process.stdout is not None
        printed = process.stdout.readline() if until == "scores" else process.stdout.read()
        if until == "page":
            process.wait()
        if not printed or process.returncode:
            raise RuntimeError(f"{command} printed nothing or failed")
        return process, out

    def judge(left: tuple[subprocess.Popen[str], Path]) -> dict[str, float]:
        process, out = left
        process.communicate()
        if process.returncode:
            raise RuntimeError(f"failed with exit {process.returncode}: {out}")
        summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
        return {one["metric"]: round(one["iqm"] or 0.0, 4) for one in summary["learners"]}

    return Task(work, judge)


def _told(words: list[str]) -> list[str]:
    """On one core nothing is shared out; else the command finds its cores itself."""
    return ["--workers", "1"] if threads() == 1 and words[0] == "compare" else []


def script(module: str, words: list[str]) -> Task:
    """`python -m benchmarks.scripts.MODULE …`."""

    def work(pair: int) -> None:
        command = [sys.executable, "-m", f"benchmarks.scripts.{module}", *words]
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)

    return Task(work, nothing)


def peers(seeds: list[int], samples: int, scale: int) -> Task:
    """The five studies of `compare` by others, one after another: scikit-learn's four and SB3's DQN.

    DQN takes all but a few seconds of them, so `seeds` may be a part of the study's seeds, and `scale` says
    how many times that part makes the whole; the four others are done as often.
    """
    tasks = [
        digits_mlp.sklearn(seeds, 60),
        least_squares(seeds),
        rows.sklearn_kmeans("digits", {}, 10, 10),
        rows.sklearn_pca("digits", {}, 16, "full"),
        cartpole.sb3(seeds, samples, every=scale and len(seeds)),
    ]
    return Task(lambda pair: [task.work(pair) for task in tasks], nothing)


def least_squares(seeds: list[int]) -> Task:
    """Diabetes, a split a seed."""
    from sklearn.datasets import load_diabetes
    from sklearn.linear_model import LinearRegression
    from sklearn.model_selection import train_test_split

    x, y = load_diabetes(return_X_y=True)

    def work(pair: int) -> None:
        for seed in seeds:
            train_x, test_x, train_y, test_y = train_test_split(x, y, random_state=seed)
            LinearRegression().fit(train_x, train_y).score(test_x, test_y)

    return Task(work, nothing)
