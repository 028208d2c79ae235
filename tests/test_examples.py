"""Worked examples: the list, what each says of itself, and one from request to page."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from browser import serious
from commands import done, paradigms, read, refused

from paradigms import examples, luck
from paradigms.examples import disease, forecasting, fraud, maintenance, prices, segments, spam
from paradigms.reports.lesson.plate import plate
from paradigms.reports.page.example import draw as draw_page
from paradigms.worked import Chart, Draw, Known, Learned, Line, Measure, Outcome, Rows, parted
from paradigms.worked.example import Example
from paradigms.worked.session import work
from paradigms.worked.telling import summary, told

ROOT = Path(__file__).parent.parent
NAMES = examples.names()
DRAW = Draw(0, 2, True)


@pytest.mark.parametrize("name", NAMES)
def test_an_example_says_all_that_a_page_needs(name):
    one = examples.load(name)
    assert one.question.endswith("?")
    assert len(one.about) > 80
    assert len(one.feedback) > 60
    assert one.source.endswith("data.")
    assert len(one.rules) >= 3
    assert len(one.never) >= 3
    assert one.charts
    assert one.further
    assert len(one.worth) >= 3
    assert 0 < one.seconds < 60


@pytest.mark.parametrize("name", NAMES)
def test_two_registered_learners_are_tried_beside_a_baseline_and_a_reference(name):
    one = examples.load(name)
    learners = one.named("learner")
    assert len({learner.name for learner in learners}) >= 2
    assert all(learner.entry is not None for learner in learners)
    assert len(one.named("baseline")) == 1
    assert len(one.named("reference")) == 1
    names = [tried.name for tried in one.tried]
    assert len(names) == len(set(names))
    assert one.against
    assert all(who in names for pair in one.against for who in pair)
    assert len({measure.name for measure in one.measures}) == len(one.measures)


@pytest.mark.parametrize("name", NAMES)
def test_rows_hang_on_the_seed_alone_and_options_are_the_learners(name):
    one = examples.load(name)
    first, again, other = one.rows(DRAW, 0), one.rows(DRAW, 0), one.rows(DRAW, 1)
    for part, (x, _) in first.parts.items():
        assert np.isfinite(x).all()
        np.testing.assert_array_equal(x, again.parts[part][0])
    assert _told(first) == _told(again) != _told(other)
    for learner in one.named("learner"):
        assert set(learner.options) <= set(learner.entry.options)


def _told(rows: Rows) -> str:
    sums = [(part, x.sum(), None if y is None else y.sum()) for part, (x, y) in rows.parts.items()]
    return repr(sums + [(key, np.asarray(value).tolist()) for key, value in rows.told.items()])


@pytest.fixture(scope="module")
def answered() -> Callable[[str], Outcome]:
    """Every example without training: whoever learns says what the reference says."""

    @cache
    def of(name: str) -> Outcome:
        one = examples.load(name)
        rows = [one.rows(DRAW, 0)]
        said = {tried.name: tried.answers(rows, DRAW) for tried in one.tried if tried.role != "learner"}
        (reference,) = one.named("reference")
        said |= {tried.name: said[reference.name] for tried in one.named("learner")}
        return Outcome(one, DRAW, rows, said)

    return of


@pytest.mark.parametrize("name", NAMES)
def test_every_sentence_and_chart_can_be_made_of_what_came_out(name, answered):
    outcome = answered(name)
    found = told(name, outcome, "command")
    assert all(re.search(r"\d", one) for one in found.worth)
    assert all(re.search(r"\d", chart.title) for chart in found.charts)
    assert len(found.tried) == len(outcome.example.tried)
    for chart in found.charts:
        assert plate(chart).table.rows
    json.dumps(summary(found, outcome), allow_nan=False)


@pytest.mark.parametrize("name", NAMES)
def test_the_reference_is_worth_more_than_the_baseline(name, answered):
    outcome = answered(name)
    first, one = outcome.example.measures[0], outcome.example
    low, high = (outcome[one.named(role)[0].name, first.name] for role in ("baseline", "reference"))
    assert np.isfinite(high).all()
    assert all((high < low) if first.lower_is_better else (high > np.nan_to_num(low)))


def test_letters_of_later_weeks_have_no_copies_in_those_that_taught():
    rows = spam.rows(DRAW, 0)
    taught, right = rows.parts["train"]
    own = taught[right == 1]

    def near(part: str) -> float:
        x, y = rows.parts[part]
        asked = x[y == 1]
        apart = asked @ (1 - own).T + (1 - asked) @ own.T  # words that one has and the other has not
        return float((apart.min(1) <= 6).mean())

    assert near("beside") > 0.9
    assert near("test") < 0.05


def test_frauds_that_are_not_reported_yet_count_as_honest_and_none_is_invented():
    parts = fraud.rows(DRAW, 0).parts
    known = len(parts["train"][1])
    hasty = parts["hasty"][1]
    assert (hasty[:known] <= parts["train"][1]).all()
    assert hasty[-2 * fraud.PAYMENTS :].mean() < parts["train"][1].mean() / 2


def test_calls_go_where_chance_times_amount_is_largest_and_nobody_calls_without_a_chance():
    count = fraud.LATER * fraud.PAYMENTS
    amount, frauds = np.arange(1.0, count + 1), np.zeros(count, np.int64)
    frauds[fraud.PAYMENTS - 1 :: fraud.PAYMENTS] = 1
    rows = Rows({"test": (np.zeros((count, 1)), frauds)}, {"amount": amount})
    assert fraud.precision(rows, {"test": np.ones(count)}) == pytest.approx(1 / fraud.CALLS)
    assert fraud.saved(rows, {"test": np.zeros(count)}) == 0
    best = amount[frauds == 1].sum() / fraud.LATER
    assert fraud.saved(rows, {"test": frauds.astype(float)}) == pytest.approx(best - fraud.CALL)


def test_machines_that_still_run_are_censored_and_machines_are_not_shared():
    rows = maintenance.rows(DRAW, 0)
    days = {part: x[:, 5] for part, (x, _) in rows.parts.items()}
    assert days["train"].max() < maintenance.WATCHED
    assert days["hasty"].max() < maintenance.WATCHED
    broke = (rows.told["closed"] <= maintenance.WATCHED).sum()
    positives = rows.parts["train"][1].sum() + rows.parts["beside"][1].sum()
    assert positives == broke * maintenance.WITHIN
    assert rows.parts["hasty"][1].sum() == positives, "in haste nobody knows of a break after the last day"
    assert sum(len(rows.told[part]) for part in ("test", "validation", "closed")) == maintenance.MACHINES


def test_a_service_in_time_costs_less_than_a_break():
    lives = Rows({"test": (np.zeros((200, 1)), np.zeros(200))}, {"test": np.array([100, 100])})
    said = {"test": np.r_[np.arange(100) == 49, np.zeros(100)]}
    days, broke = maintenance.serviced(lives, said, "test", 0.5)
    assert days.tolist() == [50, 100]
    assert broke.tolist() == [False, True]
    assert maintenance.rate(days, broke) == pytest.approx(365 * (2_000 + 12_000) / 150)


def test_no_price_is_above_the_cap_and_the_quarters_are_marked_down():
    rows = prices.rows(DRAW, 0)
    assert rows.y().max() == prices.CAP < rows.told["price"].max()
    lived = rows.told["lived"] > 0.5
    off = rows.told["told"] / rows.told["fair"]
    assert off[lived].max() < off[~lived].min()


def test_a_forecast_sees_no_day_after_its_own():
    sold, _ = forecasting.series(DRAW)
    for part, (x, y) in forecasting.rows(DRAW, 1).parts.items():
        ends = np.flatnonzero(np.isin(sold, y))
        np.testing.assert_array_equal(sold[ends], y, err_msg=part)
        np.testing.assert_array_equal(x[:, -1], sold[ends - 1])


def test_a_positive_means_less_where_fewer_are_ill():
    assert disease.meant(0.9, 0.1, 0.5) == pytest.approx(0.9)
    assert disease.meant(0.9, 0.1, 0.01) == pytest.approx(0.009 / (0.009 + 0.099))


def test_a_segment_gets_the_offer_that_its_own_pilot_took_most_for():
    told = {"offer": np.array([0, 1, 2] * 2), "taken": np.array([1, 0, 0, 0, 0, 0], bool)}
    said = {"pilot": np.array([0, 0, 0, 1, 1, 1]), "test": np.array([0, 1, 2])}
    assert segments.offers(Rows({}, told), said).tolist() == [0, -1, -1]


def test_the_list_names_every_example_with_its_question_in_order():
    out = done("example").out
    assert done("example", "--list").out == out
    places = [out.index(f"  {name} ") for name in NAMES]
    assert places == sorted(places)
    assert all(examples.load(name).question in out for name in NAMES)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("example", "diseas"), "did you mean 'disease'"),
        (("example", "disease", "--list"), "Leave one of the two out"),
        (("example", "--quick"), "no example is named"),
        (("example", "disease", "--seeds", "0"), "seeds"),
    ],
)
def test_what_cannot_be_meant_is_one_line(words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert said in refused(*words)


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear", encoding="utf-8")
    assert "not an example's folder" in refused("example", "disease", "--out", "mine", "--force")


def line(draw: Draw, seed: int) -> Rows:
    """y = 3 x + 10, seen without noise; the first twenty rows teach, and one more for each seed."""
    x = draw.generator(seed).normal(size=(60, 1))
    places = {"train": np.arange(20 + seed), "test": np.arange(25 + seed, 60)}
    return Rows(parted(x, 3 * x[:, 0] + 10, places))


def off(one, said):
    return float(np.abs(one.y() - said["test"]).mean())


LINE = Example(
    question="How far off?", about="", feedback="", source="", rules=(), rows=line,
    tried=(
        Known("ten", "baseline", lambda one: {"test": np.full(len(one.y()), 10.0)}),
        Learned("least squares", "regression", 300, {"model": "linear", "lr": 0.1, "batch_size": 20}),
        Learned("the same", "regression", 300, {"model": "linear", "lr": 0.1, "batch_size": 20}),
        Known("who knows", "reference", lambda one: {"test": one.y()}),
    ),
    measures=(Measure("miss", "", off, lower_is_better=True),),
    against=(("least squares", "ten"), ("least squares", "the same")),
    worth=(lambda o: f"It misses by {o.said('least squares', 'miss')}.",),
    charts=(), never=(), further=(), seconds=1,
)  # fmt: skip


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return work(LINE, Draw(0, luck.FEWEST + 1, False), lambda text: None)


def test_a_learner_answers_in_the_targets_own_unit_whatever_the_number_of_rows(outcome):
    assert outcome.middle("least squares", "miss") < 0.05 < outcome.middle("ten", "miss")
    lengths = [len(said["test"]) for said in outcome.answers["least squares"]]
    assert lengths == [35 - seed for seed in range(len(lengths))]


def test_differences_are_judged_and_those_that_are_none_are_said_to_be_none(outcome):
    first, second = outcome.verdicts
    assert "better" in first
    assert first.endswith("unlikely to be luck.")
    assert second.endswith("alike on average.")
    assert outcome.than("least squares", "ten") == "better than"
    assert outcome.than("least squares", "the same") == "not to be told from"


def test_the_summary_has_the_contracts_entries(outcome):
    entry, _ = summary(told("line", outcome, "command"), outcome)["learners"]
    assert entry["progress"] > 0.95
    assert len(entry["scores"]) == len(entry["baselines"]) == len(entry["references"]) == len(outcome.rows)
    assert entry["lower_is_better"]


def test_with_few_seeds_there_is_no_verdict():
    few = work(replace(LINE, against=(("least squares", "ten"),)), Draw(0, 2, True), lambda text: None)
    assert few.verdicts[0].endswith("too few to say.")
    assert told("line", few, "command").few


@pytest.fixture
def petals(tmp_path, monkeypatch) -> str:
    """The documentation's example on the list."""
    text = (ROOT / "docs" / "examples.md").read_text(encoding="utf-8")
    (source,) = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    (tmp_path / "petals.py").write_text(source, encoding="utf-8")
    monkeypatch.setattr(examples, "__path__", [*examples.__path__, str(tmp_path)])
    monkeypatch.chdir(tmp_path)
    yield "petals"
    sys.modules.pop("paradigms.examples.petals", None)


