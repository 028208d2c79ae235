"""Streams, moments, parameters, rows, losses, the plane, early stopping, gradient noise."""

import itertools

import numpy as np
import pytest
import torch
from scipy import stats
from sklearn import metrics
from tiny import CPU, training
from torch import nn

from paradigms.engine import losses
from paradigms.engine.learner import PROBED
from paradigms.engine.loop import advance
from paradigms.engine.moments import moments, thin
from paradigms.engine.noise import noise
from paradigms.engine.parameters import Parameters
from paradigms.engine.plane import Plane
from paradigms.engine.rows import Order, Shuffled, Table, Whole, gather
from paradigms.engine.streams import Streams, splitmix
from paradigms.studies.training.stopping import EarlyStopping

# --- streams -----------------------------------------------------------------------------------------


def test_streams_hang_on_identity_alone():
    def draw(study, seeds, at, purpose, *counter):
        return Streams(study, seeds).generator(at, purpose, *counter).random(4).tolist()

    first = draw(0, (3, 7), 1, "order", 2)
    assert first == draw(0, (7,), 0, "order", 2)
    others = [
        draw(1, (7,), 0, "order", 2),
        draw(0, (8,), 0, "order", 2),
        draw(0, (7,), 0, "start", 2),
        draw(0, (7,), 0, "order", 3),
        draw(0, (7,), 0, "order"),
        draw(0, (7,), 0, "order", 2, 0),
    ]
    assert all(first != other for other in others)


def test_no_two_streams_are_one():
    """NumPy pads short entropy with zeros: (purpose) and (purpose, 0) must not meet for all that."""
    streams = Streams(0, (0, 1))
    keys = [(), (0,), (1,), (0, 0), (0, 1), (1, 0), (0, 0, 0)]
    drawn = {streams.generator(r, p, *key).random() for r in (0, 1) for p in ("a", "b") for key in keys}
    assert len(drawn) == 2 * 2 * len(keys)
    assert streams.seed(0, "a", 1) == Streams(0, (0,)).seed(0, "a", 1)
    seeds = {streams.seed(r, "a", k) for r in (0, 1) for k in range(500)}
    assert len(seeds) == 1000
    assert min(seeds) >= 0
    assert 2**30 < max(seeds) < 2**31


def test_stack_is_a_row_for_each_replica():
    streams = Streams(2, (5, 6, 7))
    drawn = streams.stack(lambda g: g.random(3), "x", 4)
    assert drawn.shape == (3, 3)
    assert np.array_equal(drawn[2], streams.generator(2, "x", 4).random(3))


