"""The registry: entries that the command line, the report and the tests can grow from."""

import dataclasses
import importlib
import subprocess
import sys

import pytest

from paradigms.datasets import CATALOGUE
from paradigms.entries import QUICK
from paradigms.errors import UsageError
from paradigms.options import OPTIONS
from paradigms.registry import REGISTRY, entry
from paradigms.signals import SIGNALS
from paradigms.studies.asking.plan import resolved
from paradigms.studies.asking.request import COMMANDS, Request

ENTRIES = pytest.mark.parametrize("learner", REGISTRY.values(), ids=list(REGISTRY))
VARIANTS = [(one, value) for one in REGISTRY.values() for value in one.variants]


def test_the_five_and_their_order():
    assert list(REGISTRY)[:5] == ["regression", "classification", "kmeans", "pca", "dqn"]
    assert all(name == one.name for name, one in REGISTRY.items())
    assert {one.paradigm for one in REGISTRY.values()} == set(COMMANDS)


@ENTRIES
def test_options_are_known_and_their_defaults_pass(learner):
    for defaults in (learner.options, learner.quick, *learner.variants.values()):
        for name, value in defaults.items():
            assert OPTIONS[name].check(value) == value


@ENTRIES
def test_other_defaults_are_for_options_it_takes(learner):
    for defaults in (learner.quick, *learner.variants.values()):
        assert defaults.keys() <= learner.options.keys()
    if learner.variants:
        assert learner.variant in learner.options
        OPTIONS[learner.variant].check(next(iter(learner.variants)))


@ENTRIES
@pytest.mark.parametrize("quick", [False, True])
def test_one_budget_in_one_unit(learner, quick):
    for variant in (None, *learner.variants):
        given = {} if variant is None else {learner.variant: variant}
        settings = learner.defaults(given, quick)
        once = not {"samples", "epochs"} & set(learner.options)  # every row once, whatever is asked
        assert once or (settings["samples"] is None) != (settings.get("epochs") is None)


@ENTRIES
def test_the_facts_that_others_read(learner):
    assert learner.metric in SIGNALS
    assert learner.dataset is None or learner.dataset in CATALOGUE
    texts = [learner.title, learner.loss, learner.baseline, learner.reference, learner.summary]
    feedback = dataclasses.asdict(learner.feedback)
    texts += [feedback[name] for name in ("source", "per_sample", "told")]
    assert all(isinstance(text, str) and text for text in texts)
    assert learner.feedback.told.endswith(".")


@ENTRIES
def test_its_module_builds_and_answers(learner):
    module = importlib.import_module(learner.module)
    assert callable(module.build)
    if learner.dataset is not None:
        assert callable(module.respond)


def test_quick_is_laid_over_a_variant_and_a_given_option_over_both():
    for one, value in VARIANTS:
        request = Request("run", (one.name,), {one.variant: value, "patience": 3}, quick=True).checked()
        options = resolved(one, request)
        expected = one.variants[value] | dict(one.quick)
        if expected.get("samples") is not None and "epochs" in one.quick:
            expected |= {"epochs": None, "samples": expected["samples"] // QUICK}
        for name, default in expected.items():
            assert getattr(options, name) == default
        assert options.patience == 3


def test_a_given_budget_replaces_the_default_one():
    for one in REGISTRY.values():
        if "samples" not in one.options:  # every row once, whatever is asked
            continue
        options = resolved(one, Request("run", (one.name,), {"samples": 99}))
        assert (options.samples, options.epochs) == (99, None)
        if "epochs" in one.options:
            options = resolved(one, Request("run", (one.name,), {"epochs": 2}))
            assert (options.samples, options.epochs) == (None, 2)


def test_a_learning_rate_selects_plain_sgd_where_newton_is_the_default():
    for name in ("kmeans", "pca"):
        assert resolved(REGISTRY[name], Request("run", (name,), {"lr": 0.1})).optimizer == "sgd"
        own = {"lr": 0.1, "optimizer": "newton"}
        assert resolved(REGISTRY[name], Request("run", (name,), own)).optimizer == "newton"
        for rule in ("sgd", "momentum", "adam"):
            options = resolved(REGISTRY[name], Request("run", (name,), {"optimizer": rule}))
            assert options.lr > 0


def test_unknown_learner():
    with pytest.raises(UsageError, match="did you mean 'kmeans'"):
        entry("kmaens")


def test_the_leaves_import_no_torch(tmp_path):
    leaves = "paradigms, paradigms.registry, paradigms.options, paradigms.signals, paradigms.errors"
    code = (
        f"import sys, {leaves}, paradigms.measures; print('torch' in sys.modules, 'sklearn' in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-P", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert found.stdout.split() == ["False", "False"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "mean Huber(Q(s, a) − [r + γ max Q′(s′, ·)]), γ = 0.99"),
        ({"double": True}, "mean Huber(Q(s, a) − [r + γ Q′(s′, argmax Q(s′, ·))]), γ = 0.99"),
        ({"n_step": 2, "gamma": 0.5}, "mean Huber(Q(s, a) − [r₁ + γ r₂ + γ² max Q′(s′, ·)]), γ = 0.5"),
        ({"n_step": 3}, "mean Huber(Q(s, a) − [r₁ + γ r₂ + γ² r₃ + γ³ max Q′(s′, ·)]), γ = 0.99"),
        (
            {"n_step": 12, "q_loss": "squared"},
            "mean (Q(s, a) − [Σᵢ γⁱ⁻¹ rᵢ over 12 rewards + γ¹² max Q′(s′, ·)])², γ = 0.99",
        ),
        ({"gamma": 0.0}, "mean Huber(Q(s, a) − [r])"),
    ],
)
def test_the_printed_loss_of_an_agent_follows_its_settings(options, said):
    settings = {"n_step": 1, "gamma": 0.99, "double": False, "q_loss": "huber"} | options
    assert REGISTRY["dqn"].minimised(settings) == said
