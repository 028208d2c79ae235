"""Why a learner ends below its reference: what its run shows, and nothing where that is not known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from teachers_run import folder, rows, spec

from paradigms.reports.panels import below
from paradigms.reports.reading.comparison import Shown, compare
from paradigms.reports.together import findings
from paradigms.reports.together import lost as lost_seeds
from paradigms.reports.together.facts import facts

FLAT = [0.1, *[0.95] * 8]
RISING = [0.1 * n for n in range(1, 10)]


def shown(
    home: Path, curves: Sequence[Sequence[float]], final: float = 0.95, stopped: Any = "budget", **own: Any
) -> Shown:
    """One learner, a seed for each curve; baseline 0.1, reference 1."""
    made = [row for seed, curve in enumerate(curves) for row in rows("a", curve, 100, final, [seed])]
    for row in made:
        if row["split"] == "test":
            row["stopped"] = stopped if isinstance(stopped, str) else stopped[row["seed"]]
    run = folder(home / "run", [(spec("a", "supervised") | {"title": "It"} | own, made)], None)
    (learner,) = compare([run]).learners
    return learner


def test_quarters_are_the_means_of_their_records_over_seeds(tmp_path: Path) -> None:
    """Records at 500 and 600 of 800 samples, then at 700 and 800: two seeds rise, two stay."""
    learner = shown(tmp_path, [RISING, FLAT, RISING, FLAT])
    rising, flat = (((0.65 - 0.1) / 0.9, (0.85 - 0.1) / 0.9), ((0.95 - 0.1) / 0.9,) * 2)
    expected = [(a + b) / 2 for a, b in zip(rising, flat, strict=True)]
    assert below.quarters(learner) == pytest.approx(expected)
    assert facts(learner)["late_progress"] == pytest.approx(expected)


@pytest.mark.parametrize("stopped", [["budget", "early"], "converged", ["budget", "diverged"]])
def test_nobody_is_still_improving_who_ended_of_itself(tmp_path: Path, stopped: Any) -> None:
    learner = shown(tmp_path, [RISING, RISING], stopped=stopped)
    assert below.quarters(learner) is None
    assert facts(learner)["late_progress"] is None


def test_who_still_improved_is_said_to_whatever_its_reference_is(tmp_path: Path) -> None:
    learner = shown(tmp_path, [RISING] * 3, reference_name="KMeans(n_init=10)", model="linear")
    told = below.below(learner, sure=False)
    assert told == (
        "It ended lower, by luck or because it was still improving when its feedback ended: 61\u202f% of the "
        "way over the third quarter of it, 83\u202f% over the last, on the validation part."
    )
    assert below.below(learner, sure=True).startswith("It may stay below because it was still improving")


@pytest.mark.parametrize(
    ("own", "final", "said"),
    [
        ({"reference_name": "KMeans(n_init=10)"}, 0.95, "its reference is the best of ten starts"),
        ({"model": "linear"}, 0.95, "its reference is exact over all training rows"),
        ({"paradigm": "reinforcement", "reference_name": "the environment's maximum"}, 0.95,
         "only a policy without a mistake earns its reference (the environment's maximum)"),
        ({"paradigm": "reinforcement", "reference_name": "value iteration"}, 0.95, "only a policy"),
        ({"paradigm": "reinforcement", "reference_name": "the best of 24 rules"}, 0.95, ""),
        ({}, 0.95, ""),
        ({"model": "linear"}, 0.5, ""),
        ({"reference_name": "KMeans(n_init=10)"}, 0.5, ""),
    ],
)  # fmt: skip
def test_a_reason_is_told_where_the_way_is_nearly_done(
    tmp_path: Path, own: dict[str, Any], final: float, said: str
) -> None:
    """What is left of nine tenths of the way has such a reason; half of the way has not."""
    told = below.below(shown(tmp_path, [FLAT] * 3, final, **own), sure=True)
    assert told.startswith(f"It may stay below because {said}") if said else told == ""


@pytest.mark.parametrize(("seeds", "cut"), [(3, False), (4, True)])
def test_what_an_iqm_cuts_is_said_as_it_is(tmp_path: Path, seeds: int, cut: bool) -> None:
    """Of three seeds it is their plain mean."""
    told = " ".join(findings.replicas([shown(tmp_path, [FLAT] * seeds)]))
    assert ("no single lucky or unlucky seed decides" in told) == cut
    assert ("of fewer than four seeds nothing, so that a single lucky" in told) != cut


@pytest.mark.parametrize(("lost", "said"), [(None, "; the worst ends at"), (3, "that came through ends at")])
def test_the_worst_came_through_where_another_did_not(tmp_path: Path, lost: int | None, said: str) -> None:
    learner = shown(tmp_path, [[0.1] * 5] * 6, 0.1)
    if lost is not None:
        learner.entry["diverged"] = {"0": lost}
    assert said in lost_seeds.behind(learner)


def test_who_diverged_is_told_with_its_learning_rate(tmp_path: Path) -> None:
    learner = shown(tmp_path, [FLAT] * 3, settings={"lr": 0.5})
    cause = "The usual cause is too large a learning rate (lr): It 0.5000."
    assert cause not in lost_seeds.failures([learner])
    learner.entry["diverged"] = {"1": 7}
    assert lost_seeds.failures([learner]).startswith(
        "1 of 3 replicas diverged and count as the worst: It seed 1"
    )
    assert lost_seeds.failures([learner]).endswith(cause)
    learner.spec["options"] = {"lr": None}
    assert "usual cause" not in lost_seeds.failures([learner])
