"""Fraud: hundreds of payments a day, a handful of telephone calls, and answers that come weeks late."""
# fmt: off

from typing import Any

import numpy as np

from paradigms.course.spread import middle
from paradigms.reports.words import percent
from paradigms.worked import GENERATED, Chart, Draw, Example, Known, Learned, Line, Measure, Outcome, Rows, euros, parted

DAYS, PAYMENTS, FRAUD, LATER = 90, 400, 0.01, 30
"""Days, payments in each, the share that is fraud, and the last days, which are asked."""
CALLS, CALL, DELAY = 6, 4.0, 15.0
"""Calls a day, euros that one costs, days until a fraud is reported (mean)."""
COLUMNS = ("habit", "amount", "away", "since", "night")


def rows(draw: Draw, seed: int) -> Rows:
    """Payments in their order; class 1 is fraud. Thirty days teach whose reports are in, or sixty as far as they are."""
    rng = draw.generator(seed)
    count = DAYS * PAYMENTS
    day, y = np.repeat(np.arange(DAYS), PAYMENTS), (rng.random(count) < FRAUD).astype(np.int64)
    habit, since = rng.normal(3.5, 0.7, count), rng.normal(2.0, 1.2, count)
    own = y == 0
    amount = np.where(own, habit + rng.normal(0, 0.5, count), rng.normal(3.9, 1.0, count))
    away = np.where(own, 0.7 * since + rng.normal(0, 0.6, count), rng.normal(2.4, 1.2, count))
    night = (rng.random(count) < np.where(own, 0.1, 0.3)).astype(float)
    x = np.column_stack([habit, amount, away, since, night])
    today = DAYS - LATER
    reported = day + rng.exponential(DELAY, count) < today
    places = {"train": day < today - LATER, "hasty": day < today, "test": day >= today}
    parts = dict(parted(x, y, places))
    parts["hasty"] = parts["hasty"][0], (y * reported)[places["hasty"]]
    known = {"amount": np.exp(amount[places["test"]]), "unknown": float(1 - reported[(y == 1) & places["hasty"]].mean())}
    return Rows(parts, known)


def knowing(one: Rows) -> dict[str, Any]:
    """The true chance of fraud, by the rule that made the payments."""
    from scipy.stats import norm

    habit, amount, away, since, night = one.parts["test"][0].T
    fraud = norm.logpdf(amount, 3.9, 1.0) + norm.logpdf(away, 2.4, 1.2) + np.where(night, np.log(0.3), np.log(0.7))
    own = norm.logpdf(amount, habit, 0.5) + norm.logpdf(away, 0.7 * since, 0.6) + np.where(night, np.log(0.1), np.log(0.9))
    return {"test": 1 / (1 + np.exp(own - fraud) * (1 - FRAUD) / FRAUD)}


def called(one: Rows, said: Any, calls: int = CALLS, stake: bool = True) -> Any:
    """The places of each day's calls: where chance times amount is largest, or the chance alone. No chance, no call."""
    worst = said["test"] * one.told["amount"] if stake else said["test"]
    places = np.argsort(-worst.reshape(LATER, PAYMENTS), 1, kind="stable")[:, :calls] + PAYMENTS * np.arange(LATER)[:, None]
    return places[worst[places] > 0]


def saved(one: Rows, said: Any, calls: int = CALLS, stake: bool = True) -> float:
    """Euros a day: the frauds that calls stop, less the calls."""
    chosen = called(one, said, calls, stake)
    return float(((one.told["amount"] * one.y())[chosen] - CALL).sum() / LATER)


def precision(one: Rows, said: Any) -> float:
    chosen = called(one, said)
    return float(one.y()[chosen].mean()) if len(chosen) else np.nan


def found(one: Rows, said: Any) -> float:
    return float(one.y()[called(one, said)].sum() / one.y().sum())


def by_calls(o: Outcome, who: str) -> Any:
    """Euros a day for every number of calls, [R, X]."""
    return np.array([[saved(one, said, calls) for calls in NUMBERS] for one, said in zip(o.rows, o.answers[who], strict=True)])


NUMBERS = (1, 2, 4, 6, 10, 15, 25, 40, 70)
NETWORK = {"model": "mlp", "hidden": (32,), "batch_size": 256, "lr": 0.005}

