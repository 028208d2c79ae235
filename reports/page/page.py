"""Comparison and drawn figures -> the page: one file, nothing outside it is needed to read it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from paradigms.signals import Signal

from .. import price, words
from ..drawing.plate import Plate
from ..films.question import Question
from ..panels import told
from ..reading import family
from ..reading.comparison import Comparison, Shown, signal
from ..together import anatomy, differences, gradients, own, tables
from ..together import family as together
from ..together.conventions import conventions
from ..together.vocabulary import TERMS, entries
from . import script
from .reel import Reel
from .summary import found, judged, notes, words_of

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Drawn:
    """A plate as it stands in the page; `png` is the slide's path beside the page, if one was written."""

    plate: Plate
    number: int
    svg: Markup
    png: str | None

    @property
    def anchor(self) -> str:
        return f"{self.number}-{slug(self.plate.name)}"


@dataclass(frozen=True)
class Shared:
    """The drawn figures that hold every learner: a family's map, `price` where all had the same data."""

    family: Sequence[Drawn]
    side: Sequence[Drawn]
    price: Sequence[Drawn]


@dataclass(frozen=True)
class Panels:
    """One learner's drawn figures."""

    change: Sequence[Drawn]
    gradient: Sequence[Drawn]
    learned: Sequence[Drawn]


class Glossary:
    """Links a quantity to its entry, and remembers which entries the page needs."""

    def __init__(self) -> None:
        self._met: dict[str, Signal] = {}

    def link(self, name: str, label: str = "") -> Markup:
        entry = signal(name)
        self._met[name] = entry
        form = Markup('<a class="term" href="#signal-{}" title="{}">{}</a>')
        return form.format(name, entry.meaning, label or entry.label)

    def entries(self) -> list[Signal]:
        return list(self._met.values())


class Vocabulary:
    """Words and options with their meaning; links them where they stand, in a text each word once."""

    def __init__(self, words: Sequence[tuple[str, str]]) -> None:
        self._anchors = {name: f"word-{number}" for number, (name, _) in enumerate(words)}
        self.rows = [(self._anchors[name], name, meaning) for name, meaning in words]
        terms = sorted((name for name in self._anchors if name in TERMS), key=len, reverse=True)
        self._known = re.compile(rf"\b({'|'.join(map(re.escape, terms))})(s?)\b") if terms else None
        self._met: set[str] = set()

    def _a(self, name: str, label: str) -> Markup:
        return Markup('<a class="term" href="#{}">{}</a>').format(self._anchors[name], label)

    def link(self, label: str, option: str = "") -> str | Markup:
        """A cell of the settings: the option, or what it is set to."""
        name = f"{option}: {label}" if option else label
        return self._a(name, label) if name in self._anchors else label

    def told(self, text: str) -> Markup:
        """A sentence; a term is linked where the page uses it first."""
        found = [] if self._known is None else [*self._known.finditer(text)]
        made, at = Markup(), 0
        for one in found:
            if one[1] not in self._met:
                self._met.add(one[1])
                made += whole(text[at : one.start()]) + self._a(one[1], one[0])
                at = one.end()
        return made + whole(text[at:])


_DASHED = re.compile(r"(--[a-z][a-z-]*|(?<![\w/-])(?=[\w-]{3,12}(?![\w/-]))\w+-\w+(?:-\w+)*)")
"""Options, and words of up to twelve letters with a dash that are in no path: `scikit-learn`, `3-grams`."""


def whole(text: str) -> Markup:
    """The text with options and short words kept from breaking at their dashes.

    >>> whole("more --seeds would"), whole("by k-means, self-supervised")
    (Markup('more <span class="whole">--seeds</span> would'), \
Markup('by <span class="whole">k-means</span>, self-supervised'))
    """
    form = Markup('<span class="whole">{}</span>')
    parts = _DASHED.split(text)  # every other one is dashed
    return Markup().join(form.format(part) if at % 2 else part for at, part in enumerate(parts))


def slug(text: str, length: int = 80) -> str:
    """`text` as a file name and an anchor: letters, digits, dots, dashes; too long, its middle goes.

    >>> slug("regression-<b>x</b>.csv-linear")
    'regression-b-x-b-.csv-linear'
    """
    plain = re.sub(r"-+", "-", re.sub(r"[^A-Za-z0-9._-]+", "-", text)).strip("-.") or "figure"
    return plain if len(plain) <= length else plain[: length - 24] + plain[-24:]


@cache
def environment() -> Environment:
    """Of the templates."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "duration": words.seconds,
        "close": words.close,
        "whole": whole,
        "capitalize_first": words.sentence,
    }
    return environment


def scripted() -> dict[str, Any]:
    """The page's script, and what its policy must know to let it run."""
    code = script.bundle()
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode()
    return {"script": Markup(code), "script_hash": f"sha256-{digest}"}


def source(name: str) -> Markup:
    """A file of ours, put into the page as it is."""
    return Markup((_TEMPLATES / name).read_text(encoding="utf-8"))


