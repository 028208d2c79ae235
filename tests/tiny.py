"""Every registered learner on a problem small enough for a test, found through the registry alone."""

import importlib
from collections.abc import Mapping
from dataclasses import replace

import gymnasium
import numpy as np
import torch
from gymnasium import spaces

from paradigms.engine.problem import Problem
from paradigms.engine.rows import Table
from paradigms.engine.streams import Streams
from paradigms.engine.training import Training
from paradigms.entries import Entry
from paradigms.options import OPTIONS, Options
from paradigms.registry import LEARNERS

WALK, SPOT, CHAIN = "tiny/Walk-v0", "tiny/Spot-v0", "tiny/Chain-v0"
WORLDS = {"table": CHAIN}
"""Where the agents of a task live, if not in WALK."""
ROWS, FEATURES, CLASSES = 40, 4, 3
WORDS, LENGTH = 5, 6
"""Of the tiny language, whose word 0 ends a row."""
SEEDS = (0, 1, 2)
CPU = torch.device("cpu")

SMALL = {
    "hidden": (6,),
    "heads": 2,
    "batch_size": 8,
    "clusters": 3,
    "components": 2,
    "env": WALK,
    "envs": 2,
    "stretch": 5,
    "passes": 3,
    "memory": 60,
    "learning_starts": 20,
    "updates_per_step": 2,
    "target_every": 5,
    "limit": None,
    "unlabelled": 40,
}
EXTRA = {
    "regression": [
        {"model": "mlp", "activation": "tanh", "dropout": 0.2, "hidden": (6, 6)},
        {"features": 8},
    ],
    "classification": [
        {"activation": "gelu", "norm": "batch", "optimizer": "sgd", "residual": True, "hidden": (6, 6)},
        {"activation": "leaky", "norm": "layer", "init": "he", "dropout": 0.2},
        {"loss": "squared", "optimizer": "sgd", "input_noise": 0.1, "sequence": 3, "rehearse": 0.2},
    ],
    "kmeans": [{"optimizer": "sgd", "start": "random"}],
    "pca": [{"optimizer": "adam"}],
    "dqn": [
        {"env": CHAIN, "double": False, "n_step": 3, "persistence": 3},
        {"env": SPOT, "model": "cnn", "hidden": (4,)},
        {"norm": "batch", "optimizer": "sgd", "dropout": 0.2, "activation": "tanh"},
    ],
    "svc": [{"features": 8}],
    "svr": [{"features": 8, "tolerance": 0.3}],
    "answer": [{"loss": "log", "labels": 20, "label_noise": 0.3, "replay": 3}],
    "reward": [{"delay": 1, "replay": 3, "lr": 0.1}],  # late verdicts teach slowly
    "pretrained": [
        {"loss": "log", "labels": 20},
        {"norm": "batch", "optimizer": "sgd", "lr": 0.05, "dropout": 0.2},
    ],
    "filling": [{"loss": "log", "labels": 20, "hidden": (6, 5)}],
}
"""What the variants do not show; a new learner needs no entry here.

A batch norm takes its layer's bias out again, so that its gradient is rounding alone, which Adam blows up.
"""


