"""Diffusion: the schedule, the energy distance, and steps back that know the noise."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.stats import energy_distance
from tiny import training

from paradigms.unsupervised import diffusion
from paradigms.unsupervised.diffusion import KEPT, STEPS, Noising, energy, made, noised


def test_noise_takes_all_in_the_end_and_nothing_at_first():
    assert KEPT[0] == 1
    assert (np.diff(KEPT) < 0).all()
    assert KEPT[-1] < 1e-4


def test_in_one_dimension_the_distance_is_scipys_squared_but_for_its_bias():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=400), rng.normal(0.7, 1.3, size=300)
    ours = float(energy(torch.tensor(x).view(1, -1, 1), torch.tensor(y).view(1, -1, 1)))
    inner = [np.abs(one[:, None] - one).mean() / (len(one) - 1) for one in (x, y)]
    assert ours == pytest.approx(energy_distance(x, y) ** 2 - sum(inner))


class Gaussian:
    """The best guess of the noise where rows are N(0, s²): what a network should become."""

    def __init__(self, spread: float) -> None:
        self.spread, self.step = spread, STEPS

    def forward(self, parameters, x):
        share = KEPT[self.step]
        return x[..., :1] * np.sqrt(1 - share) / (share * self.spread**2 + 1 - share)


def test_steps_back_by_the_best_guess_make_rows_of_the_spread_that_theory_says(monkeypatch):
    """Every step back is linear in x for such a guess, so the variance follows from one step to the next."""
    best, variance = Gaussian(0.4), 1.0
    for t in range(STEPS, 0, -1):
        left, alpha = KEPT[t], KEPT[t] / KEPT[t - 1]
        guess = np.sqrt(1 - left) / (left * 0.4**2 + 1 - left)
        kept = (1 - (1 - alpha) / np.sqrt(1 - left) * guess) / np.sqrt(alpha)
        variance = kept**2 * variance + (1 - KEPT[t - 1]) / (1 - left) * (1 - alpha)
    assert np.sqrt(variance) == pytest.approx(0.4, rel=0.1)

    def heard(t):
        best.step = int(t.flatten()[0])
        return torch.zeros(*t.shape, 2 * diffusion.WAVES, dtype=t.dtype)

    monkeypatch.setattr(diffusion, "told", heard)
    generator = torch.Generator().manual_seed(0)
    noise = torch.randn(STEPS + 1, 1, 4000, 1, generator=generator, dtype=torch.float64)
    assert float(made(best, {}, noise)[-1].std()) == pytest.approx(np.sqrt(variance), rel=0.04)


def test_a_row_and_its_noise_are_told_apart_by_the_answer():
    x = torch.randn(2, 5, 3, dtype=torch.float64)
    noise, t = torch.randn_like(x), torch.full((2, 5), 17.0, dtype=torch.float64)
    batch = noised(x, t, noise)
    back = (batch.x[..., :3] - np.sqrt(1 - KEPT[17]) * batch.y) / np.sqrt(KEPT[17])
    torch.testing.assert_close(back, x)


def test_noise_hangs_on_the_batch_alone():
    one, other = training("diffusion"), training("diffusion")
    source, later = one.phases[0].source, other.phases[0].source
    assert isinstance(source, Noising)
    batches = [source.draw(None) for _ in range(70)]
    later.restore({}, {"samples": 66 * later.batch_size})
    assert torch.equal(later.draw(None).x, batches[66].x)
    assert not torch.equal(batches[0].y, batches[1].y)
