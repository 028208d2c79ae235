"""Update rules, penalties, clipping and schedules: equal to torch.optim, and they reach the minimum."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import Lasso
from tiny import training
from torch import nn

from paradigms.engine import rules, schedules
from paradigms.engine.loop import train
from paradigms.engine.penalties import Penalty, clip
from paradigms.engine.training import Phase, Training

STEPS, LONG, R, P = 320, 1000, 3, 5


def quadratic(seed=0, condition=30.0):
    """A [R, P, P] and, for every step, the noisy b [LONG, R, P] of ½ θᵀAθ − bᵀθ."""
    g = torch.Generator().manual_seed(seed)
    turn = torch.linalg.qr(torch.randn(R, P, P, generator=g, dtype=torch.float64))[0]
    scale = torch.logspace(0, torch.tensor(condition).log10(), P, dtype=torch.float64)
    noise = torch.randn(LONG, R, P, generator=g, dtype=torch.float64)
    return turn @ torch.diag(scale) @ turn.transpose(1, 2), 3 * noise


def slope(flat, a, b):
    return (a @ flat.unsqueeze(2)).squeeze(2) - b


def ours(rule, lr, steps=STEPS, penalty=None, limit=None, schedule=lambda t: 1.0, start=None):
    """The path [steps, R, P] of the same order of operations as the loop's."""
    a, b = quadratic()
    flat = (torch.ones(R, P, dtype=torch.float64) if start is None else start).clone()
    lr = [lr] * R if isinstance(lr, float) else lr
    rule.start(flat)
    phase = Phase(Counting(), rule, lr, schedule, steps, penalty, limit)
    training = Training(Plain(a, b), Flat(flat), [phase])
    path = []

    def keep(training, signals):
        path.append(training.parameters.flat.clone())
        return True

    train(training, range(1, steps + 1), keep)
    return torch.stack(path)


def theirs(make, steps=STEPS, limit=None, scheduler=None, rows=range(R)):
    """The same path by torch.optim, one optimiser a replica."""
    a, b = quadratic()
    paths = []
    for r in rows:
        theta = torch.ones(1, P, dtype=torch.float64, requires_grad=True)
        optimiser = make([theta])
        plan = None if scheduler is None else scheduler(optimiser)
        path = []
        for t in range(steps):
            theta.grad = slope(theta.detach(), a[r : r + 1], b[t, r : r + 1])
            if limit is not None:
                torch.nn.utils.clip_grad_norm_([theta], limit)
            optimiser.step()
            if plan is not None:
                plan.step()
            path.append(theta.detach()[0].clone())
        paths.append(torch.stack(path))
    return torch.stack(paths, 1)


class Flat(dict):
    """The little of Parameters that the loop needs."""

    def __init__(self, flat):
        super().__init__()
        self.flat = flat


class Plain:
    """The little of a learner that the loop needs: a slope."""

    def __init__(self, a, b):
        self.a, self.b = a, b

    def slope(self, parameters, t):
        return torch.zeros(R, dtype=torch.float64), slope(parameters.flat, self.a, self.b[t]), None

    def settle(self, parameters, step):
        pass


class Counting:
    """A source whose batches are 0, 1, …"""

    samples, batch_size = -1, 1

    def draw(self, parameters):
        self.samples += 1
        return self.samples


everywhere = torch.ones(P, dtype=torch.float64)
optim = torch.optim
PAIRS = {
    "sgd": (lambda: rules.SGD(), lambda p: optim.SGD(p, lr=0.01)),
    "momentum": (lambda: rules.Momentum(), lambda p: optim.SGD(p, lr=0.01, momentum=0.9)),
    "nesterov": (lambda: rules.Nesterov(), lambda p: optim.SGD(p, lr=0.01, momentum=0.9, nesterov=True)),
    "rmsprop": (lambda: rules.RMSprop(), lambda p: optim.RMSprop(p, lr=0.01)),
    "adam": (lambda: rules.Adam(), lambda p: optim.Adam(p, lr=0.01)),
    "adamw": (lambda: rules.AdamW(), lambda p: optim.AdamW(p, lr=0.01, weight_decay=0.0)),
}


def close(mine, other, tolerance=1e-11):
    torch.testing.assert_close(mine, other, rtol=tolerance, atol=tolerance)


def test_every_rule_has_its_namesake_here():
    assert set(rules.RULES) == {*PAIRS, "newton"}


@pytest.mark.parametrize("name", PAIRS)
def test_equal_to_torch_step_by_step(name):
    mine, other = PAIRS[name]
    close(ours(mine(), 0.01, LONG), theirs(other, LONG))


