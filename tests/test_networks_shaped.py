"""Networks that see a shape in a row: torch.nn given the same numbers; a replica alone as in company."""

import numpy as np
import pytest
import torch
from tiny import problem
from torch import nn

from paradigms.engine.parameters import Parameters
from paradigms.errors import UsageError
from paradigms.networks import catalogue
from paradigms.networks.convolution import Convolution
from paradigms.networks.recurrent import CELLS, Recurrent
from paradigms.options import MODELS, TAKEN

CPU, WIDE = torch.device("cpu"), torch.float64
KINDS = {
    **{cell: lambda outputs, cell=cell: Recurrent(cell, (6, 2), 12, (5, 4), outputs) for cell in CELLS},
    "line": lambda outputs: Convolution((), False, 12, (5, 7), outputs),
    "channels": lambda outputs: Convolution((6, 2), False, 12, (4,) * 5, outputs, pairs=True, residual=True),
    "plane": lambda outputs: Convolution((2, 3, 2), True, 12, (5, 7), outputs),
    "pairs": lambda outputs: Convolution((3, 4), True, 12, (5,) * 3, outputs, pairs=True, residual=True),
}
every_kind = pytest.mark.parametrize("kind", KINDS)


def begun(one, replicas=3, dtype=WIDE):
    start = [one.initial(r, np.random.default_rng(r)) for r in range(replicas)]
    return Parameters.stack(one.shapes, start, dtype, CPU)


def rows(count=9, dtype=WIDE):
    return torch.randn(3, count, 12, generator=torch.Generator().manual_seed(3), dtype=WIDE).to(dtype)


def pull(answer):
    return answer.square().mean((1, 2)), 2 * answer / answer[0].numel()


@pytest.mark.parametrize("cell", CELLS)
def test_states_are_torchs(cell):
    """Two layers, one after the other; a second bias is ours only where a gate scales it."""
    one = KINDS[cell](2)
    parameters, x = begun(one), rows()
    expected = x.view(3, 9, 6, 2)
    for layer, (wide, h) in enumerate(((2, 5), (5, 4)), start=1):
        answers = []
        for r in range(3):
            theirs = getattr(nn, cell.upper())(wide, h, batch_first=True, dtype=WIDE)
            numbers = {name: parameters[name][r].detach() for name in one.layers[layer - 1]}
            theirs.weight_ih_l0.data, theirs.weight_hh_l0.data = (
                numbers[f"into{layer}"],
                numbers[f"across{layer}"],
            )
            theirs.bias_ih_l0.data = numbers[f"bias{layer}"]
            nn.init.zeros_(theirs.bias_hh_l0)
            if cell == "gru":
                theirs.bias_hh_l0.data[2 * h :] = numbers[f"beside{layer}"]
            answers.append(theirs(expected[r])[0])
        expected = torch.stack(answers)
    states = torch.stack(one.states(parameters, x), dim=3)  # [R, h, B, T]
    torch.testing.assert_close(states.permute(0, 2, 3, 1), expected, rtol=1e-10, atol=1e-10)


