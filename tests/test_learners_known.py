"""Known answers: least squares, scikit-learn's optimum, Lloyd, the SVD; and no learner beats the optimum."""

import importlib
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.special import logsumexp
from sklearn import cluster, linear_model
from tiny import begin, problem, training

from paradigms.engine import rules
from paradigms.engine.loop import train
from paradigms.engine.parameters import Parameters
from paradigms.engine.rows import Table
from paradigms.errors import UsageError
from paradigms.supervised import regression
from paradigms.unsupervised import kmeans, pca
from paradigms.unsupervised.bounds import Bounds


def learn(one, blocks=40):
    train(one, np.linspace(1, one.total, blocks).astype(int).tolist(), lambda *_: True)
    return one


def arrays(one, part="train"):
    table = one.learner.parts[part]
    return table.x.numpy(), None if table.y is None else table.y.numpy()


# --- regression --------------------------------------------------------------------------------------


def test_linear_regression_reaches_least_squares():
    one = learn(training("regression", budget=40 * 1500, batch_size=40, lr=0.05))
    x, y = arrays(one)
    for r in range(3):
        exact = linear_model.LinearRegression().fit(x[r], y[r])
        np.testing.assert_allclose(one.parameters["weight1"][r, :, 0].detach(), exact.coef_, atol=1e-6)
        np.testing.assert_allclose(one.parameters["bias1"][r].detach(), exact.intercept_, atol=1e-6)
    learner = one.learner
    score = learner.evaluate(one.parameters, "test")["r2"]
    np.testing.assert_allclose(score, learner.reference("test"), atol=1e-6)
    fitted = learner.evaluate(one.parameters, "train")["r2"]
    assert (fitted <= learner.reference("train") + 1e-12).all()


NEWTON = {"optimizer": "newton", "lr": None, "schedule": "constant"}


@pytest.mark.parametrize("l2", [0.0, 0.8])
def test_newtons_step_is_least_squares_and_then_it_stands_still(l2):
    one = learn(training("regression", budget=10 * 40, l2=l2, **NEWTON), blocks=10)
    x, y = arrays(one)
    for r in range(3):
        exact = linear_model.Ridge(alpha=40 * l2 / 2).fit(x[r], y[r])
        np.testing.assert_allclose(one.parameters["weight1"][r, :, 0].detach(), exact.coef_, atol=1e-12)
        np.testing.assert_allclose(one.parameters["bias1"][r].detach(), exact.intercept_, atol=1e-12)
    assert one.why == ["converged"] * 3
    assert one.step == 2


@pytest.mark.parametrize("features", [10, 60])
def test_on_random_features_it_is_the_smallest_of_the_best_answers(features):
    one = learn(training("regression", budget=3 * 40, features=features, **NEWTON), blocks=3)
    lifted, y = arrays(one)
    assert lifted.shape[2] == features
    for r in range(3):
        rows = np.c_[lifted[r], np.ones(40)]
        smallest = np.linalg.lstsq(rows, y[r], rcond=None)[0]
        found = np.r_[one.parameters["weight1"][r, :, 0].detach(), one.parameters["bias1"][r].detach()]
        np.testing.assert_allclose(found, smallest, atol=1e-5)
    assert (one.learner.evaluate(one.parameters, "train")["r2"] > 1 - 1e-9).all() == (features == 60)
    new = one.learner.problem.parts["test"].x
    raw = one.learner.plain.parts["test"].x
    known = {**one.parameters, **one.learner.constants()}
    answer = regression.respond(one.learner.network, known, raw)["prediction"]
    torch.testing.assert_close(answer, one.learner.answer(one.parameters, new))
    plain = linear_model.LinearRegression().fit(one.learner.plain.parts["train"].x[0], y[0])
    np.testing.assert_allclose(
        one.learner.reference("test")[0], plain.score(raw[0], one.learner.plain.parts["test"].y[0])
    )


def test_ridge_is_the_penalty_of_the_mean_loss():
    """mean (ŷ − y)² + ½ l2 ‖w‖² is scikit-learn's ridge with alpha = n l2 / 2."""
    one = learn(training("regression", budget=40 * 1500, batch_size=40, lr=0.05, l2=0.8))
    x, y = arrays(one)
    for r in range(3):
        exact = linear_model.Ridge(alpha=40 * 0.8 / 2).fit(x[r], y[r])
        np.testing.assert_allclose(one.parameters["weight1"][r, :, 0].detach(), exact.coef_, atol=1e-6)
        np.testing.assert_allclose(one.parameters["bias1"][r].detach(), exact.intercept_, atol=1e-6)