def html(
    comparison: Comparison,
    shared: Shared,
    panels: Sequence[Panels],
    reels: Sequence[Reel],
    stills: Sequence[Markup | None],
    slides: str = "",
) -> str:
    """The whole page; `stills` has one for each reel, `slides` names the folder beside it."""
    learners, glossary = comparison.learners, Glossary()
    vocabulary = Vocabulary(entries(learners))
    cards = [_learner(learner, drawn) for learner, drawn in zip(learners, panels, strict=True)]
    return (
        environment()
        .get_template("page.html")
        .render(
            title=_title(comparison),
            eyebrow=_eyebrow(learners),
            sentences=found(comparison),
            notes=notes(comparison),
            differences=differences.table(judged(comparison)),
            price=shared.price,
            prices=price.table(comparison) if shared.price else None,
            learners=cards,
            kinds=_kinds(learners, cards),
            family=shared.family,
            first=family.first([str(learner.spec.get("paradigm")) for learner in learners]),
            side=shared.side,
            gradients=gradients.NAMES,
            ends=ends_of(learners),
            seeds_words=seeds_words(learners),
            options=vocabulary.rows,
            word=vocabulary.link,
            told=vocabulary.told,
            unit=lambda name: signal(name).measured,
            typed=own.commands(learners),
            conventions=conventions(learners),
            runs=tables.reproduction(comparison),
            style=source("style.css"),
            reels=reels,
            questions=questions_of(learners, reels),
            stills=stills,
            slides=slides,
            **scripted(),
            signal=glossary.link,
            glossary=glossary.entries,
        )
    )


def questions_of(learners: Sequence[Shown], reels: Sequence[Reel]) -> list[tuple[str, int, Question]]:
    """Label, colour and question of every learner that has one."""
    return [
        (learners[reel.number].label, learners[reel.number].place % 8, reel.question)
        for reel in reels
        if reel.question is not None
    ]


def _kinds(learners: Sequence[Shown], cards: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the page has of each kind of feedback; of few learners there is one kind without a title."""
    return [
        {
            "name": kind.name,
            "title": kind.title,
            "anchor": f"kind-{slug(kind.name)}",
            "learners": [cards[learner.number] for learner in kind.learners],
            "labels": [learner.label for learner in kind.learners],
            "settings": tables.settings(kind.learners),
        }
        for kind in together.kinds(learners)
    ]


def _learner(learner: Shown, drawn: Panels) -> dict[str, Any]:
    spec = learner.spec
    return {
        "id": learner.record.id,
        "number": learner.number,
        "anchor": f"learner-{learner.number + 1}-{slug(learner.record.id)}",
        "label": learner.label,
        "colour": learner.place % 8,
        "subject": f"{spec.get('paradigm')}: {spec.get('model')} on {spec.get('dataset')}",
        "metric": learner.record.metric,
        "metric_label": learner.signal.label,
        "better": "lower" if learner.record.lower_is_better else "higher",
        "line": _line(learner, drawn),
        "headline": tables.headline(learner),
        "anatomy": anatomy.row(learner),
        "facts": told.facts(learner),
        **words_of(learner),
        "seeds": tables.seeds(learner),
        "change": drawn.change,
        "gradient": drawn.gradient,
        "gradientless": spec.get("gradientless", ""),
        "like": gradients.row(learner),
        "learned": drawn.learned,
    }


def _line(learner: Shown, drawn: Panels) -> str:
    """What stands beside its name while it is folded: what its curves show."""
    if not drawn.change:
        return ""
    return words.sentence(drawn.change[0].plate.title.removeprefix(f"{learner.label}: "))


def ends_of(learners: Sequence[Shown]) -> str:
    """What the spread over seeds is called on this page."""
    few = [learner.few_seeds for learner in learners]
    return "range" if all(few) else "95 % interval, or range" if any(few) else "95 % interval"


_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def _title(comparison: Comparison) -> str:
    learners = comparison.learners
    if price.applies(comparison):
        return f"What an answer is worth: the same {learners[0].spec.get('dataset')}, other teachers"
    if len(learners) == 1:
        return f"How {learners[0].label} learns from feedback"
    count = _NUMBERS[len(learners)] if len(learners) < len(_NUMBERS) else str(len(learners))
    return f"How {count} learners learn from feedback"


def _eyebrow(learners: Sequence[Shown]) -> str:
    paradigms = list(dict.fromkeys(str(learner.spec.get("paradigm")) for learner in learners))
    return (
        f"{words.listing(paradigms).capitalize()} learning, {seeds_words(learners)} each"
        if len(learners) > 1
        else (f"{paradigms[0].capitalize()} learning, {seeds_words(learners)}")
    )


def seeds_words(learners: Sequence[Shown]) -> str:
    """How many seeds the learners have."""
    counts = sorted({len(learner.entry["seeds"]) for learner in learners})
    if len(counts) == 1:
        return words.count(counts[0], "seed")
    return f"{counts[0]} to {counts[-1]} seeds"
