"""Networks: every option is torch.nn's given the same numbers, and a replica alone is itself in company."""

import numpy as np
import pytest
import torch
from tiny import SEEDS, problem
from torch import nn

from paradigms.engine.learner import Learner
from paradigms.engine.parameters import Parameters
from paradigms.engine.streams import Streams
from paradigms.networks import catalogue, chain, starts
from paradigms.networks.activations import ACTIVATIONS
from paradigms.networks.dropout import Dropout
from paradigms.networks.layer import Layer
from paradigms.networks.network import Network
from paradigms.networks.norms import OVER
from paradigms.networks.perceptron import Perceptron
from paradigms.networks.starts import DRAWS
from paradigms.option import DEEPEST
from paradigms.options import ACTIVATIONS as NAMED
from paradigms.options import INITS, NORMS
from paradigms.signals import LAYERS, SIGNALS

CPU, WIDE = torch.device("cpu"), torch.float64
TORCHS = {
    "relu": nn.ReLU,
    "leaky": nn.LeakyReLU,
    "tanh": nn.Tanh,
    "sigmoid": nn.Sigmoid,
    "gelu": nn.GELU,
    "square": lambda: Square(),
}
KINDS = [
    *({"activation": name} for name in ACTIVATIONS),
    {"norm": "layer"},
    {"norm": "batch"},
    {"dropout": 0.3},
    {"residual": True},
    {"activation": "gelu", "norm": "layer", "dropout": 0.5, "residual": True},
    {"activation": "tanh", "norm": "batch", "dropout": (0.0, 0.2, 0.6), "residual": True},
]
LATE = 0.004
"""A rate at which even a network of squares stays finite."""
every_kind = pytest.mark.parametrize("kind", KINDS, ids=str)


class Square(nn.Module):
    def forward(self, x):
        return x.square()


class Masked(nn.Module):
    """Dropout by masks that somebody else has drawn."""

    def __init__(self, dropout, layer, replica):
        super().__init__()
        self.dropout, self.layer, self.replica = dropout, layer, replica

    def forward(self, x):
        if not self.training:
            return x
        like = x.detach().expand(3, -1, -1)
        return x * self.dropout.mask(self.layer, like)[self.replica]


class Added(nn.Sequential):
    def forward(self, x):
        return super().forward(x) + x


def network(widths, seeds=SEEDS, dropout=0.0, **kind):
    silent = Dropout(dropout, Streams(5, tuple(seeds)), CPU) if np.any(dropout) else None
    return Perceptron(widths, dropout=silent, **kind)


def begun(one, seeds=SEEDS, dtype=WIDE):
    streams = Streams(5, tuple(seeds))
    start = [one.initial(r, streams.generator(r, "start")) for r in range(len(seeds))]
    return Parameters.stack(one.shapes, start, dtype, CPU)


def twin(one, parameters, replica):
    """The same network in torch.nn, with one replica's numbers."""
    blocks = []
    for layer, names in enumerate(one.layers, start=1):
        fan_in, fan_out = one.shapes[names[0]]
        linear = nn.Linear(fan_in, fan_out, dtype=WIDE)
        linear.weight.data = parameters[names[0]][replica].detach().T.clone()
        linear.bias.data = parameters[names[1]][replica].detach().clone()
        parts = [linear]
        if layer < one.depth:
            if one.norm != "none":
                kind = {"layer": nn.LayerNorm, "batch": nn.BatchNorm1d}[one.norm]
                parts.append(kind(fan_out, dtype=WIDE))
            parts.append(TORCHS[one.activation]())
            if one.dropout is not None:
                parts.append(Masked(one.dropout, layer, replica))
        added = one.residual and layer < one.depth and fan_in == fan_out
        blocks.append((Added if added else nn.Sequential)(*parts))
    return nn.Sequential(*blocks)


def by_name(torchs, one):
    """The gradients of the twin in the order of our parameters, as one row."""
    found = iter(torchs.parameters())
    flat = []
    for name, shape in one.shapes.items():
        gradient = (
            torch.zeros(shape, dtype=WIDE) if name in one.statistics else next(found).grad.transpose(0, -1)
        )
        flat.append(gradient.reshape(-1))
    return torch.cat(flat)


