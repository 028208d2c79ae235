"""From a request to what will be trained: one plan a learner, with its data and resolved settings."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from paradigms.choices import Varied, comparable, projected
from paradigms.entries import DISTURBED, PERCEPTRON, Entry
from paradigms.errors import UsageError
from paradigms.options import OPTIONS, TAKEN, Options
from paradigms.registry import REGISTRY, takers
from paradigms.runs.identity import Replica
from paradigms.studies.asking.loaded import SILENT, Loaded, Watch
from paradigms.studies.asking.request import Request

if TYPE_CHECKING:
    from paradigms.datasets import Dataset
    from paradigms.rl.world import World

WITHOUT_RATE = {"sgd": 0.5, "momentum": 0.1, "nesterov": 0.1}
"""Learning rates for learners whose own rule needs none, when another rule is asked for."""
BLOCKS = {"rnn": 1, "gru": 3, "lstm": 4, "cnn": 3, "resnet": 3}
"""Products of one layer's state with itself, or the places that a convolution sees."""
SWEPT = 30
"""Looks at a replica of a sweep: it is one of many, and looking 120 times took a quarter of the time."""


@dataclass(frozen=True, eq=False)
class Setting:
    """One choice of all that varies, number 0 the learner's default; `dataset` is None in environments.

    `options` are all of the learner's, resolved; `varied` are those that make this setting what it is;
    `world` tells what is known of its environment; `subject` names the data set or the environment;
    `inputs` are the numbers that a replica is shown at once, and `weights` those it has, about.
    """

    number: int
    varied: Varied
    options: Options
    dataset: Dataset | None
    world: World | None
    subject: str
    inputs: int
    weights: int


@dataclass(frozen=True, eq=False)
class Plan:
    """One learner of a study, its settings in the order of their numbers, and the replicas asked for.

    Where the settings are `comparable`, answering one question, one of them may be the best; later seeds than
    the first `seeds` judge it. With `all_kept` the models, predictions and pictures of every setting stay,
    with `none_kept` of none. With `embed_rows` pictures may hold rows of a person's own.
    """

    entry: Entry
    id: str
    settings: tuple[Setting, ...]
    asked: tuple[Replica, ...]
    seeds: int
    comparable: bool
    all_kept: bool
    none_kept: bool = False
    embed_rows: bool = False

    @property
    def default(self) -> Setting:
        """Setting 0."""
        return self.settings[0]


def plan(entry: Entry, settings: Sequence[Setting], request: Request, seeds: Sequence[int]) -> Plan:
    """A learner's, with every setting of every seed or the replicas that the request is content with."""
    if request.among is None:
        asked = tuple(Replica(one.number, seed) for one in settings for seed in seeds)
    else:
        asked = request.among.get(entry.name, ())
    varied = {name for one in settings for name in one.varied}
    return Plan(
        entry=entry,
        id=_id(entry, settings[0]),
        settings=tuple(settings),
        asked=asked,
        seeds=len(seeds),
        comparable=bool(varied) and comparable(varied),
        all_kept=request.keep == "all",
        none_kept=request.keep == "none",
        embed_rows=request.embed_rows,
    )


def plans(request: Request, watch: Watch = SILENT) -> tuple[list[Plan], list[str]]:
    """The plans of a request, and what a person should know: who is left out, which options mean what.

    Raises:
        UsageError: data that fit none of the learners, or a learner that was named but does not fit.
    """
    entries, seeds, remarks = request.entries, request.replica_seeds, request.remarks()
    loaded = Loaded(watch=watch)
    for entry in entries:  # all data are there, or the person hears of it, before anything is planned
        if entry.dataset is not None:
            loaded.dataset(entry, request)
    found, notes, left = [], [], []
    for entry in entries:
        try:
            settings, said = _settings(entry, request, loaded)
        except _Misfit as misfit:
            left.append((entry.name, misfit.error))
            continue
        found.append(plan(entry, settings, request, seeds))
        notes += said
    if not found:
        raise left[0][1]
    return found, [
        *(f"{name} is left out: {why.what}" for name, why in left),
        *remarks,
        *notes,
        *loaded.notes,
    ]


