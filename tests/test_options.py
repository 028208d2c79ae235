"""The one table of options: types, limits, and agreement with the engine and the registry."""

import math
from pathlib import Path

import pytest

from paradigms.engine.rules import RULES
from paradigms.engine.schedules import SCHEDULES as BUILT
from paradigms.errors import UsageError
from paradigms.options import ONLY, OPTIMIZERS, OPTIONS, SCHEDULES, STUDY
from paradigms.registry import of
from paradigms.studies.asking.request import Request, chosen


def test_names_of_rules_and_schedules_are_those_of_the_engine():
    assert list(OPTIMIZERS) == list(RULES)
    assert list(SCHEDULES) == list(BUILT)


def test_learner_options_and_study_options_share_no_name():
    assert not OPTIONS.keys() & STUDY.keys()
    assert ONLY.name not in {*OPTIONS, *STUDY}


def test_every_option_has_help_in_one_line():
    for option in (*OPTIONS.values(), *STUDY.values()):
        assert option.help.endswith((".", "]")), option
        assert "\n" not in option.help


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("samples", "1e5", 100_000),
        ("samples", 5.0, 5),
        ("lr", "0.1", 0.1),
        ("lr", 1, 1.0),
        ("epochs", 0.5, 0.5),
        ("hidden", "64, 32", (64, 32)),
        ("hidden", [8], (8,)),
        ("hidden", 16, (16,)),
        ("hidden", [8] * 30, (8,) * 30),
        ("model", "mlp", "mlp"),
        ("model", "my.nets:Tiny", "my.nets:Tiny"),
        ("dropout", "0.5", 0.5),
        ("double", False, False),
        ("env", "Taxi-v4", "Taxi-v4"),
        ("optimizer", "adam", "adam"),
        ("l2", 0, 0.0),
        ("gamma", 1, 1.0),
        ("lr", None, None),
    ],
)
def test_values_take_their_type(name, given, value):
    found = OPTIONS[name].check(given)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("samples", 0),
        ("samples", -1),
        ("samples", 1.5),
        ("samples", True),
        ("samples", math.inf),
        ("samples", math.nan),
        ("samples", "many"),
        ("samples", [1]),
        ("samples", "9" * 5000),
        ("lr", 0),
        ("lr", -0.1),
        ("lr", "nan"),
        ("lr", "inf"),
        ("lr", {"a": 1}),
        ("epochs", 0),
        ("gamma", 1.01),
        ("hidden", ""),
        ("hidden", "a,b"),
        ("hidden", "8,0"),
        ("hidden", "8,-1"),
        ("hidden", "8.5"),
        ("hidden", []),
        ("hidden", [8] * 31),
        ("model", "mpl"),
        ("model", "my-nets:Tiny"),
        ("model", "my_nets:Tiny:er"),
        ("model", ":Tiny"),
        ("model", 3),
        ("dropout", 1),
        ("activation", "swish"),
        ("init_scale", -1),
        ("optimizer", "adamm"),
        ("optimizer", ["adam"]),
        ("double", 1),
        ("double", "yes"),
        ("env", ""),
        ("env", ["CartPole-v1"]),
        ("batch_size", "²"),
    ],
)
def test_values_out_of_their_type_or_limits_are_refused(name, given):
    with pytest.raises(UsageError) as caught:
        OPTIONS[name].check(given)
    assert name.replace("_", "-") in str(caught.value).replace("_", "-")
    assert "\n" not in str(caught.value)


def test_long_whole_numbers_are_not_rounded():
    assert STUDY["seed"].check(str(2**70 + 1)) == 2**70 + 1


@pytest.mark.parametrize("given", ["a, b", ["a", "b"], ("a", "b", "a"), "a,,b,"])
def test_names(given):
    assert ONLY.check(given) == ("a", "b")


@pytest.mark.parametrize("given", ["", ",", [], 3, ["a", 1], {"a": 1}])
def test_names_that_are_none(given):
    with pytest.raises(UsageError, match="--only"):
        ONLY.check(given)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seeds", 0),
        ("seeds", 10**9),
        ("seeds", 2.5),
        ("seeds", "ten"),
        ("seed", -1),
        ("threads", 0),
        ("threads", 10**6),
        ("quick", "yes"),
        ("device", "tpu"),
        ("dtype", "float16"),
        ("dataset", ""),
        ("dataset", ["iris"]),
        ("task", False),
        ("drop", 3),
    ],
)
def test_a_study_checks_its_own_options(field, value):
    with pytest.raises(UsageError, match=field):
        Request("compare", ("regression",), **{field: value}).checked()


def test_a_request_survives_json():
    request = Request(
        "run supervised", ("regression",), {"hidden": [4, 4], "lr": "0.5"}, data="t.csv", target="y",
        drop="a,b", seeds=3, seed=7, quick=True, named=("regression",),
    ).checked()  # fmt: skip
    kept = request.to_json()
    assert kept["data"] == "t.csv"
    assert kept["lr"] == 0.5
    assert not {"device", "dtype", "dataset", "threads"} & kept.keys(), "defaults are not kept"
    assert Request.from_json(kept).checked() == request
    assert request.data == Path("t.csv")


@pytest.mark.parametrize(
    ("command", "only", "task", "learners", "named"),
    [
        ("compare", None, None, ("regression", "kmeans"), ()),
        ("compare", None, "regression", ("regression", "kmeans"), ()),
        ("compare", ("kmeans",), None, ("kmeans",), ("kmeans",)),
        ("compare", ("supervised", "kmeans"), None, (*of("supervised"), "kmeans"), ("kmeans",)),
        ("run", None, "kmeans", ("kmeans",), ("kmeans",)),
    ],
)
def test_who_is_chosen(command, only, task, learners, named):
    assert chosen(command, ("regression", "kmeans"), only, task) == (learners, named)


def test_who_cannot_be_chosen():
    with pytest.raises(UsageError, match="did you mean 'kmeans'"):
        chosen("compare", ("regression", "kmeans"), ("kmean",), None)
    with pytest.raises(UsageError, match="unknown task 'pca'"):
        chosen("run", ("regression", "kmeans"), None, "pca")