@pytest.mark.parametrize("name", ["regression", "classification", "kmeans", "pca"])
def test_no_learner_beats_the_best_known_on_the_data_it_was_fitted_to(name):
    given = {"model": "linear"} if name == "regression" else {}
    one = learn(training(name, budget=40 * 300, **given))
    one.learner.finish(one.parameters)
    metric = {"regression": "r2", "kmeans": "inertia", "pca": "explained_variance_ratio"}.get(name)
    if metric is None:
        assert one.learner.evaluate(one.parameters, "train")["accuracy"].max() <= 1
        return
    sign = -1 if name == "kmeans" else 1
    reached, best = one.learner.evaluate(one.parameters, "train")[metric], one.learner.reference("train")
    # scikit-learn's ten starts are no proof for k-means, but nearly so on forty rows
    assert (sign * reached <= sign * best + (0.01 * best if name == "kmeans" else 1e-9)).all()
    baseline = one.learner.baseline("train")
    assert (sign * reached > sign * baseline).all()


def test_regression_scores_are_sklearns():
    from sklearn import metrics

    one = learn(training("regression", model="mlp"))
    x, y = arrays(one, "test")
    module = importlib.import_module("paradigms.supervised.regression")
    answer = (
        module.respond(one.learner.network, one.parameters, torch.tensor(x))["prediction"].detach().numpy()
    )
    scores = one.learner.evaluate(one.parameters, "test")
    for r in range(3):
        assert scores["r2"][r] == pytest.approx(metrics.r2_score(y[r], answer[r]))
        assert scores["rmse"][r] == pytest.approx(metrics.root_mean_squared_error(y[r], answer[r]))


# --- classification ----------------------------------------------------------------------------------


def logistic(classes):
    given = problem(
        "classification", model="linear", batch_size=40, lr=0.3, schedule="cosine", budget=40 * 1200
    )
    if classes == 2:
        parts = {name: Table(t.x, (t.y > 0).long()) for name, t in given.parts.items()}
        given = given.__class__(**vars(given) | {"parts": parts, "classes": 2})
    return learn(begin("classification", given))


@pytest.mark.parametrize("classes", [2, 3])
def test_logistic_regression_reaches_scikit_learns_optimum(classes):
    """Penalty included: 1/n for many classes, 2/n for two, where scikit-learn keeps one weight vector."""
    one = logistic(classes)
    x, y = arrays(one)
    weights, biases = one.parameters["weight1"].detach().numpy(), one.parameters["bias1"].detach().numpy()
    for r in range(3):
        exact = linear_model.LogisticRegression(max_iter=5000, tol=1e-10).fit(x[r], y[r])
        mine, shift = weights[r].T, biases[r]
        if classes == 2:
            mine, shift = mine[1:] - mine[:1], shift[1:] - shift[:1]
        else:
            mine, shift = mine - mine.mean(0), shift - shift.mean()
        np.testing.assert_allclose(mine, exact.coef_, atol=2e-3)
        np.testing.assert_allclose(shift, exact.intercept_, atol=2e-3)

        def objective(coefficients, intercept, r=r):
            """What scikit-learn minimises, per row."""
            logits = x[r] @ coefficients.T + intercept
            logits = np.column_stack([np.zeros(40), logits]) if classes == 2 else logits
            surprise = logsumexp(logits, axis=1) - logits[np.arange(40), y[r]]
            return surprise.mean() + (coefficients**2).sum() / 80

        assert 0 <= objective(mine, shift) - objective(exact.coef_, exact.intercept_) + 1e-9 < 1e-6
    learner = one.learner
    # scikit-learn stops at its own tolerance: one of sixteen rows may lie that near the border
    accuracy = learner.evaluate(one.parameters, "test")["accuracy"]
    np.testing.assert_allclose(accuracy, learner.reference("test"), atol=1 / 16)


