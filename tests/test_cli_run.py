"""`run` and `compare`: what reaches stdout and stderr, what is chosen, and where options come from."""

import json
import re
from itertools import groupby
from pathlib import Path

import numpy as np
import pytest
from commands import SHORT, TINY, done, learnt, read, refused, same

from paradigms.registry import PARADIGMS, REGISTRY, of

QUICK = ("--seeds", "1", "--samples", "64", "--threads", "1")
REGRESSION = ("run", "supervised", "--task", "regression", *QUICK)


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def own():
    """A table with a number y and a class k to predict."""
    draw = np.random.default_rng(0)
    x = draw.normal(size=(60, 3)).round(3)
    y = (x @ [1.0, 2.0, -1.0] + 0.1 * draw.normal(size=60)).round(3)
    lines = [f"{a},{b},{c},{d},{'up' if d > 0 else 'down'}" for (a, b, c), d in zip(x, y, strict=True)]
    Path("own.csv").write_text("\n".join(["a,b,c,y,k", *lines]) + "\n")
    return "own.csv"


@pytest.fixture
def trained(monkeypatch):
    """Nothing is trained: the plans that would have been, one list a run."""
    seen = []

    def learn(assembly, folder, ledger, control):
        seen.append(assembly)

    monkeypatch.setattr("paradigms.studies.study.learn", learn)
    monkeypatch.setattr("paradigms.studies.study.report", lambda *_: None)
    monkeypatch.setattr("paradigms.cli.running.announce", lambda *_: None)
    return seen


def config():
    (folder,) = Path("runs").iterdir()
    return read(folder / "config.json")


# ---- what is printed


def test_a_small_table_and_the_page_on_stdout_and_notes_on_stderr():
    answer = done(*REGRESSION, "--out", "run")
    head, *lines = answer.out.splitlines()
    assert head.split()[0] == "score"
    assert lines[0].startswith("regression")
    page = re.fullmatch(r"(.*report\.html)  \([\d.]+ MB, \d+ s\)", lines[-1])
    assert page
    assert Path(page[1]).is_file()
    assert answer.err == "Training on cpu with 1 thread.\n"


def test_json_is_the_summary_and_nothing_else():
    answer = done(*REGRESSION, "--out", "run", "--json")
    assert json.loads(answer.out) == read(Path("run/summary.json"))
    assert answer.err == "Training on cpu with 1 thread.\n"


@pytest.mark.usefixtures("undrawn")
def test_quiet_leaves_stderr_empty():
    answer = done("compare", "--only", "regression,kmeans", *QUICK, "--clusters", "3", "--quiet")
    assert answer.err == ""
    assert "report.html" in answer.out


@pytest.mark.usefixtures("undrawn")
def test_the_page_is_opened_on_request(monkeypatch):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    done(*REGRESSION, "--out", "run")
    assert opened == []
    done("compare", "--resume", "run", "--open")
    assert opened == [(Path.cwd() / "run" / "report.html").as_uri()]


@pytest.mark.usefixtures("undrawn")
def test_a_large_page_is_said_to_be_large(monkeypatch):
    monkeypatch.setattr("paradigms.reports.page.report.LARGE", 1000)
    assert "Warning: the page is" in done(*REGRESSION, "--quiet").err


def test_runs_are_numbered_and_the_command_is_kept(trained):
    done("run", "rl", "--seeds", "1", "--quiet")
    done("run", "rl", "--seeds", "1", "--quiet", "--env", "FrozenLake-v1")
    first, second = sorted(Path("runs").iterdir())
    assert re.fullmatch(r"run-rl-\d{4}-\d\d-\d\d-1", first.name)
    assert second.name == first.name[:-1] + "2"
    assert read(second / "config.json")["command"].endswith("--quiet --env FrozenLake-v1")


# ---- a dry run


