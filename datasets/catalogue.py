"""The data sets that can be asked for by name, as plain facts: no library is imported to read them."""

from __future__ import annotations

from dataclasses import dataclass

OPENML = "openml:"
"""Prefix of a name that is looked up at openml.org instead of in the catalogue."""


@dataclass(frozen=True)
class Entry:
    """One named data set.

    `task` is `regression`, `classification`, `language` (the next word) or `translation` (a line
    for a line); `kind` is `bundled` (comes with
    scikit-learn), `generated` (drawn from a seed) or `fetched` (downloaded once, then cached). `form` is what
    one row is, a module of `forms/`; a form of its own is drawn by the module of `generated/` of this name.
    """

    name: str
    task: str
    kind: str
    summary: str
    rows: int | None
    features: int | None
    form: str = "rows"


_ENTRIES = (
    Entry("diabetes", "regression", "bundled", "disease progress a year on, from ten body measures", 442, 10),
    Entry("breast_cancer", "classification", "bundled", "malignant or benign, from cell images", 569, 30),
    Entry("wine", "classification", "bundled", "which of three cultivars, from chemistry", 178, 13),
    Entry("iris", "classification", "bundled", "which of three irises, from four lengths", 150, 4),
    Entry("digits", "classification", "bundled", "handwritten digits, 8 × 8 grey values", 1797, 64, "images"),
    Entry("moons", "classification", "generated", "two interleaved half circles with noise", 500, 2),
    Entry("circles", "classification", "generated", "a circle inside a circle, with noise", 500, 2),
    Entry("blobs", "classification", "generated", "four round clouds of points", 500, 2),
    Entry("clouds", "classification", "generated", "four long clouds of points, two side by side", 1000, 2),
    Entry("ring", "classification", "generated", "eight round spots of points on a ring", 2000, 2),
    Entry(
        "spiral",
        "regression",
        "generated",
        "a spiral of points; the target is how far it has turned",
        2000,
        2,
    ),
    Entry("sine", "regression", "generated", "one period of a sine, with noise", 500, 1),
    Entry("saddle", "regression", "generated", "the height of a saddle over a square, with noise", 500, 2),
    Entry("linear", "regression", "generated", "a linear function of ten features, with noise", 500, 10),
    Entry(
        "friedman1", "regression", "generated", "Friedman's curved function; half its features idle", 500, 10
    ),
    Entry(
        "adding",
        "regression",
        "generated",
        "the sum of the two marked numbers of fifty",
        6000,
        100,
        "sequences",
    ),
    Entry(
        "signals",
        "classification",
        "generated",
        "one of ten shapes, somewhere in a line",
        4000,
        40,
        "sequences",
    ),
    Entry(
        "shuffled",
        "classification",
        "generated",
        "signals, their places in another order, the same for all",
        4000,
        40,
        "sequences",
    ),
    Entry("waves", "regression", "generated", "what a noisy wave does next", 976, 24, "windows"),
    Entry("sentences", "language", "generated", "the next word, in a small grammar", 2000, 11, "text"),
    Entry(
        "reversals",
        "translation",
        "generated",
        "three to eight digits, the other way round",
        4000,
        9,
        "pairs",
    ),
    Entry("sums", "translation", "generated", "the sum of two numbers below 100", 7000, 5, "pairs"),
    Entry("california_housing", "regression", "fetched", "house prices by district, 1990", 20640, 8),
)

CATALOGUE: dict[str, Entry] = {entry.name: entry for entry in _ENTRIES}


def named(task: str) -> list[str]:
    """The names of the catalogue's data sets for a task."""
    return [entry.name for entry in _ENTRIES if entry.task == task]