def test_one_nearest_neighbour_stands_beside_every_classifier():
    one = training("classification")
    x, y = arrays(one)
    new, right = arrays(one, "test")
    found = one.learner.rivals("test")["one nearest neighbour"]
    for r in range(3):
        nearest = y[r][np.linalg.norm(new[r][:, None] - x[r], axis=2).argmin(1)]
        assert found[r] == np.mean(nearest == right[r])
    lifted = training("svc", features=8)
    np.testing.assert_array_equal(lifted.learner.rivals("test")["one nearest neighbour"], found)
    assert training("answer").learner.rivals("test") == {}, "nobody stands beside the teachers"


def test_classification_scores_are_sklearns():
    from sklearn import metrics

    one = learn(training("classification", model="mlp"))
    x, y = arrays(one, "test")
    module = importlib.import_module("paradigms.supervised.classification")
    told = module.respond(one.learner.network, one.parameters, torch.tensor(x))
    scores, confusion = (
        one.learner.evaluate(one.parameters, "test"),
        one.learner.view(one.parameters)["confusion"],
    )
    for r in range(3):
        answer = told["prediction"][r].numpy()
        assert scores["accuracy"][r] == pytest.approx(metrics.accuracy_score(y[r], answer))
        assert scores["balanced_accuracy"][r] == pytest.approx(metrics.balanced_accuracy_score(y[r], answer))
        expected = metrics.log_loss(y[r], told["probability"][r].detach().numpy(), labels=range(3))
        assert scores["cross_entropy"][r] == pytest.approx(expected)
        assert np.array_equal(confusion[r], metrics.confusion_matrix(y[r], answer, labels=range(3)))
    most = [np.bincount(row).argmax() for row in arrays(one)[1]]
    expected = [np.mean(row == m) for row, m in zip(y, most, strict=True)]
    np.testing.assert_allclose(one.learner.baseline("test"), expected)


# --- k-means -----------------------------------------------------------------------------------------


def lloyd(x, centres):
    """One step by hand; empty clusters stay."""
    nearest = ((x[:, None] - centres) ** 2).sum(2).argmin(1)
    moved = centres.copy()
    for k in np.unique(nearest):
        moved[k] = x[nearest == k].mean(0)
    return moved, nearest


def test_a_full_newton_step_is_a_lloyd_step_and_empty_clusters_stay(rng):
    one = training("kmeans", clusters=5)
    x, learner = arrays(one)[0], one.learner
    centres = np.stack([one[rng.choice(40, 5, replace=False)] for one in x])
    centres[1, 3] = 1000.0  # nothing is near
    parameters = Parameters(learner.shapes, torch.tensor(centres.reshape(3, -1)))
    rule = rules.Newton(memory=False)
    for _ in range(4):
        rule.start(parameters.flat)
        slope = learner.slope(parameters, Table(torch.tensor(x)))
        parameters.flat -= rule.direction(slope.gradient, 1, slope.curvature)
        centres = np.stack([lloyd(*both)[0] for both in zip(x, centres, strict=True)])
        np.testing.assert_allclose(parameters["centres"].detach(), centres, rtol=0, atol=5e-15)
    assert (centres[1, 3] == 1000.0).all()


def test_online_steps_are_the_running_means_of_the_points_each_centre_won(rng):
    one = training("kmeans")
    learner, rule = one.learner, rules.Newton()
    rule.start(one.parameters.flat)
    centres = one.parameters["centres"].detach().numpy().copy()
    won = [[[] for _ in range(3)] for _ in range(3)]
    for t in range(1, 31):
        batch = one.phases[0].source.draw(None)
        slope = learner.slope(one.parameters, batch)
        one.parameters.flat.sub_(rule.direction(slope.gradient, t, slope.curvature))
        for r in range(3):
            nearest = ((batch.x[r].numpy()[:, None] - centres[r]) ** 2).sum(2).argmin(1)
            for row, k in zip(batch.x[r].numpy(), nearest, strict=True):
                won[r][k].append(row)
            for k in range(3):
                if won[r][k]:
                    centres[r, k] = np.mean(won[r][k], axis=0)
        np.testing.assert_allclose(one.parameters["centres"].detach(), centres, atol=1e-12)