@pytest.mark.parametrize("name", PAIRS)
def test_equal_to_torch_on_a_random_network(name):
    """A thousand steps, each by the gradient where it stands: torch.nn, torch.optim, and ours as a whole."""
    one = training("classification", model="mlp", optimizer=name, lr=0.01, budget=LONG * 8, l2=0.0)
    phase = one.phases[0]
    g = torch.Generator().manual_seed(4)
    one.parameters.flat.copy_(torch.randn(one.parameters.flat.shape, generator=g, dtype=torch.float64))
    phase.schedule, phase.penalty, phase.clip, r = schedules.constant(LONG), None, None, 1
    layers = []
    for weight, bias in zip(*(iter(one.parameters.values()),) * 2, strict=True):
        layers += [nn.Linear(*weight.shape[1:], dtype=torch.float64), nn.ReLU()]
        layers[-2].weight.data, layers[-2].bias.data = weight[r].detach().T.clone(), bias[r].detach().clone()
    network = nn.Sequential(*layers[:-1])
    optimiser, draw = PAIRS[name][1](network.parameters()), phase.source.draw

    def both(parameters):
        batch = draw(parameters)
        optimiser.zero_grad()
        nn.functional.cross_entropy(network(batch.x[r]), batch.y[r]).backward()
        optimiser.step()
        return batch

    phase.source.draw = both
    train(one, [LONG], lambda *_: True)
    for mine, other in zip(one.parameters.values(), network.parameters(), strict=True):
        close(mine[r].detach(), other.detach().transpose(0, -1), 1e-9)


@pytest.mark.parametrize("name", ["sgd", "momentum", "nesterov", "rmsprop", "adam"])
def test_l2_is_torch_weight_decay(name):
    make = {
        "sgd": lambda p: optim.SGD(p, lr=0.01, weight_decay=0.3),
        "momentum": lambda p: optim.SGD(p, lr=0.01, momentum=0.9, weight_decay=0.3),
        "nesterov": lambda p: optim.SGD(p, lr=0.01, momentum=0.9, nesterov=True, weight_decay=0.3),
        "rmsprop": lambda p: optim.RMSprop(p, lr=0.01, weight_decay=0.3),
        "adam": lambda p: optim.Adam(p, lr=0.01, weight_decay=0.3),
    }[name]
    close(ours(PAIRS[name][0](), 0.01, penalty=Penalty(everywhere, l2=0.3)), theirs(make))


def test_adamw_decays_past_the_rule_and_with_the_scheduled_rate():
    other = theirs(
        lambda p: optim.AdamW(p, lr=0.02, weight_decay=0.3),
        scheduler=lambda o: optim.lr_scheduler.CosineAnnealingLR(o, STEPS),
    )
    mine = ours(rules.AdamW(), 0.02, penalty=Penalty(everywhere, decay=0.3), schedule=schedules.cosine(STEPS))
    close(mine, other)
    in_the_gradient = ours(
        rules.AdamW(), 0.02, penalty=Penalty(everywhere, l2=0.3), schedule=schedules.cosine(STEPS)
    )
    assert (in_the_gradient[-1] - other[-1]).abs().max() > 1e-3


def test_every_replica_its_own_hyperparameters():
    column = lambda *values: torch.tensor(values, dtype=torch.float64).unsqueeze(1)  # noqa: E731
    lrs, firsts, seconds, decays, limits = (
        (0.003, 0.01, 0.03), (0.5, 0.9, 0.99), (0.9, 0.99, 0.999), (0.0, 0.1, 0.4), (0.5, 2.0, 1e9),
    )  # fmt: skip
    adam = ours(
        rules.AdamW(column(*firsts), column(*seconds)), lrs,
        penalty=Penalty(everywhere, decay=column(*decays)), limit=column(*limits),
    )  # fmt: skip
    momentum = ours(
        rules.Nesterov(column(*firsts)), [lr / 10 for lr in lrs],
        penalty=Penalty(everywhere, l2=column(*decays)),
    )  # fmt: skip
    for r in range(R):
        solo = theirs(
            lambda p, r=r: optim.AdamW(p, lr=lrs[r], betas=(firsts[r], seconds[r]), weight_decay=decays[r]),
            limit=limits[r], rows=[r],
        )  # fmt: skip
        close(adam[:, r : r + 1], solo)
        solo = theirs(
            lambda p, r=r: optim.SGD(
                p, lr=lrs[r] / 10, momentum=firsts[r], nesterov=True, weight_decay=decays[r]
            ),
            rows=[r],
        )
        close(momentum[:, r : r + 1], solo)


