"""Lessons: the shelf, what each says of itself, how claims are judged, and one lesson from the
documentation.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
from contextlib import suppress
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from commands import done, read, refused, rows, timeless
from matplotlib.figure import Figure
from sklearn.datasets import load_iris

from paradigms import lessons
from paradigms.course import (
    Calculation,
    Claim,
    Draw,
    Evidence,
    Lesson,
    Sweep,
    above,
    below,
    findings,
    telling,
    within,
)
from paradigms.course import drawn as computed
from paradigms.course.asked import Asked
from paradigms.course.claims import judge
from paradigms.course.drawn import (
    bandits,
    bowls,
    chainrule,
    corridors,
    features,
    floors,
    landscapes,
    mixtures,
    nets,
    restarts,
)
from paradigms.course.evidence import Altered
from paradigms.course.holding import hold, request_of
from paradigms.course.session import kept
from paradigms.course.spread import power, slopes
from paradigms.registry import LEARNERS
from paradigms.reports.drawing import theme
from paradigms.reports.lesson import Chart, Line
from paradigms.reports.lesson.plate import plate
from paradigms.studies.study import Control

ROOT = Path(__file__).parent.parent
NAMES = lessons.names()
LINES = 60


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_says_all_that_a_page_needs(name):
    lesson = lessons.load(name)
    assert lesson.question.endswith("?")
    assert len(lesson.about) > 80
    assert lesson.predict
    assert lesson.charts
    assert lesson.further
    assert len(lesson.claims) >= 5
    assert lesson.seconds <= 120
    experiments = [one.name for one in lesson.experiments]
    assert len(experiments) == len(set(experiments))
    module = inspect.getmodule(inspect.unwrap(lesson.claims[0].measure))
    text = Path(module.__file__).read_text(encoding="utf-8")
    assert sum(bool(line.strip()) for line in text.splitlines()) <= LINES


@pytest.mark.parametrize("name", NAMES)
def test_a_claim_has_a_margin_and_a_sentence_for_both_outcomes(name):
    for claim in lessons.load(name).claims:
        assert claim.holds.endswith(".")
        assert claim.fails.endswith(".")
        assert "{value}" in claim.holds
        assert "{value}" in claim.fails
        assert np.isfinite([claim.bound.low, claim.bound.high]).any()
        assert claim.control is not None or "{control}" not in claim.holds
        assert not claim.new or claim.control is not None or claim.theory is not None


def test_what_is_new_leads_and_is_held_against_something():
    new = {name for name in NAMES if any(claim.new for claim in lessons.load(name).claims)}
    assert new == set(findings.LEAD)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_lesson_trains_can_be_asked(name):
    for experiment in lessons.load(name).experiments:
        if isinstance(experiment, Sweep):
            full, quick = (request_of(experiment, Asked(name, quick=quick)) for quick in (False, True))
            assert full.grid
            assert len(full.replica_seeds) >= 6, "with fewer there is no verdict"
            assert len(quick.replica_seeds) == 3
        else:
            assert isinstance(experiment, Calculation)
            assert callable(experiment.of)


OWN = [name for name in NAMES if lessons.load(name).own]


@pytest.fixture(scope="module")
def flowers(tmp_path_factory) -> Path:
    """A small table of a person's own, with classes."""
    path = tmp_path_factory.mktemp("own") / "flowers.csv"
    table = load_iris(as_frame=True).frame
    table["target"] = table["target"].map(dict(enumerate("abc")))
    table.to_csv(path, index=False)
    return path


@pytest.mark.parametrize("name", OWN)
def test_what_can_be_asked_of_a_table_fits_it(name, flowers):
    asked, lesson = Asked(name, data=str(flowers), target="target"), lessons.load(name)
    fitting = [
        request_of(one, asked) for one in asked.held(lesson) if LEARNERS[one.learner].task == "classification"
    ]
    for request in fitting:
        assert request.data == flowers
        assert request.dataset is None
        assert (request.options.get("labels") or 0) <= 90
    assert asked.altered(lesson) >= {one.name for one in asked.held(lesson)}


