"""A network of a person's own: MODULE:FACTORY, or a function that makes a torch.nn.Module."""

import json
import pickle
import sys

import numpy as np
import pytest
import torch
from commands import done, refused, rows, summed_up
from runs import request, stopped, whole
from sklearn.base import clone
from torch import nn

import paradigms as pg
from paradigms.engine.parameters import Parameters
from paradigms.engine.streams import Streams
from paradigms.errors import UsageError
from paradigms.networks.module import Module
from paradigms.registry import takers

CPU = torch.device("cpu")
SOURCE = """
import torch
from torch import nn


class TinyNet(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.inner, self.outer = nn.Linear(inputs, 7), nn.Linear(7, outputs)
        self.register_buffer("shift", torch.randn(7))

    def forward(self, x):
        return self.outer(torch.sigmoid(self.inner(x) + self.shift))


def wide(inputs, outputs):
    return nn.Linear(inputs, outputs + 1)


def failing(inputs, outputs):
    raise RuntimeError("no\\nway")


def nothing(inputs, outputs):
    return [nn.Linear(inputs, outputs)]


def idle(inputs, outputs):
    return nn.Flatten()


def deaf(inputs, outputs):
    return nn.Linear(inputs + 1, outputs)


def normal(inputs, outputs):
    return nn.Sequential(nn.BatchNorm1d(inputs), nn.Linear(inputs, outputs))


def silent(inputs, outputs):
    return nn.Sequential(nn.Dropout(0.5), nn.Linear(inputs, outputs))


number = 3
"""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """The working folder holds my_nets.py, and nothing of it stays imported."""
    (tmp_path / "my_nets.py").write_text(SOURCE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("paradigms.reports.draw", summed_up, raising=False)
    monkeypatch.setattr(sys, "path", [*sys.path])
    yield tmp_path
    sys.modules.pop("my_nets", None)


def mixed(inputs, outputs):
    """Convolution, sigmoid and layer norm: each rounds by how many replicas are computed together."""
    return nn.Sequential(
        nn.Unflatten(1, (1, inputs)),
        nn.Conv1d(1, 4, 3),
        nn.Sigmoid(),
        nn.Flatten(),
        nn.LazyLinear(5),
        nn.LayerNorm(5),
        nn.Linear(5, outputs),
    )


def made(seeds=(0, 1, 2), dtype=torch.float32):
    network, streams = Module(mixed, "mixed", 8, 3, "logits"), Streams(5, seeds)
    start = [network.initial(r, streams.generator(r, "start")) for r in range(len(seeds))]
    return network, Parameters.stack(network.shapes, start, dtype, CPU)


def pull(answer):
    return answer.square().mean((1, 2)), 2 * answer / answer[0].numel()


def test_it_answers_and_is_pulled_as_the_module_alone():
    network, parameters = made(dtype=torch.float64)
    x = torch.randn(3, 9, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    answer, slope = network.forward(parameters, x), network.slope(parameters, x, pull)
    for r in range(3):
        alone = mixed(8, 3)
        alone(torch.zeros(2, 8))
        alone.double().load_state_dict({name: parameters[name][r].detach() for name in network.shapes})
        torch.testing.assert_close(alone(x[r]), answer[r], rtol=1e-12, atol=1e-12)
        loss = alone(x[r]).square().mean()
        loss.backward()
        torch.testing.assert_close(slope.losses[r], loss.detach(), rtol=1e-12, atol=1e-12)
        theirs = torch.cat([one.grad.flatten() for one in alone.parameters()])
        torch.testing.assert_close(slope.gradient[r], theirs, rtol=1e-10, atol=1e-12)


def test_a_replica_alone_is_itself_in_company_and_torchs_generator_is_left_alone():
    before = torch.random.get_rng_state()
    network, parameters = made()
    x = torch.randn(3, 9, 8, generator=torch.Generator().manual_seed(1))
    together = network.slope(parameters, x, pull).gradient
    for r in range(3):
        alone, own = made((r,))
        assert torch.equal(own.flat[0], parameters.flat[r])
        assert torch.equal(alone.slope(own, x[r : r + 1], pull).gradient[0], together[r])
    assert not torch.equal(parameters.flat[0], parameters.flat[1])
    assert torch.equal(torch.random.get_rng_state(), before)


def test_penalties_act_on_matrices_and_layers_are_its_parts():
    network, _ = made()
    assert set(network.weights) == {"1.weight", "4.weight", "6.weight"}
    assert network.layers[0] == ("1.weight", "1.bias")
    assert len(network.layers) == 4


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nowhere:Net", "no module nowhere here"),
        ("my_nets:TinyNte", "my_nets holds no TinyNte"),
        ("my_nets:number", "my_nets holds no number"),
        ("my_nets:failing", "failing(4, 3) raised RuntimeError: no."),
        ("my_nets:nothing", "made a list, not a torch.nn.Module"),
        ("my_nets:idle", "no parameters"),
        ("my_nets:deaf", "cannot answer rows of 4"),
        ("my_nets:wide", "answers 64 rows in the shape (64, 4), not (64, 3)"),
        ("my_nets:normal", "changes a buffer"),
        ("my_nets:silent", "draws random numbers"),
        ("broken:Net", "importing broken raised ZeroDivisionError"),
        ("my_nets:", "MODULE:FACTORY"),
    ],
)
def test_what_cannot_be_a_network_is_told_in_one_line(here, name, words):
    (here / "broken.py").write_text("1 / 0", encoding="utf-8")
    told = ("run", "supervised", "--dataset", "iris", "--dry-run")
    sys.dont_write_bytecode, kept = True, sys.dont_write_bytecode
    try:
        assert words in refused(*told, "--model", name)
    finally:
        sys.dont_write_bytecode = kept


