"""Run folder -> summary: numbers that can be worked out by hand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import states
import synthetic_run as synthetic

from paradigms import reports
from paradigms.errors import UsageError

FIELDS = {
    "id",
    "paradigm",
    "task",
    "dataset",
    "model",
    "options",
    "name",
    "metric",
    "lower_is_better",
    "seeds",
    "scores",
    "baselines",
    "references",
    "reference_name",
    "iqm",
    "ci95",
    "range",
    "progress",
    "progress_ci95",
    "diverged",
    "updates",
    "samples",
    "seconds",
    "samples_to",
    "reached",
    "setting",
    "varied",
    "failed",
    "solved",
}


def by_hand(
    folder: Path, curves: dict[int, list[float]], tests: dict[int, float | None], **more: Any
) -> Path:
    """A run whose held-out curve has a point every 10 samples, baseline 0 and reference 1 (or as given)."""
    spec = {
        "id": "a",
        "metric": "accuracy",
        "lower_is_better": False,
        "paradigm": "supervised",
        "task": "classification",
        "dataset": "d",
        "model": "m",
        "settings": {},
        "reference_name": "r",
    } | more
    reference = more.get("reference", 1.0)
    rows: list[dict[str, Any]] = []
    for seed, curve in curves.items():
        place = {"learner": "a", "seed": seed, "setting": 0}
        rows += [
            {
                **place,
                "step": i,
                "samples": 10 * i,
                "seconds": i,
                "split": "validation",
                spec["metric"]: value,
                "baseline": 0.0,
                "reference": reference,
            }
            for i, value in enumerate(curve)
        ]
        lost = tests[seed] is None
        why = "diverged" if lost else more.get("stopped", "budget")
        rows.append(
            {
                **place,
                "step": 5,
                "samples": 50,
                "seconds": 5,
                "split": "test",
                spec["metric"]: tests[seed],
                "baseline": 0.0,
                "reference": reference,
                "updates": 5,
                "wall_seconds": 2.5,
                "stopped": why,
                "diverged": 3 if lost else None,
                "read": more.get("read"),
            }
        )
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps({"version": 1, "command": "c", "learners": [spec]}))
    (folder / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder


def test_fields_are_those_of_the_contract(tmp_path: Path) -> None:
    summary = reports.summarise(synthetic.write(tmp_path / "run", seeds=5, points=8, moments=4, rows=10))
    assert summary["version"] == 2
    assert set(summary) == {"version", "command", "learners", "words", "facts", "differences", "figures"}
    assert [set(entry) for entry in summary["learners"]] == [FIELDS] * 5
    json.dumps(summary, allow_nan=False)


def test_numbers_worked_out_by_hand(tmp_path: Path) -> None:
    curves = {0: [0.0, 0.6, 0.95, 0.95, 0.9], 1: [0.0, 0.4, 0.6, 0.7, 0.8], 2: [0.0, 0.9, 0.2, 0.95, 0.95]}
    (entry,) = reports.summarise(by_hand(tmp_path / "r", curves, {0: 0.8, 1: 0.6, 2: 1.3}))["learners"]
    assert entry["iqm"] == pytest.approx(0.9)
    assert (entry["ci95"], entry["range"]) == (None, [0.6, 1.3])
    assert entry["progress"] == pytest.approx(0.9)
    assert entry["samples_to"] == {"50": 20, "90": None, "95": None}  # three records in a row, or never
    assert entry["reached"] == {"50": pytest.approx(2 / 3), "90": pytest.approx(1 / 3), "95": 0.0}
    assert (entry["updates"], entry["samples"], entry["seconds"]) == (5, 50, 2.5)


@pytest.mark.parametrize(("gradientless", "there"), [(None, None), ("merges are made or not", 30)])
def test_whoever_is_done_stays_where_it_is(
    tmp_path: Path, gradientless: str | None, there: int | None
) -> None:
    """After the last merge nothing can change: no further records are needed to see that it stays."""
    curves = {0: [0.0, -0.2, 0.1, 1.0]}
    run = by_hand(tmp_path / "r", curves, {0: 0.99}, gradientless=gradientless)
    (entry,) = reports.summarise(run)["learners"]
    assert entry["samples_to"] == {"50": there, "90": there, "95": there}


def test_diverged_seed_is_listed_and_counts_as_the_worst(tmp_path: Path) -> None:
    tests = {seed: None if seed == 4 else 0.5 + seed / 10 for seed in range(8)}
    run = by_hand(tmp_path / "r", {seed: [0.0, 1.0] for seed in range(8)}, tests)
    (entry,) = reports.summarise(run)["learners"]
    assert entry["diverged"] == {"4": 3}
    assert entry["scores"][4] is None
    assert entry["iqm"] == pytest.approx(np.mean([0.6, 0.7, 0.8, 1.0]))  # −∞ and 0.5 are cut below
    assert entry["progress"] == pytest.approx(entry["iqm"])


def test_lower_is_better_turns_progress_round(tmp_path: Path) -> None:
    run = by_hand(
        tmp_path / "r",
        {0: [0.0, -3.0, -3.0, -3.0]},
        {0: -3.0},
        metric="inertia",
        lower_is_better=True,
        reference=-4.0,
    )
    (entry,) = reports.summarise(run)["learners"]
    assert entry["progress"] == pytest.approx(0.75)
    assert entry["samples_to"]["50"] == 10


def test_what_a_start_reads_counts_before_the_first_sample(tmp_path: Path) -> None:
    run = by_hand(tmp_path / "r", {0: [0.6, 0.6, 0.6, 1.0]}, {0: 1.0}, read=7)
    (entry,) = reports.summarise(run)["learners"]
    assert entry["samples_to"] == {"50": 7, "90": None, "95": None}


@pytest.mark.parametrize(("stopped", "samples"), [("early", 20), ("converged", 20), ("budget", None)])
def test_a_replica_that_stopped_would_be_seen_again_as_it_was(
    tmp_path: Path, stopped: str, samples: int | None
) -> None:
    run = by_hand(tmp_path / "r", {0: [0.0, 0.0, 0.9], 1: [0.0, 0.0, 0.9]}, {0: 0.9, 1: 0.9}, stopped=stopped)
    (entry,) = reports.summarise(run)["learners"]
    assert entry["samples_to"]["90"] == samples


def test_progress_is_null_where_the_reference_is_hardly_better_than_the_baseline(tmp_path: Path) -> None:
    """Over seeds, on both parts, in figures and words alike."""
    run = synthetic.write(tmp_path / "run", ["regression", "dqn"], seeds=6, points=12, moments=4, rows=10)
    states.edited(run, states.hardly)
    summary = reports.summarise(run)
    for entry in summary["learners"]:
        assert (entry["progress"], entry["progress_ci95"]) == (None, None)
        assert set(entry["samples_to"].values()) == set(entry["reached"].values()) == {None}
    assert not [name for name in summary["figures"] if name.startswith("comparison")]


@pytest.mark.parametrize("reference", [None, -0.5])
def test_without_a_usable_reference_progress_is_null(tmp_path: Path, reference: float | None) -> None:
    (entry,) = reports.summarise(by_hand(tmp_path / "r", {0: [0.1, 0.9]}, {0: 0.9}, reference=reference))[
        "learners"
    ]
    assert (entry["iqm"], entry["progress"], entry["samples_to"]["90"]) == (0.9, None, None)


def test_unfinished_run_has_no_score_but_no_divergence(tmp_path: Path) -> None:
    run = synthetic.write(tmp_path / "run", ["regression"], seeds=5, points=8, moments=4, unfinished=True)
    (entry,) = reports.summarise(run)["learners"]
    assert (entry["iqm"], entry["diverged"], entry["seconds"]) == (None, {}, None)


def test_runs_side_by_side_get_ids_of_their_own(tmp_path: Path) -> None:
    first = by_hand(tmp_path / "a", {0: [0.1]}, {0: 0.2})
    second = by_hand(tmp_path / "b", {0: [0.1]}, {0: 0.7})
    entries = reports.summarise(first, second, first)["learners"]
    assert [entry["id"] for entry in entries] == ["a", "a-2", "a-3"]
    assert [entry["iqm"] for entry in entries] == [0.2, 0.7, 0.2]


def test_summarising_writes_nothing(tmp_path: Path) -> None:
    run = by_hand(tmp_path / "r", {0: [0.1]}, {0: 0.2})
    reports.summarise(run)
    assert sorted(path.name for path in run.iterdir()) == ["config.json", "metrics.jsonl"]


def test_a_last_line_cut_short_is_passed_over_but_a_broken_one_is_named(tmp_path: Path) -> None:
    run = by_hand(tmp_path / "r", {0: [0.1, 0.2]}, {0: 0.2})
    whole = (run / "metrics.jsonl").read_text()
    (run / "metrics.jsonl").write_text(whole + '{"learner": "a", "se')
    assert reports.summarise(run)["learners"][0]["iqm"] == 0.2
    (run / "metrics.jsonl").write_text('{"learner": \n' + whole)
    with pytest.raises(UsageError, match="line 1"):
        reports.summarise(run)


def test_what_is_no_run_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path / "nowhere", tmp_path / "empty"):
        with pytest.raises(UsageError, match="paradigms report") as caught:
            reports.summarise(folder)
        assert folder.name in str(caught.value)
        assert "\n" not in str(caught.value)
    with pytest.raises(UsageError, match="no run folder"):
        reports.summarise()


@pytest.mark.parametrize("diverged", [(), (0, 1, 2, 3)])
def test_table_fits_a_terminal(tmp_path: Path, diverged: tuple[int, ...]) -> None:
    run = synthetic.write(tmp_path / "run", seeds=10, points=12, moments=4, rows=10, diverged=diverged)
    text = reports.table(run)
    assert max(map(len, text.splitlines())) <= 80
    assert all(
        name in text for name in ("regression R²", "classification acc", "kmeans J", "pca EV", "dqn G")
    )
    assert ("diverged: dqn-CartPole-v1, seeds 0, 1, 2, 3" in text) == bool(diverged)


def test_frame_is_tidy_and_keeps_every_number(tmp_path: Path) -> None:
    frame = reports.frame(by_hand(tmp_path / "r", {0: [0.1, 0.2], 1: [0.3, 0.4]}, {0: 0.5, 1: None}))
    expected = ["learner", "seed", "setting", "step", "samples", "seconds", "split", "signal", "value"]
    assert list(frame.columns) == expected
    accuracy = frame[frame.signal == "accuracy"].pivot_table("value", "seed", "split", aggfunc="max")
    assert accuracy.loc[0, "validation"] == 0.2
    assert accuracy.loc[0, "test"] == 0.5
    assert not (frame.signal == "stopped").any()


def test_importing_the_package_costs_nothing() -> None:
    heavy = "matplotlib seaborn pandas scipy numpy jinja2 torch safetensors"
    code = f"import sys, paradigms.reports; print([m for m in '{heavy}'.split() if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