def test_a_dry_run_shows_data_settings_and_estimates_and_leaves_nothing():
    answer = done("compare", "--dry-run", "--lr", "0.03")
    assert list(Path.cwd().iterdir()) == []
    assert "diabetes: 442 rows" in answer.out
    assert answer.out.count("digits: 1,797 rows") == 1
    assert "environment CartPole-v1" in answer.out
    assert "StandardScaler()" in answer.out
    assert "lr 0.03" in answer.out
    assert "(each of 10 seeds)" in answer.out
    rows = re.findall(r"^(\S+) +([\d,]+) +([\d,]+) +\d+ (?:s|min) +(\d+) MB$", answer.out, re.MULTILINE)
    assert [row[0].split("-")[0] for row in rows] == ["regression", "classification", "kmeans", "pca", "dqn"]
    assert all(int(samples.replace(",", "")) > 0 for _, samples, _, _ in rows)
    assert "kmeans learns by plain sgd, because --lr was given." in answer.out


def test_episodes_that_may_end_early_are_counted_as_the_most_they_can_last():
    shown = done("run", "rl", "--env", "FrozenLake8x8-v1", "--samples", "2000", "--dry-run").out
    assert re.search(r"Training would take up to \d+ (?:s|min) on a laptop", shown)


def test_a_long_training_says_about_how_long(trained):
    assert re.search(r"for about \d+ min\.", done("run", "rl", "--samples", "300000", "--workers", "1").err)


# ---- who takes what


def test_options_that_only_some_take_are_said(trained):
    err = done("compare", "--clusters", "3", "--seeds", "1").err
    assert "--clusters applies to kmeans only, not to regression, classification, pca, dqn." in err
    assert "applies to" not in done("run", "unsupervised", "--seeds", "1", "--lr", "0.1").err


def test_hidden_layers_of_a_linear_model_are_said_to_change_nothing(trained):
    assert "regression is linear, so --hidden" in done("run", "supervised", "--hidden", "8").err
    assert "linear" not in done("run", "supervised", "--hidden", "8", "--model", "mlp").err


def test_run_without_a_task_does_both(trained):
    done("run", "supervised", "--seeds", "1")
    done("run", "unsupervised", "--seeds", "1")
    assert [one.entry.name for one in trained] == ["regression", "classification", "kmeans", "pca"]
    assert [one.company.setting.subject for one in trained] == ["diabetes", "digits", "digits", "digits"]


def test_compare_does_all_or_those_named_once_each(trained):
    done("compare", "--quick")
    done("compare", "--only", "dqn, regression,dqn", "--quick")
    names = ["regression", "classification", "kmeans", "pca", "dqn", "dqn", "regression"]
    assert [one.entry.name for one in trained] == names
    assert all(len(one.problem.streams.seeds) == 3 for one in trained)


def asked(monkeypatch, *words):
    """Who would be trained, and whether each was named."""
    seen = []
    monkeypatch.setattr("paradigms.cli.running.carry_out", lambda request, shown: seen.append(request))
    done("compare", *words)
    (request,) = seen
    return request.learners, request.named


def test_compare_all_is_everybody_by_kinds_of_feedback(monkeypatch):
    names, named = asked(monkeypatch, "--all")
    assert sorted(names) == sorted(REGISTRY)
    kinds = [REGISTRY[name].paradigm for name in names]
    assert [kind for kind, _ in groupby(kinds)] == list(PARADIGMS)
    assert not named, "who does not fit a data set is left out"
    assert asked(monkeypatch, "--only", "all") == (names, ())


@pytest.mark.parametrize("paradigm", PARADIGMS)
def test_a_paradigm_is_its_learners(monkeypatch, paradigm):
    assert asked(monkeypatch, "--only", paradigm) == (of(paradigm), ())


def test_paradigms_and_learners_may_be_named_together(monkeypatch):
    names, named = asked(monkeypatch, "--only", "pca,rl,dqn")
    assert (names, named) == (("pca", *of("reinforcement")), ("pca", "dqn"))


def test_the_config_of_a_run_of_all_makes_a_run_of_all(trained, monkeypatch):
    done("compare", "--only", "self-supervised", "--quick")
    (folder,) = Path("runs").iterdir()
    assert asked(monkeypatch, "--config", folder / "config.json")[0] == of("self-supervised")
    assert [one.entry.name for one in trained] == list(of("self-supervised"))