def test_state_of_a_rule_is_all_it_remembers():
    for make, _ in PAIRS.values():
        whole, rule = ours(make(), 0.01), make()
        first = ours(rule, 0.01, steps=100)
        assert torch.equal(first, whole[:100])
        again, flat = make(), first[-1].clone()
        again.start(flat)
        again.state = {name: tensor.clone() for name, tensor in rule.state.items()}
        a, b = quadratic()
        for t in range(100, 110):
            flat -= 0.01 * again.direction(slope(flat, a, b[t]), t + 1)
        close(flat, whole[109], 1e-13)


def test_clip_is_torch_clip_for_each_replica():
    gradient = torch.tensor([[3.0, 4.0], [0.3, 0.4], [30.0, 40.0]])
    clipped = clip(gradient, gradient.norm(dim=1, keepdim=True), 1.0)
    for row, one in zip(clipped, gradient, strict=True):
        theta = torch.zeros(2, requires_grad=True)
        theta.grad = one.clone()
        torch.nn.utils.clip_grad_norm_([theta], 1.0)
        torch.testing.assert_close(row, theta.grad)
    assert torch.equal(clipped[1], gradient[1])


def test_clip_sees_loss_and_penalty_together():
    one = ours(rules.SGD(), 0.1, steps=1, penalty=Penalty(everywhere, l2=100.0), limit=1.0)
    torch.testing.assert_close((one[0] - 1).norm(dim=1), torch.full((R,), 0.1, dtype=torch.float64))


def test_penalty_is_the_gradient_of_its_formula_and_leaves_biases():
    g = torch.Generator().manual_seed(1)
    flat = torch.randn(R, P, generator=g, dtype=torch.float64, requires_grad=True)
    mask = torch.tensor([1.0, 1.0, 0.0, 1.0, 0.0], dtype=torch.float64)
    l2 = torch.tensor([[1.0], [0.5], [0.0]], dtype=torch.float64)
    (expected,) = torch.autograd.grad((0.5 * l2 * (flat * mask).square()).sum(), flat)
    added = Penalty(mask, l2=l2).add(torch.zeros(R, P, dtype=torch.float64), flat.detach())
    torch.testing.assert_close(added, expected)
    assert not added[:, mask == 0].any()
    shrunk = flat.detach().clone()
    Penalty(mask, decay=0.5).shrink(shrunk, [0.1] * R)
    torch.testing.assert_close(shrunk, flat.detach() * (1 - 0.05 * mask))


@pytest.mark.parametrize("name", ["sgd", "momentum", "nesterov", "rmsprop", "adam", "newton"])
def test_l1_finds_the_lasso_and_its_zeroes_by_every_rule(name):
    draw = np.random.default_rng(0)
    x = draw.standard_normal((80, 12))
    y = x @ np.r_[3.0, -2.0, 0.3, np.zeros(9)] + 0.1 * draw.standard_normal(80)
    rows, answers = torch.as_tensor(x), torch.as_tensor(y)
    penalty = Penalty(torch.ones(12, dtype=torch.float64), l1=torch.tensor([[0.0], [0.2]]).double())
    rule = rules.RULES[name](memory=False) if name == "newton" else rules.RULES[name]()
    flat = torch.zeros(2, 12, dtype=torch.float64)
    rule.start(flat)
    curvature = rows.square().mean(0).expand(2, 12)
    for t in range(1, 2001):
        lr = [0.02 * (1 - t / 2001)] * 2 if name in ("rmsprop", "adam") else [0.05] * 2
        rule.move(flat, penalty.add((flat @ rows.T - answers) @ rows / 80, flat), lr, t, curvature)
        penalty.threshold(flat, lr, rule, t)
    exact = Lasso(0.2, fit_intercept=False, tol=1e-10).fit(x, y).coef_
    np.testing.assert_allclose(flat[0], np.linalg.lstsq(x, y)[0], atol=1e-4)
    np.testing.assert_allclose(flat[1], exact, atol=1e-4)
    assert ((flat[1] == 0).numpy() == (exact == 0)).all()
    assert (exact == 0).sum() >= 9


