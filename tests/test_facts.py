"""The values behind the sentences, worked out apart from the recorded rows of made-up runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import states
import synthetic_run as synthetic
from teachers_run import folder, rows, spec

from paradigms import reports
from paradigms.reports.panels import agent, told, unended, why
from paradigms.reports.reading.comparison import compare
from paradigms.reports.together import anatomy, dead, depth, facts, findings, tables, terminal
from paradigms.reports.together.differences import differences

Row = dict[str, Any]


@pytest.fixture(scope="module")
def loud(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three learners whose gradients' noise was measured; two seeds of the agent ended early."""

    def change(row: Row) -> None:
        states.STATES["loud"][1](row)  # type: ignore[misc]
        if row["split"] == "test" and row["learner"].startswith("dqn") and row["seed"] > 3:
            row |= {"samples": 40_000, "updates": 625, "examples_processed": 80_000, "stopped": "early"}

    run = synthetic.write(
        tmp_path_factory.mktemp("facts") / "run", ["classification", "kmeans", "dqn"], **STATED
    )
    return states.edited(run, change)


STATED: dict[str, Any] = {"seeds": 6, "points": 16, "moments": 5, "rows": 20}


def recorded(run: Path, learner: str, split: str) -> list[Row]:
    lines = map(json.loads, (run / "metrics.jsonl").read_text(encoding="utf-8").splitlines())
    return [row for row in lines if row["learner"] == learner and row["split"] == split]


def each(run: Path) -> Iterator[tuple[str, Row, Row]]:
    summary = reports.summarise(run)
    for entry in summary["learners"]:
        yield entry["id"], entry, summary["facts"][entry["id"]]


def test_counts_are_least_and_most_over_the_seeds(loud: Path) -> None:
    for learner, _, own in each(loud):
        ends = recorded(loud, learner, "test")
        for name in ("samples", "updates", "examples_processed"):
            values = [row[name] for row in ends]
            assert own[name] == [min(values), max(values)], name
        data = learner.partition("-")[0] != "dqn"
        most = max(row["samples"] for row in ends)
        processed = max(row["examples_processed"] for row in ends)
        assert own["passes"] == (pytest.approx(most / 1078) if data else None)
        assert own["reuse"] == (None if data else pytest.approx(processed / most))
        assert own["training_rows"] == (1078 if data else None)
        assert own["read"] == (1078 if "kmeans" in learner else 0)
        assert own["threshold"] == (None if data else 475.0)
        assert own["hidden_layers"] == 2
        assert own["stopped"] == ({"budget": 6} if data else {"budget": 4, "early": 2})


def test_curves_begin_and_end_where_the_middle_half_of_the_seeds_does(loud: Path) -> None:
    for learner, entry, own in each(loud):
        held = recorded(loud, learner, "validation")
        steps = sorted({row["step"] for row in held})
        ends = [[row[entry["metric"]] for row in held if row["step"] == at] for at in (steps[0], steps[-1])]
        assert own["metric"]["values"] == pytest.approx([np.mean(sorted(seeds)[1:-1]) for seeds in ends])
        assert own["metric"]["samples"][0] == 0
        assert own["metric"]["samples"][1] == max(row["samples"] for row in held)
        for name in ("baseline", "reference"):
            assert own["validation"][name] == pytest.approx(np.mean([row[name] for row in held]))