def test_a_data_set_goes_to_those_it_fits(trained):
    err = done("compare", "--dataset", "wine", "--seeds", "2").err
    assert "regression is left out: regression needs a number as target" in err
    assert [one.company.setting.subject for one in trained] == ["wine", "wine", "wine", "CartPole-v1"]
    assert trained[2].company.options.components == 6, "half of 13 features, not the default 16"
    assert "pca: --components 6" in err


def test_a_table_goes_to_those_it_fits_and_is_shown_once(trained, own):
    err = done("compare", "--data", own, "--target", "y", "--drop", "k", "--seeds", "2").err
    assert "classification is left out: classification needs classes" in err
    assert [one.entry.name for one in trained] == ["regression", "kmeans", "pca", "dqn"]
    assert err.count("own.csv: 60 rows") == 1
    assert "task regression because" in err
    assert trained[0].company.setting.dataset.features == ("a", "b", "c")


def test_who_is_named_beside_a_paradigm_does_not_speak_for_it(trained, own):
    err = done("compare", "--only", "supervised,kmeans", "--data", own, "--target", "y", "--seeds", "2").err
    assert "classification is left out: classification needs classes" in err
    names = [one.entry.name for one in trained]
    assert "kmeans" in names
    assert "classification" not in names

    err = done("compare", "--config", next(Path("runs").iterdir()) / "config.json").err
    assert "left out" not in err, "who was trained trains again"
    assert [one.entry.name for one in trained[len(names) :]] == names


def test_the_task_of_a_table_can_be_overridden(trained, own):
    Path("n.csv").write_text("a,y\n" + "".join(f"{k / 7},{k % 3}\n" for k in range(40)))
    done("compare", "--data", "n.csv", "--target", "y", "--seeds", "1")
    done("compare", "--data", "n.csv", "--target", "y", "--task", "regression", "--seeds", "1")
    names = [one.entry.name for one in trained]
    assert names == ["classification", "kmeans", "pca", "dqn", "regression", "kmeans", "pca", "dqn"]


def test_a_target_that_nobody_learns_may_be_anything(trained):
    Path("t.csv").write_text("a,y\n" + "".join(f"{k / 7},same\n" for k in range(40)))
    done("run", "unsupervised", "--data", "t.csv", "--target", "y", "--seeds", "1")
    assert [one.company.setting.dataset.features for one in trained] == [("a",), ("a",)]


def test_a_table_without_target_is_for_the_unsupervised(trained, own):
    done("run", "unsupervised", "--data", own, "--seeds", "1")
    assert [one.company.setting.dataset.target for one in trained] == [None, None]


# ---- options


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        ("run supervised --batch-size 7", "batch_size", 7),
        ("run supervised --optimizer nesterov --momentum 0.5", "momentum", 0.5),
        ("run supervised --lr 0.5", "lr", 0.5),
        ("run supervised --schedule step", "schedule", "step"),
        ("run supervised --l2 0.1", "l2", 0.1),
        ("run supervised --l1 0.1", "l1", 0.1),
        ("run supervised --clip 2", "clip", 2.0),
        ("run supervised --warmup 3", "warmup", 3),
        ("run supervised --patience 3", "patience", 3),
        ("run supervised --model mlp --hidden 5,4", "hidden", (5, 4)),
        ("run supervised --samples 70", "samples", 70),
        ("run unsupervised --task kmeans --start random", "start", "random"),
        ("run unsupervised --task kmeans --lr 0.1", "optimizer", "sgd"),
        ("run unsupervised --task kmeans --all-data", "all_data", True),
        ("run unsupervised --task pca --rule oja", "components", 1),
        ("run rl --no-double", "double", False),
        ("run rl --env Taxi-v4 --n-step 2", "n_step", 2),
    ],
)
def test_options_reach_the_settings(trained, words, name, value):
    done(*words.split(), "--seeds", "1")
    assert all(getattr(one.company.options, name) == value for one in trained)
    (kept,) = {json.dumps(one["options"][name]) for one in config()["learners"]}
    assert json.loads(kept) == (list(value) if isinstance(value, tuple) else value)