SCHEDULERS = {
    "constant": lambda o, n: optim.lr_scheduler.ConstantLR(o, factor=1.0),
    "step": lambda o, n: optim.lr_scheduler.StepLR(o, step_size=-(-n // 4), gamma=0.3),
    "exponential": lambda o, n: optim.lr_scheduler.ExponentialLR(o, gamma=0.01 ** (1 / n)),
    "linear": lambda o, n: optim.lr_scheduler.LinearLR(o, 1.0, 0.0, total_iters=n),
    "cosine": lambda o, n: optim.lr_scheduler.CosineAnnealingLR(o, n),
    "hold": lambda o, n: optim.lr_scheduler.LambdaLR(o, lambda t: 1.0 if t <= 0.8 * n else 5 * (n - t) / n),
}


@pytest.mark.filterwarnings("ignore:The epoch parameter in `scheduler.step:UserWarning")  # SequentialLR's own
@pytest.mark.parametrize(("total", "warmup"), [(50, 0), (50, 1), (50, 7), (3, 0)])
@pytest.mark.parametrize("name", schedules.SCHEDULES)
def test_schedules_are_torchs(name, total, warmup):
    optimiser = optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    after = SCHEDULERS[name](optimiser, total - warmup)
    plan = after
    if warmup:
        rise = optim.lr_scheduler.LambdaLR(optimiser, lambda t: (t + 1) / warmup)
        plan = optim.lr_scheduler.SequentialLR(optimiser, [rise, after], milestones=[warmup])
    factor = schedules.build(name, total, warmup)
    for t in range(total):
        assert factor(t) == pytest.approx(optimiser.param_groups[0]["lr"], rel=1e-9, abs=1e-12), t
        optimiser.step()
        plan.step()


@pytest.mark.parametrize("name", schedules.SCHEDULES)
@pytest.mark.parametrize("total", [1, 2, 3])
def test_schedules_of_very_few_steps(name, total):
    factor = schedules.build(name, total)
    assert factor(0) == 1.0
    assert all(0 <= factor(t) <= 1 for t in range(total))


# name → (learning rate on x² + 10x − 5, on the ill-conditioned quadratic)
REACH = {
    "sgd": (0.1, 0.015),
    "momentum": (0.05, 0.01),
    "nesterov": (0.05, 0.01),
    "rmsprop": (0.1, 0.05),
    "adam": (0.3, 0.1),
    "adamw": (0.3, 0.1),
    "newton": (1.0, 1.0),
}


@pytest.mark.parametrize("name", rules.RULES)
def test_reaches_the_minimum_of_a_parabola(name):
    x = torch.tensor([[3.0], [-40.0], [0.0]], dtype=torch.float64)
    rule = rules.Newton(memory=False) if name == "newton" else rules.RULES[name]()
    rule.start(x)
    factor = schedules.linear(1500)
    for t in range(1500):
        x -= REACH[name][0] * factor(t) * rule.direction(2 * x + 10, t + 1, torch.full_like(x, 2.0))
    torch.testing.assert_close(x, torch.full_like(x, -5.0), rtol=0, atol=1e-3)


@pytest.mark.parametrize("name", rules.RULES)
def test_reaches_the_minimum_of_an_ill_conditioned_quadratic(name):
    scale = torch.tensor([1.0, 10.0, 100.0], dtype=torch.float64)
    x, goal = torch.zeros(2, 3, dtype=torch.float64), torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64)
    rule = rules.Newton(memory=False) if name == "newton" else rules.RULES[name]()
    rule.start(x)
    factor = schedules.linear(2000)
    for t in range(2000):
        x -= REACH[name][1] * factor(t) * rule.direction(scale * (x - goal), t + 1, scale.expand(2, 3))
    torch.testing.assert_close(x, goal.expand(2, 3), rtol=0, atol=1e-3)


def test_newton_moves_nothing_where_there_is_no_curvature():
    rule = rules.Newton()
    rule.start(torch.zeros(1, 3))
    moved = rule.direction(torch.tensor([[1.0, 2.0, 3.0]]), 1, torch.tensor([[2.0, 0.0, 0.0]]))
    assert moved.tolist() == [[0.5, 0.0, 0.0]]
    moved = rule.direction(torch.tensor([[1.0, 2.0, 3.0]]), 2, torch.tensor([[2.0, 4.0, 0.0]]))
    assert moved.tolist() == [[0.25, 0.5, 0.0]]  # curvatures are summed
    with pytest.raises(TypeError, match="curvature"):
        rule.direction(torch.zeros(1, 3), 3)


def test_no_decay_no_clip_no_penalty_changes_nothing():
    plain = ours(rules.Adam(), 0.01, steps=20)
    same = ours(rules.Adam(), 0.01, steps=20, penalty=Penalty(everywhere), limit=1e12)
    assert torch.equal(plain, same)
