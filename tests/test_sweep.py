"""Sweeps: every setting gets what it gets alone, however it was dealt, stopped, extended or kept."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import runs
from commands import done, paradigms, refused
from runs import Stopper

import paradigms as pg
from paradigms import choices
from paradigms.errors import Interrupted, UsageError
from paradigms.runs.difference import differences
from paradigms.runs.folder import RunFolder
from paradigms.runs.identity import Replica
from paradigms.studies.asking.company import dealt
from paradigms.studies.asking.plan import plans
from paradigms.studies.asking.request import Request
from paradigms.studies.asking.resuming import request_of
from paradigms.studies.study import Control, run
from paradigms.studies.verify import verify

GRID = {"lr": [0.001, 0.1, 1e6], "hidden": [(4,), (8,)]}


def asked(*learners, grid=GRID, **more) -> Request:
    return runs.sweep(learners or ("classification",), grid, **more)


def swept(request: Request, path: Path, control: Control | None = None) -> Path:
    run(request, RunFolder.choose(path, "sweep", force=False), control or Control(), "a sweep")
    return path


def gone_on(path: Path, request: Request | None = None) -> Path:
    folder = RunFolder(path)
    run(request or request_of(folder), folder, Control(), "more of it")
    return path


def rows(path: Path, **varied):
    """Metric rows of one setting without clocks, by seed, part and step."""
    config = json.loads((path / "config.json").read_text())
    (learner,) = config["learners"]
    numbers = {choices.key(one["varied"]): one["setting"] for one in learner["settings"]}
    found = {}
    for line in (path / "metrics.jsonl").read_text().splitlines():
        row = json.loads(line)
        if row.pop("setting") == numbers[choices.key(varied)]:
            place = row["seed"], row["split"], row["step"]
            found[place] = {name: value for name, value in row.items() if "seconds" not in name}
    return found


@pytest.fixture(scope="module")
def sweep(tmp_path_factory):
    """Two seeds of six settings and the default; read only."""
    return swept(asked(), tmp_path_factory.mktemp("sweep") / "run")


def test_every_setting_is_what_a_run_with_its_options_is(sweep, tmp_path):
    for number, setting in enumerate([{}, {"lr": 0.1, "hidden": (8,)}, {"lr": 1e6, "hidden": (4,)}]):
        alone = asked(grid={}, command="run", options={**asked().options, **setting})
        expected = rows(swept(alone, tmp_path / str(number)))
        found = rows(sweep, **setting)
        assert {place: found[place] for place in expected} == expected
        assert {place[0] for place in expected} == {0, 1}


def test_best_and_default_are_judged_on_fresh_seeds(sweep):
    summary = pg.open_study(sweep).summary["sweep"]
    best = summary["best"]["classification"]
    assert best["varied"]["lr"] == 0.1, "a rate of 0.001 has hardly begun, and 1e6 lost itself"
    tested = {
        (row["setting"], row["seed"])
        for row in map(json.loads, (sweep / "metrics.jsonl").read_text().splitlines())
        if row["split"] == "test"
    }
    fresh = {replica for replica in tested if replica[1] > 1}
    assert fresh == {(setting, seed) for setting in (0, best["setting"]) for seed in (2, 3)}
    assert len(tested) == 7 * 2 + 4
    assert best["fresh"]["seeds"] == [2, 3]
    entries = pg.open_study(sweep).summary["learners"]
    assert [entry["setting"] for entry in entries] == list(range(7))
    assert all(entry["seeds"] == [0, 1] for entry in entries), "the fresh ones are in no count"


def test_the_best_is_trained_again_by_its_file(sweep, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done(
        "run", "supervised", "--config", sweep / "best-classification.toml", "--threads", 1, "--out", "again"
    )
    best = pg.open_study(sweep).summary["sweep"]["best"]["classification"]
    varied = {
        name: tuple(value) if isinstance(value, list) else value for name, value in best["varied"].items()
    }
    expected, found = rows(Path("again")), rows(sweep, **varied)
    assert {place: found[place] for place in expected} == expected


def test_models_are_kept_of_the_best_and_the_default_or_of_all(sweep, tmp_path):
    kept = {path.stem.partition("@")[2] for path in (sweep / "model").glob("*.json")}
    best = pg.open_study(sweep).summary["sweep"]["best"]["classification"]["setting"]
    assert kept == {"", str(best)}
    every = swept(asked(keep="all", grid={"lr": [0.1, 0.2]}), tmp_path / "all")
    assert len(list((every / "model").glob("*.json"))) == 3
    said = paradigms("predict", sweep, "--data", "none.csv", "--setting", 1)
    assert (said.code, "has kept no model of setting 1" in said.err) == (2, True)


@pytest.mark.parametrize("at", [3, 40, 90])
def test_a_sweep_that_is_stopped_goes_on_to_the_same_bits(at, sweep, tmp_path):
    stopper = Stopper(at, every=0.0)
    with pytest.raises(Interrupted):
        swept(asked(), tmp_path / "run", stopper)
    gone_on(tmp_path / "run")
    found, compared = differences(sweep, tmp_path / "run")
    assert (found, compared > 1000) == ([], True)


def test_shared_out_over_processes_it_is_the_same(sweep, tmp_path):
    found, _ = differences(sweep, swept(asked(workers=2), tmp_path / "run"))
    assert found == []


def test_settings_and_seeds_that_come_later_are_those_of_one_sweep_of_all(tmp_path):
    few = asked(grid={"lr": [0.1, 0.01]}, seeds=1)
    path = swept(few, tmp_path / "few")
    lines = (path / "metrics.jsonl").read_text().splitlines(keepends=True)
    before = "".join(line for line in lines if '"seed": 0' in line)  # the fresh seed is judged anew
    more = replace(
        few, grid=choices.distinct((*few.grid, *choices.grid({"lr": [0.3, 0.01, 0.001]}))), seeds=2
    )
    gone_on(path, more.checked())
    assert (path / "metrics.jsonl").read_text().startswith(before), "nothing is trained again"
    whole = swept(asked(grid={"lr": [0.3, 0.01, 0.001, 0.1]}, seeds=2), tmp_path / "whole")
    for setting in ({"lr": 0.1}, {"lr": 0.3}, {"lr": 0.001}, {}):
        expected = {place: row for place, row in rows(whole, **setting).items() if place[0] < 2}
        found = rows(path, **setting)
        assert {place: found[place] for place in expected} == expected
    assert verify(path, Control()).identical
    (path / "summary.json").unlink(missing_ok=True)  # it names settings by number
    assert differences(path, whole)[0] == [], "what is kept is found by what varies, not by number"


def test_verify_finds_a_sweep_identical_and_a_changed_number(tmp_path):
    path = swept(asked(grid={"lr": [0.1, 0.01]}, seeds=1), tmp_path / "run")
    assert verify(path, Control()).identical
    lines = (path / "metrics.jsonl").read_text().splitlines(keepends=True)
    row = next(i for i, line in enumerate(lines) if '"setting": 2' in line and '"test"' in line)
    lines[row] = lines[row].replace('"updates": ', '"updates": 9')
    (path / "metrics.jsonl").write_text("".join(lines))
    (told,) = verify(path, Control()).differences
    assert 'with {"lr": 0.01}' in told
    assert "updates" in told


def test_an_option_that_changes_the_question_has_no_winner(tmp_path):
    path = swept(asked("kmeans", grid={"clusters": [2, 3]}), tmp_path / "run")
    summary = pg.open_study(path).summary
    assert summary["sweep"]["best"] == {}
    assert not list(path.glob("best-*"))
    assert [path.stem for path in (path / "model").glob("*.json")] == ["kmeans-iris"]
    assert "none of them is the best" in summary["words"]["found"][0]


def test_learners_share_a_page_and_each_takes_what_it_has(tmp_path):
    study = pg.sweep(
        "regression",
        "pca",
        lr=[0.1, 0.01],
        hidden=[(4,), (8,)],
        epochs=1,
        seeds=1,
        threads=1,
        out=tmp_path / "run",
    )
    settings = {}
    for entry in study.summary["learners"]:
        settings.setdefault(entry["id"], []).append(entry["varied"])
    assert [len(varied) for varied in settings.values()] == [5, 3]
    assert {"lr", "hidden"} <= set(study.frame.columns)
    page = study.report().read_text()
    assert "What the learning rate and hidden layers change in Regression and PCA" in page


# ---- dealing


def companies(capacity: int, settings: int, seeds: int, learner: str = "classification"):
    (plan,), _ = plans(asked(learner, grid={"lr": [0.1 / (k + 1) for k in range(settings)]}, seeds=seeds))
    return plan, dealt(plan, plan.asked, capacity)


@pytest.mark.parametrize(
    ("capacity", "settings", "seeds", "sizes"),
    [
        (100, 24, 10, [25] * 10),  # the settings of one seed, on one copy of its data
        (100, 2, 10, [10] * 3),  # the seeds of one setting
        (8, 24, 3, [7, 6, 6, 6] * 3),
        (100, 24, 1, [25]),
    ],
)
def test_companies_are_rows_or_columns_that_fit(capacity, settings, seeds, sizes):
    plan, found = companies(capacity, settings, seeds)
    assert [len(one.replicas) for one in found] == sizes
    assert all(
        len({r[i] for r in one.replicas}) == 1
        for one in found
        for i in (0, 1)
        if 1 < settings < seeds
        for i in (0,)
    )
    assert sorted(r for one in found for r in one.replicas) == sorted(plan.asked)
    for one in found:
        (again,) = dealt(plan, one.replicas, capacity)
        assert again.replicas == one.replicas, "what is dealt again stays as it is"


def test_what_does_not_stack_trains_apart():
    (plan,), _ = plans(asked(grid={"lr": [0.1, 0.2], "batch_size": [8, 16], "clip": [None, 1.0]}, seeds=1))
    found = dealt(plan, plan.asked, 100)
    shared = [{(s.options.batch_size, s.options.clip is None) for s in one.settings} for one in found]
    assert all(len(one) == 1 for one in shared)
    assert sum(len(one.replicas) for one in found) == 9
    (both,) = (one for one in found if one.setting.options.batch_size == 16 and one.options.clip is None)
    assert both.options.lr == (0.1, 0.2)


# ---- what is typed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("sweep --vary lr=0.1", "sweep needs a learner. Name one or more: regression"),
        ("sweep classification", "nothing varies. Add for example --vary"),
        ("sweep clasification --vary lr=1", "did you mean 'classification'"),
        ("sweep classification --vary rl=1", "or 'lr'"),
        ("sweep kmeans --vary hidden=8,16", "--hidden is not an option of kmeans"),
        ("sweep classification --lr 0.1 --vary lr=0.1,1", "--lr is given, and varies"),
        ("sweep classification --vary lr=1e-4:1:log", "does not say how many values"),
        ("sweep classification --vary lr=1e-4:1:log --random 0", "--random 0 draws no setting"),
        ("sweep classification --vary seeds=1,2", "--seeds cannot vary"),
        ("compare --vary lr=1,2", "Type: paradigms sweep classification --vary"),
        ("run rl --vary lr=1,2", "Type: paradigms sweep dqn --vary"),
    ],
)
def test_what_cannot_be_meant_is_one_line(words, said, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert said in refused(*words.split())


def test_a_sweep_goes_on_along_what_it_varies(sweep, five, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert "varies lr, hidden, and would go on" in refused("sweep", "--resume", sweep, "--vary", "l2=0,1")
    assert "Repeat those of the sweep: --random 9 --vary lr=… --vary hidden=…" in refused(
        "sweep", "--resume", sweep, "--random", 9
    )
    assert "the sweep has 2 already" in refused("sweep", "--resume", sweep, "--seeds", 1)
    assert "is no sweep" in refused("sweep", "--resume", five)
    assert "--lr cannot be added" in refused("sweep", "--resume", sweep, "--lr", 1)


def test_from_python_a_list_for_one_value_is_refused_with_the_way():
    with pytest.raises(UsageError, match=r"--lr must be a number.*paradigms.sweep\(…, lr=\[0.1, 1\]\)"):
        pg.run("regression", lr=[0.1, 1])
    with pytest.raises(UsageError, match=r"--double is true or false.*paradigms.sweep"):
        pg.run("dqn", double=[True, False])
    with pytest.raises(UsageError, match="an option that varies"):
        pg.sweep("regression", lr=0.1)


def test_dry_run_names_settings_and_groups(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = done("sweep", "classification", "--vary", "lr=0.1,1", "--vary", "batch-size=8,16", "--dry-run").out
    assert "setting 4: lr 1, batch_size 16" in told
    assert "4 settings and the default, 50 replicas" in told
    assert not list(tmp_path.iterdir())


def test_replicas_are_pairs():
    assert Replica(0, 3) < Replica(1, 0)
