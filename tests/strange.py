"""Environments put together from a description: what the fuzzer draws, and what people hand in."""

import itertools

import gymnasium
import numpy as np
from gymnasium import spaces, wrappers

BIG = float(np.finfo(np.float32).max)
SHAPES = ((), (1,), (3,), (70,), (3, 4), (5, 6, 1), (1, 5, 6), (2, 2, 2), (4, 4, 3), (0,))
DTYPES = ("float32", "float64", "uint8", "int64", "bool", "float16")
BOUNDS = (1.0, 255.0, 1e9, BIG, np.inf)
SPACES = ("box", "box", "box", "discrete", "binary", "several", "dict", "tuple", "text")
SEEN = (
    "drawn",
    "drawn",
    "drawn",
    "still",
    "one moves",
    "huge",
    "nan",
    "inf",
    "shape",
    "words",
    "none",
    "half",
)
REWARDS = (0.0, 1.0, -0.1, 1e5, 1e38, 1e300, np.inf, -np.inf, np.nan, None, "much", [1.0], True)
ENDS = ("never", "at once", "soon", "numpy")
ANSWERS = (
    "new",
    "new",
    "new",
    "new",
    "old step",
    "old reset",
    "seedless",
    "raises",
    "raises late",
    "made badly",
)
AROUND = ("nothing", "nothing", "reward", "lambda", "limit", "observation", "statistics", "flatten")
TRANSITIONS = (None, None, {}, [], "no", {0: {0: [(1.0, 0, 1.0, True)]}}, {0: {0: [(1.0, 9, 1.0, False)]}})
ACTIONS = (
    spaces.Discrete(2), spaces.Discrete(1), spaces.Discrete(3, start=-4), spaces.Discrete(300),
    spaces.Box(-1, 1, (1,)), spaces.MultiDiscrete([2, 2]),
)  # fmt: skip
LIMITS = (1, 2, 9, 9, None)


SHARED = ("", "", "one", "in turn")
PLAIN = {
    "space": "box", "shape": (3,), "dtype": "float32", "bound": 1.0, "seen": "drawn", "reward": 1.0,
    "ends": "soon", "answers": "new", "around": "nothing", "P": None, "actions": spaces.Discrete(2),
    "limit": 9, "shared": "",
}  # fmt: skip
KINDS = {
    "space": SPACES, "shape": SHAPES, "dtype": DTYPES, "bound": BOUNDS, "seen": SEEN, "reward": REWARDS,
    "ends": ENDS, "answers": ANSWERS, "around": AROUND, "P": TRANSITIONS, "actions": ACTIONS,
    "limit": LIMITS, "shared": SHARED,
}  # fmt: skip


def drawn(random):
    """What one environment is like: plain but for some of its sides."""
    odd = random.choice((0.1, 0.3, 0.8))
    return {n: random.choice(some) if random.random() < odd else PLAIN[n] for n, some in KINDS.items()}


class Dearer(gymnasium.RewardWrapper):
    def reward(self, reward):
        return reward * 2


class Same(gymnasium.ObservationWrapper):
    def observation(self, observation):
        return observation


def space(kind, shape, dtype, bound):
    if kind == "box":
        kept = np.dtype(dtype)
        low, high = {"u": (0, 255), "b": (0, 1), "i": (-9, 9)}.get(kept.kind, (-bound, bound))
        return spaces.Box(low, high, shape, kept)
    return {
        "discrete": spaces.Discrete(7, start=-2),
        "binary": spaces.MultiBinary([n for n in shape if n] or 3),
        "several": spaces.MultiDiscrete([2, 3]),
        "dict": spaces.Dict({"a": spaces.Discrete(2), "b": spaces.Box(0, 1, (2,))}),
        "tuple": spaces.Tuple((spaces.Discrete(2), spaces.Discrete(3))),
        "text": spaces.Text(4),
    }[kind]


class Strange(gymnasium.Env):
    """What `told` says of its spaces, its answers and its ends."""

    def __init__(self, told):
        if told["answers"] == "made badly":
            raise OSError(2, "No such file or directory", "prices.csv")
        self.told, self.action_space = told, told["actions"]
        self.observation_space = space(told["space"], told["shape"], told["dtype"], told["bound"])
        if told["P"] is not None:
            self.P, self.initial_state_distrib = told["P"], np.ones(1)
        if told["answers"] == "seedless":
            self.reset = lambda: (self.look(), {})

    def look(self):
        kind, seen = self.told["space"], self.told["seen"]
        self.observation_space.seed(int(self.np_random.integers(2**31)))
        drawn = self.observation_space.sample()
        if kind not in ("box", "binary") or seen == "drawn":
            return drawn
        drawn = np.zeros_like(drawn) if seen in ("still", "one moves", "nan", "inf", "huge") else drawn
        if seen == "one moves" and drawn.size:
            drawn = np.array(drawn)
            drawn.flat[-1] = self.np_random.integers(2)
        with np.errstate(all="ignore"):
            return {
                "nan": drawn + np.float32(np.nan), "inf": drawn + np.float32(np.inf), "huge": drawn + 1e30,
                "shape": np.zeros((2, 9)), "words": "left", "none": None, "half": drawn * 0.5,
            }.get(seen, drawn)  # fmt: skip

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        if self.told["answers"] == "raises":
            raise KeyError("door")
        return self.look() if self.told["answers"] == "old reset" else (self.look(), {})

    def close(self):
        if self.told["ends"] == "numpy":
            raise RuntimeError("closed twice")

    def step(self, action):
        self.t = getattr(self, "t", 0) + 1
        if self.told["answers"] == "raises late" and self.t > 1:
            raise ZeroDivisionError("division\nby zero")
        ends = self.told["ends"]
        over = ends == "at once" or (ends in ("soon", "numpy") and self.t > 3)
        over = np.array([over]) if ends == "numpy" else over
        reward = self.told["reward"]
        reward = np.array(reward) if isinstance(reward, list) else reward
        answer = self.look(), reward, over, False, {}
        return answer[:3] + answer[4:] if self.told["answers"] == "old step" else answer


def built(told):
    """The environment with what stands around it."""
    env = Strange(told)
    match told["around"]:
        case "reward":
            return Dearer(env)
        case "lambda":
            return wrappers.TransformReward(env, lambda reward: reward)
        case "limit":
            return wrappers.TimeLimit(env, 3)
        case "observation":
            return Same(env)
        case "statistics":
            return wrappers.RecordEpisodeStatistics(env)
        case "flatten":
            return wrappers.FlattenObservation(env)
    return env


def maker(told):
    """A function that makes it: anew, or one for all, or in turn."""
    if told["shared"] == "one":
        one = []
        return lambda: one[0] if one else one.append(built(told)) or one[0]
    if told["shared"] == "in turn":
        pool = itertools.count()
        kept = {}
        return lambda: kept.setdefault(next(pool) % 3, built(told))
    return lambda: built(told)
