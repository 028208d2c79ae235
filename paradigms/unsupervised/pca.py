"""PCA: the directions that keep most of the variance.

Loss: L(W) = ½ mean ‖x − W Wᵀ x‖² over centred rows, W with orthonormal columns. With C the batch's
second moment, its gradient is −2 C W + C W (WᵀW) + W (Wᵀ C W), which for orthonormal W is
−(I − W Wᵀ) C W: every component is pulled towards the variance that no component explains yet. The
curvature along a component is its own variance, w ᵀC w; a full Newton step with it followed by QR is
orthogonal iteration. Instead of it `--rule` names a Hebbian rule: Hebb's own, Oja's (1982, 1989 for a
subspace), or Sanger's (1989).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from paradigms.engine.devices import exact, numbers
from paradigms.engine.learner import Learner, Slope
from paradigms.engine.losses import mean
from paradigms.engine.parameters import Parameters
from paradigms.engine.plane import SHOWN
from paradigms.engine.problem import Problem
from paradigms.engine.rows import Batches, Changed, Table, Whole
from paradigms.engine.streamed import Streamed, total
from paradigms.engine.streams import Streams
from paradigms.engine.training import Phase
from paradigms.errors import UsageError

TILE = 4096
"""Rows of which the second moment is taken at once."""
ORIGINALS = 6
"""Rows whose reconstruction is shown."""


def respond(parameters: Mapping[str, Tensor], x: Tensor) -> dict[str, Tensor]:
    """`prediction` [R, N], the squared error of the reconstruction, and `component` [R, N, k], for rows x.

    `parameters` hold the components and, of `constants`, the training mean.
    """
    x = x - parameters["mean"].unsqueeze(1)
    coordinates = x @ parameters["components"]
    rebuilt = coordinates @ parameters["components"].transpose(1, 2)
    return {"prediction": (x - rebuilt).square().sum(2), "component": coordinates}


@dataclass(frozen=True)
class Moment:
    """All that the full-batch loss knows of N rows: their second moment C [R, d, d]."""

    matrix: Tensor


class Centred(Changed):
    """Batches of rows less their mean."""

    def __init__(self, rows: Batches, mean: Tensor) -> None:
        super().__init__(rows)
        self.mean = mean

    def draw(self, parameters: object) -> Table:
        return centred(super().draw(parameters), self.mean)

    def probe(self, *counter: int) -> Table:
        return centred(super().probe(*counter), self.mean)


class Summary(Whole):
    """Every batch is all the rows, through their second moment: one pass, then each step is small.

    Of fewer rows than features it is the rows themselves, which are smaller than their moment.
    """

    def __init__(self, learner: PCA, streams: Streams) -> None:
        super().__init__(learner.problem.parts["train"], streams)
        self.mean = learner.mean
        self.moment = learner.train if learner.moment is None else Moment(learner.moment)

    def draw(self, parameters: object) -> Moment | Table:  # type: ignore[override]
        """The rows' second moment, or the rows less their mean; counts as N samples all the same."""
        self.samples += self.table.rows
        return self.moment

    def probe(self, *counter: int) -> Table:
        return centred(super().probe(*counter), self.mean)


def moments(table: Table) -> tuple[Tensor, Tensor]:
    """The mean [R, 1, d] and the second moment about it [R, d, d], in one sweep over the rows.

    A tile of rows is shifted at a time, by the mean of the first tile: near enough to the mean of all that
    nothing is lost when the difference is taken out at the end (Chan, Golub & LeVeque 1983).
    """
    shift = counted(_tile(table, 0)).mean(1, keepdim=True)
    sums, products = torch.zeros_like(shift), table.x.new_zeros(len(shift), *[table.x.shape[2]] * 2)
    for start in range(0, table.rows, TILE):
        tile = centred(_tile(table, start), shift)
        heavy = counted(tile)
        sums += heavy.sum(1, keepdim=True)
        products.baddbmm_(tile.x.transpose(1, 2), heavy)
    rest = sums / table.rows
    return shift + rest, products / table.rows - rest.transpose(1, 2) @ rest


def joined(pieces: Iterable[Table], like: Tensor) -> tuple[Tensor, Tensor]:
    """The same of rows that come in pieces, in float64 until they are joined (Chan, Golub & LeVeque 1983)."""
    count, mean, moment = 0, torch.zeros(()), torch.zeros(())
    for piece in pieces:
        about, own = moments(Table(exact(piece.x)))
        share = piece.rows / (count + piece.rows)
        off = about - mean if count else torch.zeros_like(about)
        moment = moment * (1 - share) + own * share + off.transpose(1, 2) @ off * share * (1 - share)
        mean = mean + off * share if count else about
        count += piece.rows
    return mean.to(like), moment.to(like)


