"""Forecasting: how many loaves tomorrow, with last week and a linear model beside the networks."""
# fmt: off

from typing import Any

import numpy as np

from paradigms.reports.words import number, percent
from paradigms.worked import GENERATED, Chart, Draw, Example, Known, Learned, Line, Measure, Outcome, Rows, euros

DAYS, WINDOW, TAUGHT, CHOSEN, ASKED = 1_500, 21, 700, 60, 120
"""Days; days that a forecast looks back; days that teach, choose how much more to bake, and are asked."""
WEEK = np.array([0.8, 0.85, 0.9, 0.95, 1.15, 1.6, 0.0])
"""What each weekday sells, of an average day; on Sundays a few loaves."""
LOAVES, SEASON, MEMORY, NOISE = 300.0, 0.15, 0.6, 25.0
LEFT, MISSING = 0.6, 1.8
"""Euros that a loaf costs which is left over, and one that is missing."""
ENOUGH = MISSING / (LEFT + MISSING)
"""How likely the loaves should be enough."""


def series(draw: Draw) -> tuple[Any, Any]:
    """Loaves sold on each day, and the best forecast that can be made on the day before."""
    rng = np.random.default_rng([draw.seed, 365])
    day = np.arange(DAYS)
    usual = LOAVES * (WEEK[day % 7] + 0.15) * (1 + SEASON * np.sin(2 * np.pi * day / 365))
    off = np.zeros(DAYS)
    shocks = rng.normal(0, NOISE, DAYS)
    for today in range(1, DAYS):
        off[today] = MEMORY * off[today - 1] + shocks[today]
    return usual + off, usual + np.concatenate([[0.0], MEMORY * off[:-1]])


def rows(draw: Draw, seed: int) -> Rows:
    """Windows of one series from a day of the seed's own on: a rolling origin."""
    sold, best = series(draw)
    last = DAYS - TAUGHT - CHOSEN - ASKED
    first = WINDOW + int(draw.generator(seed).integers(last - WINDOW))
    ends = np.cumsum([first, TAUGHT, CHOSEN, ASKED])
    days = {name: np.arange(*ends[at:at + 2]) for at, name in enumerate(("train", "validation", "test"))}
    parts = {name: (np.stack([sold[day - WINDOW:day] for day in some]), sold[some]) for name, some in days.items()}
    return Rows(parts, {f"best {name}": best[some] for name, some in days.items()})


def asked(of: Any) -> Any:
    return lambda one: {part: of(one, part) for part in ("validation", "test")}


def baked(one: Rows, said: Any) -> Any:
    """The forecast, and so much more that it would have been enough on three days of four that choose."""
    return said["test"] + np.quantile(one.y("validation") - said["validation"], ENOUGH)


def cost(one: Rows, said: Any) -> float:
    """Euros a day."""
    over = baked(one, said) - one.y()
    return float(np.where(over > 0, LEFT * over, -MISSING * over).mean())


def miss(one: Rows, said: Any) -> float:
    return float(np.sqrt(np.mean((said["test"] - one.y()) ** 2)))


def thrown(one: Rows, said: Any) -> float:
    return float(np.maximum(baked(one, said) - one.y(), 0).mean())


def early(o: Outcome, who: str) -> float:
    """Loaves in the first seed's first four weeks, root of the mean square."""
    return float(np.sqrt(np.mean((o.answers[who][0]["test"] - o.rows[0].y())[:28] ** 2)))


def beside(o: Outcome, who: str) -> str:
    return f"the {who} is {o.than(who, 'linear model')} it ({o.said(who, 'a day')})"


