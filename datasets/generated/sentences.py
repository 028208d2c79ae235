"""Sentences of a small grammar, whose probabilities are known: a language with a known optimum."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from ..drawn import Drawn
from ..forms.text import Text

Array = np.ndarray
Choice = tuple[float, str]
Grammar = tuple[tuple[Choice, ...], ...]

ROWS = 2000
START, END = "<start>", "."
"""A sentence begins with the one, and the other goes on to the end of the row."""


def _zipf(share: float, *words: str) -> tuple[Choice, ...]:
    """A share among words, the second half as often as the first, the third a third (Zipf 1949)."""
    ranks = 1 / np.arange(1, len(words) + 1)
    return tuple(zip((share * ranks / ranks.sum()).tolist(), words, strict=True))


def _grammar(names: str, roles: str, things: str, places: str) -> Grammar:
    """One choice from each slot in turn, independent of the others; "" is no word."""
    return (
        (*_zipf(0.6, *names.split()), *_zipf(0.4, *(f"the {role}" for role in roles.split()))),
        ((0.6, ""), *_zipf(0.4, "often", "never", "always")),
        _zipf(1.0, "finds", "buys", "draws", "hides"),
        ((0.7, "the"), (0.3, "a")),
        ((0.5, ""), *_zipf(0.5, "red", "old", "small", "round", "yellow")),
        _zipf(1.0, *things.split()),
        (
            (0.4, ""),
            *_zipf(0.4, *(f"in the {place}" for place in places.split())),
            *_zipf(0.2, *(f"near the {place}" for place in places.split())),
        ),
    )


GRAMMARS = (
    _grammar("anna ben clara david", "child pupil", "kite ball drum doll flute", "park garden school zoo"),
    _grammar(
        "emma felix greta hugo", "baker pilot", "book cup hat lamp letter", "market library station bank"
    ),
)
"""Half of the sentences each: who begins decides which things and places follow."""
_CHOICES = tuple(
    tuple(tuple((chance, tuple(said.split())) for chance, said in slot) for slot in one) for one in GRAMMARS
)
VOCABULARY = (
    END,
    START,
    *sorted({word for one in _CHOICES for slot in one for _, said in slot for word in said}),
)
_CODES = {word: code for code, word in enumerate(VOCABULARY)}
LENGTH = 1 + max(sum(max(len(said) for _, said in slot) for slot in one) for one in _CHOICES)
"""Codes in a row: the start and the longest sentence; the last answer is the end."""


class _Chain(NamedTuple):
    """The grammars as a hidden Markov model: a state is a word of a choice of a slot.

    `moves` `[S, S]` from state to state, the first the start and the last the end; `says` `[S]`, a code each.
    """

    moves: Array
    says: Array


@cache
def _chain() -> _Chain:
    words = [START, *(w for one in _CHOICES for slot in one for _, said in slot for w in said), END]
    each = np.eye(len(words))
    moves, state = each.copy(), len(words) - 1
    moves[0] = 0
    for grammar in reversed(_CHOICES):
        begin = each[-1]  # where a sentence goes on behind the slots that are done, from the last slot on
        for slot in reversed(grammar):
            after, begin = begin, np.zeros(len(words))
            for chance, said in reversed(slot):
                state -= len(said)
                for k in range(state, state + len(said)):
                    moves[k] = each[k + 1] if k + 1 < state + len(said) else after
                begin += chance * (each[state] if said else after)
        moves[0] += begin / len(_CHOICES)
    return _Chain(moves, np.array([_CODES[word] for word in words]))


def draw(generator: np.random.Generator) -> Drawn:
    """Sentences drawn by the grammars; equal ones are one document: none is tested that was trained on."""
    moves, says = _chain()
    states = [np.zeros(ROWS, int)]
    for _ in range(LENGTH):
        ladder = moves.cumsum(1)[states[-1]]
        states.append((ladder < generator.random((ROWS, 1))).sum(1).clip(max=len(says) - 1))
    line = says[np.stack(states, 1)]  # [N, LENGTH + 1]
    documents = np.unique(line, axis=0, return_inverse=True)[1].reshape(-1)
    return Drawn(
        x=line[:, :-1],
        y=line[:, 1:],
        form=Text(LENGTH, VOCABULARY, tuple(documents.tolist()), _CODES[END]),
        features=[f"word {place}" for place in range(LENGTH)],
        target_name="next words",
        classes=VOCABULARY,
        known={"chances": chances(line), "guess": guesses(line)},
    )


def coded(words: Sequence[str]) -> list[int]:
    """A sentence as `LENGTH` + 1 codes: the start, its words, then the end as often as there is room."""
    line = [START, *words]
    return [_CODES[word] for word in line + [END] * (LENGTH + 1 - len(line))]


def chances(line: Array) -> Array:
    """P(next word | the words before) in rows `[N, LENGTH + 1]`: `[N, LENGTH, V]`. No forecast knows more."""
    moves, _ = _chain()
    return np.stack([_of_words(reached @ moves) for reached in _forward(line)[:-1]], 1).astype(np.float32)


def guesses(line: Array) -> Array:
    """The likeliest code at every place if all others are known, `[N, LENGTH]`: the best guess there is.

    By what may have come before and what follows, the forward–backward algorithm (Baum 1972).
    """
    moves, says = _chain()
    forward, follows, found = _forward(line), np.ones((len(line), len(moves))), []
    for place in range(LENGTH, 0, -1):
        found.append(_of_words(forward[place - 1] @ moves * follows).argmax(1))
        follows = (follows * (says == line[:, place, None])) @ moves.T
    return np.stack([line[:, 0], *found[:0:-1]], 1)


def _forward(line: Array) -> list[Array]:
    """Which state the words up to each have led to, `[N, S]`."""
    moves, says = _chain()
    reached = [np.eye(len(moves))[np.zeros(len(line), int)]]
    for word in line.T[1:]:
        now = reached[-1] @ moves * (says == word[:, None])
        reached.append(now / now.sum(1, keepdims=True))
    return reached


def _of_words(states: Array) -> Array:
    """Chances of states `[N, S]` as those of words, `[N, V]`."""
    return states @ np.eye(len(VOCABULARY))[_chain().says]
