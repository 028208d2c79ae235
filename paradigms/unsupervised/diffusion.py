"""Diffusion: noise is added to rows step by step, and a network learns to tell which noise it was.

Loss: L(θ) = mean ‖f_θ(x_t, t) − ε‖² with x_t = √ᾱ_t x + √(1 − ᾱ_t) ε, t and ε drawn anew for every row (Ho,
Jain & Abbeel 2020; the cosine schedule of ᾱ is Nichol & Dhariwal's, 2021). The answer is the noise that was
added by the learner itself; its gradient pulls what is guessed towards it. Taking the guessed noise away step
by step, from noise alone, makes new rows. How far these are from held-out ones is the energy distance
2 E‖X − Y‖ − E‖X − X′‖ − E‖Y − Y′‖ (Székely & Rizzo 2013), 0 where both are drawn alike.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache, cached_property

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.devices import exact, numbers
from paradigms.engine.learner import PROBED, Slope
from paradigms.engine.parameters import Parameters
from paradigms.engine.plane import SHOWN, Plane
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Shuffled, Table
from paradigms.engine.streams import Streams
from paradigms.engine.training import Phase
from paradigms.networks import catalogue
from paradigms.networks.learning import NetworkLearner
from paradigms.networks.network import Network

STEPS = 50
"""T, from a row to noise alone."""
WAVES = 4
"""Frequencies by which t is told to the network, a sine and a cosine each."""
MADE = 500
"""Rows that are made to be compared with held-out ones."""
AHEAD = 64
"""Batches whose noise is drawn at once."""
STAGES = (0, 20, 35, 43, 47, 50)
"""Steps back from noise after which the pictures look."""
FAR = 10.0
"""Beyond so many deviations a row counts as so far."""


def kept() -> np.ndarray:
    """ᾱ_t for t = 0 … T: the share of a row's variance that is left."""
    t = np.arange(STEPS + 1) / STEPS
    share = np.cos((t + 0.008) / 1.008 * math.pi / 2) ** 2
    each = np.minimum(1 - share[1:] / share[:-1], 0.999)  # β_t
    return np.concatenate([[1.0], np.cumprod(1 - each)])


KEPT = kept()


def told(t: Tensor) -> Tensor:
    """What the network hears of steps t [...]: [..., 2 · WAVES]."""
    angle = t.unsqueeze(-1) * (math.pi / STEPS * 2.0 ** torch.arange(WAVES, device=t.device, dtype=t.dtype))
    return torch.cat([angle.sin(), angle.cos()], -1)


def noised(x: Tensor, t: Tensor, noise: Tensor) -> Table:
    """Rows x [R, B, d] after steps t [R, B], with what the network hears of t; the answer is the noise."""
    share = torch.from_numpy(KEPT).to(x)[t.long()].unsqueeze(2)
    return Table(torch.cat([x * share.sqrt() + noise * (1 - share).sqrt(), told(t.to(x))], 2), noise)