def middle(table: Table) -> Tensor:
    """The mean [R, 1, d], taken from the first tile's."""
    shift = counted(_tile(table, 0)).mean(1, keepdim=True)
    return shift + counted(centred(table, shift)).mean(1, keepdim=True)


def through(rows: Moment | Table, w: Tensor) -> Tensor:
    """C W [R, d, k] for W [R, d, k], whichever way the second moment C of the rows is had."""
    if isinstance(rows, Moment):
        return rows.matrix @ w
    return counted(rows).transpose(1, 2) @ (rows.x @ w) / rows.rows


def trace(rows: Moment | Table) -> Tensor:
    """tr C, [R]."""
    if isinstance(rows, Moment):
        return rows.matrix.diagonal(dim1=1, dim2=2).sum(1)
    return (counted(rows) * rows.x).sum((1, 2)) / rows.rows


def _tile(table: Table, start: int) -> Table:
    """At most TILE rows from `start` on."""
    weights = None if table.weights is None else table.weights[:, start : start + TILE]
    return Table(table.x[:, start : start + TILE], None, weights)


def centred(table: Table, mean: Tensor) -> Table:
    """The rows less `mean` [R, 1, d]."""
    return Table(table.x - mean, table.y, table.weights)


class PCA(Learner[Any]):
    """R sets of k components; reference: scikit-learn's exact SVD of the same rows."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.components = problem.options.components
        self.mean, self.moment = self._summary(problem.parts["train"])
        self._whole: Moment | Table | None = None
        _, rows, self.width = problem.parts["train"].x.shape
        if self.components > min(rows, self.width):
            raise UsageError(
                f"--components {self.components}: the data have only {self.width} features "
                f"and {rows} training rows.",
                f"Use --components {min(rows, self.width)} or fewer.",
            )

    def _summary(self, table: Table) -> tuple[Tensor, Tensor | None]:
        """The rows' mean [R, 1, d], and their second moment [R, d, d] unless the rows are smaller."""
        if isinstance(table, Streamed):
            return joined(table.all(), table.x)
        return (middle(table), None) if table.rows < table.x.shape[2] else moments(table)

    @cached_property
    def parts(self) -> dict[str, Table]:
        """All rows less the training mean."""
        return {name: centred(table, self.mean) for name, table in self.problem.parts.items()}

    @property
    def train(self) -> Table:
        """The training part, centred."""
        return self.parts["train"]

    @cached_property
    def variance(self) -> Tensor:
        """Of the training part, [R]."""
        return (exact(self.train.x) * exact(counted(self.train))).sum(2).mean(1)

    @property
    def read(self) -> int:
        """Every row, for the mean."""
        return self.problem.parts["train"].rows

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {"components": (self.width, self.components)}

    def initial(self, replica: int, generator: np.random.Generator) -> dict[str, np.ndarray]:
        return {"components": np.linalg.qr(generator.normal(size=self.shapes["components"]))[0]}

    def loss(self, parameters: Parameters, batch: Table | Moment) -> Tensor:
        w = parameters["components"]
        if isinstance(batch, Moment):  # ½ tr M C Mᵀ, with M = I − W Wᵀ
            missed = torch.eye(w.shape[1], dtype=w.dtype, device=w.device) - w @ w.transpose(1, 2)
            return (missed @ batch.matrix * missed).sum((1, 2)) / 2
        return mean((batch.x - batch.x @ w @ w.transpose(1, 2)).square().sum(2), batch.weights) / 2

    @torch.no_grad()
    def slope(self, parameters: Parameters, batch: Table | Moment) -> Slope:
        """The closed form through C W, whichever way that is had."""
        w = parameters["components"]
        whole = isinstance(batch, Moment) or (self.moment is None and batch is self.train)
        self._whole = batch if whole else None
        return self._closed_form(w, through(batch, w), trace(batch).expand(len(w)))

    def _closed_form(self, w: Tensor, cw: Tensor, total: Tensor) -> Slope:
        """Slope from W [R, d, k], C W and the `total` tr C [R]."""
        within, gram = w.transpose(1, 2) @ cw, w.transpose(1, 2) @ w  # [R, k, k]
        kept = within.diagonal(dim1=1, dim2=2)  # variance of each component
        losses = (total - 2 * kept.sum(1) + (gram * within).sum((1, 2))) / 2
        gradient = -2 * cw + cw @ gram + w @ within
        return Slope(losses, gradient.flatten(1), kept.unsqueeze(1).expand_as(w).flatten(1))

    @torch.no_grad()
    def settle(self, parameters: Parameters, step: int) -> None:
        """Back to orthonormal columns; after a full pass, turned within their span to their own variances.

        The curvature is diagonal only among components that do not covary. Left mixed, the step of a
        small component would be divided by a large one's variance.
        """
        w = parameters["components"]
        w.copy_(orthonormal(w))
        if self._whole is not None:
            within = w.transpose(1, 2) @ through(self._whole, w)
            turn = torch.linalg.eigh(torch.nan_to_num(within)).eigenvectors.flip(2)
            w.copy_(w @ (turn * torch.where(turn.diagonal(dim1=1, dim2=2) < 0, -1.0, 1.0).unsqueeze(1)))

    @torch.no_grad()
    def evaluate(self, parameters: Parameters, part: str) -> dict[str, np.ndarray]:
        w, missing, all_of_it = self.judged(exact(parameters["components"])), [], []
        for rows in self.asked(part):
            x = exact(rows.x)
            missed, whole = (x - x @ w @ w.transpose(1, 2)).square(), x.square()
            missing.append(missed.sum((1, 2)))
            all_of_it.append(whole.sum((1, 2)))
        ratio = 1 - total(missing) / total(all_of_it)
        apart = self.problem.by_set(
            "explained_variance_ratio", part, lambda: (whole.sum(2) - missed.sum(2), whole.sum(2))
        )
        return {"explained_variance_ratio": ratio.cpu().numpy()} | apart

    def asked(self, part: str) -> Iterator[Table]:
        """The rows that a score is of, less the training mean."""
        rows = self.problem.parts[part]
        if not isinstance(rows, Streamed):
            return iter([self.parts[part]])
        return (centred(piece, self.mean) for piece in rows.asked())

    def judged(self, w: Tensor) -> Tensor:
        """The columns [R, d, k] whose reconstruction is scored: as they are."""
        return w

    def targets(self, parameters: Parameters) -> Tensor:
        """The subspace itself, [R, d, k]."""
        return orthonormal(parameters["components"].detach())

    def drift(self, before: Tensor, after: Tensor) -> Tensor:
        """Mean squared sine of the angles between the two subspaces."""
        overlap = (before.transpose(1, 2) @ after).square().sum((1, 2))
        return (1 - overlap / self.components).clamp_min(0)

    def baseline(self, part: str) -> np.ndarray:
        """Random orthonormal components."""
        shape = self.shapes["components"]
        drawn = self.problem.streams.stack(lambda g: np.linalg.qr(g.normal(size=shape))[0], "baseline")
        return self._explained(drawn, part)

    def reference(self, part: str) -> np.ndarray:
        return self._explained(self._exact()[0][:, :, : self.components], part)

    def _explained(self, w: np.ndarray, part: str) -> np.ndarray:
        missed, whole = 0.0, 0.0
        for rows in self.asked(part):
            x = numbers(rows.x)
            missed = missed + ((x - x @ w @ w.transpose(0, 2, 1)) ** 2).sum((1, 2))
            whole = whole + (x**2).sum((1, 2))
        explained = 1 - missed / whole
        return np.broadcast_to(explained, len(self.problem.streams.seeds)).copy()

    @cache  # noqa: B019 - a learner lives as long as its study
    def _exact(self) -> tuple[np.ndarray, np.ndarray]:
        """Components [R, d, k] and their share of the variance [R, k]."""
        if isinstance(self.problem.parts["train"], Streamed):
            return self._of_moment()
        from sklearn import decomposition

        models = [decomposition.PCA(self.components, svd_solver="full") for _ in self.train.x]
        for model, rows in zip(models, numbers(self.train.x), strict=True):
            model.fit(rows)
        w = np.stack([model.components_.T for model in models])
        return w, np.stack([model.explained_variance_ratio_ for model in models])

    def _of_moment(self) -> tuple[np.ndarray, np.ndarray]:
        """The same of rows on the disk, from their second moment."""
        assert self.moment is not None
        values, vectors = np.linalg.eigh(numbers(self.moment))
        share = values[:, ::-1] / values.sum(1, keepdims=True)
        return vectors[:, :, ::-1][:, :, : self.components].copy(), share[:, : self.components].copy()

    def constants(self) -> dict[str, Tensor]:
        return {"mean": self.mean.squeeze(1).expand(len(self.problem.streams.seeds), -1)}

    def scene(self) -> dict[str, np.ndarray]:
        test = self.parts["test"]
        labels = np.zeros((len(test.x), min(SHOWN, test.rows)), np.uint8)
        if test.y is not None and not test.y.is_floating_point():
            labels = test.y[:, :SHOWN].cpu().numpy().astype(np.uint8)
        return {
            "plane_labels": labels,
            "mean": self.mean.squeeze(1).float().cpu().numpy(),
            "originals": (test.x[:, :ORIGINALS] + self.mean).float().cpu().numpy(),
            "reference_explained": self._exact()[1].astype(np.float32),
        }

    @torch.no_grad()
    def view(self, parameters: Parameters) -> dict[str, np.ndarray]:
        w, variance = self._ordered(parameters["components"].detach())
        points = self.parts["test"].x[:, :SHOWN] @ w[:, :, :2].to(self.train.x)
        if self.components == 1:
            points = torch.cat([points, torch.zeros_like(points)], dim=2)
        return {
            "components": w.transpose(1, 2).float().cpu().numpy(),
            "explained": (variance / self.variance.unsqueeze(1)).float().cpu().numpy(),
            "plane_points": points.float().cpu().numpy(),
        }

    def _ordered(self, w: Tensor) -> tuple[Tensor, Tensor]:
        """The same subspace, rotated to components in order of variance, largest entry positive; float64."""
        w = torch.nan_to_num(orthonormal(exact(w)))
        projected = Table(exact(self.train.x) @ w, None, self.train.weights)
        within = projected.x.transpose(1, 2) @ counted(projected) / self.train.rows
        values, vectors = torch.linalg.eigh(within)
        w = w @ vectors.flip(2)
        signs = torch.sign(w.gather(1, w.abs().argmax(1, keepdim=True)))
        return w * signs, values.flip(1)

    @torch.no_grad()
    def finish(self, parameters: Parameters) -> None:
        """Components in order of variance; the subspace stays what it is."""
        w = parameters["components"]
        w.copy_(self._ordered(w.detach())[0])


