"""The Gaussian mixture: scikit-learn's density, EM's fixed point, one cloud in closed form."""

import numpy as np
import pytest
import torch
from sklearn.mixture import GaussianMixture
from tiny import ROWS, training

from paradigms.datasets import load
from paradigms.engine.loop import train
from paradigms.unsupervised import mixture


def through(one):
    train(one, [one.total], lambda training, signals: True)
    return one


def test_the_density_is_scikit_learns():
    one = through(training("mixture"))
    parameters, x = one.parameters, one.learner.train.x
    with torch.no_grad():
        answer = mixture.respond(parameters, x)
        share, root = parameters["shares"].softmax(1), mixture.roots(parameters)
    for r in range(3):
        theirs = GaussianMixture(3)
        theirs.weights_, theirs.means_ = share[r].numpy(), parameters["means"][r].detach().numpy()
        theirs.precisions_cholesky_ = root[r].mT.numpy()
        np.testing.assert_allclose(answer["log_density"][r], theirs.score_samples(x[r].numpy()))
        assert (answer["prediction"][r].numpy() == theirs.predict(x[r].numpy())).all()


def test_one_cloud_is_the_mean_and_the_covariance():
    one = through(training("mixture", clusters=1, budget=ROWS * 500, batch_size=ROWS, lr=0.05))
    for r, rows in enumerate(one.learner.train.x.numpy()):
        np.testing.assert_allclose(one.parameters["means"][r, 0].detach(), rows.mean(0), atol=1e-3)
        root = mixture.roots(one.parameters)[r, 0].detach().numpy()
        np.testing.assert_allclose(np.linalg.inv(root.T @ root), np.cov(rows.T, bias=True), atol=2e-3)
    baseline = one.learner.baseline("test")
    np.testing.assert_allclose(
        one.learner.evaluate(one.parameters, "test")["log_likelihood"], baseline, atol=0.02
    )


def test_where_em_stands_still_the_gradient_is_zero():
    one = training("mixture", clusters=2, batch_size=ROWS)
    learner, parameters = one.learner, one.parameters
    for r, rows in enumerate(learner.train.x.numpy()):
        em = GaussianMixture(2, reg_covar=0, tol=1e-12, max_iter=5000, random_state=0).fit(rows)
        root = em.precisions_cholesky_.transpose(0, 2, 1)
        at = np.arange(root.shape[1])
        root[:, at, at] = np.log(root[:, at, at])
        with torch.no_grad():
            parameters["shares"][r] = torch.tensor(np.log(em.weights_))
            parameters["means"][r], parameters["roots"][r] = torch.tensor(em.means_), torch.tensor(root)
    assert learner.slope(parameters, learner.train).gradient.abs().max() < 1e-4


def test_no_cloud_falls_onto_a_point():
    one = through(training("mixture", clusters=8, budget=ROWS * 300, batch_size=ROWS, lr=0.1))
    widest = one.parameters["roots"].diagonal(dim1=2, dim2=3).amax(1).detach().numpy()
    spread = one.learner.train.x.numpy().std(1)
    assert (np.exp(-widest) >= 0.999 * mixture.NARROWEST * spread).all()
    assert np.exp(-widest).min() < 2 * mixture.NARROWEST * spread.max(), "nothing came near the bound"


@pytest.mark.parametrize("features", [1, 3])
def test_any_number_of_features(features):
    """One column too, where a matrix product would round by who else is there."""
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(2, 9, features, generator=generator)
    known = {
        "shares": torch.randn(2, 3, generator=generator),
        "means": torch.randn(2, 3, features, generator=generator),
        "roots": torch.randn(2, 3, features, features, generator=generator) / 3,
    }
    both = mixture.respond(known, x)["log_density"]
    alone = mixture.respond({name: tensor[1:] for name, tensor in known.items()}, x[1:])["log_density"]
    assert torch.equal(both[1:], alone)


def test_the_clouds_are_four_and_long():
    rows, cloud = load("clouds").frame.to_numpy(), load("clouds").target
    for k in range(4):
        low, high = np.linalg.eigvalsh(np.cov(rows[cloud == k].T))
        assert np.sqrt([low, high]) == pytest.approx([0.3, 1.5], rel=0.15)