EXAMPLE = Example(
    question="How many loaves should we bake tomorrow?",
    about=f"A bakery decides every evening how much to bake. A loaf that is left over costs {euros(LEFT)}, one that is missing {euros(MISSING)}, in earnings and in people who do not come back; so there should be enough on {percent(ENOUGH)} of the days. What counts is not how near a forecast comes but what it costs.",
    feedback="The number that was sold, the next evening, for every day: late by one day, and complete. Where the shelf was empty by noon it is too small, and nobody knows by how much; here we pretend that all who came were counted.",
    source=GENERATED,
    rules=(
        f"{DAYS:,} days: {LOAVES:.0f} loaves times what the weekday sells, times a year's wave of {percent(SEASON)}, and a mood that lasts (each day {MEMORY} of yesterday's, and new noise of {NOISE:.0f} loaves).",
        f"A forecast sees the last {WINDOW} days and nothing else: no calendar, no weather.",
        f"Each seed begins on a day of its own: {TAUGHT} days teach, the next {CHOSEN} say how much more to bake than is foreseen, the {ASKED} after those are asked. Nothing is shuffled: a day is never foreseen from days after it.",
    ),
    rows=rows,
    tried=(
        Known("an average day", "baseline", asked(lambda one, part: np.full(len(one.y(part)), one.y("train").mean()))),
        Known("as a week ago", "rule", asked(lambda one, part: one.parts[part][0][:, -7]), "what was sold on the same weekday (persistence)"),
        Learned("linear model", "regression", 200, {"model": "linear", "l2": 1e-3, "lr": 0.02}),
        Learned("MLP", "regression", 60, {"model": "mlp", "hidden": (32,), "lr": 0.005}),
        Learned("GRU", "regression", 40, {"model": "gru", "hidden": (24,), "lr": 0.01, "clip": 1.0, "samples": None}, shape=(WINDOW, 1)),
        Known("who knows the rule", "reference", asked(lambda one, part: one.told[f"best {part}"]), "the best forecast there is"),
    ),
    measures=(
        Measure("a day", "euros a day for loaves that are left over and that are missing", cost, euros, lower_is_better=True),
        Measure("off by", "root of the mean squared error of the forecast, loaves", miss, lambda value: number(value, 3), lower_is_better=True),
        Measure("left over", "loaves a day", thrown, lambda value: number(value, 3), lower_is_better=True),
    ),
    against=(("MLP", "linear model"), ("GRU", "linear model"), ("linear model", "as a week ago")),
    worth=(
        lambda o: f"Baking for an average day costs {o.said('an average day', 'a day')} a day, as a week ago {o.said('as a week ago', 'a day')}, and by {o.best} {o.said(o.best, 'a day')}. The best forecast there is would cost {o.said('who knows the rule', 'a day')}: tomorrow stays uncertain.",
        lambda o: f"The linear model costs {o.said('linear model', 'a day')}. Beside that, {beside(o, 'MLP')}, and {beside(o, 'GRU')}.",
        lambda o: f"In a year {o.best} saves {euros(365 * (o.middle('as a week ago', 'a day') - o.middle(o.best, 'a day')))} against last week's numbers, which need no computer.",
    ),
    charts=(
        lambda o: Chart("cost", f"Last week's numbers cost {o.said('as a week ago', 'a day')} a day, {o.best} {o.said(o.best, 'a day')}", "who forecasts", "euros a day",
                        [Line("cost", [one.name for one in o.example.tried], np.stack([o[one.name, "a day"] for one in o.example.tried], 1))], points=True),
        lambda o: Chart("days", f"Four weeks of seed 0: the linear model is off by {number(early(o, 'linear model'), 2)} loaves, the GRU by {number(early(o, 'GRU'), 2)}", "day", "loaves",
                        [Line("sold", np.arange(28), o.rows[0].y()[:28]), *(Line(who, np.arange(28), o.answers[who][0]["test"][:28]) for who in ("linear model", "GRU"))]),
    ),
    never=(
        "For a day that is like no other: no holiday, no heat wave and no new neighbour is in 21 numbers.",
        "Where empty shelves are not counted: sales are then what was baked, and the forecast learns to bake less.",
        "For a year ahead: it was asked for tomorrow, and its errors would feed on each other.",
    ),
    further=("paradigms run supervised --data sales.csv --target loaves --window 21 --horizon 1 --model linear", "A loaf left over costs as much as a missing one: what changes?"),
    seconds=14,
)
