"""Predictive maintenance: machines that wear out, lives of which the end was not seen, and days of warning."""
# fmt: off

from typing import Any

import numpy as np

from paradigms.reports.words import number, percent
from paradigms.worked import GENERATED, Chart, Draw, Example, Known, Learned, Line, Measure, Outcome, Rows, euros

MACHINES, WATCHED, LONGEST, WITHIN, AVERAGED = 150, 200, 900, 10, 10
"""Machines; days until records were closed; the longest life; days ahead that are asked for; days of an average."""
PLANNED, BROKEN = 2_000.0, 12_000.0
WEAR = 1 / 180
"""Mean wear a day; a machine breaks at 1."""
COLUMNS = ("vibration", "temperature", "load", "vibration, mean", "temperature, mean", "days in use")
SHARES = (0.5, 0.7)
"""Machines up to here teach, up to here choose a threshold; the others are asked."""


def rows(draw: Draw, seed: int) -> Rows:
    """A row for every machine and day; class 1 breaks within ten days. Machines that teach were watched for 200 days."""
    rng = draw.generator(seed)
    lives = [life(rng) for _ in range(MACHINES)]
    first, second = (int(share * MACHINES) for share in SHARES)
    closed = [(x[:WATCHED], len(x)) for x, _ in lives[:first]]
    known = [x[: len(x) if end <= WATCHED else WATCHED - WITHIN] for x, end in closed]
    asked = {"validation": [x for x, _ in lives[first:second]], "test": [x for x, _ in lives[second:]]}
    parts = {"train": labelled(known, [end for _, end in closed]), "hasty": labelled([x for x, _ in closed], [end if end <= WATCHED else WATCHED + WITHIN for _, end in closed])}
    parts |= {name: labelled(some, [len(x) for x in some]) for name, some in asked.items()}
    x, y = parts["train"]
    held = rng.random(len(x)) < 0.3
    parts |= {"train": (x[~held], y[~held]), "beside": (x[held], y[held])}
    told = {name: np.array([len(x) for x in some]) for name, some in asked.items()}
    wear = {f"{name} wear": np.concatenate([worn for _, worn in some]) for name, some in (("validation", lives[first:second]), ("test", lives[second:]))}
    return Rows(parts, told | wear | {"closed": np.array([end for _, end in closed])})


def life(rng: Any) -> tuple[Any, Any]:
    """What is measured of one machine on each of its days, and how worn it is."""
    load = np.clip(0.6 + 0.15 * rng.normal(size=LONGEST), 0, 1)
    wear = np.cumsum(rng.gamma(0.5, 2 * WEAR * rng.lognormal(0, 0.35), LONGEST) * load / 0.6)
    days = max(40, int((wear < 1).sum()))
    wear, load = wear[:days], load[:days]
    vibration = 1 + rng.normal(0, 0.1) + 2 * wear**6 + 0.3 * load + rng.normal(0, 0.25, days)
    heat = 40 + rng.normal(0, 1) + 20 * load + 6 * wear**3 + rng.normal(0, 2, days)
    return np.column_stack([vibration, heat, load, trailing(vibration), trailing(heat), np.arange(days)]), wear


