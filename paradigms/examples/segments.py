"""Market segments: customers without any label, and what an offer to each segment earns."""
# fmt: off

from typing import Any

import numpy as np

from paradigms.course.spread import middle
from paradigms.reports.words import number, percent
from paradigms.worked import GENERATED, Chart, Draw, Example, Known, Learned, Line, Measure, Outcome, Rows, euros, parted

CUSTOMERS, PILOT, OFFERS = 3_000, 0.5, 3
COLUMNS = ("visits a month", "euros a visit", "share bought on offer", "days since the last visit")
KINDS = ("daily", "weekly", "bargain", "leaving")
SHARES = np.array([0.35, 0.3, 0.2, 0.15])
MIDDLES = np.array([[2.6, 2.3, -1.6, 0.7], [1.4, 4.2, -1.6, 1.6], [1.5, 3.2, 0.4, 1.7], [0.6, 3.2, -0.9, 3.2]])
STRETCH = np.array([[0.35, -0.9, 0.3, -0.3], [0.3, -0.25, 0.3, -0.3], [0.5, -0.2, 0.4, -0.5], [0.4, 0.2, 0.4, 0.5]])
"""The direction in which each kind is drawn out: who comes oftener buys less, and was here more recently."""
TAKES = np.array([[0.02, 0.12, 0.01], [0.18, 0.03, 0.02], [0.03, 0.02, 0.22], [0.02, 0.01, 0.10]])
"""How often each kind takes each offer: wine by the case, a coffee card, a coupon."""
EARNS, POST = np.array([14.0, 9.0, 6.0]), 0.5
"""Euros that a taken offer earns, and that one letter costs."""


def rows(draw: Draw, seed: int) -> Rows:
    """Half of the customers are a pilot, each with an offer at random; the segments are found on these and asked of all."""
    rng = draw.generator(seed)
    kind = rng.choice(len(KINDS), CUSTOMERS, p=SHARES)
    x = MIDDLES[kind] + STRETCH[kind] * rng.normal(size=(CUSTOMERS, 1)) + rng.normal(0, 0.3, (CUSTOMERS, 4))
    pilot = np.arange(CUSTOMERS) < PILOT * CUSTOMERS
    offer = rng.integers(OFFERS, size=CUSTOMERS)
    taken = rng.random(CUSTOMERS) < TAKES[kind, offer]
    parts = parted(x, None, {"train": pilot, "pilot": pilot, "test": ~pilot})
    return Rows(parts, {"kind": kind[~pilot], "kinds": kind[pilot], "offer": offer[pilot], "taken": taken[pilot]})


def offers(one: Rows, said: Any) -> Any:
    """The best offer for every segment by the pilot's own sales, or none, as what a customer of it gets: [N]."""
    best = {}
    for segment in np.unique(said["pilot"]):
        mine = said["pilot"] == segment
        got = [one.told["taken"][mine & (one.told["offer"] == offer)] for offer in range(OFFERS)]
        gain = [EARNS[offer] * some.mean() - POST if len(some) else -POST for offer, some in enumerate(got)]
        best[segment] = int(np.argmax(gain)) if max(gain) > 0 else -1
    return np.array([best.get(segment, -1) for segment in said["test"]])


def earned(one: Rows, said: Any) -> float:
    """Euros from 1,000 customers that were not in the pilot, as they take offers on average."""
    offer = offers(one, said)
    gain = TAKES[one.told["kind"], offer] * EARNS[offer] - POST
    return float(1000 * np.where(offer >= 0, gain, 0.0).mean())


def agreement(one: Rows, said: Any) -> float:
    """How far segments are the kinds: adjusted Rand index."""
    from sklearn.metrics import adjusted_rand_score

    return float(adjusted_rand_score(one.told["kind"], said["test"]))


def asked(of: Any) -> Any:
    return lambda one: {part: of(one, part) for part in ("pilot", "test")}


def ordered(one: Rows, said: Any) -> Any:
    """The share of each kind that gets the offer which is best for it, [kinds]."""
    right = offers(one, said) == (TAKES * EARNS).argmax(1)[one.told["kind"]]
    return [right[one.told["kind"] == kind].mean() for kind in range(len(KINDS))]


def orders(o: Outcome, who: str) -> Any:
    return np.array([ordered(one, said) for one, said in zip(o.rows, o.answers[who], strict=True)])


def best(o: Outcome, who: str) -> str:
    return str(percent(middle(orders(o, who)[:, 0])))