OWN = ("--model", "my_nets:TinyNet")
TRAIN = ("run", "supervised", "--dataset", "iris", "--epochs", "2", "--threads", "1", *OWN)


def timeless(folder):
    return [{**row, "seconds": 0, "wall_seconds": 0} for row in rows(folder)]


def test_a_network_of_ones_own_trains_predicts_and_verifies(here):
    done(*TRAIN, "--seeds", "2", "--out", "run", "--workers", "1")
    (about,) = (here / "run" / "model").glob("*.json")
    assert json.loads(about.read_text(encoding="utf-8"))["network"] == {
        "kind": "module", "model": "my_nets:TinyNet", "inputs": 4, "outputs": 3, "meaning": "logits",
    }  # fmt: skip
    (here / "new.csv").write_text(
        "sepal length (cm),sepal width (cm),petal length (cm),petal width (cm)\n5,3,1,0.2\n", encoding="utf-8"
    )
    assert "setosa" in done("predict", "run", "--data", "new.csv", *OWN).out
    assert done("verify", "run", "--quiet", *OWN).out.startswith("identical")
    for command in (
        ("predict", "run", "--data", "new.csv"),
        ("verify", "run"),
        ("run", "supervised", "--resume", "run"),
        ("run", "supervised", "--resume", "run", "--model", "mlp"),
        ("run", "supervised", "--config", "run/config.json", "--dry-run"),
    ):
        assert refused(*command).endswith("Add --model my_nets:TinyNet")


def test_agents_have_one_too_and_so_has_the_teacher_of_rewards(here):
    small = ("--samples", "160", "--seeds", "1", "--workers", "1", *OWN)
    done("run", "rl", "--limit", "20", "--eval-episodes", "2", "--out", "run", *small)
    agent = pg.DQN.load("run", model="my_nets:TinyNet")
    assert agent.values(np.zeros(4)).shape == (1, 2)
    with pytest.raises(UsageError, match="my_nets:TinyNet, whose code is not kept"):
        pg.DQN.load("run")
    done("compare", "--same-data", "iris", "--only", "answer,reward", "--out", "same", *small)
    config = json.loads((here / "same" / "config.json").read_text(encoding="utf-8"))
    assert [one["model"] for one in config["learners"]] == ["my_nets:TinyNet"] * 2