def batch(step, replicas=3, rows=9, width=4, dtype=WIDE):
    generator = torch.Generator().manual_seed(step)
    x = torch.randn(3, rows, width, generator=generator, dtype=WIDE)
    return x[:replicas].to(dtype)


def pull(answer):
    """Of the loss mean answer²."""
    return answer.square().mean((1, 2)), 2 * answer / answer[0].numel()


def step(one, parameters, x, number, lr=0.05):
    slope = one.slope(parameters, x, pull)
    with torch.no_grad():
        parameters.flat.sub_(lr * slope.gradient)
        one.settle(parameters, number)
    return slope


def test_what_can_be_chosen_is_what_there_is():
    assert list(NAMED) == list(ACTIVATIONS) == list(TORCHS)
    assert list(NORMS) == ["none", *OVER]
    assert list(INITS) == list(DRAWS)
    assert LAYERS == DEEPEST + 1
    assert f"gradient_norm_{LAYERS}" in SIGNALS


@pytest.mark.parametrize(
    ("widths", "kind"),
    [([4, 3], {}), *((widths, kind) for widths in ([4, 7, 3], [4, 20, 20, 3]) for kind in KINDS)],
    ids=str,
)
def test_an_option_is_torchs_over_a_hundred_steps(widths, kind):
    one = network(widths, **kind)
    lr = LATE if one.activation == "square" else 0.05
    parameters = begun(one)
    parameters.flat.add_(
        0.1 * torch.randn(parameters.flat.shape, generator=torch.Generator().manual_seed(1), dtype=WIDE)
    )
    for name in one.statistics:  # these are moved by no draw
        parameters[name].data.fill_(float("variance" in name))
    twins = [twin(one, parameters, r) for r in range(3)]
    if one.norm != "none":
        for r, theirs in enumerate(twins):
            norms = [part for part in theirs.modules() if isinstance(part, nn.LayerNorm | nn.BatchNorm1d)]
            for layer, norm in enumerate(norms, start=1):
                norm.weight.data = parameters[f"gain{layer}"][r].detach().clone()
                norm.bias.data = parameters[f"shift{layer}"][r].detach().clone()
    rules = [torch.optim.SGD(theirs.parameters(), lr) for theirs in twins]
    for number in range(100):
        x = batch(number)
        expected = []
        for r, (theirs, rule) in enumerate(zip(twins, rules, strict=True)):
            rule.zero_grad()
            loss = theirs(x[r]).square().mean()
            loss.backward()
            expected.append((loss.detach(), by_name(theirs, one)))
        slope = step(one, parameters, x, number + 1, lr)
        for r, (loss, gradient) in enumerate(expected):
            torch.testing.assert_close(slope.losses[r], loss, rtol=1e-10, atol=1e-10)
            torch.testing.assert_close(slope.gradient[r], gradient, rtol=1e-10, atol=1e-10)
            rules[r].step()
    x = batch(1000)
    answer = one.forward(parameters, x)
    shared = one.forward(parameters, x[:1])
    for r, theirs in enumerate(twins):
        theirs.eval()
        torch.testing.assert_close(answer[r], theirs(x[r]), rtol=1e-10, atol=1e-10)
        torch.testing.assert_close(shared[r], theirs(x[0]), rtol=1e-10, atol=1e-10)


@every_kind
@pytest.mark.parametrize("dtype", [torch.float32, WIDE], ids=str)
@pytest.mark.parametrize("widths", [[4, 7, 7, 3], [4, 33, 33, 1]], ids=str)
def test_a_replica_alone_is_itself_in_company(kind, widths, dtype):
    """Bit for bit: slopes by the chain rule and by autograd, running statistics, answers."""
    shares = kind.get("dropout", 0.0)
    together = network(widths, **kind)
    parameters = begun(together, dtype=dtype)
    for r in range(3):
        share = shares[r] if isinstance(shares, tuple) else shares
        alone = network(widths, seeds=SEEDS[r : r + 1], **kind | {"dropout": share})
        own, company = begun(alone, SEEDS[r : r + 1], dtype), parameters.like(parameters.flat.clone())
        together.restore({"dropout": torch.tensor(0)})
        for number in range(8):
            x = batch(number, dtype=dtype)
            auto = [
                Network.slope(net, its, rows, pull).gradient[k]
                for net, its, rows, k in ((alone, own, x[r : r + 1], 0), (together, company, x, r))
            ]
            assert torch.equal(*auto)
            mine = step(alone, own, x[r : r + 1], number + 1)
            ours = step(together, company, x, number + 1)
            assert torch.equal(mine.gradient[0], ours.gradient[r])
            assert torch.equal(own.flat[0], company.flat[r])
        x = batch(99, dtype=dtype)
        assert torch.equal(alone.forward(own, x[r : r + 1])[0], together.forward(company, x)[r])