# --- moments -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("total", [1, 2, 7, 119, 120, 121, 500, 23_000, 1_000_003])
@pytest.mark.parametrize("cap", [2, 3, 8, 120])
def test_moments_are_few_dense_early_and_end_at_the_end(total, cap):
    found = moments(total, cap)
    assert found == sorted(set(found))
    assert len(found) <= cap
    assert found[-1] == total
    assert found[0] == 1 or cap == 2
    if total > cap >= 8:
        gaps = np.diff([0, *found])
        assert gaps[0] == 1
        assert gaps.max() <= 2 * total / (cap // 2) + 1
        assert len(found) > cap // 2


def test_moments_by_hand():
    assert moments(8, 8) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert moments(1000, 8) == [1, 6, 32, 178, 250, 500, 750, 1000]


def test_thin_keeps_first_and_last():
    assert thin(list(range(10)), 4) == [0, 3, 6, 9]
    assert thin([1, 2], 4) == [1, 2]
    assert len(thin(list(range(1000)), 60)) == 60


# --- parameters --------------------------------------------------------------------------------------

SHAPES = {"weight1": (3, 2), "bias1": (2,), "centres": (1, 4)}


def test_names_and_flat_are_one_memory():
    parameters = Parameters(SHAPES, torch.arange(24.0).view(2, 12))
    assert parameters["weight1"].tolist()[1] == [[12.0, 13.0], [14.0, 15.0], [16.0, 17.0]]
    parameters.flat.mul_(2)
    assert parameters["bias1"].tolist() == [[12.0, 14.0], [36.0, 38.0]]
    with torch.no_grad():
        parameters["centres"].zero_()
    assert not parameters.flat[:, 8:].any()
    assert all(tensor.is_leaf and tensor.requires_grad for tensor in parameters.values())
    assert list(parameters) == list(SHAPES)


def test_gradient_is_each_replicas_own_in_the_order_of_the_names():
    parameters = Parameters(SHAPES, torch.randn(2, 12, dtype=torch.float64))
    scale = torch.arange(1.0, 13.0, dtype=torch.float64)
    flat = torch.cat([parameters[name].flatten(1) for name in SHAPES], dim=1)
    gradient = parameters.gradient((flat.square() * scale).sum(1) * torch.tensor([1.0, 10.0]))
    torch.testing.assert_close(gradient, 2 * parameters.flat * scale * torch.tensor([[1.0], [10.0]]))


def test_stack_and_mask_follow_the_shapes():
    rng = np.random.default_rng(0)
    ones = [{name: rng.normal(size=shape) for name, shape in reversed(SHAPES.items())} for _ in range(3)]
    stacked = Parameters.stack(SHAPES, ones, torch.float64, torch.device("cpu"))
    for r, one in enumerate(ones):
        for name in SHAPES:
            assert np.array_equal(stacked[name][r].detach().numpy(), one[name])
    assert stacked.mask(["bias1"]).tolist() == [0.0] * 6 + [1.0] * 2 + [0.0] * 4


def test_a_parameter_that_a_loss_does_not_speak_of_stays():
    parameters = Parameters(SHAPES, torch.zeros(2, 12))
    gradient = parameters.like(parameters.gradient(parameters["bias1"].sum(1)))
    assert (gradient["bias1"] == 1).all()
    assert all((gradient[name] == 0).all() for name in SHAPES if name != "bias1")


# --- orders ------------------------------------------------------------------------------------------


def test_splitmix_is_splitmix64():
    """The first numbers that the authors' own program gives for this seed; any place at once."""
    known = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431]
    drawn = splitmix(torch.tensor(1234567), torch.arange(4))
    assert [number % 2**64 for number in drawn.tolist()] == known
    assert splitmix(torch.tensor(1234567), torch.tensor(2)) == drawn[2]
    assert len(splitmix(torch.tensor([[-1], [2**62]]), torch.arange(5000)).unique()) == 10_000


def test_all_orders_are_equally_likely():
    """Of four rows, for one replica's epochs and for many replicas' first ones."""
    ways = {way: i for i, way in enumerate(itertools.permutations(range(4)))}
    one = Order(4, Streams(0, (0,)), CPU).take(0, 4 * 4800).view(-1, 4)
    many = Order(4, Streams(0, tuple(range(4800))), CPU).take(0, 4)
    for orders in (one, many):
        counts = np.bincount([ways[tuple(order)] for order in orders.tolist()], minlength=24)
        assert stats.chisquare(counts).pvalue > 0.001


def test_an_order_hangs_on_identity_alone():
    order = Order(50, Streams(0, (3, 7)), CPU).take(0, 200)
    assert torch.equal(order[1:], Order(50, Streams(0, (7,)), CPU).take(0, 200))
    assert not torch.equal(order[1:], Order(50, Streams(1, (7,)), CPU).take(0, 200))
    assert torch.equal(Order(50, Streams(0, (3, 7)), CPU).take(120, 60), order[:, 120:180]), "from any place"


# --- rows --------------------------------------------------------------------------------------------


def table(copies, count=10):
    """Row i of replica r is (r, i), its target 100 r + i."""
    r, i = torch.meshgrid(torch.arange(copies), torch.arange(count), indexing="ij")
    return Table(torch.stack([r, i], dim=2).float(), (100 * r + i).float())