@pytest.mark.parametrize("start", ["k-means++", "random"])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_k_means_ends_at_a_fixed_point_of_lloyd(start, dtype):
    one = learn(training("kmeans", dtype=dtype, budget=40 * 80, clusters=4, start=start), 400)
    x, centres = arrays(one)[0].astype(float), one.parameters["centres"].detach().double().numpy()
    assert set(one.why) == {"converged"}
    for r in range(3):
        again, nearest = lloyd(x[r], centres[r])
        assert len(set(nearest)) == 4, "no cluster is empty"
        np.testing.assert_allclose(again, centres[r], atol=1e-12 if dtype == torch.float64 else 1e-5)
        fitted = cluster.KMeans(4, init=centres[r], n_init=1).fit(x[r])
        assert fitted.n_iter_ <= 2


def test_inertia_is_sklearns_and_a_start_is_worth_one_of_its():
    seeds = tuple(range(48))
    one = learn(training("kmeans", seeds=seeds, budget=40 * 60, all_data=True), 200)
    x = one.learner.parts["train"].x.numpy()
    inertia = one.learner.evaluate(one.parameters, "train")["inertia"]
    for r in seeds:
        centres = one.parameters["centres"][r].detach().numpy()
        assert inertia[r] == pytest.approx(((x[r][:, None] - centres) ** 2).sum(2).min(1).sum())
    fitted = [
        [cluster.KMeans(3, n_init=n, random_state=r).fit(x[r]).inertia_ for r in seeds] for n in (50, 1)
    ]
    best, single = np.array(fitted)
    assert (inertia >= best * (1 - 1e-9)).all()
    assert np.mean(inertia / best) < 1.01 * np.mean(single / best)
    np.testing.assert_allclose(one.learner.reference("train"), best, rtol=0.02)


def test_the_same_rows_for_all_replicas_are_kept_once():
    """`all_data`: one table, R starts."""
    given = problem("kmeans", seeds=range(6), budget=40 * 60)
    parts = {name: Table(table.x[:1], None) for name, table in given.parts.items()}
    shared = given.__class__(**vars(given) | {"parts": parts})
    one = learn(begin("kmeans", shared), 200)
    copied = {name: Table(table.x.expand(6, -1, -1)) for name, table in parts.items()}
    other = learn(begin("kmeans", given.__class__(**vars(given) | {"parts": copied})), 200)
    torch.testing.assert_close(one.parameters.flat, other.parameters.flat, rtol=1e-9, atol=1e-9)
    for row in (one.learner.baseline("test"), one.learner.reference("test")):
        assert row.shape == (6,)


def test_empty_clusters_are_moved_onto_the_farthest_rows_at_a_full_pass():
    one = training("kmeans", clusters=4)
    x, learner = one.learner.train.x, one.learner
    with torch.no_grad():
        one.parameters["centres"][1, 1:3] = 500.0
    before = one.parameters["centres"].detach().clone()
    nearest = torch.cdist(x, before).amin(2)
    slope = learner.slope(one.parameters, one.phases[0].source.draw(None))
    learner.settle(one.parameters, 1)
    assert torch.equal(one.parameters["centres"].detach(), before)  # a mini-batch moves none
    slope = learner.slope(one.parameters, one.phases[1].source.draw(None))
    assert (slope.curvature.view(3, 4, -1)[1, 1:3] == 0).all()
    learner.settle(one.parameters, 2)
    after = one.parameters["centres"].detach()
    farthest = x[1][nearest[1].topk(2).indices]
    torch.testing.assert_close(after[1, 1:3], farthest)
    assert torch.equal(after[[0, 2]], before[[0, 2]])
    assert torch.equal(after[1, [0, 3]], before[1, [0, 3]])
    learn(one, 100)
    assert (learner.signals(one.parameters)["empty_clusters"] == 0).all()


def test_relocation_knows_a_shuffled_full_batch_too():
    """With batches as large as the table the rows come in another order."""
    one = training("kmeans", clusters=4, batch_size=40)
    with torch.no_grad():
        one.parameters["centres"][:, 2] = 500.0
    nearest = torch.cdist(one.learner.train.x, one.parameters["centres"].detach()).amin(2)
    one.learner.slope(one.parameters, one.phases[0].source.draw(None))
    one.learner.settle(one.parameters, 1)
    farthest = one.learner.train.x[torch.arange(3), nearest.argmax(1)]
    torch.testing.assert_close(one.parameters["centres"][:, 2].detach(), farthest)