def test_a_convolution_of_lines_is_torchs():
    one = KINDS["line"](3)
    parameters, x = begun(one), rows()
    assert (one.kernels, one.strides, one.left) == ([5, 3], [2, 2], 3)
    for r in range(3):
        map_ = x[r].unsqueeze(1)
        for layer, (wide, out, kernel) in enumerate(((1, 5, 5), (5, 7, 3)), start=1):
            weight = parameters[f"weight{layer}"][r].view(kernel, wide, out).permute(2, 1, 0)
            map_ = nn.functional.conv1d(map_, weight, parameters[f"bias{layer}"][r], 2, kernel // 2).relu()
        answer = map_.transpose(1, 2).flatten(1) @ parameters["weight3"][r] + parameters["bias3"][r]
        torch.testing.assert_close(one.forward(parameters, x)[r], answer, rtol=1e-10, atol=1e-10)


def test_a_pair_adds_what_came_in():
    one = KINDS["pairs"](2)
    parameters, x = begun(one), rows()
    for r in range(3):

        def convolved(map_, layer, r=r):
            weight = parameters[f"weight{layer}"][r].view(5, -1, 3, 3)
            return nn.functional.conv2d(map_, weight, parameters[f"bias{layer}"][r], padding=1)

        stem = convolved(x[r].view(9, 1, 3, 4), 1).relu()
        left = (convolved(convolved(stem, 2).relu(), 3) + stem).relu().mean((2, 3))
        answer = left @ parameters["weight4"][r] + parameters["bias4"][r]
        torch.testing.assert_close(one.forward(parameters, x)[r], answer, rtol=1e-10, atol=1e-10)


@every_kind
@pytest.mark.parametrize("outputs", [1, 3])
@pytest.mark.parametrize("count", [9, 64])
def test_a_replica_alone_is_itself_in_company(kind, outputs, count):
    """Whether a layer's numbers are whole vectors of the processor or not."""
    one = KINDS[kind](outputs)
    together = begun(one, dtype=torch.float32)
    x = rows(count, dtype=torch.float32)
    for r in range(3):
        alone = Parameters(one.shapes, together.flat[r : r + 1].clone())
        mine, ours = (one.slope(held, its, pull) for held, its in ((alone, x[r : r + 1]), (together, x)))
        assert torch.equal(mine.losses[0], ours.losses[r])
        assert torch.equal(mine.gradient[0], ours.gradient[r])


@every_kind
def test_many_rows_are_answered_as_few(kind, monkeypatch):
    one = KINDS[kind](3)
    parameters, x = begun(one), rows(50)
    for module in ("recurrent", "convolution"):
        monkeypatch.setattr(f"paradigms.networks.{module}.ROOM", 500)
    with torch.no_grad():
        parts = one.forward(parameters, x)
    torch.testing.assert_close(parts, one.forward(parameters, x).detach(), rtol=1e-12, atol=1e-12)


@every_kind
def test_a_description_answers_alike_and_layers_name_everything_once(kind):
    one = KINDS[kind](3)
    parameters, x = begun(one), rows()
    again = catalogue.described(one.description)
    assert torch.equal(again.forward(parameters, x), one.forward(parameters, x))
    assert [name for names in one.layers for name in names] == list(one.shapes)
    assert not any(name.startswith(("bias", "beside")) for name in one.weights)


def test_the_gradient_through_time_is_what_a_push_on_the_state_does():
    one = Recurrent("rnn", (6, 2), 12, (5,), 1)
    parameters, x = begun(one), rows()
    seen = one.view(parameters, x)["through_time"]
    assert seen.shape == (3, 6)
    last = parameters["weight2"].detach().norm(dim=1).squeeze(1)
    np.testing.assert_allclose(seen[:, -1], last, rtol=1e-12)  # the answer is linear in the last state
    own = Parameters(one.shapes, parameters.flat.clone())
    with torch.no_grad():
        own["across1"].zero_()
    assert (one.view(own, x)["through_time"][:, :-1] == 0).all()  # nothing is carried


@pytest.mark.parametrize("init", ["orthogonal", "identity"])
def test_a_start_that_keeps_lengths_lets_the_gradient_through(init):
    turned = Recurrent("rnn", (), 30, (8,), 1, activation="relu" if init == "identity" else "tanh", init=init)
    start = turned.initial(0, np.random.default_rng(0))["across1"]
    np.testing.assert_allclose(start @ start.T, np.eye(8), atol=1e-12)
    usual = Recurrent("rnn", (), 30, (8,), 1)
    x = torch.zeros(1, 4, 30, dtype=WIDE)
    reach = [one.view(begun(one, 1), x)["through_time"][0] for one in (turned, usual)]
    assert reach[0][0] / reach[0][-1] > 100 * reach[1][0] / reach[1][-1]


def test_every_named_network_can_be_had_and_says_what_it_takes():
    for model in MODELS:
        made = catalogue.network(problem("regression", model=model), 4, 2, "numbers")
        assert made.shapes
    assert {*TAKEN, "mlp"} == set(MODELS)
    with pytest.raises(UsageError, match="--init equal"):
        catalogue.network(problem("regression", model="gru", init="equal"), 4, 2, "numbers")