class Noising(Shuffled):
    """Batches of rows with noise on them, which hangs on the replica's identity and the batch's number."""

    def __init__(self, table: Table, batch_size: int, streams: Streams, replacement: bool = False) -> None:
        super().__init__(table, batch_size, streams, replacement)
        self._made: tuple[int, np.ndarray, np.ndarray] | None = None

    def draw(self, parameters: object) -> Table:
        block, place = divmod(self.samples // self.batch_size, AHEAD)
        if self._made is None or self._made[0] != block:
            self._made = block, *self._drawn((AHEAD, self.batch_size), "noise", block)
        _, steps, noise = self._made
        return self._with(super().draw(parameters), steps[:, place], noise[:, place])

    def probe(self, *counter: int) -> Table:
        return self._with(super().probe(*counter), *self._drawn((PROBED,), "probed noise", *counter))

    def _drawn(self, shape: tuple[int, ...], purpose: str, *counter: int) -> tuple[np.ndarray, np.ndarray]:
        """Steps [R, *shape] from 1 to T, and noise [R, *shape, d]."""
        width = self.table.x.shape[2]
        steps = self.streams.stack(lambda g: g.integers(1, STEPS + 1, shape), f"{purpose}: steps", *counter)
        return steps, self.streams.stack(lambda g: g.normal(size=(*shape, width)), purpose, *counter)

    def _with(self, rows: Table, steps: np.ndarray, noise: np.ndarray) -> Table:
        t, added = (torch.from_numpy(one).to(rows.x) for one in (steps, noise))
        return noised(rows.x.expand(len(added), -1, -1), t, added)


@torch.no_grad()
def made(network: Network, parameters: Mapping[str, Tensor], noise: Tensor) -> list[Tensor]:
    """Rows [R, n, d] from noise [T + 1, R, n, d], at every step back: T + 1 clouds, the last one of rows."""
    share = torch.from_numpy(KEPT).tolist()
    x = noise[STEPS]
    clouds = [x]
    for t in range(STEPS, 0, -1):
        guessed = network.forward(parameters, torch.cat([x, told(torch.full_like(x[..., 0], t))], 2))
        left, before = share[t], share[t - 1]
        alpha = left / before
        x = (x - (1 - alpha) / math.sqrt(1 - left) * guessed) / math.sqrt(alpha)
        if t > 1:
            x = x + math.sqrt((1 - before) / (1 - left) * (1 - alpha)) * noise[t - 1]
        clouds.append(x)
    return clouds


def respond(network: Network, parameters: Mapping[str, Tensor], x: Tensor) -> dict[str, Tensor]:
    """`prediction` [R, N]: how badly the noise on rows x [R, N, d] is told, on average over t."""
    drawn = np.random.default_rng(0).normal(size=(STEPS, *x.shape[1:]))
    off = []
    for t in range(1, STEPS + 1):
        asked = noised(x, torch.full_like(x[..., 0], t), torch.from_numpy(drawn[t - 1]).to(x).expand_as(x))
        assert asked.y is not None
        off.append((network.forward(parameters, asked.x) - asked.y).square().mean(2))
    return {"prediction": torch.stack(off).mean(0)}


def energy(x: Tensor, y: Tensor) -> Tensor:
    """The energy distance of rows x [R, n, d] and y [R, m, d], without bias: [R]."""

    def within(one: Tensor) -> Tensor:
        count = one.shape[1]
        return _apart(one, one).sum((1, 2)) / (count * (count - 1))

    across = _apart(x, y).mean((1, 2))
    return 2 * across - within(x) - within(y)


def _apart(x: Tensor, y: Tensor) -> Tensor:
    """All distances, [R, n, m], from the differences themselves."""
    return torch.cdist(x, y, compute_mode="donot_use_mm_for_euclid_dist")


class Diffusion(NetworkLearner[Table]):
    """R makers of rows; reference: the training rows, as far from held-out ones as chance has it."""

    replayed = True

    def __init__(self, problem: Problem) -> None:
        self.parts, self.train = problem.parts, problem.parts["train"]
        self.width = self.train.x.shape[2]
        self.hold(problem, catalogue.network(problem, self.width + 2 * WAVES, self.width, "numbers"))

    def loss(self, parameters: Parameters, batch: Table) -> Tensor:
        assert batch.y is not None
        return (self.network.practise(parameters, batch.x) - batch.y).square().sum(2).mean(1)

    def slope(self, parameters: Parameters, batch: Table) -> Slope:
        noise = batch.y
        assert noise is not None

        def pull(answer: Tensor) -> tuple[Tensor, Tensor]:
            off = answer - noise
            return off.square().sum(2).mean(1), 2 * off / off.shape[1]

        return self.network.slope(parameters, batch.x, pull)

    @cached_property
    def _noise(self) -> Tensor:
        """From where the rows that are judged are made: the same at every look, [T + 1, R, MADE, d]."""
        shape = (STEPS + 1, MADE, self.width)
        drawn = self.problem.streams.stack(lambda g: g.normal(size=shape), "samples")
        return self.problem.tensor(drawn).transpose(0, 1)

    def _energy(self, rows: Tensor, part: str) -> np.ndarray:
        held, rows = exact(self.parts[part].x).cpu(), exact(rows).cpu()
        each = [
            energy(one.unsqueeze(0), held[min(r, len(held) - 1)].unsqueeze(0)) for r, one in enumerate(rows)
        ]
        return numbers(torch.cat(each))

    def evaluate(self, parameters: Parameters, part: str) -> dict[str, np.ndarray]:
        if part == "train":
            return {}
        return {"energy_distance": self._energy(self._rows(parameters), part)}

    def _rows(self, parameters: Parameters) -> Tensor:
        """The rows that are judged."""
        return _sound(made(self.network, parameters, self._noise)[-1])

    def baseline(self, part: str) -> np.ndarray:
        """Rows of the Gaussian that fits the training rows."""
        return self._energy(self._fitted(1), part)

    def reference(self, part: str) -> np.ndarray:
        found = self._energy(self.train.x, part)
        return np.resize(found, len(self.problem.streams.seeds))

    def rivals(self, part: str) -> dict[str, np.ndarray]:
        return {"mixture of ten Gaussians": self._energy(self._fitted(10), part)}

    @cache  # noqa: B019 - a learner lives as long as its study
    def _fitted(self, clouds: int) -> Tensor:
        """Rows [R, MADE, d] of a mixture of Gaussians, fitted by scikit-learn."""
        from sklearn.mixture import GaussianMixture
        from threadpoolctl import threadpool_limits

        found, rows = [], numbers(self.train.x)
        for replica in self.problem.streams.replicas:
            seed = self.problem.streams.seed(replica, "reference")
            own = rows[min(replica, len(rows) - 1)]
            with threadpool_limits(torch.get_num_threads()):
                model = GaussianMixture(min(clouds, len(own) // 4), random_state=seed, reg_covar=1e-4).fit(
                    own
                )
                found.append(model.sample(MADE)[0])
        return torch.from_numpy(np.stack(found))

    @cached_property
    def plane(self) -> Plane:
        """The plane in which rows are drawn."""
        return Plane.of(self.train.x)

    def scene(self) -> dict[str, np.ndarray]:
        return self.plane.scene(self.train.x, self.parts["test"].x)

    def view(self, parameters: Parameters) -> dict[str, np.ndarray]:
        """What is made of noise now, and how it condensed: [R, V, 2], [R, STAGES, V, 2]."""
        clouds = made(self.network, parameters, self._noise)
        stages = torch.stack([self.plane.project(_sound(clouds[n][:, :SHOWN])) for n in STAGES], 1)
        return {
            "generated": self.plane.project(_sound(clouds[-1][:, :SHOWN])).float().cpu().numpy(),
            "condensing": stages.float().cpu().numpy(),
        }


def _sound(rows: Tensor) -> Tensor:
    """Rows as far off as may be measured: before it has learned anything, steps back lead anywhere."""
    return rows.nan_to_num(0.0, FAR, -FAR).clamp(-FAR, FAR)


def build(problem: Problem) -> tuple[Diffusion, list[Phase]]:
    """The learner and its one phase."""
    learner = Diffusion(problem)
    source = Noising(
        learner.train, problem.options.batch_size, problem.streams, bool(problem.options.replacement)
    )
    return learner, [problem.phase(learner, source, problem.budget // source.batch_size)]