def trailing(values: Any) -> Any:
    """The mean of the last ten days, or of as many as there were."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    at = np.arange(1, len(total))
    return (total[at] - total[np.maximum(at - AVERAGED, 0)]) / np.minimum(at, AVERAGED)


def labelled(some: Any, ends: Any) -> tuple[Any, Any]:
    """All days of some machines; class 1 where the machine breaks within ten."""
    y = [(end - np.arange(len(x)) <= WITHIN).astype(np.int64) for x, end in zip(some, ends, strict=True)]
    return np.concatenate(some), np.concatenate(y)


def serviced(one: Rows, said: Any, part: str, level: float) -> tuple[Any, Any]:
    """Of each machine of a part the day of service and whether it broke: it is serviced when an answer is above the level."""
    ends, days, broke = np.cumsum(one.told[part])[:-1], [], []
    for answer in np.split(said[part], ends):
        alarm = np.flatnonzero(answer > level)
        days.append(alarm[0] + 1 if len(alarm) else len(answer))
        broke.append(not len(alarm))
    return np.array(days), np.array(broke)


def rate(days: Any, broke: Any) -> float:
    """Euros a machine and year: every service ends a life and begins another."""
    return float(365 * np.where(broke, BROKEN, PLANNED).sum() / days.sum())


def level(one: Rows, said: Any) -> float:
    """What was cheapest for the machines that choose."""
    levels = [np.inf, *np.quantile(said["validation"], np.linspace(0.5, 0.999, 60))]
    return min(levels, key=lambda some: rate(*serviced(one, said, "validation", some)))


def tested(one: Rows, said: Any) -> tuple[Any, Any]:
    return serviced(one, said, "test", level(one, said))


def warning(one: Rows, said: Any) -> float:
    """Days between the alarm and the day on which it would have broken, the median of machines that were caught."""
    days, broke = tested(one, said)
    return float(np.median((one.told["test"] - days)[~broke])) if not broke.all() else np.nan


def ranked(one: Rows, said: Any, part: str) -> float:
    """Average precision: how well days before a break are told from others."""
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(one.y(part), said[part])) if part in said and np.ptp(said[part]) else np.nan


def asked(of: Any) -> Any:
    return lambda one: {part: of(one, part) for part in ("validation", "test")}


def flattered(o: Outcome) -> str:
    names = [one.name for one in o.example.named("learner")]
    most = max(names, key=lambda who: o.middle(who, "held out beside") - o.middle(who, "other machines"))
    return f"Days held out of the machines that taught flatter {most} most: an average precision of {o.said(most, 'held out beside')}, and {o.said(most, 'other machines')} on machines that it has not met."


NETWORK = {"model": "mlp", "hidden": (32,), "batch_size": 128, "lr": 0.003}

EXAMPLE = Example(
    question="Which machine should be serviced before it breaks?",
    about=f"A plant runs {MACHINES} machines of one kind. A service that was planned costs {euros(PLANNED)}, a machine that breaks {euros(BROKEN)} with what stands still. Sensors measure vibration, heat and load every day. Serviced too early, a good part is thrown away; too late, the line stops.",
    feedback=f"A break, once in a machine's life: one answer for hundreds of days of measuring. Machines that still run when records are closed have not answered at all. That is no “healthy”: of their last {WITHIN} days nobody knows.",
    source=GENERATED,
    rules=(
        f"Wear grows by random amounts every day, at a pace of each machine's own, faster under load; at 1 the machine breaks, after {1 / WEAR:.0f} days or so.",
        "Vibration rises with the sixth power of wear, heat with its third, both with load and noise, from a level of each machine's own. Nobody sees wear itself.",
        f"Machines are split, not days: {percent(SHARES[0])} teach, {percent(SHARES[1] - SHARES[0])} choose the threshold, {percent(1 - SHARES[1])} are asked. The teachers' records end after {WATCHED} days; what still runs then is censored, and its last {WITHIN} days are left out, or in haste taken as healthy.",
        "Three days in ten of the teaching machines are held out beside, as a careless test would do it.",
        "A machine is serviced at its first alarm, and is then as new.",
    ),
    rows=rows,
    tried=(
        Known("run until it breaks", "baseline", asked(lambda one, part: np.zeros(len(one.y(part))))),
        Known("service by age", "rule", asked(lambda one, part: one.parts[part][0][:, 5]), "after so many days, the cheapest for the machines that choose"),
        Learned("logistic regression", "classification", 40, {"model": "linear", "batch_size": 128}),
        Learned("MLP", "classification", 15, NETWORK),
        Learned("MLP, in haste", "classification", 10, NETWORK, part="hasty"),
        Learned("boosting", "boosting", 80, {"depth": 3}),
        Known("who sees the wear", "reference", asked(lambda one, part: one.told[f"{part} wear"]), "serviced above a wear that was cheapest"),
    ),
    measures=(
        Measure("a machine and year", "what services and breaks of the machines that are asked cost, over their days", lambda one, said: rate(*tested(one, said)), euros, lower_is_better=True),
        Measure("breaks", "of the lives, the share that ends in a break", lambda one, said: float(tested(one, said)[1].mean()), percent, lower_is_better=True),
        Measure("warning, days", "from the alarm to the day on which it would have broken, median of those that were caught", warning, lambda value: number(value, 2)),
        Measure("other machines", "average precision of its days before a break, machines that it has not met", lambda one, said: ranked(one, said, "test"), lambda value: number(value, 2)),
        Measure("held out beside", "the same for days held out of the machines that taught", lambda one, said: ranked(one, said, "beside"), lambda value: number(value, 2)),
    ),
    against=(("MLP", "logistic regression"), ("MLP", "boosting"), ("MLP", "MLP, in haste"), ("logistic regression", "service by age")),
    worth=(
        lambda o: f"Run until they break, machines cost {o.said('run until it breaks', 'a machine and year')} a year each; serviced by age {o.said('service by age', 'a machine and year')}; at the alarms of {o.best} {o.said(o.best, 'a machine and year')}. Whoever could see wear would pay {o.said('who sees the wear', 'a machine and year')}.",
        lambda o: f"Its alarms come {o.said(o.best, 'warning, days')} days ahead (median), and {o.said(o.best, 'breaks')} of the machines still break.",
        flattered,
        lambda o: f"{percent(np.mean([(one.told['closed'] > WATCHED).mean() for one in o.rows]))} of the machines that taught were still running when records closed. Their last days taken as healthy, the MLP costs {o.said('MLP, in haste', 'a machine and year')} and without them {o.said('MLP', 'a machine and year')}, which is {o.than('MLP', 'MLP, in haste')} that.",
    ),
    charts=(
        lambda o: Chart("cost", f"Alarms of {o.best}: {o.said(o.best, 'a machine and year')} a machine and year, service by age {o.said('service by age', 'a machine and year')}", "who answers", "euros a machine and year",
                        [Line("cost", [one.name for one in o.example.tried], np.stack([o[one.name, "a machine and year"] for one in o.example.tried], 1))], points=True),
        lambda o: Chart("warning", f"Days of warning: {o.said(o.best, 'warning, days')} in the middle", "share of the lives", "days left at the alarm; 0: it broke",
                        [Line(one.name, np.linspace(0.05, 0.95, 19), left(o, one.name)) for one in o.example.tried[1:] if one.name != "MLP, in haste"]),
    ),
    never=(
        "For machines of another kind, or this one after a change: it has learned these sensors on these machines.",
        "Where a break can hurt somebody: it is made to be cheap, and some machines break.",
        "To learn on from machines that its own alarms have stopped: they are censored every time, and never seen to break.",
    ),
    further=("A break costs as little as a service: what is the best age then?", "Records end after 100 days: how many lives have an end?"),
    seconds=16,
)


def left(o: Outcome, who: str) -> Any:
    """Days of life that were left at the alarm, by share of the lives, [R, X]."""
    found = []
    for one, said in zip(o.rows, o.answers[who], strict=True):
        days, broke = tested(one, said)
        found.append(np.quantile(np.where(broke, 0, one.told["test"] - days), np.linspace(0.05, 0.95, 19)))
    return np.array(found)