@pytest.mark.parametrize("batch", [1, 3, 5, 10, 23])
@pytest.mark.parametrize("copies", [1, 3])
def test_every_epoch_is_a_permutation_and_batches_straddle(batch, copies):
    source = Shuffled(table(copies), batch, Streams(0, (0, 1, 2)))
    seen = []
    for step in range(1, 61):
        drawn = source.draw(None)
        assert drawn.x.shape == (3, batch, 2)
        assert source.samples == step * batch
        own = torch.arange(3).view(3, 1) if copies == 3 else torch.zeros(3, 1)
        assert torch.equal(drawn.x[..., 0], own.expand(3, batch))
        assert torch.equal(drawn.y, 100 * drawn.x[..., 0] + drawn.x[..., 1])
        seen.append(drawn.x[..., 1])
    line = torch.cat(seen, dim=1)
    epochs = line[:, : line.shape[1] // 10 * 10].view(3, -1, 10)
    assert torch.equal(epochs.sort(2).values, torch.arange(10.0).expand(epochs.shape))
    assert len({tuple(epoch.tolist()) for epoch in epochs.flatten(0, 1)[:6]}) == 6


@pytest.mark.parametrize(("count", "batch"), [(10, 3), (10, 4), (10, 13), (700, 64), (700, 600)])
@pytest.mark.parametrize("steps", [0, 1, 3, 5, 10, 13])
def test_shuffled_goes_on_where_it_was(steps, count, batch):
    source, again = (Shuffled(table(3, count), batch, Streams(0, (0, 1, 2))) for _ in range(2))
    for _ in range(steps):
        source.draw(None)
    tensors, plain = source.state()
    again.draw(None)  # a past of its own must not matter
    again.restore(tensors, plain)
    line = source.order.take(0, (steps + 9) * batch)
    for step in range(steps, steps + 9):
        drawn = again.draw(None).x
        assert torch.equal(source.draw(None).x, drawn)
        assert torch.equal(drawn[..., 1].long(), line[:, step * batch :][:, :batch]), "a batch of the line"
    assert source.samples == again.samples


@pytest.mark.parametrize("kind", [lambda *given: Shuffled(given[0], 4, given[1]), Whole])
def test_a_probe_is_known_by_its_number(kind):
    """Rows of each replica's own, drawn with replacement; another number, other rows."""
    source, again = (kind(table(3), Streams(0, (0, 1, 2))) for _ in range(2))
    first = source.probe(5, 0)
    again.draw(None)
    assert torch.equal(first.x, again.probe(5, 0).x)
    assert first.x.shape == (3, PROBED, 2)
    assert len({tuple(row) for row in first.x[..., 1].tolist()}) == 3
    for other in ((5, 1), (4, 0), (5,)):
        assert not torch.equal(first.x, source.probe(*other).x)


def test_whole_counts_every_row():
    source = Whole(table(3), Streams(0, (0,)))
    assert source.draw(None) is source.table
    source.draw(None)
    assert source.samples == 20
    assert source.batch_size == 10


@pytest.mark.parametrize(("copies", "choices"), [(3, 3), (3, 1), (1, 3)])
def test_gathered_rows_keep_their_shape(copies, choices, rng):
    images = torch.tensor(rng.normal(size=(copies, 7, 2, 4)))
    answers = torch.tensor(rng.integers(9, size=(copies, 7, 5)))
    weights, chosen = torch.tensor(rng.random((copies, 7))), torch.tensor(rng.integers(7, size=(choices, 6)))
    taken = gather(Table(images, answers, weights), chosen)
    assert (taken.x.dtype, taken.y.dtype) == (images.dtype, torch.int64)
    for r in range(max(copies, choices)):
        own, places = min(r, copies - 1), chosen[min(r, choices - 1)]
        for got, whole in zip((taken.x, taken.y, taken.weights), (images, answers, weights), strict=True):
            assert torch.equal(got[r], whole[own][places])


ROWS = torch.zeros(3, 7, 4)
RAGGED = torch.nested.nested_tensor([torch.zeros(7, n) for n in (2, 3, 4)], layout=torch.jagged)


@pytest.mark.parametrize(
    ("held", "chosen", "words"),
    [
        (Table(ROWS, torch.zeros(3, 6)), torch.zeros(3, 2, dtype=torch.int64), "differ in rows: 6, 7"),
        (Table(ROWS, torch.zeros(2, 7)), torch.zeros(1, 2, dtype=torch.int64), "differ in replicas: 2, 3"),
        (Table(ROWS, None, torch.zeros(3, 5)), torch.zeros(3, 2, dtype=torch.int64), "differ in rows: 5, 7"),
        (Table(ROWS), torch.zeros(2, 2, dtype=torch.int64), "for 2 replicas .* of 3"),
        (Table(ROWS), torch.zeros(3, dtype=torch.int64), "chosen as"),
        (Table(ROWS), torch.zeros(3, 2, 1, dtype=torch.int64), "chosen as"),
        (Table(ROWS, torch.zeros(3)), torch.zeros(3, 2, dtype=torch.int64), "replicas and rows"),
        (Table(RAGGED), torch.zeros(3, 2, dtype=torch.int64), "rows of one shape"),
        (Table(ROWS), torch.tensor([[6], [7], [0]]), "row 7 of a table of 7"),
        (Table(ROWS), torch.tensor([[0], [-1], [0]]), "row -1 of a table of 7"),
    ],
)
def test_what_would_be_other_rows_is_refused(held, chosen, words):
    with pytest.raises((ValueError, IndexError), match=words):
        gather(held, chosen)


# --- losses ----------------------------------------------------------------------------------------


def test_losses_are_torchs_and_sklearns_for_each_replica(rng):
    answer, right = torch.tensor(rng.normal(size=(2, 3, 9))) * 2
    logits, classes = torch.tensor(rng.normal(size=(3, 9, 4))), torch.tensor(rng.integers(4, size=(3, 9)))
    for r in range(3):
        a, b = answer[r], right[r]
        assert losses.squared_error(answer, right)[r].item() == pytest.approx(
            metrics.mean_squared_error(b, a), rel=1e-12
        )
        torch.testing.assert_close(losses.huber(answer, right)[r], nn.functional.huber_loss(a, b))
        expected = metrics.log_loss(classes[r], logits[r].softmax(1), labels=range(4))
        assert losses.cross_entropy(logits, classes)[r].item() == pytest.approx(expected, rel=1e-12)


PULLS = [
    ("squared_error", False),
    ("squared_error", True),
    ("huber", False),
    ("cross_entropy", False),
    ("cross_entropy", True),
]


@pytest.mark.parametrize(("name", "weighted"), PULLS)
def test_a_pull_is_the_gradient_of_its_loss(name, weighted, rng):
    shape = (3, 9, 4) if name == "cross_entropy" else (3, 9)
    answer = torch.tensor(rng.normal(size=shape) * 2, requires_grad=True)
    right = torch.tensor(rng.integers(4, size=(3, 9)) if len(shape) == 3 else rng.normal(size=(3, 9)))
    given = [answer, right, *([torch.tensor(rng.exponential(size=(3, 9)))] if weighted else [])]
    expected = getattr(losses, name)(*given)
    gradient = torch.autograd.grad(expected.sum(), answer)[0]
    mine, pull = getattr(losses, f"{name}_pull")(*given)
    torch.testing.assert_close(mine, expected.detach(), rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(pull, gradient, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("name", "weighted"), PULLS)
def test_sequences_of_answers_count_like_one_answer_on_average(name, weighted, rng):
    """A row of T answers costs the mean of its T losses, and its weight is the row's."""
    shape = (3, 9, 5, 4) if name == "cross_entropy" else (3, 9, 5)
    answer = torch.tensor(rng.normal(size=shape) * 2, requires_grad=True)
    right = torch.tensor(rng.integers(4, size=(3, 9, 5)) if len(shape) == 4 else rng.normal(size=(3, 9, 5)))
    given = [torch.tensor(rng.exponential(size=(3, 9)))] if weighted else []
    loss = getattr(losses, name)(answer, right, *given)
    by_step = [getattr(losses, name)(answer[:, :, t], right[:, :, t], *given) for t in range(5)]
    torch.testing.assert_close(loss, torch.stack(by_step).mean(0), rtol=1e-12, atol=1e-12)
    gradient = torch.autograd.grad(loss.sum(), answer)[0]
    mine, pull = getattr(losses, f"{name}_pull")(answer, right, *given)
    torch.testing.assert_close(mine, loss.detach(), rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(pull, gradient, rtol=1e-12, atol=1e-12)
    with pytest.raises(ValueError, match="shapes differ"):
        getattr(losses, name)(answer, right[:, :, :1], *given)


@pytest.mark.parametrize("loss", [losses.squared_error, losses.huber])
def test_a_column_against_a_row_raises_and_names_both(loss):
    with pytest.raises(ValueError, match=r"\(3, 9\).*\(3, 9, 1\)"):
        loss(torch.zeros(3, 9), torch.zeros(3, 9, 1))
    with pytest.raises(ValueError, match=r"\(1, 9\).*\(3, 9\)"):
        loss(torch.zeros(1, 9), torch.zeros(3, 9))


def test_classes_of_another_shape_raise():
    with pytest.raises(ValueError, match=r"\(3, 9\).*\(3, 9, 1\)"):
        losses.cross_entropy(torch.zeros(3, 9, 4), torch.zeros(3, 9, 1, dtype=torch.int64))


# --- the plane of the pictures -----------------------------------------------------------------------


def test_plane_is_the_first_two_components_and_its_grid_lies_in_it(rng):
    x = torch.tensor(rng.normal(size=(2, 50, 4)) * [5, 3, 0.1, 0.1] + 7)
    x[1] *= 3
    plane = Plane.of(x)
    assert plane.axes.abs()[:, 0, 0].min() > 0.95
    torch.testing.assert_close(plane.origin[:, 0], x.mean(1))
    assert (plane.axes.gather(1, plane.axes.abs().argmax(1, keepdim=True)) > 0).all()
    frame = plane.frame(x)
    points = plane.project(x)
    low, high = points.amin(1), points.amax(1)
    room = 0.08 * (high - low) + 1e-6
    torch.testing.assert_close(frame[:, [0, 2]], low - room)
    torch.testing.assert_close(frame[:, [1, 3]], high + room)
    grid = plane.project(plane.grid(frame, 3))
    torch.testing.assert_close(grid[:, 0], frame[:, [0, 2]])
    torch.testing.assert_close(grid[:, 2], frame[:, [1, 2]])
    torch.testing.assert_close(grid[:, 8], frame[:, [1, 3]])
    flat = Plane.of(x[..., :2])
    torch.testing.assert_close(flat.project(x[..., :2]), x[..., :2])
    assert Plane.of(x[..., :1]).project(x[..., :1]).shape == (2, 50, 2)
    assert flat.axes.shape == (2, 2, 2)
    assert Plane.of(x[..., :1]).axes.shape == (2, 1, 2)
    assert Plane.of(x[..., 1:]).axes.shape == (2, 3, 2)
    assert Plane.of(x[..., 1:]).axes[0, 0].abs().max() < 1, "three features are turned"
    assert torch.equal(Plane.of(x, most=10).axes, Plane.of(x[:, :10]).axes)
    wide = torch.randn(2, 6, 20, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    first = torch.linalg.svd(wide - wide.mean(1, keepdim=True)).Vh[:, :2]
    torch.testing.assert_close((first @ Plane.of(wide).axes).abs(), torch.eye(2).double().expand(2, 2, 2))
    narrow = Plane.of(x.float())
    assert narrow.axes.dtype == narrow.grid(frame.float(), 2).dtype == torch.float32


# --- early stopping ----------------------------------------------------------------------------------


def watch(scores, patience, lower_is_better=False):
    """The training after these validation scores [evaluations, R], the parameters being 1, 2, … at each."""
    one = training("regression")
    stopping = EarlyStopping(patience, lower_is_better)
    for i, row in enumerate(scores):
        one.step = i
        for r in range(3):
            if one.ended[r] < 0:
                one.parameters.flat[r] = i
        stopping.look(one, np.array(row, float), range(len(row)))
    return one, stopping


def test_early_stopping_ends_each_replica_at_its_patience_and_puts_back_its_best():
    scores = [[0, 0, 0], [3, 1, 1], [2, 2, 1], [2, 3, 1], [9, 4, 1], [9, 5, 1]]
    one, stopping = watch(scores, 2)
    assert one.ended == [3, -1, 3]
    assert one.why == ["early", "budget", "early"]
    stopping.put_back(one)
    assert one.parameters.flat[:, 0].tolist() == [1.0, 5.0, 1.0]


def test_early_stopping_knows_which_way_is_better_and_takes_nan_for_worst():
    one, stopping = watch([[5, 5, np.nan], [4, 6, np.nan], [3, 7, 1], [np.nan, 8, np.nan]], 3, True)
    assert one.ended == [-1, 3, -1]
    stopping.put_back(one)
    assert one.parameters.flat[:, 0].tolist() == [2.0, 0.0, 2.0]


def test_early_stopping_counts_the_step_at_which_a_replica_converges():
    one, stopping = watch([[0, 0, 0], [1, 1, 1]], 5)
    one.step = 2
    one.parameters.flat[0] = 2
    one.freeze(0, "converged")
    stopping.look(one, np.array([2.0, 0.0, 0.0]), range(3))
    stopping.put_back(one)
    assert one.parameters.flat[:, 0].tolist() == [2.0, 1.0, 1.0]


def test_early_stopping_goes_on_from_its_state():
    scores = [[0, 0, 0], [3, 1, 1], [2, 2, 1], [2, 3, 1], [9, 4, 1], [9, 5, 1]]
    whole, stopping = watch(scores, 3)
    one, half = watch(scores[:3], 3)
    again = EarlyStopping(3, False)
    again.restore({name: tensor.clone() for name, tensor in half.state().items()}, torch.device("cpu"))
    for i, row in enumerate(scores[3:], start=3):
        one.step = i
        for r in range(3):
            if one.ended[r] < 0:
                one.parameters.flat[r] = i
        again.look(one, np.array(row, float), range(len(row)))
    assert (one.ended, one.why) == (whole.ended, whole.why)
    again.put_back(one), stopping.put_back(whole)
    assert torch.equal(one.parameters.flat, whole.parameters.flat)
    assert EarlyStopping(3, False).state() == {}


# --- gradient noise -----------------------------------------------------------------------------------


def test_noise_is_unbiased_for_a_loss_whose_noise_is_known():
    """From zero, one example's gradient is −2 y (x, 1), so both are sums over rows."""
    one = training("regression", seeds=(1,), model="linear", batch_size=8)
    one.parameters.flat.zero_()
    table = one.learner.parts["train"]
    x, y = table.x[0], table.y[0]
    each = -2 * y[:, None] * torch.cat([x, torch.ones(len(x), 1)], dim=1)
    true = {
        "gradient_square": each.mean(0).square().sum(),
        "gradient_variance": each.var(0, correction=0).sum(),
    }
    seen = []
    for one.step in range(400):
        seen.append({name: value.item() for name, value in noise(one).items()})
    for name, value in true.items():
        drawn = np.array([look[name] for look in seen])
        assert abs(drawn.mean() - value) < 4 * drawn.std() / 20
        assert drawn.mean() == pytest.approx(value.item(), rel=0.1)


def test_two_looks_at_one_batch_differ_by_who_is_silent(monkeypatch):
    one = training("classification", model="mlp", dropout=0.5)
    monkeypatch.setattr(
        one.phases[0].source, "probe", lambda step, k, probe=one.phases[0].source.probe: probe(step, 0)
    )
    assert (noise(one)["gradient_variance"] > 0).all()
    silent = one.learner.network.dropout
    here = silent.mask(1, torch.ones(3, 4, 8))
    assert silent.look == 0, "a step draws as if nobody had looked"
    silent.look = 1
    assert not torch.equal(here, silent.mask(1, torch.ones(3, 4, 8)))


@pytest.mark.parametrize("name", ["classification", "kmeans", "pca", "dqn"])
def test_measuring_noise_changes_nothing_that_comes_later(name):
    looked, left = training(name), training(name)
    for one in (looked, left):
        for until in (5, 10, 15):
            advance(one, until)
            if one is looked:
                assert {n: v.shape for n, v in noise(one).items()} == {
                    "gradient_variance": (3,),
                    "gradient_square": (3,),
                }
    assert torch.equal(looked.parameters.flat, left.parameters.flat)
    assert looked.samples == left.samples