def test_the_documented_example_is_worked_and_drawn(petals):
    assert petals in examples.names()
    out = done("example", petals, "--seeds", "8", "--quiet", "--out", "a").out
    told, page = read(Path("a/summary.json")), Path("a/report.html").read_text(encoding="utf-8")
    assert all(sentence in out for sentence in told["words"]["found"])
    assert all(sentence in page for sentence in told["words"]["found"])
    assert examples.load(petals).question in page
    assert examples.load(petals).never[0] in page
    assert Path("a/figures/off.png").is_file()
    assert "unlikely to be luck" in out
    assert all(entry["progress"] > 0.5 for entry in told["learners"])
    assert "Add --force" in refused("example", petals, "--out", "a")
    done("example", petals, "--seeds", "8", "--quiet", "--out", "a", "--force")
    assert read(Path("a/summary.json"))["learners"] == told["learners"]


def test_an_example_that_was_stopped_goes_on_and_comes_out_the_same_again(petals, monkeypatch):
    whole = ("--quick", "--quiet", "--out", "whole")
    done("example", petals, *whole)
    asked = Learned.answers
    with monkeypatch.context() as patched:
        patched.setattr(Learned, "answers", lambda *given: (_ for _ in ()).throw(KeyboardInterrupt))
        stopped = paradigms("example", petals, "--quick", "--quiet", "--out", "half")
        assert stopped.code == 130
        assert "paradigms example --resume half" in stopped.err
    kept = sorted(path.name for path in Path("half/answers").iterdir())
    assert "0.safetensors" in kept
    assert not Path("half/summary.json").exists()
    assert "was not worked to its end" in refused("verify", "half")
    assert "nothing can be added" in refused("example", "--resume", "half", "--seeds", "4")
    met = []
    monkeypatch.setattr(Learned, "answers", lambda one, *given: met.append(one.name) or asked(one, *given))
    done("example", "--resume", "half", "--quiet")
    done("example", "--resume", "half", "--quiet")  # draws again, and asks nobody
    assert len(met) == len(set(met)) > 0
    assert read(Path("half/summary.json"))["learners"] == read(Path("whole/summary.json"))["learners"]
    assert "identical" in done("verify", "half", "--quiet").out
    text = Path("half/summary.json").read_text(encoding="utf-8")
    Path("half/summary.json").write_text(text.replace('"lower_is_better": true', '"lower_is_better": false'))
    assert "differs: summary.json" in paradigms("verify", "half", "--quiet").out
    assert "not the folder of an example" in refused("example", "--resume", ".")