class Hebb(PCA):
    """Hebb's rule: Δw = η y x, y = Wᵀx. What fires together is strengthened, for ever: nothing normalises."""

    exempt: ClassVar[Mapping[str, str]] = {
        "gradient": "a Hebbian rule is not the gradient of the loss that it is watched by"
    }

    def _closed_form(self, w: Tensor, cw: Tensor, total: Tensor) -> Slope:
        slope = super()._closed_form(w, cw, total)
        return Slope(slope.losses, (self.forgotten(w, cw) - cw).flatten(1))

    def forgotten(self, w: Tensor, cw: Tensor) -> Tensor:
        """What W loses where it gains C W, [R, d, k]."""
        return torch.zeros_like(w)

    def settle(self, parameters: Parameters, step: int) -> None:
        """Nothing: the rule keeps the columns near length one by itself, or does not."""

    def judged(self, w: Tensor) -> Tensor:
        """The space that they span, however long they are."""
        return orthonormal(w)


class Oja(Hebb):
    """Oja's rule: Δw = η y (x − W y), y = Wᵀx. Hebbian, local, and its own normaliser."""

    def forgotten(self, w: Tensor, cw: Tensor) -> Tensor:
        return w @ (w.transpose(1, 2) @ cw)

    def judged(self, w: Tensor) -> Tensor:
        """As they are: their length is the rule's own."""
        return w