def test_a_share_of_zero_is_no_dropout_to_the_bit():
    plain, some = network([4, 7, 7, 3]), network([4, 7, 7, 3], dropout=(0.0, 0.5, 0.9))
    one, two = begun(plain, dtype=torch.float32), begun(some, dtype=torch.float32)
    for number in range(5):
        x = batch(number, dtype=torch.float32)
        step(plain, one, x, number + 1), step(some, two, x, number + 1)
    assert torch.equal(one.flat[0], two.flat[0])
    assert not torch.equal(one.flat[1], two.flat[1])


def test_dropout_silences_its_share_by_identity_update_and_layer():
    like = torch.zeros(3, 500, 40)
    dropout = Dropout((0.1, 0.5, 0.9), Streams(5, SEEDS), CPU)
    mask = dropout.mask(1, like)
    torch.testing.assert_close(
        (mask == 0).double().mean((1, 2)), torch.tensor([0.1, 0.5, 0.9]).double(), atol=0.01, rtol=0
    )
    torch.testing.assert_close(mask.mean((1, 2)), torch.ones(3), atol=0.05, rtol=0)
    assert torch.equal(mask, dropout.mask(1, like))
    assert not torch.equal(mask, dropout.mask(2, like))
    alike = Dropout(0.5, Streams(5, SEEDS), CPU).mask(1, like)
    assert not torch.equal(alike[0], alike[1])
    dropout.update = 1
    later = dropout.mask(1, like)
    assert ((mask == 0) == (later == 0)).double().mean() < 0.9


def test_running_statistics_are_moved_by_settling_alone():
    one = network([4, 6, 3], norm="batch")
    parameters = begun(one)
    before = parameters.flat.clone()
    slope = one.slope(parameters, batch(0), pull)
    one.practise(parameters, batch(5)), one.slope(parameters, batch(0), pull)
    assert torch.equal(parameters.flat, before)
    moved = parameters.like(slope.gradient)
    assert not any(moved[name].any() for name in one.statistics)
    one.settle(parameters, 1)
    changed = {
        name for name in one.shapes if not torch.equal(parameters[name], parameters.like(before)[name])
    }
    assert changed == set(one.statistics) == {"running_mean1", "running_variance1"}


def test_a_network_starts_as_torchs_a_linear_map_at_zero(rng):
    start = Perceptron([100, 50, 3]).initial(0, rng)
    for name, bound in (("weight1", 0.1), ("bias1", 0.1), ("weight2", 50**-0.5), ("bias2", 50**-0.5)):
        assert np.abs(start[name]).max() <= bound
        assert np.abs(start[name]).max() > bound * 0.3
    assert start["weight1"].std() == pytest.approx(0.1 / 3**0.5, rel=0.05)
    assert not any(value.any() for value in Perceptron([100, 3]).initial(0, rng).values())


@pytest.mark.parametrize(
    ("init", "torchs"), [("he", nn.init.kaiming_normal_), ("glorot", nn.init.xavier_uniform_)]
)
def test_starts_have_the_size_of_torchs(init, torchs, rng):
    start = Perceptron([100, 300, 3], init=init).initial(0, rng)
    theirs = torchs(torch.empty(300, 100), generator=torch.Generator().manual_seed(0))
    assert start["weight1"].std() == pytest.approx(theirs.std().item(), rel=0.02)
    assert np.abs(start["weight1"]).max() == pytest.approx(theirs.abs().max().item(), rel=0.3)
    assert not start["bias1"].any()


def test_zero_and_equal_starts_never_tell_hidden_units_apart():
    for init, rank in (("zeros", 0), ("equal", 1)):
        one = Perceptron([4, 8, 8, 3], init=init, activation="tanh")
        parameters = begun(one)
        for number in range(20):
            step(one, parameters, batch(number), number + 1)
        assert torch.linalg.matrix_rank(parameters["weight2"].detach(), rtol=1e-9).tolist() == [rank] * 3
    drawn = starts.drawn("equal", np.random.default_rng(0), [4, 8, 3])
    assert len({float(number) for number in drawn[1][0][0]}) == 3, "outputs differ"


