"""L-BFGS: Newton's direction from the last few steps alone, for sources whose every batch is all the rows.

H g, where H ≈ the inverse curvature is built from the pairs (s, y) of the last steps and the changes of
the gradient along them (Nocedal 1980; Liu & Nocedal 1989). Along each direction p the step length τ is
sought by slopes alone, since gradients are what a rule sees: τ is taken as soon as φ′(τ) / φ′(0) lies
between −0.8 and 0.9, φ(τ) = L(θ − τ p). Those are the approximate Wolfe conditions of Hager & Zhang
(2005) with δ = 0.1 and σ = 0.9; near a minimum they resolve what differences of losses no longer can.

The first step has length min(1, 1 / ‖g‖₁), all others are tried at τ = 1. As long as those are taken,
every step equals one of torch.optim.LBFGS.
"""

from __future__ import annotations

import torch
from torch import Tensor

from paradigms.engine.rules import Rule

FLAT, STEEP = 0.9, -0.8
"""Slopes, as shares of the slope where the line began, between which a step is taken."""
FURTHER = 10
"""How many times as far to look while a line has only been too short; a secant would lead beyond that."""
TRIALS = 20
"""Points tried along one line."""


class LBFGS(Rule):
    """H g along a line search of each replica's own; the learning rate must be 1.

    A replica stands still for good once no number of its gradient is above `tol`, or above what its
    arithmetic resolves.
    """

    def __init__(self, memory: int = 10, tol: float = 0.0) -> None:
        super().__init__()
        self.memory, self.tol = memory, tol

    def start(self, flat: Tensor) -> None:
        """No steps remembered; the first call begins a line."""
        replicas, one = (len(flat), self.memory), flat.new_zeros(len(flat), 1)
        self.state = {
            "steps": flat.new_zeros(*replicas, flat.shape[1]),
            "changes": flat.new_zeros(*replicas, flat.shape[1]),
            "products": flat.new_zeros(replicas),  # s·y; 0 where nothing is remembered
            "way": torch.zeros_like(flat),
            "before": torch.zeros_like(flat),  # the gradient where the line began
            "length": one.clone(),
            "trials": one.clone(),
            "low": one.clone(),  # too short, and its share of the slope
            "low_slope": one.clone(),
            "high": one.clone(),  # too long; 0 while unknown
            "high_slope": one.clone(),
        }

    def direction(self, gradient: Tensor, t: int, curvature: Tensor | None = None) -> Tensor:
        state = self.state
        down = (state["before"] * state["way"]).sum(1, keepdim=True)
        share = (gradient * state["way"]).sum(1, keepdim=True) / down
        taken = (share <= FLAT) & (share >= STEEP) | (state["trials"] >= TRIALS) | ~(down > 0)
        still = gradient.abs().amax(1, keepdim=True) <= max(self.tol, 8 * torch.finfo(gradient.dtype).eps)
        self._remember(gradient, taken)
        if bool(taken.all()):  # the usual case, in half the time
            step = self._begin(gradient)
        else:
            step = self._try(gradient, taken, share)
        return torch.where(still, 0.0, step)

    def _begin(self, gradient: Tensor) -> Tensor:
        """The first step along a new line of every replica."""
        state, one = self.state, torch.ones_like(gradient[:, :1])
        state["way"], state["before"] = self._way(gradient), gradient.clone()
        state["length"] = self._length(gradient)
        for name in ("trials", "low", "high"):
            state[name] = torch.zeros_like(one)
        state["low_slope"] = one
        return state["length"] * state["way"]

    def _try(self, gradient: Tensor, taken: Tensor, share: Tensor) -> Tensor:
        """The next step along each replica's line, or along a new one where the last was taken."""
        state = self.state
        along = self._longer_or_shorter(share) - state["length"]
        way = torch.where(taken, self._way(gradient), state["way"])
        length = self._length(gradient)
        step = torch.where(taken, length, along)
        self._go_on(taken, way, gradient, torch.where(taken, length, state["length"] + along))
        return step * way

    def _length(self, gradient: Tensor) -> Tensor:
        """The length to try first, [R, 1]: with nothing remembered the direction's size means nothing."""
        begun = (self.state["products"] > 0).any(1, keepdim=True)
        return torch.where(begun, 1.0, (1 / gradient.abs().sum(1, keepdim=True)).clamp_max(1))

    def _remember(self, gradient: Tensor, taken: Tensor) -> None:
        """The step along the line that ends here, and what it changed, for the replicas that take it."""
        state = self.state
        step, change = -state["length"] * state["way"], gradient - state["before"]
        product = (step * change).sum(1)
        new = taken.squeeze(1) & (product > torch.finfo(product.dtype).tiny)
        for name, latest in (("steps", step), ("changes", change), ("products", product)):
            shifted = torch.cat([state[name][:, 1:], latest.unsqueeze(1)], dim=1)
            chosen = new.view(-1, *[1] * (shifted.dim() - 1))
            state[name] = torch.where(chosen, shifted, state[name])

    def _way(self, gradient: Tensor) -> Tensor:
        """H g by the two loops of Nocedal (1980); what was never remembered changes nothing."""
        steps, changes, products = (self.state[name] for name in ("steps", "changes", "products"))
        inverse = torch.where(products > 0, 1 / products, 0.0)
        way, shares = gradient.clone(), []
        for i in reversed(range(self.memory)):
            shares.append(inverse[:, i] * (steps[:, i] * way).sum(1))
            way -= shares[-1].unsqueeze(1) * changes[:, i]
        size = changes[:, -1].square().sum(1)
        way *= torch.where(products[:, -1] > 0, products[:, -1] / size, 1.0).unsqueeze(1)
        for i in range(self.memory):
            back = inverse[:, i] * (changes[:, i] * way).sum(1)
            way += (shares[-1 - i] - back).unsqueeze(1) * steps[:, i]
        return way

    def _longer_or_shorter(self, share: Tensor) -> Tensor:
        """The next length to try: by the secant of the slopes at the lengths around it, if both are known."""
        state, length = self.state, self.state["length"]
        short = share > FLAT
        state["low"] = torch.where(short, length, state["low"])
        state["low_slope"] = torch.where(short, share, state["low_slope"])
        state["high"] = torch.where(short, state["high"], length)
        state["high_slope"] = torch.where(short, state["high_slope"], share)
        low, high, a, b = (state[name] for name in ("low", "high", "low_slope", "high_slope"))
        between = low + (high - low) * torch.nan_to_num(a / (a - b), nan=0.5).clamp(0.1, 0.9)
        return torch.where(high > 0, between, FURTHER * length)

    def _go_on(self, taken: Tensor, way: Tensor, gradient: Tensor, length: Tensor) -> None:
        """Where `taken` a new line begins here, elsewhere the old one is tried at another length."""
        state = self.state
        state["way"] = way
        state["before"] = torch.where(taken, gradient, state["before"])
        state["length"] = length
        state["trials"] = torch.where(taken, 0.0, state["trials"] + 1)
        state["low"] = torch.where(taken, 0.0, state["low"])
        state["low_slope"] = torch.where(taken, 1.0, state["low_slope"])
        state["high"] = torch.where(taken, 0.0, state["high"])