class Sanger(Hebb):
    """Sanger's rule: Δw_k = η y_k (x − Σ_{j ≤ k} w_j y_j): a column forgets what those up to it explain."""

    def forgotten(self, w: Tensor, cw: Tensor) -> Tensor:
        return w @ (w.transpose(1, 2) @ cw).triu()


RULES = {"gradient": PCA, "hebb": Hebb, "oja": Oja, "sanger": Sanger}


def counted(table: Table) -> Tensor:
    """Rows [R, N, d], each multiplied by its weight where there are weights."""
    return table.x if table.weights is None else table.x * table.weights.unsqueeze(2)


def orthonormal(w: Tensor) -> Tensor:
    """Orthonormal columns spanning those of w [R, d, k], each on its column's side (QR)."""
    q, r = torch.linalg.qr(w)
    return q * torch.where(r.diagonal(dim1=1, dim2=2) < 0, -1.0, 1.0).unsqueeze(1).to(w.dtype)


def build(problem: Problem) -> tuple[PCA, list[Phase]]:
    """Mini-batches for a tenth of the budget, then full-batch steps until the components stand still."""
    options = problem.options
    if options.rule != "gradient" and options.optimizer == "newton":
        raise UsageError(
            "--optimizer newton: a Hebbian rule descends no loss, so it has no curvature.",
            "Use --optimizer sgd.",
        )
    learner = RULES[options.rule](problem)
    batches = Centred(problem.shuffled(problem.parts["train"]), learner.mean)
    return learner, problem.batches_then_passes(learner, batches, Summary(learner, problem.streams))