def test_study_options_reach_the_study(trained):
    done("run", "supervised", "--task", "regression", "--seeds", "4", "--seed", "9", "--dtype", "float64",
         "--threads", "1", "--device", "cpu")  # fmt: skip
    study = {
        "seeds": [0, 1, 2, 3],
        "seed": 9,
        "device": "cpu",
        "dtype": "float64",
        "threads": 1,
        "workers": 1,
        "quick": False,
        "same_data": None,
    }
    assert config()["study"] == study
    assert str(trained[0].problem.dtype) == "torch.float64"


# ---- files of options


def test_command_line_beats_file_beats_preset(trained):
    Path("o.toml").write_text('seeds = 2\nlr = 0.5\nbatch-size = 9\nhidden = [3]\nonly = ["regression"]\n')
    done("compare", "--config", "o.toml", "--lr", "0.25", "--quick")
    (one,) = trained
    assert one.company.options.lr == 0.25
    assert one.company.options.batch_size == 9
    assert one.company.options.hidden == (3,)
    assert one.company.options.epochs == one.entry.quick["epochs"]
    assert len(one.problem.streams.seeds) == 2


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("samples = 500", ("--epochs", "2")),
        ("epochs = 3", ("--samples", "80")),
        ("dataset = 'linear'", ("--data", "own.csv", "--target", "y")),
        ("data = 'nowhere.csv'\ntarget = 'y'\ndrop = ['z']", ("--dataset", "linear")),
        ("quick = true", ("--no-quick", "--samples", "80")),
        ("only = 'dqn'", ("--only", "regression")),
    ],
)
def test_what_is_typed_replaces_what_says_the_same_in_a_file(trained, own, text, typed):
    Path("o.toml").write_text(text)
    done("compare", *({"--only", "regression"} - set(typed) and ("--only", "regression")), *typed,
         "--config", "o.toml")  # fmt: skip
    assert [one.entry.name for one in trained] == ["regression"]
    options = trained[0].company.options
    assert (options.samples is None) != (options.epochs is None)


@pytest.mark.usefixtures("undrawn")
def test_the_config_of_a_run_makes_the_same_run(own):
    words = (
        "compare",
        "--only",
        "kmeans,pca",
        "--data",
        own,
        "--drop",
        "k",
        "--clusters",
        "3",
        "--seed",
        "4",
    )
    done(*words, *TINY[:4], "--threads", "1", "--quiet", "--out", "one")
    done("compare", "--config", "one/config.json", "--quiet", "--out", "two")
    one, two = learnt(Path("one")), learnt(Path("two"))
    for found in (one, two):
        del found["config.json"]["command"], found["summary.json"]["command"]
    same(one, two)


def test_the_config_of_a_run_of_one_task_chooses_the_same_task(trained):
    done("run", "unsupervised", "--task", "pca", "--seeds", "1", "--components", "3")
    (folder,) = Path("runs").iterdir()
    done("run", "unsupervised", "--config", folder / "config.json", "--seeds", "2")
    done("compare", "--config", folder / "config.json")
    assert [one.entry.name for one in trained] == ["pca"] * 3
    assert [len(one.problem.streams.seeds) for one in trained] == [1, 2, 1]
    assert "unknown learner 'pca'" in refused("run", "rl", "--config", folder / "config.json")


# ---- divergence


def test_a_diverged_study_is_reported_and_not_hidden():
    words = ("run", "supervised", "--task", "regression", "--optimizer", "sgd", "--lr", "1e20")
    answer = done(*words, *QUICK, "--out", "run", "--quiet")
    assert "regression" in answer.out
    (one,) = read(Path("run/summary.json"))["learners"]
    assert one["scores"] == [None]
    assert list(one["diverged"]) == ["0"]
    Path("n.csv").write_text(Path("run/predictions.csv").read_text())
    said = refused("predict", "run", "--data", "n.csv")
    assert "n.csv" in said or "diverged" in said


# ---- the environments that must run


@pytest.mark.parametrize(
    "env",
    [
        "FrozenLake-v1",
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("Acrobot-v1", "MountainCar-v0")),
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("CliffWalking-v1", "Taxi-v4")),
    ],
)
def test_environments(env):
    done("run", "rl", "--env", env, *TINY, *SHORT, "--quiet", "--out", "run")
    (one,) = read(Path("run/summary.json"))["learners"]
    assert one["id"] == f"dqn-{env}"
    assert None not in one["scores"]