class _Misfit(Exception):
    """These data do not fit a learner that nobody asked for by name."""

    def __init__(self, error: UsageError) -> None:
        self.error = error


def _settings(entry: Entry, request: Request, loaded: Loaded) -> tuple[tuple[Setting, ...], list[str]]:
    """The default and what this learner has of the grid, each setting once; and notes on the default."""
    own = {name for name in entry.options if entry.name in takers(name, request.learners)}
    own |= set() if entry.dataset is None else {"dataset", "data"}
    found, notes = [], []
    for number, varied in enumerate([{}, *projected(request.grid, own)]):
        one, said = _setting(entry, _varied(request, varied), number, varied, loaded)
        found.append(one)
        notes += [] if number else said
    return tuple(found), notes


def _varied(request: Request, varied: Varied) -> Request:
    """The request of one setting."""
    options = {name: value for name, value in varied.items() if name in OPTIONS}
    data = {name: value for name, value in varied.items() if name not in OPTIONS}
    if data.get("data") is not None:
        data["data"] = Path(data["data"])
    return replace(request, options={**request.options, **options}, **data)


def _setting(
    entry: Entry, request: Request, number: int, varied: Varied, loaded: Loaded
) -> tuple[Setting, list[str]]:
    options = resolved(entry, request)
    if entry.dataset is None:
        world = loaded.world(entry, options)
        return setting(number, varied, options, world=world), _implied(entry, request, options)
    dataset = loaded.dataset(entry, request)
    reason = _misfit(entry, dataset, request)
    if reason is not None:
        raise _Misfit(reason)
    if dataset.streamed:
        _check_streamed(options)
    if "clusters" in entry.options and not options.clusters:
        options = replace(options, clusters=len(dataset.classes or ()))
    smaller = _smaller(options, request, dataset)
    notes = _implied(entry, request, options)
    notes += [f"{entry.name}: --{name} {n}, few enough for these data." for name, n in smaller.items()]
    return setting(number, varied, replace(options, **smaller), dataset), notes


HELD = {
    "replacement": False,
    "sequence": 1,
    "rows": None,
    "features": 0,
    "labels": None,
    "label_noise": 0.0,
    "all_data": False,
}
"""Options that need all rows in memory, unless they are as here."""


WHOLE = {"lr", "schedule", "warmup", "batch_size", "replacement", "sequence", "rehearse"} | DISTURBED.keys()
"""Options that say nothing where every step is Newton's, from all rows."""


def _check_streamed(options: Options) -> None:
    """Raises UsageError for an option that rows on the disk cannot have."""
    for name, idle in HELD.items():
        if getattr(options, name) not in (None, idle):
            raise UsageError(
                f"{OPTIONS[name].flag} needs all rows in memory, and these stream.",
                "Leave it out, or give --no-stream.",
            )


def setting(
    number: int,
    varied: Varied,
    options: Options,
    dataset: Dataset | None = None,
    world: World | None = None,
) -> Setting:
    """With its name and sizes, as far as they are known before anything is built."""
    subject = str(options.env) if dataset is None else dataset.name
    inputs = world.see.inputs if world is not None else 8 if dataset is None else len(dataset.features)
    return Setting(number, varied, options, dataset, world, subject, inputs, _weights(inputs, options))


def _weights(inputs: int, options: Options) -> int:
    if options.model == "linear":
        return inputs * 10
    if several := options.clusters or options.components:
        return inputs * several
    hidden = options.hidden or ()
    if options.heads:
        return sum(12 * width * width for width in hidden)
    if options.model in BLOCKS:
        return (
            sum(BLOCKS[str(options.model)] * (a + b) * b for a, b in pairwise([1, *hidden])) + 10 * hidden[-1]
        )
    return sum(a * b for a, b in pairwise([inputs, *hidden, 10]))