def crowded(replica, distinct):
    """The training part of one replica has only so many distinct rows."""
    given = problem("kmeans", clusters=4)
    x = given.parts["train"].x.clone()
    x[replica] = x[replica, torch.arange(40) % distinct]
    return given.__class__(**vars(given) | {"parts": given.parts | {"train": Table(x)}})


@pytest.mark.parametrize("replica", [0, 1, 2])
def test_more_clusters_than_distinct_rows_is_an_error(replica):
    with pytest.raises(UsageError, match=r"only 3 distinct rows.*--clusters 3"):
        kmeans.build(crowded(replica, 3))


@pytest.mark.parametrize("start", ["k-means++", "random"])
def test_as_many_clusters_as_distinct_rows_end_with_one_row_each(start):
    given = crowded(1, 4)
    given = replace(given, options=replace(given.options, start=start))
    one = learn(begin("kmeans", given), 100)
    assert one.learner.evaluate(one.parameters, "train")["inertia"][1] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
def test_of_very_many_rows_some_may_become_first_centres(monkeypatch, weighted):
    monkeypatch.setattr(kmeans, "SAMPLE", 10)
    given = problem("kmeans", clusters=1)  # twenty candidates
    table = given.parts["train"]
    weights = (torch.arange(40.0, dtype=torch.float64) % 2 * 2).expand(3, 40) if weighted else None
    parts = given.parts | {"train": Table(table.x, None, weights)}
    learner = begin("kmeans", given.__class__(**vars(given) | {"parts": parts})).learner
    rows, counts = learner._candidates(1, np.random.default_rng(0))
    assert rows.shape == (20, 4)
    near = ((rows[:, None] - table.x[1].numpy()) ** 2).sum(2)
    assert near.min(1).max() == 0
    assert (counts is None) == (not weighted)
    if weighted:
        assert (counts == near.argmin(1) % 2 * 2).all()


def test_small_distances_survive_float32():
    """Rows far from the origin, near to their centres: the expansion alone would lose them."""
    centres = torch.tensor([[[100.0, 0.0], [-100.0, 0.0]]])
    x = centres.repeat(1, 2, 1) + torch.tensor([[0.0, 1e-3], [0.0, 2e-3], [0.0, 0.0], [1e-2, 0.0]])
    found = kmeans.respond({"centres": centres}, x)
    assert found["prediction"].tolist() == [[0, 1, 0, 1]]
    torch.testing.assert_close(
        found["distance"], torch.tensor([[1e-3, 2e-3, 0.0, 1e-2]]), rtol=1e-3, atol=1e-9
    )


@pytest.mark.parametrize("weighted", [False, True])
def test_bounds_find_what_a_whole_pass_finds(weighted, rng):
    """However far the centres move, and though few rows are asked again."""
    x = torch.tensor(rng.normal(size=(1, 300, 3)))
    weights = torch.tensor(rng.integers(0, 3, (1, 300)).astype(float)) if weighted else None
    table, kept = Table(x, None, weights), Bounds(Table(x, None, weights), None).begin()
    centres = x[0, :5].clone()
    for step in (0.5, 0.1, 1e-3, 1e-6, 0.0):
        distance, counts, sums = kmeans.tally(table, centres.unsqueeze(0))
        found = kept.find(centres)
        total = (distance * (1 if weights is None else weights)).sum()
        assert found[0] == pytest.approx(float(total))
        torch.testing.assert_close(found[1], counts[0])
        torch.testing.assert_close(found[2], sums[0])
        centres = centres + step * torch.tensor(rng.normal(size=(5, 3)))


def test_kmeans_loss_is_half_the_mean_inertia():
    one = training("kmeans")
    inertia = one.learner.evaluate(one.parameters, "train")["inertia"]
    loss = one.learner.loss(one.parameters, one.learner.train).detach()
    np.testing.assert_allclose(2 * 40 * loss.numpy(), inertia)


# --- PCA ---------------------------------------------------------------------------------------------


def svd(x):
    values, right = np.linalg.svd(x, full_matrices=False)[1:]
    return right.transpose(0, 2, 1), values**2 / (values**2).sum(1, keepdims=True)