EXAMPLE = Example(
    question="Which customers should get which offer?",
    about=f"A shop knows what {CUSTOMERS:,} customers did: how often they came, what they spent, how much of it on offer, and how long ago. It has three offers and wants to send everybody at most one. Somebody says: find the segments first.",
    feedback="None, to whoever looks for segments: no customer says of what kind they are, and the only answer is how near rows lie to each other. Sales are another kind of feedback, and they come later: in a pilot every customer of one half gets an offer at random, and takes it or not.",
    source=GENERATED,
    rules=(
        f"Four kinds of customers ({', '.join(KINDS)}), as clouds over the logarithms of {', '.join(COLUMNS)}, each drawn out in a direction of its own.",
        f"Each kind takes each offer with a chance of its own, between {percent(TAKES.min())} and {percent(TAKES.max())}; an offer that is taken earns {', '.join(euros(one) for one in EARNS)}, and a letter costs {euros(POST)}.",
        "Half of the customers are the pilot: segments are found on them, and each segment's best offer is read from their sales. The other half gets the offers, and what they earn is computed from the chances.",
        "Four segments are asked for because there are four kinds: with your customers nobody tells you how many.",
    ),
    rows=rows,
    tried=(
        Known("one segment", "baseline", asked(lambda one, part: np.zeros(len(one.parts[part][0]))), "the best offer for all"),
        Known("by spending", "rule", asked(lambda one, part: np.digitize(one.parts[part][0][:, 1], np.quantile(one.parts["pilot"][0][:, 1], [0.25, 0.5, 0.75]))), "four quarters by euros a visit"),
        Learned("k-means", "kmeans", 30, {"clusters": 4}),
        Learned("mixture", "mixture", 40, {"clusters": 4}),
        Learned("k-means, eight", "kmeans", 30, {"clusters": 8}),
        Known("who knows the kinds", "reference", lambda one: {"pilot": one.told["kinds"], "test": one.told["kind"]}),
    ),
    measures=(
        Measure("earned", "euros from 1,000 customers outside the pilot, letters paid", earned, euros),
        Measure("is the kinds", "how far the segments are the kinds (adjusted Rand index: 0 chance, 1 the same)", agreement, lambda value: number(value, 2)),
        Measure("segments", "how many segments get an answer", lambda one, said: float(len(np.unique(said["test"]))), lambda value: number(value, 2)),
    ),
    against=(("mixture", "k-means"), ("k-means", "by spending"), ("k-means", "one segment"), ("k-means, eight", "k-means")),
    worth=(
        lambda o: f"One offer for everybody earns {o.said('one segment', 'earned')} per 1,000 customers. With the segments of {o.best} that is {o.said(o.best, 'earned')}; whoever knows the kinds would earn {o.said('who knows the kinds', 'earned')}.",
        lambda o: f"Segments of the mixture agree with our kinds to {o.said('mixture', 'is the kinds')} (adjusted Rand index), those of k-means to {o.said('k-means', 'is the kinds')}: our kinds are drawn out, and k-means looks for round heaps. Without our list of kinds nobody could have told. By what it earns, the mixture is {o.than('mixture', 'k-means')} k-means.",
        lambda o: f"Four quarters by spending, a rule that needs no learning, earn {o.said('by spending', 'earned')}.",
    ),
    charts=(
        lambda o: Chart("earned", f"Offers by segment: {o.said(o.best, 'earned')} per 1,000 customers, one for all {o.said('one segment', 'earned')}", "who finds the segments", "euros per 1,000 customers",
                        [Line("earned", [one.name for one in o.example.tried], np.stack([o[one.name, "earned"] for one in o.example.tried], 1))], points=True),
        lambda o: Chart("kinds", f"Of the {KINDS[0]} customers {best(o, 'mixture')} get the offer that is best for them by the mixture, {best(o, 'k-means')} by k-means", "kind, as our rule made it", "share that gets its best offer",
                        [Line(one.name, KINDS, orders(o, one.name)) for one in o.example.tried if one.role in ("baseline", "learner")], points=True, limits=(-0.03, 1.03)),
    ),
    never=(
        "To say what a customer is: a segment is a summary of rows, there is one for every way of scaling them, and people move between them.",
        "To set prices or credit by segment: what separates people here may separate them by what the law protects.",
        "Without the pilot: without sales the segments are four heaps, and which of them wants wine is a guess.",
    ),
    further=("paradigms run unsupervised kmeans mixture --data customers.csv --clusters 4", "paradigms lesson choosing-k"),
    seconds=4,
)