def test_a_sweep_over_ones_own_network_names_it_and_goes_on_where_it_is_typed(here):
    given = {"dataset": "iris", "samples": 160, "seeds": 1, "out": "run"}
    pg.sweep("classification", model=["linear", "my_nets:TinyNet"], **given)
    sys.modules.pop("my_nets")
    assert refused("sweep", "--resume", "run").endswith("Add --model my_nets:TinyNet")
    assert refused("sweep", "--resume", "run", "--model", "other:Net").endswith("Add --model my_nets:TinyNet")
    assert "my_nets" not in sys.modules
    done("sweep", "--resume", "run", "--seeds", "2", *OWN)


def test_in_company_a_model_is_for_those_that_learn_from_a_table():
    assert takers("model", ["regression", "pca", "dqn"]) == ["regression"]
    assert takers("model", ["dqn"]) == ["dqn"]
    assert takers("hidden", ["regression", "dqn"]) == ["regression", "dqn"]


def test_it_goes_on_where_it_was_stopped(here):
    asked = request(["classification"], model="my_nets:TinyNet")
    expected = whole(asked, here / "whole")
    stopped(asked, here / "run", 8)
    done("run", "supervised", "--resume", "run", *OWN)
    assert timeless(here / "run") == timeless(here / "whole")
    assert (here / "run" / "predictions.csv").read_bytes() == expected["predictions"]


@pytest.mark.slow
def test_processes_that_share_its_seeds_find_it_too(here):
    done(*TRAIN, "--seeds", "4", "--out", "run", "--workers", "1")
    done(*TRAIN, "--seeds", "4", "--out", "shared", "--workers", "2")
    assert timeless(here / "run") == timeless(here / "shared")


def test_no_code_is_imported_because_a_folder_says_so(here, monkeypatch):
    own = ("--model", "my_nets:TinyNet")
    done("run", "supervised", "--dataset", "iris", "--seeds", "1", "--epochs", "1", *own, "--out", "run")
    sys.modules.pop("my_nets")
    (here / "new.csv").write_text("a\n1\n", encoding="utf-8")
    refused("predict", "run", "--data", "new.csv"), refused("verify", "run")
    refused("run", "supervised", "--resume", "run")
    refused("predict", "run", "--data", "new.csv", "--model", "other:Net")
    assert "my_nets" not in sys.modules


def small(inputs, outputs):
    return nn.Sequential(nn.Linear(inputs, 8), nn.Tanh(), nn.Linear(8, outputs))


def test_an_estimator_takes_a_factory():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(120, 2))
    y = (x[:, 0] * x[:, 1] > 0).astype(int)
    given = {"model": small, "solver": "adam", "max_iter": 150, "random_state": 0, "learning_rate": 0.05}
    classifier = clone(pg.GradientClassifier(**given)).fit(x, y)
    assert classifier.score(x, y) > 0.9
    assert not hasattr(classifier, "coef_")
    again = pickle.loads(pickle.dumps(classifier))
    np.testing.assert_array_equal(again.predict_proba(x), classifier.predict_proba(x))
    regressor = pg.GradientRegressor(model=small, max_iter=60, random_state=0, replicas=2).fit(
        x, x[:, 0] ** 2
    )
    assert regressor.score(x, x[:, 0] ** 2) > 0.9
    with pytest.raises(ValueError, match="must be a callable or None"):
        pg.GradientClassifier(model="mlp").fit(x, y)
    with pytest.raises(UsageError, match="not a torch"):
        pg.GradientClassifier(model=lambda inputs, outputs: None).fit(x, y)
    with pytest.raises(ValueError, match="linear"):
        pg.GradientClassifier(model=small, solver="newton").fit(x, y)