def test_the_noise_scale_is_a_ratio_of_means_in_quarters(loud: Path) -> None:
    """tr Σ = 10 + n/10 and ‖G‖² = 1 at every recorded step."""
    for learner, _, own in each(loud):
        at = sorted({row["samples"] for row in recorded(loud, learner, "train")})
        noise = [10 + n / 10 for n in at]
        quarter = max(1, len(at) // 4)
        expected = [np.mean(noise[:quarter]), np.mean(noise[-quarter:])]
        assert own["noise_scale"]["quarters"] == pytest.approx(expected)
        assert own["noise_scale"]["whole"] == pytest.approx(np.mean(noise))


def test_stretches_add_up_to_the_level_with_what_was_read(loud: Path) -> None:
    for learner, entry, own in each(loud):
        level = entry["samples_to"]["90"]
        total = sum(one["samples"] for one in own["stretches"])
        assert total == (entry["samples"] if level is None else level)
        assert all(one["samples"] > 0 for one in own["stretches"])
        first = own["stretches"][0]["phase"]
        assert (first == "read before the first step") == ("kmeans" in learner)


def test_a_table_has_each_number_of_its_entry(loud: Path) -> None:
    for learner in compare([loud]).learners:
        entry = learner.entry
        shown = tables.headline(learner)
        assert shown["score"].value == entry["iqm"]
        assert shown["interval"].value == entry["ci95"]
        assert shown["progress"].value == entry["progress"]
        assert shown["baseline"].value == pytest.approx(np.mean(entry["baselines"]))
        assert shown["reference"].value == pytest.approx(np.mean(entry["references"]))
        assert (shown["seeds"], shown["diverged"], shown["is_range"]) == (6, 0, False)
        by_seed = tables.seeds(learner)
        assert [row[0] for row in by_seed] == [str(seed) for seed in entry["seeds"]]
        assert [getattr(row[1], "value", None) for row in by_seed] == entry["scores"]
        row = anatomy.row(learner)
        assert row["to_90"].value == entry["samples_to"]["90"]
        assert row["reached"] == f"{round(6 * entry['reached']['90']) or 'none'} of 6 seeds"
        assert row["seconds"] == entry["seconds"]


def two(tmp_path: Path, scores: list[list[float | None]], **more: Any) -> Path:
    """Learners `a` and `b` of one task with these test scores: baseline 0.1, reference 1."""
    learners = []
    for name, own in zip("ab", scores, strict=False):
        made = rows(name, [0.1, 0.5, 0.9, 0.95], 100, seeds=range(len(own)))
        for row in made:
            if row["split"] == "test":
                score = own[row["seed"]]
                row |= {"accuracy": score, "diverged": 2 if score is None else None, **more.get("final", {})}
        learners.append((spec(name, "supervised") | more.get(name, {}), made))
    return folder(tmp_path / f"two{len(list(tmp_path.iterdir()))}", learners, None)


@pytest.mark.parametrize(("lower", "share"), [(False, 2 / 3), (True, 1 / 3)])
def test_solved_is_beyond_the_threshold_on_the_better_side(tmp_path: Path, lower: bool, share: float) -> None:
    own = {"lower_is_better": lower, "data": {"threshold": 0.5}}
    (learner,) = compare([two(tmp_path, [[0.4, 0.6, 0.7]], a=own)]).learners
    assert learner.entry["solved"] == pytest.approx(share)


def test_a_seed_that_diverged_is_as_far_behind_as_the_baseline_and_never_the_best(tmp_path: Path) -> None:
    """Progress − 1, and scores against scores."""
    run = two(tmp_path, [[0.55, None, 1.0, 1.0], [0.5, 0.5, None, 1.0]])
    own, other, each_other = differences(compare([run]).learners)
    assert (own.one, own.other, own.unit, own.pairs) == ("a", "its reference", "progress", 4)
    assert own.mean == pytest.approx((-0.5 - 1) / 4)
    assert other.mean == pytest.approx((2 * (0.4 / 0.9 - 1) - 1) / 4)
    assert (each_other.one, each_other.other, each_other.unit) == ("a", "b", "accuracy")
    assert each_other.mean == pytest.approx((0.05 + (0.1 - 0.5) + (1.0 - 0.1)) / 4)
    worst = two(
        tmp_path, [[0.01, None, 0.1, 0.1, 0.1]]
    )  # one seed is worse than the baseline: so is the lost one
    (alone,) = differences(compare([worst]).learners)
    assert alone.mean == pytest.approx((2 * (-0.1 - 1) - 3) / 5)


def test_what_compares_is_one_task_of_one_data_set(tmp_path: Path) -> None:
    same = compare([two(tmp_path, [[0.5], [0.6]])]).learners
    assert findings.comparable(same).startswith("All had the same task")
    assert findings.comparable(same[:1]) == ""
    apart = compare([two(tmp_path, [[0.5], [0.6]], b={"dataset": "e"})]).learners
    assert findings.comparable(apart).startswith("2 learners on 2 tasks")
    assert [one.other for one in differences(apart)] == ["its reference", "its reference"]


@pytest.mark.parametrize(
    ("b", "said"),
    [
        ({"title": "b"}, ["a", "b"]),
        ({"title": "a", "dataset": "e"}, ["a, d", "a, e"]),
        ({"title": "a", "model": "n"}, ["a, m", "a, n"]),
        ({"title": "a"}, ["a", "b"]),
    ],
)
def test_learners_are_called_by_what_tells_them_apart(tmp_path: Path, b: Row, said: list[str]) -> None:
    """By title, with data or model where it is the same, by the id where all is."""
    assert [one.label for one in compare([two(tmp_path, [[0.5], [0.6]], b=b)]).learners] == said


@pytest.mark.parametrize(
    ("processed", "said"),
    [
        (300, "It learned from every sample once."),
        (310, "It learned from every sample once."),
        (600, "From memory it used every sample 2 times."),
        (450, "From memory it used every sample 1.5 times."),
    ],
)
def test_how_often_a_sample_is_used_is_asked_of_the_number(tmp_path: Path, processed: int, said: str) -> None:
    run = two(tmp_path, [[0.5]], final={"examples_processed": processed}, a={"paradigm": "reinforcement"})
    (learner,) = compare([run]).learners
    assert said.replace("From memory it", "It") in why.spent(learner)
    learner.spec["options"] = {"memory": 50}
    assert said in why.spent(learner)


@pytest.mark.parametrize(("limit", "asked"), [(299, True), (300, False), (None, True)])
def test_nobody_asks_why_so_much_of_less_than_an_episode(tmp_path: Path, limit: Any, asked: bool) -> None:
    """The level of 90 % is passed at 300 samples."""
    own = {"paradigm": "reinforcement", "feedback": {"per_sample": "1 reward"}}
    made = rows("a", [0.1, 0.5, 0.8, 0.95, 0.95, 0.95], 100)
    run = folder(tmp_path / "run", [(spec("a", "reinforcement") | own, made)])
    (learner,) = compare([run]).learners
    learner.spec["data"] = {"limit": limit}
    told_, *reasons = agent.words(learner)
    assert "300 samples" in told_
    assert bool(reasons) == asked


@pytest.mark.parametrize(
    ("scores", "cut", "said"),
    [
        (
            [-9.0, -9.0],
            1.0,
            "None of it’s test episodes came to an end of its own: the limit of 20 steps cut",
        ),
        ([-9.0, -8.0], 0.25, "Of it’s test episodes the limit of 20 steps cut 25\u202f%"),
        ([-9.0, -8.0], 0.0, ""),
        ([9.0, 8.0], 1.0, ""),
        ([-9.0, -8.0], None, ""),
    ],
)
def test_episodes_that_the_limit_cut_are_told_where_they_cost(
    tmp_path: Path, scores: list[float], cut: float | None, said: str
) -> None:
    """Where each step earns, as on CartPole, to last is all one may wish; old runs do not know."""
    final = {"baseline": -100.0, "reference": 0.0} | ({} if cut is None else {"cut": cut})
    own = {"paradigm": "reinforcement", "title": "it", "data": {"limit": 20}}
    made = [
        row | (final if row["split"] == "test" else {})
        for seed, score in enumerate(scores)
        for row in rows("a", [-100.0, score, score], 10, final=score, seeds=[seed])
    ]
    (learner,) = (
        compared := compare([folder(tmp_path / "run", [(spec("a", "reinforcement") | own, made)])])
    ).learners
    assert unended.words(learner).startswith(said) if said else not unended.words(learner)
    assert learner.entry.get("cut") == cut
    assert unended.early(learner) == "", "nobody recorded what was cut on the way"
    assert bool(said) == ("an end of their own" in terminal.table(compared.summary))
    assert bool(said) == any(
        "progress says only how much less" in one for one in findings.sentences(compared)
    )


@pytest.mark.parametrize(("ended", "told"), [(30, True), (10, False)])
def test_a_level_reached_by_standing_still_is_told(tmp_path: Path, ended: int, told: bool) -> None:
    """90 % are reached after 10 samples, and stay; every episode is cut until `ended`."""
    made = rows("a", [-100.0, -9.0, -8.0, -1.0], 10)
    for row in made:
        row |= {"baseline": -100.0, "reference": 0.0}
        row |= {"cut": float(row["samples"] < ended)} if row["split"] == "validation" else {}
    own = {"title": "It", "data": {"limit": 20}}
    (learner,) = compare([folder(tmp_path / "run", [(spec("a", "reinforcement") | own, made)])]).learners
    assert learner.entry["samples_to"]["90"] == 10
    assert ("still cut 100.0" in unended.early(learner)) == told
    assert (unended.early(learner) in agent.words(learner)[1:]) == told, "why it took so little"


@pytest.mark.parametrize(("rows", "said"), [(386, "108 windows"), (278, None), (None, None)])
def test_windows_that_belong_to_no_part_are_told(tmp_path: Path, rows: int | None, said: str | None) -> None:
    """178 + 50 + 50 of 386: nobody should have to wonder where the others are."""
    (learner,) = compare([two(tmp_path, [[0.5, 0.7]])]).learners
    split = {"train": 178, "validation": 50, "test": 50}
    learner.spec["data"] = {"form": "windows", "rows": rows, "split": split}
    line = dict(told.facts(learner)).get("in no part")
    assert line is None if said is None else line is not None and line.startswith(said)


@pytest.mark.parametrize(
    ("source", "line"),
    [("the environment's maximum", ("best possible return", "9")),
     ("value iteration on its transitions", ("best possible return", "9")),
     ("the environment's reward threshold", ("return to reach", "9: the environment's reward threshold"))],
)  # fmt: skip
def test_a_threshold_is_no_best_possible_return(tmp_path: Path, source: str, line: tuple[str, str]) -> None:
    """Ten agents earned −100 where the page called −110 the best that is possible."""
    (learner,) = compare([two(tmp_path, [[0.5, 0.7]])]).learners
    learner.spec.update(data={"kind": "environment", "maximum": 9.0}, reference_name=source)
    assert line in told.facts(learner)


def test_the_best_cheap_rival_stands_beside_the_reference(tmp_path: Path) -> None:
    final = {"rivals": {"persistence": 0.25, "ridge": 0.75}}
    run = two(tmp_path, [[0.5, 0.7]], final=final)
    (learner,) = compare([run]).learners
    assert learner.entry["rivals"] == final["rivals"]
    assert told.rival(learner) == tables.headline(learner)["rival"] == "ridge 0.7500"
    assert "The best cheap rival on the same rows: ridge 0.7500." in findings.sentences(compare([run]))[2]
    assert told.rival(compare([two(tmp_path, [[0.5]])]).learners[0]) == ""


def test_the_median_seed_lies_in_the_middle_and_ties_go_by_the_way_there(tmp_path: Path) -> None:
    """Five seeds end at one score; shown is the third by the area under its curve, not by number."""
    made = []
    for seed, height in enumerate([0.9, 0.1, 0.5, 0.8, 0.3]):
        curve = [0.0, height, height, 1.0]
        made += rows("a", curve, 100, final=0.5 - seed / 1000, seeds=[seed])
    (learner,) = compare([folder(tmp_path / "ties", [(spec("a", "supervised"), made)], None)]).learners
    assert set(learner.entry["scores"]) == {0.5}
    assert learner.median_seed == 2
    assert [round(area, 3) for area in learner.record.areas] == [0.767, 0.233, 0.5, 0.7, 0.367]
    (apart,) = compare([two(tmp_path, [[0.9, 0.2, None]])]).learners
    assert apart.median_seed == 1, "one that diverged is the worst"
    ahead = [row | ({"accuracy": 0.7} if row["split"] == "test" and row["seed"] == 1 else {}) for row in made]
    (other,) = compare([folder(tmp_path / "ahead", [(spec("a", "supervised"), ahead)], None)]).learners
    assert other.median_seed == 3, "of 0.5 four times and 0.7, ordered by score, then area: 1 is last"


def test_a_figure_of_curves_shows_the_iqm_of_the_very_records_of_the_metric(tmp_path: Path) -> None:
    """However many there are; training signals are averaged, the metric never."""
    run = synthetic.write(tmp_path / "run", ["regression"], seeds=5, points=200, moments=2, rows=5)
    summary = reports.summarise(run)
    (learner,) = summary["learners"]
    held = recorded(run, learner["id"], "validation")
    figure = summary["figures"][f"{learner['id']}-change"]["rows"]
    told = [(row[1], row[2]) for row in figure if row[0] == "R²"]
    assert len(told) > 6
    for samples, value in told:
        seeds = sorted(row["r2"] for row in held if row["samples"] == samples)
        assert value == pytest.approx(np.mean(seeds[1:-1]))
    (spread,) = (row[3] for row in figure if row[:2] == ["R²", told[-1][0]])
    assert spread[0] <= told[-1][1] <= spread[1]


def test_a_gradient_that_fades_towards_the_input_is_said_with_its_factor(tmp_path: Path) -> None:
    """A tenth in layer 1 of what is left in layer 3."""
    made = rows("a", [0.1] * 5, 100, gradient_norm_1=[0.0, *[0.02] * 4], gradient_norm_2=[0.0, *[0.1] * 4],
                gradient_norm_3=[0.0, *[0.2] * 4])  # fmt: skip
    about = spec("a", "supervised") | {"settings": {"hidden": [8, 8]}}
    (learner,) = compare([folder(tmp_path / "deep", [(about, made)], None)]).learners
    told = facts.facts(learner)
    assert told["hidden_layers"] == 2
    assert told["layers_fade"] == pytest.approx([0.1, 10.0])


def test_a_sweep_tells_what_was_found_and_its_figures(tmp_path: Path) -> None:
    run = synthetic.write(tmp_path / "run", ["regression"], varied={"lr": [0.1, 1.0]}, **STATED)
    summary = reports.summarise(run)
    assert set(summary) == {"version", "command", "learners", "sweep", "words"}
    assert set(summary["words"]) == {"found", "figures"}
    assert [entry["setting"] for entry in summary["learners"]] == [0, 1, 2]
    assert all(title.strip() for title in summary["words"]["figures"].values())
    assert summary["words"]["found"]


@pytest.mark.parametrize(
    ("first", "init", "hidden", "said"),
    [
        (0.008, "uniform", [8, 8], "on the first of 2 hidden layers is 25 times weaker"),
        (0.0, "uniform", [8, 8], "on the first of 2 hidden layers is gone"),
        (0.012, "uniform", [8, 8], ""),
        (0.008, "he", [8, 8], ""),
        (0.008, "uniform", [8], ""),
    ],
)
def test_a_network_too_deep_for_its_start_is_told_from_its_first_gradients(
    tmp_path: Path, first: float, init: str, hidden: list[int], said: str
) -> None:
    made = rows("a", [0.1] * 3, 100, gradient_norm_1=[0.0, first, 9], gradient_norm_3=[0.0, 0.2, 9])
    about = spec("a", "supervised") | {"settings": {"hidden": hidden, "init": init}, "model": "mlp"}
    (learner,) = compare([folder(tmp_path / "deep", [(about, made)], None)]).learners
    told = depth.depth_words(learner)
    assert (said in told and "--init he" in told) if said else told == ""


@pytest.mark.parametrize(
    ("silent", "said"),
    [(0.98, "It died on 6 of 6 seeds: 98"), (0.4, ""), (None, "")],
)
def test_a_network_that_died_is_told_though_nothing_diverged(
    tmp_path: Path, silent: float | None, said: str
) -> None:
    more = {} if silent is None else {"dead_units": [0.0, 0.1, silent]}
    about = spec("a", "supervised") | {"title": "It", "model": "mlp"}
    (learner,) = compare(
        [folder(tmp_path / "dead", [(about, rows("a", [0.1] * 3, 100, **more))], None)]
    ).learners
    told = dead.dead_words(learner)
    assert (said in told and "none counts as diverged" in told) if said else told == ""


@pytest.mark.parametrize(
    ("ends", "layers", "said"),
    [
        (
            [0.1, 0.1, 0.5, 0.1],
            6,
            "It has 6 hidden layers that start uniform, and 3 of 4 seeds did no better",
        ),
        ([0.1, 0.1, 0.5, 0.5], 6, "and 2 of 4 seeds"),
        ([0.1, 0.5, 0.5, 0.5], 6, ""),
        ([0.1, 0.1, 0.1, 0.1], 5, ""),
    ],
)
def test_a_deep_network_that_learned_nothing_is_suspected(
    tmp_path: Path, ends: list[float], layers: int, said: str
) -> None:
    made = [row for seed, end in enumerate(ends) for row in rows("a", [0.1, *[end] * 3], 100, end, [seed])]
    about = spec("a", "supervised") | {"title": "It", "model": "mlp"}
    about["settings"] = {"hidden": [8] * layers, "init": "uniform"}
    (learner,) = compare([folder(tmp_path / "deep", [(about, made)], None)]).learners
    told = depth.depth_words(learner)
    assert said in told if said else told == ""


def test_few_seeds_have_a_range_and_nobody_s_scores_have_none(tmp_path: Path) -> None:
    (few,) = compare([two(tmp_path, [[0.4, 0.5, 0.6]])]).learners
    shown = tables.headline(few)
    assert (shown["is_range"], shown["interval"].value) == (True, [0.4, 0.6])
    assert few.progress_ends == pytest.approx([0.3 / 0.9, 0.5 / 0.9])
    (lost,) = compare([two(tmp_path, [[None, None, None]])]).learners
    shown = tables.headline(lost)
    assert (shown["is_range"], shown["interval"], shown["diverged"]) == (False, "–", 3)
