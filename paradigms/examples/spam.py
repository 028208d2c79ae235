"""Spam: letters in the order in which they came, copies of each other, where a lost letter costs more."""
# fmt: off

from typing import Any

import numpy as np

from paradigms.reports.words import number, percent, sentence
from paradigms.worked import GENERATED, Chart, Draw, Example, Known, Learned, Line, Measure, Outcome, Rows, fitted, parted

WEEKS, LATER, LETTERS, COMMON, SOLD, TOPICS = 12, 3, 250, 60, 40, 6
"""Weeks, of which the last are asked; letters a week; words that everybody uses, words that sell; topics."""
WAVES, SIGNATURE, USED, TYPO = 4, 7, 0.04, 0.02
"""Waves of spam a week; words that sell in each; how often people use one; how often a copy has a word more or less."""
LOST, READ = 10.0, 1 / 6
"""Minutes that a lost letter costs, and a spam that is read."""
SURE = LOST / (LOST + READ)
"""How sure one must be that a letter is spam before it is put away."""


def rows(draw: Draw, seed: int) -> Rows:
    """Letters as words that they hold or not; class 1 is spam. Nine weeks teach, with a quarter of their letters held out."""
    rng = draw.generator(seed)
    topics = rng.beta(0.25, 1.2, (TOPICS, COMMON))
    weeks = [letters(rng, topics) for _ in range(WEEKS)]
    x, y, wave = (np.concatenate(column) for column in zip(*weeks, strict=True))
    week = np.repeat(np.arange(WEEKS), LETTERS)
    wave = np.where(wave < 0, -1, wave + week * WAVES)
    own, held = week < WEEKS - LATER, rng.random(len(y)) < 0.25
    parts = parted(x, y, {"train": own & ~held, "beside": own & held, "test": ~own})
    return Rows(parts, {"copies": float(np.isin(wave[own & held & (y == 1)], wave[own & ~held]).mean())})


def letters(rng: Any, topics: Any) -> tuple[Any, Any, Any]:
    """One week: six letters in ten are somebody's, four are copies of one of the week's waves."""
    y = (rng.random(LETTERS) < 0.4).astype(np.int64)
    chances = np.hstack([topics[rng.integers(TOPICS, size=LETTERS)], np.full((LETTERS, SOLD), USED)])
    waves = np.zeros((WAVES, COMMON + SOLD))
    for one in waves:  # new words every time, most of them such as sell
        one[:COMMON] = rng.random(COMMON) < topics[rng.integers(TOPICS)]
        one[COMMON + rng.choice(SOLD, SIGNATURE, replace=False)] = 1
    wave = rng.integers(WAVES, size=LETTERS)
    words = rng.random(chances.shape)
    copied = np.abs(waves[wave] - (words < TYPO))
    return np.where(y[:, None] == 1, copied, words < chances).astype(float), y, np.where(y == 1, wave, -1)


def minutes(one: Rows, said: Any, part: str, sure: float) -> float:
    """Lost by whoever reads the letters, a thousand of them."""
    spam, away = one.y(part) == 1, said[part] > sure
    return float(1000 * (LOST * (away & ~spam) + READ * (~away & spam)).mean())


def lost(one: Rows, said: Any, sure: float) -> float:
    return float(1000 * (said["test"] > sure)[one.y() == 0].mean())


def at(o: Outcome, who: str, sure: Any) -> Any:
    """Minutes at every threshold, [R, X]."""
    return np.array([[minutes(one, said, "test", level) for level in sure] for one, said in zip(o.rows, o.answers[who], strict=True)])


LEVELS = 1 - np.geomspace(0.5, 0.001, 16)

