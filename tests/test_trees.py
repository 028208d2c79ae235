"""Trees and merges: what the loop makes of them is, tree for tree and merge for merge, scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.cluster import AgglomerativeClustering
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.tree import DecisionTreeClassifier
from tiny import ROWS, begin, problem, training

from paradigms.engine.loop import train
from paradigms.engine.rows import Table
from paradigms.reports.kinds.tree.grown import _Arrays, impurity
from paradigms.supervised import boosting
from paradigms.unsupervised.ward import Ward


def through(one, look=lambda training: None):
    def observe(training, signals):
        look(training)
        return True

    train(one, range(1, one.total + 1), observe)
    return one


def twin(one, replica, **more):
    """scikit-learn's, with the randomness that the replica draws."""
    seed = one.learner.problem.streams.seed(replica, "trees")
    options = one.learner.problem.options
    settings = {"n_estimators": one.total, "max_depth": options.depth, "learning_rate": options.lr}
    rows = one.learner.train
    model = GradientBoostingRegressor(random_state=np.random.RandomState(seed), **settings | more)
    return model.fit(rows.x[replica].numpy(), rows.y[replica].numpy())


@pytest.mark.parametrize("coarse", [False, True], ids=["", "ties"])
def test_boosting_through_the_loop_is_scikit_learns_stage_by_stage(coarse):
    """Also where rows are coarse, so that many questions are equally good."""
    asked = problem("boosting", budget=20 * ROWS, depth=3, lr=0.3)
    if coarse:
        parts = {name: Table(one.x.round(), one.y) for name, one in asked.parts.items()}
        asked = asked.__class__(**vars(asked) | {"parts": parts})
    one = through(begin("boosting", asked))
    with torch.no_grad():
        known = {**one.parameters, **one.learner.constants()}
        ours = boosting.stages(known, one.learner.parts["test"].x).numpy()
    assert ours.shape[1] == 21
    for r in range(3):
        theirs = twin(one, r)
        stages = np.stack(list(theirs.staged_predict(one.learner.parts["test"].x[r].numpy())))
        assert (ours[r, 1:] == stages).all()
        told = one.parameters["answers"][r].detach().numpy()
        assert (told == theirs.predict(one.learner.train.x[r].numpy())).all()


def test_the_gradient_of_boosting_is_what_is_still_wrong():
    one = training("boosting", depth=2)
    batch = one.phases[0].source.draw(one.parameters)
    rows = one.learner.train
    slope = one.learner.slope(one.parameters, batch)
    off = rows.y.mean(1, keepdim=True) - rows.y
    torch.testing.assert_close(slope.gradient[:, :ROWS], off, rtol=0, atol=1e-12)
    assert (slope.gradient[:, ROWS:] == 0).all()


@pytest.mark.parametrize("criterion", ["gini", "entropy"])
def test_every_level_is_scikit_learns_tree_of_that_depth(criterion):
    one = training("tree", criterion=criterion, budget=4 * ROWS)
    seen = []

    def look(training):
        with torch.no_grad():
            answer = training.learner.answer(training.parameters, training.learner.grading.parts["test"].x)
        whole = training.learner.train
        seen.append(
            (answer["probability"].numpy(), training.learner.slope(training.parameters, whole).losses)
        )

    through(one, look)
    for depth, (shares, losses) in enumerate(seen, start=1):
        for r in range(3):
            seed = one.learner.problem.streams.seed(r, "tree")
            theirs = DecisionTreeClassifier(criterion=criterion, max_depth=depth, random_state=seed)
            x, y = one.learner.train.x[r].numpy(), one.learner.train.y[r].numpy()
            theirs.fit(x, y)
            if depth == len(seen):  # ties may be broken otherwise in a tree that ends earlier
                right = theirs.predict_proba(one.learner.grading.parts["test"].x[r].numpy())
                np.testing.assert_allclose(shares[r], right, atol=1e-12)
                leaves = theirs.tree_.children_left < 0
                held = theirs.tree_.n_node_samples[leaves] / len(x)
                impurity = (held * theirs.tree_.impurity[leaves]).sum()
                assert float(losses[r]) == pytest.approx(impurity)


def test_each_level_takes_impurity_away():
    losses = []
    one = training("tree", criterion="entropy", budget=4 * ROWS)
    through(
        one, lambda now: losses.append(one.learner.slope(one.parameters, one.learner.train).losses.tolist())
    )
    assert (np.diff(np.array(losses), axis=0) <= 0).all()


@pytest.mark.parametrize("linkage", ["ward", "average", "complete", "single"])
def test_clusters_are_scikit_learns(linkage):
    one = through(training("ward", linkage=linkage))
    for r, rows in enumerate(one.learner.train.x.numpy()):
        labels = AgglomerativeClustering(3, linkage=linkage).fit_predict(rows)
        means = np.stack([rows[labels == k].mean(0) for k in range(3)])
        ours = one.parameters["centres"][r].detach().numpy()
        np.testing.assert_allclose(ours[np.lexsort(ours.T)], means[np.lexsort(means.T)], atol=1e-12)


def test_what_is_merged_already_hangs_on_the_step_alone():
    straight, jumping = training("ward"), training("ward")
    for step in range(1, 31):
        straight.learner.settle(straight.parameters, step)
    jumping.learner.settle(jumping.parameters, 35)
    jumping.learner.settle(jumping.parameters, 30)
    assert torch.equal(straight.parameters.flat, jumping.parameters.flat)


def test_wards_distances_grow_and_the_last_merge_holds_all_rows():
    one = training("ward")
    assert isinstance(one.learner, Ward)
    branches = one.learner.scene()["branches"]
    assert branches.shape == (3, ROWS - 1, 4)
    assert (np.diff(branches[:, :, 2], axis=1) >= 0).all()
    assert (branches[:, -1, 3] == ROWS).all()


@pytest.mark.parametrize("criterion", ["gini", "entropy"])
def test_what_a_question_is_said_to_gain_is_what_scikit_learn_measures(criterion, iris):
    tree = DecisionTreeClassifier(criterion=criterion, max_depth=4, random_state=0).fit(*iris).tree_
    nodes = np.arange(tree.node_count)
    children = np.stack([tree.children_left, tree.children_right], 1)
    leaf = children < 0
    counts = np.rint(tree.value[:, 0] * tree.weighted_n_node_samples[:, None])
    below = np.where(leaf, nodes[:, None], children)
    held = _Arrays(tree.feature, tree.threshold, below, nodes, counts, criterion)
    rows = tree.weighted_n_node_samples
    for node in nodes:
        assert impurity(counts[node], criterion) == pytest.approx(tree.impurity[node])
        left = 0 if leaf[node, 0] else (rows * tree.impurity)[children[node]].sum() / rows[node]
        assert held.gain(node) == pytest.approx(0 if leaf[node, 0] else tree.impurity[node] - left)
