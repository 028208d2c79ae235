"""The price of feedback, from run folders whose answer can be worked out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pictured import Make
from teachers_run import HEARD, TOLD, folder, rows, spec, written

from paradigms import measures, reports
from paradigms.reports import price
from paradigms.reports.price import bits, costs, curves
from paradigms.reports.reading.comparison import compare


@pytest.fixture
def three(tmp_path: Path) -> Path:
    return folder(
        tmp_path / "run",
        [
            (spec("told", "supervised"), rows("told", TOLD, 100)),
            (spec("heard", "reinforcement"), rows("heard", HEARD, 100, rewards=[0, 25, 75, 100, 200, 300])),
            (spec("silent", "unsupervised"), rows("silent", [0.4, 0.6, 0.7], 100, final=0.7)),
        ],
    )


def test_crossings_lie_on_the_line_between_two_points() -> None:
    assert measures.crossing([0, 10, 20], [0.0, 0.4, 0.8], 0.6) == pytest.approx(15)
    assert measures.crossing([0, 10], [0.7, 0.8], 0.6) == 0
    assert measures.crossing([0, 10], [0.1, 0.2], 0.6) == np.inf
    assert measures.crossing([0, 10, 20], [np.nan, 0.8, 0.9], 0.6) == 10


def test_the_price_is_the_ratio_of_examples(three: Path) -> None:
    found = reports.summarise(three)["price"]
    assert found["answer"] == "told"
    heard, told, silent = (found["learners"][name] for name in ("heard", "told", "silent"))
    assert told["50"]["samples"] == pytest.approx(100)
    assert told["80"]["samples"] == pytest.approx(175)
    assert heard["50"]["samples"] == pytest.approx(200)
    assert heard["80"]["samples"] == pytest.approx(350)
    assert heard["50"]["times"] == heard["80"]["times"] == pytest.approx(2)
    assert heard["90"]["updates"] == pytest.approx(4)
    assert heard["50"]["ci95"] == pytest.approx([2, 2])
    assert told["90"]["times"] == pytest.approx(1)
    assert heard["95"] == {"samples": None, "updates": None, "bits": None, "reached": 0.0, "times": None,
                           "ci95": [None, None], "range": None}  # fmt: skip
    assert silent["50"]["samples"] == pytest.approx(50)
    assert silent["80"]["reached"] == 0


def test_where_silence_ends_is_where_its_curve_is_drawn_to_end(tmp_path: Path) -> None:
    """The IQM of 0.7, 0.7 and 0.4 is 0.6; their median is not."""
    silent = rows("silent", [0.4, 0.6, 0.7], 100, final=0.7, seeds=range(3))
    for row in silent:
        if row["split"] == "validation" and row["seed"] == 2 and row["samples"] == 200:
            row["accuracy"] = 0.4
    told = (spec("told", "supervised"), rows("told", TOLD, 100, seeds=range(3)))
    run = folder(tmp_path / "run", [told, (spec("silent", "unsupervised"), silent)])
    summary = reports.summarise(run)
    assert summary["price"]["ends_at"]["silent"] == pytest.approx(0.6)
    (words,) = [text for text in price.sentences(compare([run])) if text.startswith("The price of silence")]
    assert "silent ends at 60\u202f% of the validation part (untrained it was at 40\u202f%)" in words
    plate = next(
        one for one in curves.plates(costs.prices(compare([run]).learners)) if one.name == "same-examples"
    )
    assert [row[2] for row in plate.table.rows if row[1] == "silent"][-1] == "60\u202f%"
    last = price.sentences(compare([run]))[-1]
    assert last.count("So few seeds cannot tell a difference from the answer from luck.") == 1
    assert "too few to tell" not in last


def test_what_few_seeds_of_the_answer_reached_has_no_price(tmp_path: Path) -> None:
    """One lucky seed of six is right on 80 %: no ratio, no infinite number in the words."""
    told = [
        row | {"accuracy": min(row["accuracy"], 0.7)} if row["seed"] and row["split"] == "validation" else row
        for row in rows("told", TOLD, 100)
    ]
    heard = rows("heard", HEARD, 100, rewards=[0, 25, 75, 100, 200, 300])
    learners = [(spec("told", "supervised"), told), (spec("heard", "reinforcement"), heard)]
    path = folder(tmp_path / "run", learners)
    found = reports.summarise(path)["price"]["learners"]["heard"]
    assert found["50"]["times"] == pytest.approx(2)
    assert found["80"]["samples"] == pytest.approx(350)
    assert (found["80"]["times"], found["80"]["ci95"]) == (None, None)
    (_, first, *_) = price.sentences(compare([path]))
    assert "right on 50 % of the validation part" in first
    assert "took 2 times as many" in first
    assert " at 80 %" not in first


def test_half_of_the_seeds_are_no_median(tmp_path: Path) -> None:
    """Three of six got there: their ratios could be told, but no median seed has one."""
    pair = []
    for name, paradigm, curve in (("told", "supervised", TOLD), ("heard", "reinforcement", HEARD)):
        own = {"rewards": [0, 25, 75, 100, 200, 300]} if paradigm == "reinforcement" else {}
        slow = [
            row | {"accuracy": 0.2} if row["seed"] < 3 and row["split"] == "validation" else row
            for row in rows(name, curve, 100, **own)
        ]
        pair.append((spec(name, paradigm), slow))
    (_, first, *_) = price.sentences(compare([folder(tmp_path / "run", pair)]))
    assert "too few seeds" in first


def test_the_noise_scale_of_each_teacher_is_told_from_first_to_last(tmp_path: Path) -> None:
    """tr Σ of 10, 20, 40 at three moments, of 10 … 160 at five; ‖G‖² of 1. The silent one measured none."""
    found = costs.prices(compare([written(tmp_path / "run", "same data, loud")]).learners)
    (plate,) = [one for one in curves.plates(found) if "noise" in one.name]
    assert (
        plate.title
        == "Gradient noise scale from the first quarter to the last: told 10 to 40; heard 10 to 160."
    )
    told = [row[1:] for row in plate.table.rows if row[0] == "told"]
    assert told[:2] == [["first quarter of the moments", "10"], ["last quarter", "40"]]
    assert [row[0] for row in told[2:]] == ["100", "200", "300"]
    assert [row[1].value for row in told[2:]] == pytest.approx([70 / 3] * 3)  # each with its neighbours
    heard = [row[2].value for row in plate.table.rows if row[0] == "heard"][2:]
    assert heard == pytest.approx([70 / 3, 37.5, 62, 75, 280 / 3])


def test_a_run_of_other_data_has_no_price(three: Path, tmp_path: Path) -> None:
    (three / "config.json").write_text(
        (three / "config.json").read_text().replace('"same_data": "d"', '"a": 1')
    )
    assert "price" not in reports.summarise(three)
    alone = folder(tmp_path / "alone", [(spec("s", "unsupervised"), rows("s", [0.1, 0.2], 10))])
    assert "price" not in reports.summarise(alone)


def test_a_class_that_is_seldom_told_says_less(pictured: Make) -> None:
    """Of four test rows two, one and one are of a class: one and a half bits."""
    counts = np.array([[[4, 0, 0], [0, 1, 1], [0, 2, 0]]] * 5)
    learner = pictured("classification", {"confusion": counts}, {"classes": list("abc")}, "supervised")
    assert bits.received(learner)[0] == pytest.approx([0, 150, 300, 450])
    learner.spec["options"] = {"label_noise": 0.5}
    assert not bits.received(learner).any(), "who is wrong half of the time, of three, says nothing of it"


def test_bits_are_entropies(three: Path) -> None:
    told, heard, silent = compare([three]).learners
    assert bits.received(told)[0] == pytest.approx([0, 200, 400, 600])  # four classes: two bits each
    rates = np.array([0.25, 0.5, 0.25, 1, 1])
    each = [-p * np.log2(p) - (1 - p) * np.log2(1 - p) if 0 < p < 1 else 0 for p in rates]
    assert bits.received(heard)[3] == pytest.approx(np.cumsum([0, *(100 * one for one in each)]), abs=1e-6)
    assert not bits.received(silent).any()


def test_a_teacher_who_is_often_wrong_says_less(tmp_path: Path) -> None:
    def of(paradigm: str, **settings: float) -> float:
        own = rows("x", TOLD, 100, rewards=[0, 50, 100, 150])
        path = folder(tmp_path / f"{paradigm}{settings}", [(spec("x", paradigm, **settings), own)])
        return float(bits.received(compare([path]).learners[0])[0, -1])

    assert of("reinforcement") == pytest.approx(300)
    assert 0 < of("reinforcement", reward_noise=0.1) < 300
    assert of("reinforcement", reward_noise=0.5) == pytest.approx(0, abs=1e-6)
    assert of("supervised", label_noise=0.75) == pytest.approx(0, abs=1e-6)
    assert of("supervised", label_noise=0.1) < of("supervised") == pytest.approx(600)
    assert of("semi-supervised", unlabelled=100) == pytest.approx(400)
    assert of("self-supervised", unlabelled=200) == pytest.approx(200)


def test_the_words_say_the_price_and_change_with_the_numbers(three: Path, tmp_path: Path) -> None:
    alike, first, second, third = price.sentences(compare([three]))
    assert alike.startswith("The same rows of d under 3 teachers")
    assert first.startswith("The price of a reward: to be right on 90 % of the validation part")
    assert "took 2 times as many examples as hearing the answer" in first
    assert "(each seed's own ratio, IQM; 95 % interval 2 to 2)" in first
    assert "2 times as many at 50 % and 2 times as many at 80 %" in first
    assert "silent ends at 70\u202f% of the validation part (untrained it was at 40\u202f%)" in second
    assert "none of them ends at 80 % or more" in second
    assert "told 90.2" in third
    assert "heard 90.2\u202f% (equal to the answer within 1.0\u202f%)" in third
    assert "silent 70\u202f% (6 seeds: too few to tell" in third  # of three differences
    other = folder(
        tmp_path / "other",
        [
            (spec("told", "supervised"), rows("told", TOLD, 100)),
            (spec("heard", "reinforcement"), rows("heard", HEARD, 300, rewards=[0, 1, 2, 3, 4, 5])),
        ],
    )
    assert "took 6 times as many examples" in price.sentences(compare([other]))[1]
    equal = folder(
        tmp_path / "equal",
        [
            (spec("told", "supervised"), rows("told", TOLD, 100)),
            (spec("heard", "reinforcement"), rows("heard", TOLD, 100, rewards=[0, 1, 2, 3])),
        ],
    )
    (_, free, *_) = price.sentences(compare([equal]))
    assert "took as many examples as hearing the answer" in free
    assert "cannot be told from no price at all" in free
    never = [(spec("told", "supervised"), rows("told", TOLD, 100)),
             (spec("heard", "reinforcement"), rows("heard", [0.1, 0.2], 100, rewards=[0, 1]))]  # fmt: skip
    assert "too few seeds got to 50 %" in price.sentences(compare([folder(tmp_path / "never", never)]))[1]


@pytest.mark.parametrize(("gain", "said"), [(0.05, "helped: 5 points"), (-0.05, "did harm: −5 points")])
@pytest.mark.parametrize(
    ("kind", "how"), [("semi-supervised", "looking at"), ("self-supervised", "filling in what was hidden of")]
)
def test_examples_without_answers_help_or_do_not(
    tmp_path: Path, gain: float, said: str, kind: str, how: str
) -> None:
    learners = [
        (spec("told", "supervised", labels=50), rows("told", TOLD, 100, final=0.8)),
        (spec("first", kind), rows("first", TOLD, 100, final=0.8 + gain)),
    ]
    (_, sentence, _) = price.sentences(compare([folder(tmp_path / "few", learners)]))
    assert sentence.startswith(f"With 50 labels, {how} examples without answers first")
    assert said in sentence


def test_a_replica_that_never_gets_there_makes_the_price_infinite_not_smaller(tmp_path: Path) -> None:
    heard = rows("heard", HEARD, 100, rewards=[0, 1, 2, 3, 4, 5])
    stuck = [
        row | {"accuracy": 0.1} if row["seed"] in (0, 1, 2) and "accuracy" in row else row for row in heard
    ]
    learners = [
        (spec("told", "supervised"), rows("told", TOLD, 100)),
        (spec("heard", "reinforcement"), stuck),
    ]
    (own, priced) = costs.prices(compare([folder(tmp_path / "stuck", learners)]).learners)
    assert priced.at(50).reached == 0.5
    assert priced.at(50).times == np.inf
    assert own.at(50).times == pytest.approx(1)


def test_the_page_holds_the_table_and_its_figures(three: Path, tmp_path: Path) -> None:
    page = reports.draw([three], tmp_path / "out").path.read_text(encoding="utf-8")
    assert 'id="same"' in page
    for name in ("same-examples", "same-updates", "same-bits"):
        assert f"-{name}" in page
        assert (tmp_path / f"out/figures/{name}.png").is_file()
    assert "× 2 (2 to 2)" in page
    assert "other teachers</h1>" in page
