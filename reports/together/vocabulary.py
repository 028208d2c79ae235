"""Words that the page uses and that are no signal: terms, options, and what options may be set to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from paradigms import options

from ..reading.comparison import Shown
from ..words import NOTHING
from . import tables

_VALUES: Mapping[str, Mapping[str, str]] = {
    "optimizer": options.OPTIMIZERS,
    "schedule": options.SCHEDULES,
    "activation": options.ACTIVATIONS,
    "norm": options.NORMS,
    "init": options.INITS,
    "loss": options.LOSSES,
    "rule": options.HEBBIAN,
    "start": {
        "k-means++": "spread over the rows, each far from those before",
        "random": "rows drawn at random",
    },
}
_TERMS = (
    ("replica", "One independent training: a setting and a seed.", ()),
    ("seed", "The number that a replica's split, start and order are drawn from.", ()),
    ("IQM", "Interquartile mean: of the middle half of the replicas; one that diverged is the worst.", ()),
    ("95 % interval", "How far the IQM would move with other seeds (bootstrap).", ()),
    ("validation part", "Looked at during training, to draw curves; no step learns from it.", ()),
    ("test part", "Looked at once, after training, for the score.", ()),
    ("phase", "A stretch of training with one source of feedback: mini-batches, then full passes, say.", ()),
    (
        "luck",
        "Whether differences, paired by seed, could come from random signs: exact sign-flip test, Holm over "
        "all that the page names; equal where their 90 % interval lies within what nobody minds.",
        (),
    ),
    ("recall", "Share of the rows of a class that are named rightly.", ("classification", "answer")),
    ("verdict", "Whether a guess was right or wrong, without the true class.", ("reward", "answer")),
    ("memory", "What was met is kept and drawn again (replay).", ("dqn", "reward", "answer")),
)
"""Word, meaning, and whose it is: everybody's where nobody is named."""


TERMS = frozenset(word for word, *_ in _TERMS)
"""Those that stand in sentences; options and their values stand in the table of settings."""


def entries(learners: Sequence[Shown]) -> list[tuple[str, str]]:
    """The terms, then every option in the table of settings and its named values, with their meaning."""
    names = {str(it.spec.get("name")) for it in learners}
    found = {word: meaning for word, meaning, whose in _TERMS if not whose or names & set(whose)}
    for name, *values in tables.settings(learners):
        option = options.OPTIONS.get(name)
        if option is not None:
            found[name] = option.help
        known = _VALUES.get(name, {})
        found |= {f"{name}: {value}": known[value] for value in values if value != NOTHING and value in known}
    return list(found.items())
