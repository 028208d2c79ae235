"""House prices: districts in the manner of the census of 1990, capped, where place stands in for people."""
# fmt: off

from typing import Any

import numpy as np

from paradigms.reports.words import percent, sentence
from paradigms.worked import GENERATED, Chart, Draw, Example, Known, Learned, Line, Measure, Outcome, Rows, dollars, parted

DISTRICTS, CAP, NOISE, DISCOUNT = 3_000, 500_000, 0.2, 0.25
COLUMNS = ("income", "age", "rooms", "people", "east", "north")
CITIES = np.array([[15.0, 30.0], [25.0, 75.0], [60.0, 50.0]])
QUARTERS = np.array([[24.0, 33.0], [33.0, 80.0]])
"""Where the group lives, kilometres east and north."""


def rows(draw: Draw, seed: int) -> Rows:
    """3,000 districts: 60 % to learn from, the others to be priced."""
    rng = draw.generator(seed)
    place = rng.uniform(0, 100, (DISTRICTS, 2))
    near = rng.random(DISTRICTS) < 0.6
    place[near] = CITIES[rng.integers(len(CITIES), size=near.sum())] + rng.normal(0, 9, (near.sum(), 2))
    x = np.column_stack([rng.lognormal(1.25, 0.45, DISTRICTS), rng.uniform(1, 52, DISTRICTS), rng.normal(5.4, 1.0, DISTRICTS), rng.normal(3.0, 0.6, DISTRICTS), place])
    lived = np.where(away(place, QUARTERS) < 8, 0.8, 0.05)
    fair = worth(x)
    told = fair * np.exp(-DISCOUNT * lived)
    price = told * np.exp(NOISE * rng.normal(size=DISTRICTS))
    order = rng.permutation(DISTRICTS)
    test = order[int(0.6 * DISTRICTS):]
    parts = parted(x, np.minimum(price, CAP), {"train": order[:int(0.6 * DISTRICTS)], "test": test})
    return Rows(parts, {"price": price[test], "fair": fair[test], "told": told[test], "lived": lived[test]})


def away(place: Any, centres: Any) -> Any:
    """Kilometres to the nearest of these."""
    return np.linalg.norm(place[:, None] - centres, axis=2).min(1)


def worth(x: Any) -> Any:
    """What a district's houses would cost if nobody looked at who lives there, dollars."""
    income, age, rooms, people, east, _ = x.T
    near = np.exp(-away(x[:, 4:], CITIES) / 10)
    return np.exp(11.4 + 0.55 * np.log(income) + 0.06 * (rooms - people) + 0.003 * age + 0.5 * np.exp(-np.clip(east, 0, None) / 15) + 0.5 * near)


def neighbours(one: Rows) -> dict[str, Any]:
    """What an agent would say: the mean of the five nearest districts."""
    from sklearn.neighbors import KNeighborsRegressor

    x, y = one.parts["train"]
    return {"test": KNeighborsRegressor(5).fit(x[:, 4:], y).predict(one.parts["test"][0][:, 4:])}


def miss(one: Rows, said: Any) -> float:
    return float(np.median(np.abs(one.y() - said["test"])))


def short(one: Rows, said: Any) -> float:
    capped = one.y() >= CAP
    return float((one.told["price"] - said["test"])[capped].mean())


def markdown(one: Rows, said: Any, group: bool) -> float:
    """How far below fair prices; nobody can tell of who has one answer for all."""
    lived, fair = (one.told["lived"] > 0.5) == group, np.minimum(one.told["fair"], CAP)
    return float(1 - np.median(said["test"][lived] / fair[lived])) if np.ptp(said["test"]) else np.nan


def bins(o: Outcome, who: str) -> Any:
    """The mean answer by what the district's houses really cost, [R, X]."""
    seeds = zip(o.rows, o.answers[who], strict=True)
    return np.array([[np.mean(said["test"][np.abs(one.told["price"] - middle) < 50_000]) for middle in PRICES] for one, said in seeds])


PRICES = np.arange(150_000, 800_000, 100_000)