class Walk(gymnasium.Env):
    """A vector observation in a buffer that is used again at every step, and noise of its own."""

    observation_space = spaces.Box(-np.inf, np.inf, (2,), np.float32)
    action_space = spaces.Discrete(3)

    def __init__(self):
        self.buffer = np.zeros(2, np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.buffer[:] = self.np_random.uniform(-0.5, 0.5, 2)
        return self.buffer, {}

    def step(self, action):
        position, speed = self.buffer
        speed += 0.2 * (action - 1) + 0.05 * self.np_random.normal()
        position += 0.5 * speed
        self.buffer[:] = position, speed
        return self.buffer, float(1 - position**2), bool(abs(position) > 1), False, {}


class Chain(gymnasium.Env):
    """Five states in a row: the last ends it with 1; waiting at the left earns 0.05 a step.

    States count from 10 and actions from 3, as Discrete spaces may.
    """

    observation_space = spaces.Discrete(5, start=10)
    action_space = spaces.Discrete(2, start=3)
    initial_state_distrib = np.array([0.25, 0.25, 0.25, 0.25, 0.0])
    P: Mapping = {
        s: {
            0: [(1.0, max(s - 1, 0), 0.05 if s == 0 else 0.0, False)],
            1: [(1.0, min(s + 1, 4), 1.0 if s == 3 else 0.0, s == 3)],
        }
        for s in range(5)
    }

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.place = int(self.np_random.integers(4))
        return self.place + 10, {}

    def step(self, action):
        _, self.place, reward, terminated = self.P[self.place][action - 3][0]
        return self.place + 10, reward, terminated, False, {}


class Spot(Walk):
    """The walk as a picture: a spot at the position, as bright as it is fast."""

    observation_space = spaces.Box(-np.inf, np.inf, (3, 5), np.float32)

    def reset(self, *, seed=None, options=None):
        return self.seen(super().reset(seed=seed)[0]), {}

    def step(self, action):
        _, *rest = super().step(action)
        return self.seen(self.buffer), *rest

    def seen(self, buffer):
        picture = np.zeros((3, 5), np.float32)
        picture[1, int(np.clip(buffer[0] * 2.5 + 2.5, 0, 4))] = 1 + buffer[1]
        return picture


for name, kind, limit in ((WALK, Walk, 12), (SPOT, Spot, 12), (CHAIN, Chain, 20)):
    if name not in gymnasium.registry:
        gymnasium.register(name, entry_point=kind, max_episode_steps=limit)


def cases():
    """(learner, given options) for every value of every learner's variant, and the extra ones.

    Networks of one room are dealt out among the learners that hold one.
    """
    taking = [entry.name for entry in LEARNERS.values() if entry.variant == "model"]
    for entry in LEARNERS.values():
        option = OPTIONS.get(entry.variant)
        choices = option.choices if option is not None else ()
        if entry.variant == "model":
            mine = taking.index(entry.name)
            choices = [one for k, one in enumerate(choices) if k < 2 or k % len(taking) == mine]
        for given in [{entry.variant: choice} for choice in choices] or [{}]:
            yield entry.name, given
        for given in EXTRA.get(entry.name, ()):
            yield entry.name, given


CASES = list(cases())
IDS = ["-".join([name, *(str(value).replace("/", "_") for value in given.values())]) for name, given in CASES]


def settings(entry: Entry, given):
    """The entry's own defaults, made small."""
    small = {name: value for name, value in SMALL.items() if name in entry.options}
    small |= {"env": WORLDS[entry.task]} if entry.task in WORLDS else {}
    chosen = entry.defaults(given, quick=False) | small | given
    if "lr" in chosen and chosen["lr"] is None and chosen["optimizer"] != "newton":
        chosen["lr"] = 0.05
    return Options.of(chosen)


def rows(seed: int, purpose: str, count: int):
    """Correlated features, a number and a class for each row, from the seed alone."""
    rng = np.random.default_rng([seed, *purpose.encode()])
    spread = np.array([2.0, 1.2, 0.7, 0.4])[:FEATURES]
    turn = np.linalg.qr(np.random.default_rng(7).normal(size=(FEATURES, FEATURES)))[0]
    x = rng.normal(size=(count, FEATURES)) * spread @ turn
    y = x @ np.array([1.0, -0.5, 0.25, 0.7]) + 0.3 * rng.normal(size=count)
    return x, y, np.digitize(y + 0.5 * rng.normal(size=count), [-1.0, 1.0])


def text(seed: int, purpose: str, count: int):
    """Rows of a language in which every word is followed by one of two, with what follows each place."""
    rng = np.random.default_rng([seed, *purpose.encode()])
    line = [rng.integers(1, WORDS, size=count)]
    for _ in range(LENGTH):
        after = (line[-1] + rng.integers(1, 3, size=count)) % WORDS
        line.append(np.where(line[-1] == 0, 0, after))
    return np.stack(line[:-1], 1), np.stack(line[1:], 1)


def corpus(chosen, streams, dtype, budget, device) -> Problem:
    """A problem whose replicas have texts of their own, in the tiny language."""
    parts = {}
    for part, count in (("train", ROWS), ("validation", 16), ("test", 16)):
        pairs = zip(*(text(seed, part, count) for seed in streams.seeds), strict=True)
        parts[part] = Table(*(torch.tensor(np.stack(one), device=device) for one in pairs))
    shape = (LENGTH,)
    return Problem(
        chosen, streams, budget, device, dtype, parts, WORDS, shape=shape, target_shape=shape, filler=0
    )


def pairs(chosen, streams, dtype, budget, device) -> Problem:
    """Lines of the tiny language, to be answered by their first half the other way round."""
    half, text = LENGTH // 2, corpus(chosen, streams, dtype, budget, device)
    parts = {name: Table(one.x, one.x[:, :, :half].flip(2)) for name, one in text.parts.items()}
    return replace(text, parts=parts, target_shape=(half,))


def problem(name: str, seeds=SEEDS, dtype=torch.float64, budget=None, device=CPU, **given) -> Problem:
    """A problem for R = len(seeds) replicas, each with rows of its own."""
    entry = LEARNERS[name]
    chosen = settings(entry, given)
    streams = Streams(5, tuple(seeds))
    if entry.dataset is None:
        return Problem(chosen, streams, budget or 160, device, dtype)
    if not {"samples", "epochs"} & set(entry.options):  # every row once, whatever is asked
        budget = ROWS
    if entry.task == "translation":
        return pairs(chosen, streams, dtype, budget or 12 * ROWS, device)
    if entry.task == "language":
        return corpus(chosen, streams, dtype, budget or 12 * ROWS, device)
    parts = {}
    for part, count in (("train", ROWS), ("validation", 16), ("test", 16)):
        x, y, c = (np.stack(one) for one in zip(*(rows(seed, part, count) for seed in seeds), strict=True))
        y, c = torch.tensor(y, dtype=dtype, device=device), torch.tensor(c, device=device)
        target = {"regression": y, "classification": c, "anomaly": c}
        parts[part] = Table(torch.tensor(x, dtype=dtype, device=device), target.get(entry.task))
    ones = np.ones(len(seeds))
    classes = CLASSES if entry.task in ("classification", "anomaly") else 0
    return Problem(chosen, streams, budget or 12 * ROWS, device, dtype, parts, classes, 0 * ones, ones)


def training(name: str, seeds=SEEDS, dtype=torch.float64, budget=None, device=CPU, **given) -> Training:
    """A training at its start."""
    return begin(name, problem(name, seeds, dtype, budget, device, **given))


def begin(name: str, problem: Problem) -> Training:
    learner, phases = importlib.import_module(LEARNERS[name].module).build(problem)
    return problem.begin(learner, phases)