class WholeNewton(LBFGS):
    """H⁻¹ g with the loss's whole curvature H, along the same lines.

    On a squared error of a linear map one step is least squares (Gauss 1809); on the cross-entropy these
    are iteratively reweighted least squares (McCullagh & Nelder 1983). Along a direction that H does not
    resolve from rounding nothing moves, so of many minima it finds the one nearest to the start.
    """

    def __init__(self, tol: float = 0.0) -> None:
        super().__init__(memory=1, tol=tol)
        self.curvature: Tensor | None = None
        """The last that was handed over, [R, P, P]."""

    def direction(self, gradient: Tensor, t: int, curvature: Tensor | None = None) -> Tensor:
        if curvature is None or curvature.dim() != 3:
            raise TypeError("WholeNewton needs the learner's whole curvature")
        self.curvature = curvature
        return super().direction(gradient, t)

    def _remember(self, gradient: Tensor, taken: Tensor) -> None:
        """Nothing: the curvature is known."""

    def _length(self, gradient: Tensor) -> Tensor:
        return torch.ones_like(gradient[:, :1])

    def _way(self, gradient: Tensor) -> Tensor:
        assert self.curvature is not None
        return _solved(self.curvature, gradient)


class RunningNewton(Rule):
    """(Σ H)⁻¹ g, with the whole curvatures and gradients of sums over batches, none of which comes again.

    On a squared error that is recursive least squares (Plackett 1950): after every batch the parameters are
    the minimum over all rows so far. On others it is the online Newton step. `state` begins as the penalty's
    curvature.
    """

    def start(self, flat: Tensor) -> None:
        """No curvature yet."""
        self.state = {"curvature": flat.new_zeros(len(flat), flat.shape[1], flat.shape[1])}

    def direction(self, gradient: Tensor, t: int, curvature: Tensor | None = None) -> Tensor:
        if curvature is None or curvature.dim() != 3:
            raise TypeError("RunningNewton needs the learner's whole curvature")
        return _solved(self.state["curvature"].add_(curvature), gradient)


def _solved(curvature: Tensor, gradient: Tensor) -> Tensor:
    """H⁻¹ g for H [R, P, P] and g [R, P]; nothing along directions that H does not resolve from rounding.

    By Cholesky's factors where their pivots leave no doubt that H resolves all; it is twenty times faster.
    """
    curvature = torch.nan_to_num(curvature)
    factor, failed = torch.linalg.cholesky_ex(curvature)
    pivots = factor.diagonal(dim1=1, dim2=2).square()
    sure = (failed == 0) & (pivots.amin(1) > torch.finfo(pivots.dtype).eps ** 0.5 * pivots.amax(1))
    if bool(sure.all()):
        return torch.cholesky_solve(gradient.unsqueeze(2), factor).squeeze(2)
    way = gradient.new_empty(gradient.shape)
    way[sure] = torch.cholesky_solve(gradient[sure].unsqueeze(2), factor[sure]).squeeze(2)
    way[~sure] = _by_directions(curvature[~sure], gradient[~sure])
    return way


def _by_directions(curvature: Tensor, gradient: Tensor) -> Tensor:
    values, vectors = torch.linalg.eigh(curvature)
    least = values[:, -1:] * values.shape[1] * torch.finfo(values.dtype).eps
    inverse = torch.where(values > least, 1 / values, 0.0)
    return ((gradient.unsqueeze(1) @ vectors * inverse.unsqueeze(1)) @ vectors.mT).squeeze(1)