EXAMPLE = Example(
    question="Can I stop reading spam without losing a letter?",
    about=f"Somebody gets {LETTERS} letters a week, four in ten of them spam. A spam that gets through takes ten seconds; a letter that is put away unread takes ten minutes, of asking and of apologies. So a program should be {percent(SURE)} sure before it puts a letter away.",
    feedback="The reader's own word for each letter that was looked at: spam or not. It comes with the next look into the mailbox, and it is about yesterday's spam; tomorrow's will be written by somebody who has seen which letters got through.",
    source=GENERATED,
    rules=(
        f"{WEEKS} weeks of {LETTERS} letters, each the set of its words, out of {COMMON + SOLD}: a letter of a person is about one of {TOPICS} topics, which say how likely each word is.",
        f"Spam comes in {WAVES} waves a week, each {SIGNATURE} of {SOLD} words that sell, which people use as well ({SOLD * USED:.1f} in a letter), among words of a topic; its letters are copies of each other but for one word in {1 / TYPO:.0f}. Next week has other waves.",
        f"The first {WEEKS - LATER} weeks teach, and the last {LATER} are asked. A quarter of the first weeks' letters is held out at random beside, as a careless test would do it.",
    ),
    rows=rows,
    tried=(
        Known("all letters delivered", "baseline", lambda one: {part: np.zeros(len(one.y(part))) for part in ("beside", "test")}),
        Known("words that sell", "rule", lambda one: {part: (one.parts[part][0][:, COMMON:].sum(1) > 5).astype(float) for part in ("beside", "test")}, "spam if it has more than five"),
        Learned("logistic regression", "classification", 40, {"model": "linear"}),
        Learned("MLP", "classification", 20, {"model": "mlp", "hidden": (32,)}),
        Learned("decision tree", "tree", 6),
        Known("naive Bayes", "reference", fitted("sklearn.naive_bayes:BernoulliNB"), "counting words, as mail programs have done since 1998 (scikit-learn)"),
    ),
    measures=(
        Measure("minutes, later weeks", f"what 1,000 letters of the last {LATER} weeks cost the reader, put away when it is {percent(SURE)} sure", lambda one, said: minutes(one, said, "test", SURE), lambda value: number(value, 3), lower_is_better=True),
        Measure("minutes, held out beside", "the same for letters held out of the weeks that taught", lambda one, said: minutes(one, said, "beside", SURE), lambda value: number(value, 3), lower_is_better=True),
        Measure("minutes at one half", "the last weeks, put away when spam is likelier than not", lambda one, said: minutes(one, said, "test", 0.5), lambda value: number(value, 3), lower_is_better=True),
        Measure("lost of 1,000", f"of 1,000 letters of people, how many are put away when it is {percent(SURE)} sure, last weeks", lambda one, said: lost(one, said, SURE), lambda value: number(value, 2), lower_is_better=True),
    ),
    against=(("logistic regression", "MLP"), ("logistic regression", "naive Bayes"), *((one, "words that sell") for one in ("logistic regression", "MLP", "decision tree")), ("logistic regression", "all letters delivered")),
    worth=(
        lambda o: f"Reading everything costs {o.said('all letters delivered', 'minutes, later weeks')} minutes per 1,000 letters. {sentence(o.best)} brings that to {o.said(o.best, 'minutes, later weeks')}, and loses {o.said(o.best, 'lost of 1,000')} of 1,000 letters of people.",
        lambda o: f"A test on letters held out at random would have promised {o.said(o.best, 'minutes, held out beside')}: {percent(np.mean([one.told['copies'] for one in o.rows]))} of its spam had copies among the letters that taught. Next week's spam has none.",
        lambda o: f"Putting letters away when spam is merely likelier than not, as if a lost letter were a spam too many, costs {o.said(o.best, 'minutes at one half')} minutes.",
        lambda o: f"“More than five words that sell”, which learns nothing, costs {o.said('words that sell', 'minutes, later weeks')}: {o.best} is {o.than(o.best, 'words that sell')} it.",
    ),
    charts=(
        lambda o: Chart("weeks", f"{o.best}: a random test promises {o.said(o.best, 'minutes, held out beside')} minutes, later weeks take {o.said(o.best, 'minutes, later weeks')}", "who answers", "minutes per 1,000 letters",
                        [Line(what, [one.name for one in o.example.tried], np.stack([o[one.name, name] for one in o.example.tried], 1)) for what, name in (("held out at random", "minutes, held out beside"), ("later weeks", "minutes, later weeks"))], points=True, log="y"),
        lambda o: Chart("sure", f"How sure before a letter is put away: at one half {o.best} takes {o.said(o.best, 'minutes at one half')} minutes, at {percent(SURE)} {o.said(o.best, 'minutes, later weeks')}", "chance of spam that remains to be doubted", "minutes per 1,000 letters, later weeks",
                        [Line(one.name, 1 - LEVELS, at(o, one.name, LEVELS)) for one in o.example.named("learner")], marks={"what the costs say": 1 - SURE}, log="xy"),
    ),
    never=(
        "To delete letters: of those that are lost nobody ever hears, so the feedback stops exactly where it errs.",
        "For another person's mailbox: the topics are this reader's.",
        "Without learning on: the waves change every week, and a score on last month's letters is about last month.",
    ),
    further=("A lost letter costs an hour: how sure must it be then, and how much spam comes through?", "paradigms lesson splits"),
    seconds=5,
)