EXAMPLE = Example(
    question="What will houses in this district sell for?",
    about="Somebody wants to put a price on a district that is not in the records: a buyer who fears to pay too much, a town that taxes by value. There are records of other districts: what people earn, how old and large the houses are, and where they stand.",
    feedback="The median price of every district, told once, by the owners themselves in a census. Whatever was above 500,000 dollars was written down as 500,000: the highest answers are wrong, and nobody says which.",
    source=GENERATED,
    rules=(
        f"{DISTRICTS:,} districts in the manner of the California census of 1990, which is a download (--dataset california_housing) and is not used here. Columns: {', '.join(COLUMNS)} (kilometres).",
        "A price is exp(11.4 + 0.55 log income + 0.06 (rooms − people) + 0.003 age + what the coast and the three cities add), with 20 % noise; most districts lie near a city.",
        f"A group of people, once told where to live, lives in two quarters of 8 km around: 80 % of those who live there, 5 % elsewhere. Their share there takes {percent(1 - np.exp(-DISCOUNT * 0.8))} off a price. No column says who lives where.",
        f"Prices above {CAP:,} dollars are written down as {CAP:,}. 60 % of the districts teach, the others are priced.",
    ),
    rows=rows,
    tried=(
        Known("the median of all", "baseline", lambda one: {"test": np.full(len(one.y()), np.median(one.y("train")))}),
        Known("five neighbours", "rule", neighbours, "the mean price of the five nearest districts"),
        Learned("linear regression", "regression", 60, {"model": "linear"}),
        Learned("MLP", "regression", 60, {"model": "mlp", "hidden": (64,), "lr": 0.01}),
        Learned("boosting", "boosting", 150, {"depth": 4}),
        Known("who knows the rule", "reference", lambda one: {"test": np.minimum(one.told["told"], CAP)}, "our rule without its noise, capped"),
    ),
    measures=(
        Measure("typical miss", "half of the districts are missed by less (median), as they were written down", miss, dollars, lower_is_better=True),
        Measure("too low where capped", "by how much the real price is above the answer, where it was written down as 500,000", short, dollars, lower_is_better=True),
        Measure("markdown in the quarters", "how far the answers in the two quarters lie below the price of the same houses, had nobody looked at who lives there (median)", lambda one, said: markdown(one, said, True), percent, lower_is_better=True),
        Measure("markdown elsewhere", "the same everywhere else", lambda one, said: markdown(one, said, False), percent, lower_is_better=True),
    ),
    against=(("MLP", "linear regression"), ("boosting", "linear regression"), ("boosting", "MLP"), ("linear regression", "five neighbours")),
    worth=(
        lambda o: f"{sentence(o.best)} misses a district by {o.said(o.best, 'typical miss')}; the median of all by {o.said('the median of all', 'typical miss')}, and whoever knows the rule still by {o.said('who knows the rule', 'typical miss')}, since houses differ.",
        lambda o: f"Where a price was capped, it answers {o.said(o.best, 'too low where capped')} too little: it learned the cap, since the cap is what it was told.",
        lambda o: f"Nobody told it who lives where, and in the two quarters it marks the same houses down by {o.said(o.best, 'markdown in the quarters')}, elsewhere by {o.said(o.best, 'markdown elsewhere')}: place stands in for people.",
    ),
    charts=(
        lambda o: Chart("cap", f"Above the cap it cannot follow: {o.said(o.best, 'too low where capped')} too little", "what the district's houses cost, thousand dollars", "answer, thousand dollars",
                        [Line(one.name, PRICES / 1000, bins(o, one.name) / 1000) for one in o.example.named("learner")], levels={"the cap": CAP / 1000}),
        lambda o: Chart("markdown", f"Place stands in for people: {o.said(o.best, 'markdown in the quarters')} off in the two quarters", "who answers", "marked down by, share",
                        [Line(what, [one.name for one in o.example.tried[1:]], np.stack([o[one.name, name] for one in o.example.tried[1:]], 1)) for what, name in (("in the quarters", "markdown in the quarters"), ("elsewhere", "markdown elsewhere"))], points=True),
    ),
    never=(
        "To decide who gets a loan or what a house is insured for: it repeats what was done to people by where they live, without a column that says so.",
        "For a price above the cap, or for a house: it knows medians of districts.",
        "For a region without records, or another year: the districts it was asked about lie among those it learned from.",
    ),
    further=("paradigms run supervised regression boosting --dataset california_housing", "Take the columns east and north away: what does it cost, and what is left of the markdown?"),
    seconds=10,
)