def _misfit(entry: Entry, dataset: Dataset, request: Request) -> UsageError | None:
    """Why these data do not fit a learner that nobody asked for by name."""
    given = request.data is not None or request.dataset is not None
    try:
        dataset.require(entry.task, {one.name: one.task for one in REGISTRY.values()})
        if dataset.streamed and not entry.streams:
            known = ", ".join(name for name, one in REGISTRY.items() if one.streams)
            raise UsageError(
                f"{entry.name} needs all rows in memory, and {dataset.name} streams.",
                f"Learners whose rows may stay on the disk: {known}. Or give --no-stream.",
            )
    except UsageError as error:
        if entry.name in request.named or len(request.learners) == 1 or not given:
            raise
        return error
    return None


def _implied(entry: Entry, request: Request, options: Options) -> list[str]:
    """What a given option changes, or does not, without being asked."""
    notes = []
    if "lr" in request.options and entry.options.get("lr", 1) is None and "optimizer" not in request.options:
        notes.append(f"{entry.name} learns by plain {options.optimizer}, because --lr was given.")
    own = TAKEN.get(str(options.model), ())
    idle = [name for name in PERCEPTRON if name in request.options and name not in (*own, "layer_gradients")]
    if idle and options.model not in (None, "mlp"):
        what = "is linear" if options.model == "linear" else f"is {options.model}"
        flags = ", ".join(OPTIONS[name].flag for name in idle)
        change = "changes" if len(idle) == 1 else "change"
        notes.append(f"{entry.name} {what}, so {flags} {change} nothing; --model mlp has hidden layers.")
    return notes


def _smaller(options: Options, request: Request, dataset: Dataset) -> dict[str, Any]:
    """Defaults that are too many for a small table: at most half its features, an eighth of its rows."""
    distinct = len(dataset.frame.drop_duplicates()) if options.clusters else 0
    most = {
        "components": max(1, len(dataset.features) // 2),
        "clusters": max(2, min(len(dataset) // 8, distinct // 2)),
    }
    now = {"components": options.components or 0, "clusters": options.clusters or 0}
    return {name: n for name, n in most.items() if name not in request.options and now[name] > n}


def _id(entry: Entry, default: Setting) -> str:
    """Of agents, the model is named where it is none of the usual ones."""
    name, options = default.subject, default.options
    if default.dataset is not None and default.dataset.kind == "file":
        name = PurePath(name).stem
    usual = entry.paradigm == "reinforcement" and options.model == "mlp"
    model = "" if usual or not options.model else f"-{_slug(str(options.model))}"
    return f"{entry.name}-{_slug(name)}{model}"


def _slug(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.]+", "-", name).strip("-.")[:60] or "data"


def resolved(entry: Entry, request: Request) -> Options:
    """Defaults, `--quick`, then what was given; and what follows from that."""
    asked = request.options.items()
    given = {name: value for name, value in asked if entry.name in takers(name, request.learners)}
    fewer = {"looks": SWEPT} if request.grid else {}
    options = Options.of(entry.defaults(given, request.quick) | fewer | given)
    if given.get("samples") is not None:
        options = replace(options, epochs=None)
    if given.get("epochs") is not None:
        options = replace(options, samples=None)
    own_rule = entry.options.get("optimizer")
    if own_rule == "newton" and options.lr is not None and "optimizer" not in given:
        options = replace(options, optimizer="sgd")
    if options.optimizer == "newton" and own_rule != "newton":
        if entry.curved and options.model == "linear":
            return _whole_steps(options, given)
        what = f"a {entry.name} by {options.model}" if entry.curved else f"the loss of {entry.name}"
        raise UsageError(
            f"--optimizer newton: {what} declares no curvature.",
            "Use adam or sgd" + (", or --model linear." if entry.curved else "."),
        )
    if options.lr is None and options.optimizer not in (None, "newton"):
        options = replace(options, lr=WITHOUT_RATE.get(options.optimizer, 0.01))
    return options


def _whole_steps(options: Options, given: Mapping[str, Any]) -> Options:
    """Newton's steps are whole, each from all rows as they are: least squares in one.

    Raises:
        UsageError: an option that would say nothing.
    """
    idle = [OPTIONS[name].flag for name in given if name in WHOLE]
    if idle:
        raise UsageError(
            f"--optimizer newton goes through all rows at every step, at no rate: {idle[0]} changes nothing.",
            "Leave one of them out.",
        )
    return replace(options, lr=None, schedule="constant", warmup=0)