def test_a_hurried_example_has_a_range_and_no_verdict(petals):
    told = json.loads(done("example", petals, "--quick", "--json", "--quiet", "--out", "b").out)
    assert len(told["learners"][0]["scores"]) == 3
    assert told["learners"][0]["ci95"] is None
    assert all("too few to say" in one for one in told["words"]["found"][-2:])
    assert "too few for an interval or a verdict" in Path("b/report.html").read_text(encoding="utf-8")


def test_every_example_stands_in_the_documentation():
    text = (ROOT / "docs" / "examples.md").read_text(encoding="utf-8")
    assert [name for name in NAMES if f"| {name} |" in text] == NAMES


@pytest.mark.parametrize(("width", "dark"), [(1366, False), (390, True)])
def test_the_page_is_read_on_any_screen(outcome, visit, tmp_path, width, dark):
    misses = Line("miss", ["ten", "who knows"], [[2.0, 0.0]] * 3)
    chart = Chart("misses", "Who misses", "who", "miss", [misses], points=True)
    whole = replace(LINE, charts=(lambda o: chart,), rules=("A line.",), never=("Curves.",))
    drawn = replace(outcome, example=whole)
    found = told("line", drawn, "paradigms example line")
    page = draw_page(found, summary(found, drawn), tmp_path)
    shown = visit(page.path, width, dark=dark)
    assert serious(shown) == []
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
