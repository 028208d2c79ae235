"""L-BFGS: torch's steps where those are taken, and the minimum where they are not."""

import pytest
import torch
from tiny import begin, problem

from paradigms.engine.lbfgs import LBFGS, TRIALS, RunningNewton, WholeNewton
from paradigms.engine.parameters import Parameters
from paradigms.engine.penalties import Penalty
from paradigms.engine.rows import Table
from paradigms.supervised.linear import FlatClassification


def quadratic(replicas=3, size=6, condition=50.0):
    g = torch.Generator().manual_seed(2)
    turn = torch.linalg.qr(torch.randn(replicas, size, size, generator=g, dtype=torch.float64))[0]
    scale = torch.logspace(0, torch.tensor(condition).log10(), size, dtype=torch.float64)
    return turn @ torch.diag(scale) @ turn.mT, torch.randn(replicas, size, generator=g, dtype=torch.float64)


def descend(rule, gradient, flat, steps):
    """The path [steps + 1, R, P]."""
    rule.start(flat)
    path = [flat.clone()]
    for t in range(steps):
        path.append(path[-1] - rule.direction(gradient(path[-1]), t + 1))
    return torch.stack(path)


def test_equal_to_torch_as_long_as_its_steps_are_taken():
    """Until torch forgets pairs whose s·y is below 1e-10."""
    a, b = quadratic(condition=3.0)

    def gradient(x):
        return (a @ x.unsqueeze(2)).squeeze(2) - b

    path = descend(LBFGS(memory=4), gradient, torch.zeros_like(b), 10)
    for r in range(3):
        x = torch.zeros(6, dtype=torch.float64, requires_grad=True)
        theirs = torch.optim.LBFGS(
            [x], lr=1, max_iter=10, history_size=4, tolerance_grad=0, tolerance_change=0
        )
        seen = []

        def closure(x=x, seen=seen, theirs=theirs, r=r):
            theirs.zero_grad()
            loss = 0.5 * x @ a[r] @ x - b[r] @ x
            loss.backward()
            seen.append(x.detach().clone())
            return loss

        theirs.step(closure)
        torch.testing.assert_close(path[:10, r], torch.stack(seen), rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_reaches_the_minimum_of_ill_conditioned_quadratics(dtype):
    a, b = (one.to(dtype) for one in quadratic(condition=1e4 if dtype == torch.float64 else 100.0))
    end = descend(LBFGS(), lambda x: (a @ x.unsqueeze(2)).squeeze(2) - b, torch.zeros_like(b), 200)[-1]
    exact = torch.linalg.solve(a, b)
    torch.testing.assert_close(end, exact, **({"rtol": 1e-7, "atol": 1e-9} if dtype == torch.float64 else {}))


def test_lines_are_searched_where_a_full_step_is_far_too_long_or_too_short():
    """Σ cosh(s x): steep walls and a flat floor, from far out; no step goes beyond the other wall."""
    scale = torch.tensor([[0.5, 4.0], [1e-3, 1.0]], dtype=torch.float64)
    start = torch.tensor([[20.0, 5.0], [-900.0, 8.0]], dtype=torch.float64)
    path = descend(LBFGS(), lambda x: scale * torch.sinh(scale * x), start, 400)
    assert torch.isfinite(path).all()
    torch.testing.assert_close(path[-1], torch.zeros_like(start), rtol=0, atol=1e-6)


def test_a_line_is_searched_alike_whoever_else_has_taken_a_step():
    scale = torch.tensor([[0.5, 4.0], [1e-3, 1.0], [0.4, 0.3]], dtype=torch.float64)
    start = torch.tensor([[20.0, 5.0], [-900.0, 8.0], [0.1, 0.2]], dtype=torch.float64)
    together = descend(LBFGS(), lambda x: scale * torch.sinh(scale * x), start, 40)
    for r in range(3):
        own = scale[r : r + 1]
        alone = descend(LBFGS(), lambda x, own=own: own * torch.sinh(own * x), start[r : r + 1], 40)
        assert torch.equal(alone[:, 0], together[:, r])


@pytest.mark.parametrize(
    ("slope", "taken"), [(-0.81, False), (-0.79, True), (0.0, True), (0.89, True), (0.91, False)]
)
def test_a_step_is_taken_where_the_slope_lies_between_the_bounds(slope, taken):
    """A line is left, and its step remembered, at −0.8 … 0.9 of the slope where it began."""
    rule, flat = LBFGS(), torch.zeros(1, 1, dtype=torch.float64)
    rule.start(flat)
    first = torch.full((1, 1), 0.5, dtype=torch.float64)
    assert rule.direction(first, 1).item() == 0.5
    step = rule.direction(first * slope, 2).item()
    assert (rule.state["before"] == first * slope).all() == taken
    assert (rule.state["products"] > 0).any() == taken
    if not taken:  # on along the same line: back where it went too far, further where not far enough
        assert (step < 0) == (slope < 0)
        assert abs(step) < 0.5 if slope < 0 else 0.5 <= step <= 9 * 0.5


def tried(*shares):
    """The lengths tried along one line where its slopes are these shares of the first; and the rule."""
    rule, first = LBFGS(), torch.full((1, 1), 0.5, dtype=torch.float64)
    rule.start(torch.zeros_like(first))
    lengths = [rule.direction(first, 1).item() / 0.5]
    for t, share in enumerate(shares, start=2):
        lengths.append(lengths[-1] + rule.direction(first * share, t).item() / 0.5)
    return lengths, rule


@pytest.mark.parametrize(
    ("shares", "lengths"),
    [
        ((0.95, 1.0, 2.0), (1, 10, 100, 1000)),
        ((-1.0, 0.95), (1, 1 / 2, 1 / 2 + 1 / 2 * 0.95 / 1.95)),
        ((-3.0, -1.0), (1, 1 / 4, 1 / 8)),
        ((0.95, -1.0), (1, 10, 1 + 9 * 0.95 / 1.95)),
        ((-99.0, -torch.inf, torch.nan), (1, 0.1, 0.01, 0.005)),
        ((20.0, -0.9), (1, 10, 1 + 9 * 0.9)),
    ],
    ids=["further", "between", "shorter", "back", "never at once to an end", "nor to the other"],
)
def test_lengths_along_a_line_are_its_secants(shares, lengths):
    assert tried(*shares)[0] == pytest.approx(lengths)


def test_a_line_is_left_after_twenty_trials():
    lengths, rule = tried(*[-1.0] * TRIALS)
    assert lengths[-1] == pytest.approx(0.5**TRIALS)
    assert rule.state["trials"].item() == TRIALS
    _, rule = tried(*[-1.0] * (TRIALS + 1))
    assert rule.state["trials"].item() == 0
    assert rule.state["high"].item() == rule.state["low"].item() == 0
    assert rule.state["low_slope"].item() == 1
    _, rule = tried(0.95, 0.5)
    assert rule.state["low"].item() == 0, "what was too short along one line is forgotten on the next"


def test_how_far_to_look_first_is_each_replicas_own():
    """A step of length one where something is remembered, of length 1 / ‖g‖₁ where nothing is."""
    rule, gradient = LBFGS(), torch.tensor([[3.0, -1.0], [3.0, -1.0], [0.1, 0.0]], dtype=torch.float64)
    rule.start(torch.zeros_like(gradient))
    rule.state["products"][0, -1] = 1.0
    assert rule._length(gradient).tolist() == [[1.0], [0.25], [1.0]]


def test_rosenbrocks_valley():
    def gradient(x):
        u, v = x[:, :1], x[:, 1:]
        return torch.cat([-2 * (1 - u) - 400 * u * (v - u**2), 200 * (v - u**2)], dim=1)

    start = torch.tensor([[-1.2, 1.0], [2.0, 2.0]], dtype=torch.float64)
    end = descend(LBFGS(), gradient, start, 300)[-1]
    torch.testing.assert_close(end, torch.ones_like(end), rtol=0, atol=1e-6)


def test_a_replica_stands_still_at_its_tolerance_and_the_company_makes_no_difference():
    a, b = quadratic()
    b = b * torch.tensor([[1e-6], [1.0], [1.0]], dtype=torch.float64)

    def gradient(rows):
        return lambda x: (a[rows] @ x.unsqueeze(2)).squeeze(2) - b[rows]

    together = descend(LBFGS(tol=1e-4), gradient([0, 1, 2]), torch.zeros_like(b), 60)
    assert not together[:, 0].any()
    assert (gradient([0, 1, 2])(together[-1]).abs() <= 1e-4).all()
    assert torch.equal(together[-1], together[-10])
    alone = descend(LBFGS(tol=1e-4), gradient([1]), torch.zeros(1, 6, dtype=torch.float64), 60)
    torch.testing.assert_close(alone[:, 0], together[:, 1], rtol=1e-9, atol=1e-12)


def test_a_poisoned_replica_leaves_the_others_alone():
    a, b = quadratic()
    poisoned = b.clone()
    poisoned[1] = torch.nan
    ends = [
        descend(
            LBFGS(), lambda x, b=one: (a @ x.unsqueeze(2)).squeeze(2) - b, torch.zeros_like(b), 30
        )[-1]
        for one in (b, poisoned)
    ]  # fmt: skip
    assert torch.equal(ends[0][[0, 2]], ends[1][[0, 2]])


# --- the whole curvature -------------------------------------------------------------------------------


def curved(name, weighted):
    """A linear learner that hands over its whole curvature, and its table."""
    one = begin(name, problem(name, model="linear"))
    table = one.learner.parts["train"]
    if weighted:
        counts = torch.linspace(0, 2, table.rows, dtype=torch.float64).expand(3, -1)
        table = Table(table.x, table.y, counts)
    one.learner.curved = True
    g = torch.Generator().manual_seed(1)
    one.parameters.flat.copy_(torch.randn(one.parameters.flat.shape, generator=g, dtype=torch.float64))
    return one, table


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", ["regression", "classification"])
def test_the_whole_curvature_is_the_gradients_derivative(name, weighted):
    one, table = curved(name, weighted)
    learner, flat = one.learner, one.parameters.flat
    whole = learner.slope(one.parameters, table).curvature
    assert whole.shape == (3, flat.shape[1], flat.shape[1])
    for i, unit in enumerate(torch.eye(flat.shape[1], dtype=torch.float64)):
        ahead, behind = (
            learner.slope(one.parameters.like(flat + h * unit), table).gradient for h in (1e-6, -1e-6)
        )
        torch.testing.assert_close(whole[:, i], (ahead - behind) / 2e-6, rtol=1e-6, atol=1e-8)


def test_one_step_by_the_whole_curvature_is_least_squares():
    one, table = curved("regression", False)
    rule = WholeNewton()
    rule.start(one.parameters.flat)
    slope = one.learner.slope(one.parameters, table)
    one.parameters.flat.sub_(rule.direction(slope.gradient, 1, slope.curvature))
    rows = torch.nn.functional.pad(table.x, (0, 1), value=1.0)
    exact = torch.linalg.lstsq(rows, table.y.unsqueeze(2)).solution.squeeze(2)
    torch.testing.assert_close(one.parameters.flat, exact, rtol=1e-10, atol=1e-12)


def test_the_whole_curvature_stands_still_at_its_tolerance():
    gradient = torch.tensor([[1e-3, 0.0], [2e-3, 0.0]], dtype=torch.float64)
    rule = WholeNewton(tol=1e-3)
    rule.start(torch.zeros_like(gradient))
    moved = rule.direction(gradient, 1, torch.eye(2, dtype=torch.float64).expand(2, 2, 2))
    assert moved.tolist() == [[0.0, 0.0], [2e-3, 0.0]]


def test_directions_without_curvature_are_left_alone():
    rule, flat = WholeNewton(), torch.zeros(1, 3, dtype=torch.float64)
    rule.start(flat)
    whole = torch.diag(torch.tensor([2.0, 1e-15, 4.0], dtype=torch.float64)).unsqueeze(0)
    gradient = torch.tensor([[1.0, 1e-18, 1.0]], dtype=torch.float64)
    assert rule.direction(gradient, 1, whole).tolist() == [[0.5, 0.0, 0.25]]
    for less in (None, torch.ones(1, 3)):
        with pytest.raises(TypeError, match="whole curvature"):
            rule.direction(gradient, 2, less)


def test_the_penalty_bends_the_curvature():
    penalty = Penalty(torch.tensor([1.0, 0.0, 2.0]), l2=torch.tensor([[0.5], [1.0]]))
    own = torch.tensor([[0.5, 0.0, 1.0], [1.0, 0.0, 2.0]])
    torch.testing.assert_close(penalty.bend(torch.ones(2, 3)), 1 + own)
    torch.testing.assert_close(penalty.bend(torch.ones(2, 3, 3)), 1 + torch.diag_embed(own))
    torch.testing.assert_close(Penalty(penalty.mask, l2=2.0).bend(torch.zeros(2, 3))[1], 2 * penalty.mask)


def test_running_newton_is_least_squares_of_all_batches_so_far():
    """Also while they are fewer than the parameters, and from a prior curvature: then it is ridge."""
    g = torch.Generator().manual_seed(3)
    x, y = (torch.randn(2, 30, size, generator=g, dtype=torch.float64) for size in (4, 1))
    for prior in (0.0, 2.0):
        rule, flat = RunningNewton(), torch.zeros(2, 4, dtype=torch.float64)
        rule.start(flat)
        rule.state["curvature"] += prior * torch.eye(4, dtype=torch.float64)
        for rows in torch.arange(30).split(3):
            a, b = x[:, rows], y[:, rows]
            gradient = (a.mT @ (a @ flat.unsqueeze(2) - b)).squeeze(2)
            flat -= rule.direction(gradient, 1, a.mT @ a)
        exact = torch.linalg.solve(x.mT @ x + prior * torch.eye(4, dtype=torch.float64), x.mT @ y)
        torch.testing.assert_close(flat, exact.squeeze(2), rtol=1e-9, atol=1e-12)
    with pytest.raises(TypeError, match="whole curvature"):
        rule.direction(flat, 1)


@pytest.mark.parametrize(("step", "same"), [(1e-6, True), (1e-2, False)])
def test_a_curvature_is_taken_again_where_the_answers_have_moved(step, same):
    one = problem("classification", seeds=[0], model="linear")
    learner, fresh = FlatClassification(one), FlatClassification(one)
    learner.curved = fresh.curved = True
    start = one.start(learner)
    moved = Parameters(learner.shapes, start.flat + step)
    moved.flat[:, 0] += step  # one class alone: all by as much are the same answers
    first, later = (learner.slope(at, one.parts["train"]) for at in (start, moved))
    anew = fresh.slope(moved, one.parts["train"])
    assert torch.equal(later.gradient, anew.gradient)
    assert torch.equal(later.curvature, first.curvature) == same
    assert torch.equal(later.curvature, anew.curvature) != same