@pytest.mark.parametrize(
    "given",
    [{}, {"optimizer": "adam", "batch_size": 40, "lr": 0.02, "schedule": "cosine"},
     {"rule": "oja", "batch_size": 40, "lr": 0.1, "schedule": "constant"}],
    ids=["newton", "adam", "oja"],
)  # fmt: skip
def test_pca_ends_in_the_svds_subspace_with_its_components_in_order(given):
    one = learn(training("pca", budget=40 * 1500, **given))
    exact, share = svd(arrays(one)[0])
    reached = one.learner.evaluate(one.parameters, "train")["explained_variance_ratio"]
    np.testing.assert_allclose(reached, share[:, :2].sum(1), atol=1e-6)
    one.learner.finish(one.parameters)
    w = one.parameters["components"].detach().numpy()
    np.testing.assert_allclose(w.transpose(0, 2, 1) @ w, np.broadcast_to(np.eye(2), (3, 2, 2)), atol=1e-9)
    np.testing.assert_allclose(np.abs((w * exact[:, :, :2]).sum(1)), 1, atol=1e-5)
    assert (w.max(1) >= -w.min(1)).all()  # the largest entry is positive
    picture = one.learner.view(one.parameters)
    np.testing.assert_allclose(picture["explained"], share[:, :2], atol=1e-5)


def test_after_a_full_pass_components_do_not_covary_and_keep_their_sides():
    one = training("pca", components=3, budget=40 * 30)
    train(one, [one.boundaries[0] + 2], lambda *_: True)
    c = one.phases[1].source.moment.matrix
    before = one.parameters["components"].detach().clone()
    train(one, [one.step + 1], lambda *_: True)
    w = one.parameters["components"].detach()
    within = w.transpose(1, 2) @ c @ w
    variance = within.diagonal(dim1=1, dim2=2)
    torch.testing.assert_close(within, torch.diag_embed(variance), atol=1e-12, rtol=0)
    assert (variance.diff(dim=1) < 0).all()
    assert ((w * before).sum(1) > 0).all()


def test_oja_with_one_component_finds_the_first():
    one = learn(training("pca", rule="oja", components=1, budget=40 * 400, lr=0.05, schedule="linear"))
    exact, _ = svd(arrays(one)[0])
    w = one.parameters["components"].detach().numpy()[:, :, 0]
    np.testing.assert_allclose(np.linalg.norm(w, axis=1), 1, atol=0.02)
    assert (np.abs((w * exact[:, :, 0]).sum(1)) > 0.99).all()


@pytest.mark.parametrize("rule", ["hebb", "oja", "sanger"])
def test_hebbian_rules_move_as_they_are_written_row_by_row(rule):
    ready = training("pca", rule=rule, components=3)
    w = ready.parameters["components"].detach()
    w += 0.1 * torch.linspace(-1, 1, w.numel(), dtype=w.dtype).view(
        w.shape
    )  # columns that are not orthonormal
    moved = -ready.learner.slope(ready.parameters, ready.learner.train).gradient.view(w.shape)
    for replica, rows in enumerate(ready.learner.train.x):
        expected = torch.zeros_like(w[replica])
        for x in rows:
            y = w[replica].T @ x
            for k in range(3):
                others = {"hebb": (), "oja": range(3), "sanger": range(k + 1)}[rule]
                expected[:, k] += y[k] * (x - sum(y[j] * w[replica][:, j] for j in others)) / len(rows)
        torch.testing.assert_close(moved[replica], expected)


def test_sangers_columns_are_the_components_one_by_one():
    one = training("pca", rule="sanger", components=2, budget=40 * 600, lr=0.05, schedule="linear")
    train(one, [one.total - 1], lambda *_: True)  # before they are put in order for whoever looks
    exact, _ = svd(arrays(one)[0])
    w = one.parameters["components"].detach().numpy()
    cosines = np.abs((w * exact[:, :, :2]).sum(1)) / np.linalg.norm(w, axis=1)
    assert (cosines > 0.98).all()


def test_hebbs_weights_grow_as_fast_as_the_first_variance():
    one = training(
        "pca", rule="hebb", components=1, budget=40 * 60, batch_size=40, lr=0.1, schedule="constant"
    )
    norms = []
    train(one, [50, 51], lambda now, _: not norms.append(now.parameters["components"].norm(dim=(1, 2))))
    values = torch.linalg.eigvalsh(one.learner.moment)[:, -1]
    torch.testing.assert_close(norms[1] / norms[0], 1 + 0.1 * values, rtol=1e-3, atol=0)