EXAMPLE = Example(
    question="Which of today's payments should we call about?",
    about=f"A small bank sees {PAYMENTS} card payments a day, of which one in a hundred is made with a stolen card. Two people can make {CALLS} calls a day; a call costs {euros(CALL)}, and stops the payment if it is fraud. What counts is not how many payments are judged rightly, but what those few calls save.",
    feedback=f"A customer who reads the statement and complains, {DELAY:.0f} days later on average. Until then a fraud looks like any other payment: of the newest payments, exactly the frauds are not known yet. And of payments that were stopped one learns only from the call.",
    source=GENERATED,
    rules=(
        f"{DAYS} days of {PAYMENTS} payments; each is fraud with a chance of {percent(FRAUD)}. Columns: {', '.join(COLUMNS)}: logarithms of what the card usually pays, of the amount, of kilometres and of hours since the last payment, and whether it is night.",
        "An owner pays about what is usual, and is as far away as the time allows. With a stolen card both are broken: amount and habit, distance and time have nothing to do with each other. Fraud is larger on average, and more often at night.",
        f"A fraud is reported after {DELAY:.0f} days on average (exponential). On day {DAYS - LATER} the bank learns, from the first {DAYS - 2 * LATER} days, taken as fully reported, or in haste from all {DAYS - LATER}, where what is not reported counts as honest. The last {LATER} days are asked.",
    ),
    rows=rows,
    tried=(
        Known("no calls", "baseline", lambda one: {"test": np.zeros(len(one.y()))}),
        Known("the largest amounts", "rule", lambda one: {"test": np.ones(len(one.y()))}, "the same chance for all: a call about the day's largest payments"),
        Learned("logistic regression", "classification", 20, {"model": "linear", "batch_size": 256}),
        Learned("MLP", "classification", 60, NETWORK),
        Learned("MLP, in haste", "classification", 30, NETWORK, part="hasty"),
        Known("who knows the rule", "reference", knowing, "the true chance of fraud"),
    ),
    measures=(
        Measure("saved a day", f"the frauds stopped by {CALLS} calls a day, where chance × amount is largest, less what the calls cost", saved, euros),
        Measure("by chance alone", "the same with calls where fraud is likeliest, however small", lambda one, said: saved(one, said, stake=False), euros),
        Measure("right calls", f"of {CALLS} calls a day, the share that is about a fraud (precision)", precision, percent),
        Measure("frauds stopped", "of all frauds of the last days, the share that was called about", found, percent),
    ),
    against=(("MLP", "logistic regression"), ("MLP", "MLP, in haste"), ("logistic regression", "the largest amounts")),
    worth=(
        lambda o: f"{CALLS} calls a day about the largest amounts bring {o.said('the largest amounts', 'saved a day')} a day; about those where {o.best} sees most at stake {o.said(o.best, 'saved a day')}, and whoever knows the rule would save {o.said('who knows the rule', 'saved a day')}.",
        lambda o: f"Calling where fraud is likeliest, however small, saves {o.said(o.best, 'by chance alone')}.",
        lambda o: f"{o.said(o.best, 'right calls')} of its calls are about a fraud, and {o.said(o.best, 'frauds stopped')} of the frauds are called about. “All honest” is right {percent(1 - np.mean([one.y().mean() for one in o.rows]))} of the time, and saves nothing.",
        lambda o: f"On the day of learning {percent(np.mean([one.told['unknown'] for one in o.rows]))} of the frauds of the last {DAYS - LATER} days are not reported. Twice the days with such labels save {o.said('MLP, in haste', 'saved a day')} a day, and old ones with all labels {o.said('MLP', 'saved a day')}, which is {o.than('MLP', 'MLP, in haste')} that.",
        lambda o: f"With {NUMBERS[-1]} calls a day it would be {euros(middle(by_calls(o, o.best)[:, -1]))}: a call costs the same, and finds less.",
    ),
    charts=(
        lambda o: Chart("calls", f"{CALLS} calls a day save {o.said(o.best, 'saved a day')} if {o.best} chooses them", "calls a day", "euros saved a day",
                        [Line(who, NUMBERS, by_calls(o, who)) for who in [one.name for one in o.example.tried if one.role != "baseline"]], levels={"no calls": 0.0}, marks={"calls there are": CALLS}, log="x"),
    ),
    never=(
        "To block cards without a call: most days, some of the calls are about honest people.",
        "To measure itself: once its calls stop payments, the complaints it learns from no longer come.",
        "Against people who read this page: fraud changes as soon as it is caught, and these rules do not.",
    ),
    further=("Frauds are ten times rarer: how many calls are worth their money?", "paradigms lesson thresholds"),
    seconds=7,
)
