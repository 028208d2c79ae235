"""Sentences of a small grammar, whose probabilities are known: a language with a known optimum."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from ..drawn import Drawn
from ..forms.text import Text

Choice = tuple[float, str]

ROWS = 2000
START, END = "<start>", "."
"""A sentence begins with the one, and the other goes on to the end of the row."""


def _even(*words: str) -> tuple[Choice, ...]:
    return tuple((1 / len(words), word) for word in words)


PERSON = _even("anna", "ben", "clara", "david", "emma", "felix", "greta", "hugo")
THING = _even("apple", "book", "cup", "drum", "egg", "flute", "glove", "hat", "jar", "kite")
PLACE = _even("garden", "kitchen", "library", "market", "park", "school", "station", "tower")
GRAMMAR: tuple[tuple[Choice, ...], ...] = (
    (
        *((0.5 * p, w) for p, w in PERSON),
        *((0.5 * p, f"the {w}") for p, w in _even("child", "teacher", "baker", "pilot")),
    ),
    ((0.6, ""), (0.2, "often"), (0.1, "never"), (0.1, "always")),
    ((0.4, "finds"), (0.3, "buys"), (0.2, "draws"), (0.1, "hides")),
    ((0.7, "the"), (0.3, "a")),
    ((0.5, ""), *((0.5 * p, w) for p, w in _even("red", "old", "small", "round", "yellow"))),
    THING,
    (
        (0.4, ""),
        *((0.4 * p, f"in the {w}") for p, w in PLACE),
        *((0.2 * p, f"near the {w}") for p, w in PLACE),
    ),
)
"""A sentence is one choice from each slot in turn, independent of the others; "" is no word."""

VOCABULARY = (
    END,
    START,
    *sorted({word for slot in GRAMMAR for _, words in slot for word in words.split()}),
)
LENGTH = 1 + sum(max(len(words.split()) for _, words in slot) for slot in GRAMMAR)
"""Codes in a row: the start and the longest sentence; the last answer is the end."""


def draw(generator: np.random.Generator) -> Drawn:
    """Sentences drawn by the grammar; equal ones are one document: none is tested that was trained on."""
    picks = [generator.choice(len(slot), ROWS, p=[p for p, _ in slot]) for slot in GRAMMAR]
    said = [
        _words(slot[k][1] for slot, k in zip(GRAMMAR, row, strict=True)) for row in zip(*picks, strict=True)
    ]
    line = np.array([coded(words) for words in said])  # [N, LENGTH + 1]
    documents = np.unique(line, axis=0, return_inverse=True)[1].reshape(-1)
    return Drawn(
        x=line[:, :-1],
        y=line[:, 1:],
        form=Text(LENGTH, VOCABULARY, tuple(documents.tolist())),
        features=[f"word {place}" for place in range(LENGTH)],
        target_name="next words",
        classes=VOCABULARY,
    )


def coded(words: Sequence[str]) -> list[int]:
    """A sentence as `LENGTH` + 1 codes: the start, its words, then the end as often as there is room."""
    line = [START, *words]
    return [VOCABULARY.index(word) for word in line + [END] * (LENGTH + 1 - len(line))]


def bits(line: Sequence[int]) -> float:
    """−log₂ of the probability of a row's sentence, which no forecast of its words undercuts on average."""
    words = [VOCABULARY[code] for code in line if VOCABULARY[code] not in (START, END)]
    spent = 0.0
    for slot in GRAMMAR:
        fitting = [one for one in slot if words[: len(one[1].split())] == one[1].split()]
        chance, said = max(
            fitting, key=lambda one: len(one[1])
        )  # what may be left out begins like no next slot
        words = words[len(said.split()) :]
        spent -= math.log2(chance)
    return spent


def _words(parts: Iterable[str]) -> list[str]:
    return " ".join(parts).split()
