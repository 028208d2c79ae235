"""Networks of several kinds: ten replicas at once by the engine, as plain PyTorch one by one, and under vmap.

All learn the same rows of each seed's training part by Adam, in batches of the same size, in networks of the
same shapes, with the same largest norm of the gradient; all are judged on the test part.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import functional_call, grad, stack_module_state, vmap
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel

from benchmarks.task import Task, threads

LR = 3e-3


@dataclass(frozen=True)
class Kind:
    """`made(shape, outputs)` is the network as plain PyTorch has it.

    `redundant` counts biases that PyTorch has twice.
    """

    learner: str
    dataset: str
    options: Mapping[str, Any]
    made: Callable[[Sequence[int], int], nn.Module]
    redundant: int = 0


def _line(shape: Sequence[int], outputs: int) -> nn.Module:
    layers: list[nn.Module] = [nn.Unflatten(1, (1, shape[0]))]
    for channels, wide, kernel in ((1, 25, 5), (25, 25, 3), (25, 25, 3)):
        layers += [nn.Conv1d(channels, wide, kernel, 2, kernel // 2), nn.ReLU()]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(25 * -(-shape[0] // 8), outputs))


def _plane(shape: Sequence[int], outputs: int) -> nn.Module:
    layers: list[nn.Module] = [nn.Unflatten(1, (1, *shape)), nn.Conv2d(1, 16, 3, 1, 1), nn.ReLU()]
    layers += [nn.Conv2d(16, 32, 3, 2, 1), nn.ReLU(), nn.Flatten()]
    return nn.Sequential(*layers, nn.Linear(32 * -(-shape[0] // 2) * -(-shape[1] // 2), outputs))


class _Last(nn.Module):
    """A recurrent network that answers from its last state."""

    def __init__(self, cell: type[nn.RNNBase], shape: Sequence[int], outputs: int) -> None:
        super().__init__()
        self.shape, self.cell = tuple(shape), cell(shape[1], 32, batch_first=True)
        self.answer = nn.Linear(32, outputs)

    def forward(self, x: Tensor) -> Tensor:
        states, _ = self.cell(x.unflatten(1, self.shape))
        return self.answer(states[:, -1])  # type: ignore[no-any-return]


class _Decoder(nn.Module):
    """Two blocks of four heads that see no place ahead."""

    def __init__(self, shape: Sequence[int], outputs: int, width: int = 32) -> None:
        super().__init__()
        (length,) = shape
        self.words, self.places = (
            nn.Embedding(outputs, width),
            nn.Parameter(0.02 * torch.randn(length, width)),
        )
        block = nn.TransformerEncoderLayer(width, 4, 4 * width, 0.0, batch_first=True, norm_first=True)
        self.blocks = nn.TransformerEncoder(block, 2, nn.LayerNorm(width), enable_nested_tensor=False)
        self.answer = nn.Linear(width, outputs)
        self.register_buffer("mask", nn.Transformer.generate_square_subsequent_mask(length))

    def forward(self, x: Tensor) -> Tensor:
        seen = self.blocks(self.words(x) + self.places, mask=self.mask, is_causal=True)
        return self.answer(seen)  # type: ignore[no-any-return]


_CLASSES = {"batch_size": 64, "clip": None, "l2": 0.0}
_STEPS = {"batch_size": 32, "clip": 1.0, "hidden": (32,)}
KINDS = {
    "cnn": Kind("classification", "signals", _CLASSES | {"model": "cnn", "hidden": (25, 25, 25)}, _line),
    "plane": Kind("classification", "digits", _CLASSES | {"model": "cnn", "hidden": (16, 32)}, _plane),
    "gru": Kind(
        "regression", "adding", _STEPS | {"model": "gru"}, lambda *size: _Last(nn.GRU, *size), 2 * 32
    ),
    "lstm": Kind(
        "regression", "adding", _STEPS | {"model": "lstm"}, lambda *size: _Last(nn.LSTM, *size), 4 * 32
    ),
    "decoder": Kind("nextword", "sentences", _STEPS | {"hidden": (32, 32), "heads": 4}, _Decoder),
}


def _assembled(kind: str, seeds: Sequence[int], updates: int) -> Any:
    """A learner of a study with its data, these seeds in one company."""
    from paradigms.runs.identity import Replica
    from paradigms.studies.asking.company import together
    from paradigms.studies.asking.prepared import prepare
    from paradigms.studies.asking.request import Request

    one = KINDS[kind]
    options = {**one.options, "samples": updates * one.options["batch_size"], "lr": LR, "warmup": 0}
    request = Request(
        "run",
        (one.learner,),
        options | {"schedule": "constant"},
        one.dataset,
        seeds=max(seeds) + 1,
        threads=threads(),
        workers=1,
    ).checked()
    prepared = prepare(request)
    (plan,) = prepared.plans
    return prepared.assemble(together(plan, [Replica(0, seed) for seed in seeds]))


def ours(kind: str, seeds: Sequence[int], updates: int) -> Task:
    from benchmarks.work.ours import learn
    from paradigms.registry import entry

    held = _assembled(kind, seeds, updates)
    build = import_module(entry(KINDS[kind].learner).module).build

    def work(pair: int) -> Any:
        return learn(held.problem.begin(*build(held.problem)))

    @torch.no_grad()
    def judge(trained: Any) -> dict[str, float]:
        return {"loss": float(trained.learner.loss(trained.parameters, held.problem.parts["test"]).mean())}

    learn(held.training)
    return Task(work, judge)


def _modules(kind: str, held: Any) -> Iterator[tuple[nn.Module, list[Tensor]]]:
    """For each seed the network, and its rows: x and y to train on, x and y to be judged by.

    Raises:
        ValueError: it has not as many parameters as this project's.
    """
    problem, one = held.problem, KINDS[kind]
    for r, seed in enumerate(problem.streams.seeds):
        torch.manual_seed(seed)
        module = one.made(problem.shape, problem.classes or 1)
        size, own = sum(p.numel() for p in module.parameters()), held.training.parameters.flat.shape[1]
        if size - one.redundant != own:
            raise ValueError(f"{kind}: PyTorch's has {size} parameters, ours {own}")
        tables = [problem.parts[part] for part in ("train", "test")]
        columns = [column for table in tables for column in (table.x, table.y)]
        yield module, [column[min(r, len(column) - 1)] for column in columns]


def _wrong(answer: Tensor, y: Tensor) -> Tensor:
    if y.dtype.is_floating_point:
        return functional.mse_loss(answer.squeeze(1), y)
    return functional.cross_entropy(answer.flatten(0, -2), y.flatten())


def _batches(rows: int, size: int, updates: int) -> Iterator[Tensor]:
    """Places of the rows of each update, every epoch in an order of its own."""
    left = torch.empty(0, dtype=torch.long)
    for _ in range(updates):
        if len(left) < size:
            left = torch.cat([left, torch.randperm(rows)])
        yield left[:size]
        left = left[size:]


def plain(kind: str, seeds: Sequence[int], updates: int) -> Task:
    """One network after another, each by torch.optim.Adam."""
    torch.set_num_threads(threads())
    held, options = _assembled(kind, seeds, updates), KINDS[kind].options

    def trained(module: nn.Module, x: Tensor, y: Tensor, updates: int) -> nn.Module:
        adam = torch.optim.Adam(module.parameters(), LR)
        for places in _batches(len(x), options["batch_size"], updates):
            adam.zero_grad()
            _wrong(module(x[places]), y[places]).backward()
            if options["clip"]:
                nn.utils.clip_grad_norm_(module.parameters(), options["clip"])
            adam.step()
        return module

    def work(pair: int) -> list[tuple[nn.Module, list[Tensor]]]:
        made = _modules(kind, held)
        return [(trained(module, *rows[:2], updates), rows[2:]) for module, rows in made]

    @torch.no_grad()
    def judge(found: list[tuple[nn.Module, list[Tensor]]]) -> dict[str, float]:
        losses = [float(_wrong(module(x), y)) for module, (x, y) in found]
        return {"loss": sum(losses) / len(losses)}

    first, rows = next(_modules(kind, held))
    trained(first, *rows[:2], 3)
    return Task(work, judge)


def vmapped(kind: str, seeds: Sequence[int], updates: int) -> Task:
    """All networks at once by torch.func.vmap over their stacked parameters, one torch.optim.Adam for all."""
    torch.set_num_threads(threads())
    held, options = _assembled(kind, seeds, updates), KINDS[kind].options

    def learned(updates: int) -> tuple[Any, list[Tensor]]:
        modules, rows = zip(*_modules(kind, held), strict=True)
        parameters, buffers = stack_module_state(list(modules))
        x, y, *test = (torch.stack(column) for column in zip(*rows, strict=True))

        def loss(parameters: Any, buffers: Any, x: Tensor, y: Tensor) -> Tensor:
            return _wrong(functional_call(modules[0], (parameters, buffers), (x,)), y)

        slope, adam = vmap(grad(loss)), torch.optim.Adam(parameters.values(), LR)
        each = [_batches(x.shape[1], options["batch_size"], updates) for _ in modules]
        own = torch.arange(len(modules)).unsqueeze(1)
        for places in map(torch.stack, zip(*each, strict=True)):
            with sdpa_kernel(SDPBackend.MATH):  # vmap has a rule for no other
                found = slope(parameters, buffers, x[own, places], y[own, places])
            if options["clip"]:
                norm = sum(one.flatten(1).square().sum(1) for one in found.values()).sqrt()
                share = (options["clip"] / (norm + 1e-6)).clamp_max(1.0)
                found = {name: one * share.view(-1, *[1] * (one.dim() - 1)) for name, one in found.items()}
            for name, one in found.items():
                parameters[name].grad = one
            adam.step()
        return lambda x, y: vmap(loss)(parameters, buffers, x, y), test

    @torch.no_grad()
    def judge(found: tuple[Any, list[Tensor]]) -> dict[str, float]:
        wrong, test = found
        return {"loss": float(wrong(*test).mean())}

    learned(3)
    return Task(lambda pair: learned(updates), judge)