def test_a_start_is_scaled_for_each_replica():
    one, usual = Perceptron([4, 8, 3], scale=(1.0, 0.5, 0.0)), Perceptron([4, 8, 3])
    scaled, plain = begun(one).flat, begun(usual).flat
    torch.testing.assert_close(scaled, plain * torch.tensor([[1.0], [0.5], [0.0]]), rtol=0, atol=0)


@every_kind
def test_a_description_answers_alike(kind):
    import json

    one = network([4, 6, 6, 3], **kind)
    parameters = begun(one)
    step(one, parameters, batch(0), 1)
    again = catalogue.described(json.loads(json.dumps(one.description)))
    assert torch.equal(again.forward(parameters, batch(1)), one.forward(parameters, batch(1)))


def test_an_old_models_network_is_read_off_its_tensors():
    one = Perceptron([4, 6, 5, 3])
    tensors = {name: held.detach() for name, held in begun(one).items()}
    old = catalogue.of_tensors(tensors, "logits")
    assert old.description == one.description | {"meaning": "logits"}


@pytest.mark.parametrize("given", [{}, {"dropout": 0.2}, {"norm": "batch"}, {"norm": "layer"}], ids=str)
def test_only_a_slope_that_leaves_nothing_behind_may_be_replayed(given):
    from paradigms.supervised.classification import Classification

    learner = Classification(problem("classification", model="mlp", **given))
    assert learner.replayed == ("dropout" not in given and given.get("norm") != "batch")


@pytest.mark.parametrize("name", ["regression", "dqn", "pretrained"])
def test_norms_of_layers_make_up_the_norm_of_the_gradient(name):
    from tiny import training

    one = training(
        name, layer_gradients=True, hidden=(6, 5), **({"model": "mlp"} if name == "regression" else {})
    )
    batch = one.phases[-1].source.probe(0)
    gradient = Learner.slope(one.learner, one.parameters, batch).gradient
    felt = one.learner.felt(one.parameters.views(gradient))
    assert list(felt) == ["gradient_norm_1", "gradient_norm_2", "gradient_norm_3"]
    squares = sum(norm.square() for norm in felt.values())
    torch.testing.assert_close(squares, gradient.square().sum(1))
    assert training(name).learner.felt(one.parameters.views(gradient)) == {}


@pytest.mark.parametrize("rows", [1, 2, 40])
@pytest.mark.parametrize("outputs", [1, 5, 10, 20])
def test_a_layers_answer_hangs_neither_on_company_nor_on_where_its_weights_lie(outputs, rows, rng):
    flat = torch.from_numpy(rng.normal(size=(10, 64 * outputs + outputs + 3)))
    x = torch.from_numpy(rng.normal(size=(10, rows, 64)))

    def layer(flat):
        weight, bias = flat[:, : 64 * outputs].view(-1, 64, outputs), flat[:, 64 * outputs : -3]
        return [Layer.of({"weight1": w, "bias1": bias}, 1) for w in (weight, weight.contiguous())]

    within, apart = (one(x) for one in layer(flat))
    assert torch.equal(within, apart)
    for r in range(2):
        alone = slice(r, r + 1)
        for one in layer(flat[alone].clone()) + [one.of_some(alone) for one in layer(flat)]:
            assert torch.equal(one(x[alone]), within[alone])


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("outputs", [1, 3, 20])
def test_rows_too_many_to_be_held_are_answered_some_replicas_at_a_time(outputs, shared, monkeypatch):
    network = Perceptron([5, 7, outputs])
    rng = np.random.default_rng(0)
    replicas = [network.initial(r, rng) for r in range(5)]
    parameters = Parameters.stack(network.shapes, replicas, torch.float32, torch.device("cpu"))
    x = torch.randn(1 if shared else 5, 40, 5, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        whole = network.forward(parameters, x)
        monkeypatch.setattr(chain, "CACHE", 2 * 40 * max(7, outputs))
        assert torch.equal(network.forward(parameters, x), whole)