def test_pca_of_the_moment_is_pca_of_the_rows():
    one = training("pca")
    learner, rows = one.learner, one.learner.train
    whole = one.phases[1].source.draw(None)
    assert isinstance(whole, pca.Moment)
    by_moment, by_rows = learner.slope(one.parameters, whole), learner.slope(one.parameters, rows)
    for mine, other in zip(by_moment, by_rows, strict=True):
        torch.testing.assert_close(mine, other)
    torch.testing.assert_close(learner.loss(one.parameters, whole), learner.loss(one.parameters, rows))


def test_pca_centres_on_the_training_mean():
    one = training("pca")
    train_rows = problem("pca").parts["train"].x
    torch.testing.assert_close(one.learner.mean, train_rows.mean(1, keepdim=True))
    assert one.learner.parts["train"].x.mean(1).abs().max() < 1e-12
    moved = problem("pca")
    parts = {name: Table(table.x + 50) for name, table in moved.parts.items()}
    other = learn(begin("pca", moved.__class__(**vars(moved) | {"parts": parts})))
    torch.testing.assert_close(other.parameters.flat, learn(one).parameters.flat, rtol=1e-6, atol=1e-8)


def test_orthonormal_keeps_each_column_on_its_side(rng):
    w = torch.tensor(rng.normal(size=(4, 6, 3)))
    q = pca.orthonormal(w)
    torch.testing.assert_close(q.transpose(1, 2) @ q, torch.eye(3, dtype=torch.float64).expand(4, 3, 3))
    assert ((q * w).sum(1) > 0).all()
    torch.testing.assert_close(pca.orthonormal(q), q)


def test_drift_of_a_subspace_is_the_mean_squared_sine():
    learner = training("pca").learner
    one = torch.eye(4, dtype=torch.float64)[:, :2].expand(3, 4, 2)
    turn, angle = torch.eye(4, dtype=torch.float64), 0.3
    turn[1, 1] = turn[2, 2] = np.cos(angle)
    turn[2, 1], turn[1, 2] = np.sin(angle), -np.sin(angle)
    expected = torch.full((3,), np.sin(angle) ** 2 / 2, dtype=torch.float64)
    torch.testing.assert_close(learner.drift(one, turn @ one), expected)


def test_too_many_components_is_an_error():
    with pytest.raises(UsageError, match=r"--components 5.*4 features"):
        pca.build(problem("pca", components=5))


@pytest.mark.parametrize("rule", [rule for rule in pca.RULES if rule != "gradient"])
def test_a_hebbian_rule_has_no_curvature_and_says_so(rule):
    with pytest.raises(UsageError, match=r"newton.*sgd"):
        pca.build(problem("pca", rule=rule, optimizer="newton"))


def test_pca_answers_new_rows_and_draws_one_component_in_a_plane():
    one = learn(training("pca", components=1))
    x = one.learner.parts["test"].x
    told, w = (
        pca.respond({**one.parameters, "mean": torch.zeros_like(x[:, 0])}, x),
        one.parameters["components"].detach(),
    )
    torch.testing.assert_close(told["component"].detach(), x @ w)
    rest = (x - x @ w @ w.transpose(1, 2)).square().sum(2)
    torch.testing.assert_close(told["prediction"].detach(), rest)
    explained = 1 - rest.sum(1) / x.square().sum((1, 2))
    score = one.learner.evaluate(one.parameters, "test")["explained_variance_ratio"]
    np.testing.assert_allclose(score, explained)
    assert one.learner.view(one.parameters)["plane_points"].shape == (3, 16, 2)


@pytest.mark.parametrize(
    ("given", "steps", "settle"),
    [
        ({}, [10, 10], [False, True]),  # 480 examples: ten times 8, ten times all 40
        ({"budget": 40}, [5], [False]),
        ({"batch_size": 40}, [12], [True]),
        ({"batch_size": 40, "budget": 30}, [1], [False]),
        ({"optimizer": "sgd"}, [60], [False]),
        ({"l2": 0.1}, [10, 10], [False, True]),
    ],
)
def test_a_tenth_of_the_budget_goes_into_mini_batches_the_rest_into_passes(given, steps, settle):
    one = training("kmeans", **given)
    assert [phase.steps for phase in one.phases] == steps
    assert [phase.settles for phase in one.phases] == settle
    assert all((phase.penalty is None) == ("l2" not in given) for phase in one.phases)