@pytest.mark.slow
@pytest.mark.parametrize("name", OWN)
def test_a_lesson_of_a_table_names_the_claims_that_do_not_apply(name, flowers, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = ("lesson", name, "--quick", "--data", str(flowers), "--target", "target", "--out", "a")
    done(*words, "--workers", "1")
    page = Path("a/report.html").read_text(encoding="utf-8")
    assert "do not apply here" in page
    assert "digits" not in page.split("do not apply here")[0].split("What moved")[1]


def test_what_is_exact_is_not_called_one_seed():
    one = lessons.load("chain-rule").experiment("by_hand")
    assert telling._row(one, Asked("chain-rule"), Evidence({}))[-1] == "exact"
    assert (
        telling._seeds(lessons.load("chain-rule"), Asked("chain-rule"))
        == "Nothing here is drawn: all is exact"
    )
    assert telling._seeds(lessons.load("descent"), Asked("descent")) == "6 seeds, except for what is exact"


def test_the_shelf_names_every_lesson_in_its_order():
    out = done("lesson").out
    places = [out.index(f"  {name} ") for name in NAMES]
    assert places == sorted(places)
    assert all(lessons.load(name).question in out for name in NAMES)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["lerning-rate"], "learning-rate"),
        (["descent", "--vary", "lr=1,2"], "does not vary lr"),
        (["descent", "--data", "x.csv"], "cannot be asked of a table"),
        (["learning-rate", "--target", "y"], "Give --data FILE.csv too"),
        (["descent", "--all"], "descent among them"),
        (["--all", "--again", "2"], "for one lesson"),
        (["--quick"], "no lesson is named"),
        (["descent", "--seeds", "none"], "whole number"),
        (["--resume", "nowhere"], "not the folder of a lesson"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line(words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert said in refused("lesson", *words)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_lesson_sends_on_to_can_be_asked(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for said in lessons.load(name).further:
        command, *words = said.split()
        if command == "paradigms" and words[0] == "lesson":
            assert words[1] in NAMES
        elif command == "paradigms":
            done(*words, "--dry-run", "--seeds", "1")


def test_what_is_held_in_a_hurry_is_said_as_it_was():
    one = lessons.load("exploration").experiment("testbed")
    asked = (Asked("exploration", quick=quick) for quick in (False, True))
    full, hurried = (telling._row(one, each, Evidence({})) for each in asked)
    assert full[3] == one.held
    assert hurried[3] == one.hurried


@pytest.mark.parametrize("name", NAMES)
def test_the_title_of_a_chart_is_made_of_numbers(name):
    """Words that nobody computed would stand there whatever came out."""
    module = inspect.getmodule(inspect.unwrap(lessons.load(name).claims[0].measure))
    charts = [
        node
        for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Chart"
    ]
    assert charts
    assert [chart.args[1].value for chart in charts if isinstance(chart.args[1], ast.Constant)] == []


def _painted(chart: Chart) -> Figure:
    with theme.style():
        figure = theme.blank(theme.PAGE)
        plate(chart).paint(figure)
        figure.canvas.draw()
    return figure


def test_no_line_of_points_hides_another():
    alike = [Line(name, ("one", "two"), np.ones((6, 2))) for name in ("a", "b")]
    lines = _painted(Chart("points", "Both 1", "x", "y", alike, points=True)).axes[0].lines
    middles = {tuple(line.get_xdata()) for line in lines if line.get_marker() == "D"}
    assert len(middles) == 2


def test_what_was_computed_is_seen_over_what_was_measured():
    ends = [Line("measured", (1, 2), np.ones((6, 2))), Line("computed", (1, 2), (1, 1), computed=True)]
    over = {line.get_label(): line for line in _painted(Chart("line", "1", "x", "y", ends)).axes[0].lines}
    assert over["computed"].get_zorder() > over["measured"].get_zorder()
    assert over["computed"].get_linewidth() < over["measured"].get_linewidth()


@pytest.mark.parametrize("label", ["loss", "images until 80 % of them are right; all, if they never are"])
def test_the_label_of_y_is_whole(label):
    figure = _painted(Chart("line", "1", "x", label, [Line("a", ("one", "two"), np.ones((6, 2)))]))
    drawn = figure.axes[0].yaxis.label.get_window_extent()
    assert drawn.x0 >= 0
    assert drawn.y0 >= 0
    assert drawn.y1 <= figure.bbox.height


# ---- claims


def _judged(values, bound, **more):
    claim = Claim("It is {value}.", "It is {value}, alas.", lambda e: values, bound, **more)
    ((one,), _) = judge([claim], Evidence({}))
    return one


def test_a_claim_holds_if_its_whole_interval_lies_within_the_bound():
    eight = np.linspace(1.0, 1.2, 8)
    assert _judged(eight, above(0.9)).held is True
    assert _judged(eight, above(1.1)).held is False
    assert _judged(eight, within(0.9, 1.3)).sentence == "It is 1.10."
    assert _judged(eight, below(1.1)).sentence == "It is 1.10, alas."


def test_a_claim_of_one_sentence_says_what_was_expected():
    alike = Claim("It is {value}.", "It is {value}.", lambda e: 3.0, within(1, 2))
    ((one,), _) = judge([alike], Evidence({}))
    assert one.sentence == "It is 3; expected was 1 to 2."


def test_few_seeds_give_a_range_and_no_verdict():
    one = _judged(np.array([1.0, 1.5, 2.0]), above(0.5))
    assert one.held is None
    assert one.ends == (1.0, 2.0)
    assert one.to_json()["ci95"] is None
    assert one.to_json()["range"] == [1.0, 2.0]


def test_an_interval_has_as_many_digits_as_tell_its_ends_apart():
    eight = np.linspace(1.0021, 1.0043, 8)
    assert re.fullmatch(r"1\.003 \(1\.00\d to 1\.00\d\)", _judged(eight, above(0.9)).measured)
    assert _judged(np.full(8, 2.0), above(0.9)).measured == "2"
    assert _judged(np.linspace(0.14, 0.16, 8), above(0.08), form="points").measured.startswith("15 points (")
    assert _judged(0.5, above(0.08), form="points").bound == "at least 8 points"


def test_an_exact_number_needs_no_seed_and_nan_holds_nothing():
    assert _judged(2.0, within(2, 2)).held is True
    assert _judged(2.1, within(2, 2)).held is False
    assert _judged(np.nan, above(-1)).held is False
    assert _judged(np.full(8, np.nan), above(-1)).held is False


def test_claims_on_what_was_changed_are_left_out_and_named():
    asks = [
        Claim("a {value}.", "b {value}.", lambda e: e["x"], above(0)),
        Claim("c {value}.", "d {value}.", lambda e: e["x"], above(0), anywhere=True),
    ]
    judged, left_out = judge(asks, Evidence({"x": 1.0}, altered=frozenset({"x"})))
    assert [one.sentence for one in judged] == ["c 1."]
    assert left_out == asks[:1]


# ---- what is computed, and what is left when the effect is removed

DRAW = Draw(0, 6, True)


def _claims(name: str, **found):
    """The verdicts on what rests on these; their charts and answers are made as well."""
    arrays = {key: {one: np.asarray(value) for one, value in own.items()} for key, own in found.items()}
    lesson, evidence = lessons.load(name), Evidence(arrays)
    for chart in lesson.charts:
        with suppress(Altered):  # of what was not computed here
            assert plate(chart(evidence)).table.rows
    for one in lesson.predict:
        with suppress(Altered):
            assert one.answer(evidence)
    return {one.claim.holds: one.held for one in judge(lesson.claims, evidence)[0]}


def test_the_largest_cluster_decides_how_long_a_step_of_k_means_may_be():
    rows = np.repeat([[0.0], [5.0]], [30, 10], axis=0)
    assert mixtures.stable_rate(rows, 2) == pytest.approx(2 / 0.75)


def test_chain_rule_by_hand():
    hand = chainrule.by_hand(DRAW)
    np.testing.assert_allclose(hand["loss"], 0.36)
    np.testing.assert_allclose(hand["square"], 22.32)
    np.testing.assert_allclose(hand["after"], [0.33804, 0.1725, 0.0029, 1.0404], rtol=0.01)
    found = {"by_hand": hand, "differences": chainrule.differences(DRAW), "cost": chainrule.cost(DRAW)}
    assert all(_claims("chain-rule", **found).values())
    wrong = found | {"by_hand": hand | {"square": hand["square"] * 1.01}}
    assert not all(_claims("chain-rule", **wrong).values())


def test_a_saddle_costs_the_computed_steps():
    found = landscapes.saddle(DRAW)
    steps = -float(slopes(np.log10(found["start"]), found["steps"])[0])
    assert abs(steps - np.log(10) / np.log(1.1)) < 0.1
    valley = landscapes.valley(DRAW)
    np.testing.assert_array_equal(valley["steps"], valley["computed"])


def test_a_corridor_is_walked_back_k_states_a_pass():
    found = {
        "passes": corridors.passes(DRAW),
        "small_steps": corridors.small_steps(DRAW),
        "maze": corridors.maze(DRAW),
    }
    assert all(_claims("delayed-reward", **found).values())
    same = found["maze"]["episodes"][:, :, :1].repeat(2, 2)  # the longer target is no longer
    assert not all(_claims("delayed-reward", **found | {"maze": found["maze"] | {"episodes": same}}).values())


def test_a_baseline_keeps_the_mean_and_takes_the_variance():
    found = bandits.policy(DRAW)
    assert all(_claims("policy-variance", policy=found).values())
    without = {
        name: values if values.ndim == 1 else values[:, :1].repeat(3, 1) for name, values in found.items()
    }
    assert not all(_claims("policy-variance", policy=without).values())


def test_chance_needs_twice_the_episodes_for_every_link():
    found = bandits.chain(DRAW)
    assert abs(2 ** float(slopes(found["length"], np.log2(found["random"])).mean()) - 2) < 0.15
    assert (found["optimistic"][:, -1] < 20).all()


def test_three_parts_add_up_to_the_error():
    found = features.polynomials(Draw(0, 6, False))
    assert all(_claims("bias-variance", polynomials=found).values())
    assert not all(_claims("bias-variance", polynomials=found | {"noise": 0.0}).values())


def test_adam_feels_the_turn_and_momentum_does_not():
    found = bowls.rules(Draw(0, 6, True))
    unturned = {**found, "steps": [found["steps"][0], found["steps"][1], found["steps"][1]]}
    for steps, held in ((found, True), (unturned, False)):
        claims = _claims("optimisers", rules=steps)
        assert [verdict for text, verdict in claims.items() if "turned costs Adam" in text] == [held]
        assert [verdict for text, verdict in claims.items() if "costs momentum" in text] == [True]


@pytest.mark.parametrize(
    ("learner", "removed"),
    [
        ("pca", "shuffled"),
        pytest.param("kmeans", "shuffled", marks=pytest.mark.slow),
        pytest.param("regression", "recalled", marks=pytest.mark.slow),
    ],
)
def test_how_rows_come_decides_the_floor(learner, removed, monkeypatch):
    monkeypatch.setattr(floors, "_ASKED", {learner: floors._ASKED[learner]})
    flat = {f"{one}_{source}": np.ones((6, 4)) for one in floors.RATES for source in floors.SOURCES}
    found = flat | floors.floors(DRAW)
    held = sum(_claims("schedules", paradigms=found).values())
    assert held == (2 if learner == "regression" else 1)
    other = {"shuffled": "replaced", "recalled": "shuffled"}[removed]
    without = found | {f"{learner}_{removed}": found[f"{learner}_{other}"]}
    assert sum(_claims("schedules", paradigms=without).values()) == held - 1


def test_what_is_kept_of_a_lead_is_the_mean_over_all_choices_of_ten(monkeypatch):
    monkeypatch.setattr(restarts, "CHOSEN", 3)
    validation, test = np.random.default_rng(0).normal(size=(2, 4, 7))
    picked = [list(choice) for choice in combinations(range(7), 3)]
    best = np.array([[choice[int(line[choice].argmax())] for choice in picked] for line in validation])
    leads = [np.take_along_axis(one, best, 1).mean(1) - one.mean(1) for one in (validation, test)]
    np.testing.assert_allclose(restarts._kept(validation, test), leads[1] / leads[0].mean())


def test_what_a_network_forgets_its_hidden_units_still_tell():
    found = nets.probed(DRAW)
    claims = _claims("forgetting", probe=found)
    assert list(claims.values()) == [True]
    without = found | {"probe_after": found["own_after"]}
    assert list(_claims("forgetting", probe=without).values()) == [False]


def test_every_calculation_is_in_a_room_of_its_own():
    assert computed.__doc__
    assert power([1, 2, 4], [1, 4, 16]) == pytest.approx(2)


# ---- a lesson from the documentation


@pytest.fixture
def irises(tmp_path, monkeypatch) -> str:
    """The lesson of docs/lessons.md, in a folder of its own on the shelf."""
    (text,) = re.findall(
        r"```python\n(.*?)```", (ROOT / "docs/lessons.md").read_text(encoding="utf-8"), re.DOTALL
    )
    assert len(text.splitlines()) < 60
    (tmp_path / "irises.py").write_text(text, encoding="utf-8")
    monkeypatch.setattr(lessons, "__path__", [*lessons.__path__, str(tmp_path)])
    monkeypatch.chdir(tmp_path)
    return "irises"


def test_the_documented_lesson_is_held_and_drawn(irises):
    assert irises in lessons.names()
    out = done("lesson", irises, "--seeds", "6", "--out", "a", "--workers", "1", "--threads", "1").out
    assert "2 of 2 claims held" in out
    page = Path("a/report.html").read_text(encoding="utf-8")
    assert "How many clusters do the irises need?" in page
    assert Path("a/figures/inertia.png").is_file()
    for name in ("2 clusters", "3 clusters"):
        assert f'aria-hidden="true"></span>{name}</h3>' in page
    assert page.count('class="film"') == 2
    assert "sha256-" in page.split("<title>")[0]
    summary = read(Path("a/summary.json"))
    claims = summary["lesson"]["claims"]
    assert all(claim["text"] in page for claim in claims)
    assert summary["learners"][0]["id"].startswith("clusters/kmeans-iris")
    before = Path("a/clusters/metrics.jsonl").read_bytes()
    done("lesson", "--resume", "a", "--quiet")
    assert Path("a/clusters/metrics.jsonl").read_bytes() == before
    assert Path("a/report.html").read_text(encoding="utf-8") == page
    assert "already holds a lesson" in refused("lesson", irises, "--out", "a")
    Path("a/report.html").unlink()
    assert "2 of 2 claims held" in done("report", "a").out
    assert Path("a/report.html").read_text(encoding="utf-8") == page
    assert "in its own folder" in refused("report", "a", "--out", "b")
    Path("a/summary.json").unlink()
    assert "--resume a" in refused("report", "a")


def test_own_values_leave_claims_out_and_quick_has_no_verdict(irises):
    out = done(
        "lesson", irises, "--quick", "--vary", "clusters=2,4", "--json", "--out", "b", "--workers", "1"
    ).out
    summary = json.loads(out)
    assert summary["lesson"]["claims"] == []
    assert "do not apply here" in Path("b/report.html").read_text(encoding="utf-8")
    quick = json.loads(
        done("lesson", irises, "--quick", "--json", "--out", "c", "--again", "1", "--workers", "1").out
    )
    assert {claim["held"] for claim in quick["lesson"]["claims"]} == {None}
    assert Path("c/again/1/clusters/metrics.jsonl").is_file()
    Path("two_of_mine.py").write_text(
        "from concurrent.futures import ThreadPoolExecutor\ndef two():\n    return ThreadPoolExecutor(2)\n"
    )
    words = ("--quick", "--vary", "clusters=2,4", "--json", "--out", "far")
    done("lesson", irises, *words, "--on", "two_of_mine:two")
    assert timeless(rows(Path("far/clusters"))) == timeless(rows(Path("b/clusters")))
    assert read(Path("far/clusters/config.json"))["study"]["workers"] == 2


def test_a_course_has_an_index_and_its_findings(irises, monkeypatch):
    monkeypatch.setattr(lessons, "names", lambda: [irises])
    done("lesson", "--all", "--quick", "--out", "course", "--quiet", "--workers", "1")
    index = Path("course/index.html").read_text(encoding="utf-8")
    assert "irises/report.html" in index
    findings_are_in_form(Path("course/findings.md").read_text(encoding="utf-8"), [irises])
    done("lesson", "--resume", "course", "--quiet")


def findings_are_in_form(text: str, known: list[str]) -> None:
    """Seven columns a row, every row with the command of a lesson that there is."""
    assert text.startswith("# Findings\n")
    rows = [line for line in text.splitlines() if line.startswith("| ") and "measured" not in line]
    assert rows
    for row in rows:
        cells = re.split(r"(?<!\\)\|", row)[1:-1]
        assert len(cells) == 7, row
        assert cells[6].strip(" `").removeprefix("paradigms lesson ") in known
        assert cells[5].strip() in ("held", "**did not hold**", "no verdict")


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_lesson_is_held_in_a_hurry(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    summary = json.loads(done("lesson", name, "--quick", "--json", "--workers", "1", "--out", "a").out)
    assert len(summary["lesson"]["claims"]) == len(lessons.load(name).claims)
    assert _depending(lessons.load(name), kept(Path("a"))[0], Path("a"))
    assert len(list(Path("a/figures").glob("*.png"))) == len(lessons.load(name).charts)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_claim_holds_at_full_size(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    summary = json.loads(done("lesson", name, "--json", "--workers", "1", "--out", "a").out)
    assert [claim["text"] for claim in summary["lesson"]["claims"] if not claim["held"]] == []
    assert _depending(lessons.load(name), kept(Path("a"))[0], Path("a"))


def _depending(lesson: Lesson, asked: Asked, folder: Path) -> set[str]:
    """Claims that these recorded numbers bear out, and would not if the control took the effect's place."""
    evidence = hold(lesson, asked, folder, Control(), "")
    found = set()
    for claim in lesson.claims:
        if claim.control is not None:
            effect, none = (
                judge([replace(claim, measure=of, control=None)], evidence)[0][0]
                for of in (claim.measure, claim.control)
            )
            within = [claim.bound.holds(*(one.ends or (one.value, one.value))) for one in (effect, none)]
            if within == [True, False]:
                found.add(claim.holds)
    return found


def _number(text: str) -> float:
    """As findings.md writes it: 1,234, −0.5, 12 %, 8 points, 10⁻⁵ or 4.1×10⁻⁷."""
    plain = re.sub(r"points|[%\s]", "", text.replace("−", "-").replace(",", "").split("(")[0])
    power = re.fullmatch("(.*?)×?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", plain)
    if power is None:
        return float(plain)
    return float(power[1] or 1) * 10.0 ** int(power[2].translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")))


def test_without_its_effect_no_lesson_would_hold():
    """The recorded controls, which are the same measures without the effect, lie outside of the bounds."""
    fall = set()
    for row in (ROOT / "docs/findings.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]]
        if len(cells) == 7 and cells[6].startswith("`paradigms") and cells[3] != "–":
            ends = cells[2].replace("≥", "").replace("≤", "").split(" to ")
            low, high = (_number(end) for end in (ends[0], ends[-1]))
            control = _number(cells[3])
            if (control < low and "≤" not in cells[2]) or (control > high and "≥" not in cells[2]):
                fall.add(cells[6].strip("`").removeprefix("paradigms lesson "))
    assert fall == set(NAMES)


def test_no_number_of_a_finding_runs_into_the_next():
    """ "at 0.2 95.3 %" reads as one number."""
    text = (ROOT / "docs/findings.md").read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if re.search(r"(?<![A-Z])[\d%]\s\d", line)] == []


def test_the_findings_of_the_repository_are_in_form():
    findings_are_in_form((ROOT / "docs/findings.md").read_text(encoding="utf-8"), NAMES)


def test_a_lesson_is_one_value():
    assert isinstance(lessons.load("descent"), Lesson)
