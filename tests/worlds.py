"""Small environments, each with one peculiarity, for tests and the fuzzer; registered as `worlds:NAME-v0`."""

import gymnasium
import numpy as np
from gymnasium import spaces


class Path(gymnasium.Env):
    """Six places in a row; the last pays 2 and ends, every other step costs 0.1."""

    observation_space = spaces.Box(-2.0, 2.0, (3,), np.float32)
    action_space = spaces.Discrete(2)
    metadata = {"render_modes": ["human", "rgb_array"]}  # noqa: RUF012
    places = 6
    drawn = 0

    def __init__(self, render_mode=None):
        self.render_mode = render_mode

    def look(self):
        return np.array([self.place / 5, self.t / 30, 1.0], np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.place, self.t = int(self.np_random.integers(4)), 0
        return self.look(), {}

    def step(self, action):
        self.t += 1
        self.place = min(self.places - 1, max(0, self.place + (1 if action else -1)))
        over = self.place == self.places - 1
        if self.render_mode == "human":
            Path.drawn += 1
        return self.look(), 2.0 if over else -0.1, over, False, {}


class Fortune(Path):
    """Rewards beyond what half precision holds."""

    def step(self, action):
        observation, _, *rest = super().step(action)
        return observation, 1e6 * (1 if action else -1), *rest


class Blind(Path):
    """Sees nothing at the start of the path."""

    observation_space = spaces.Box(-np.inf, np.inf, (3,), np.float32)

    def look(self):
        return super().look() if self.place else np.array([0.0, -np.inf, 1.0], np.float32)


class Ruin(Path):
    def step(self, action):
        observation, reward, *rest = super().step(action)
        return observation, (np.inf if self.t == 3 else reward), *rest


class Chance(Path):
    """Draws from a generator that no seed reaches."""

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.place = int(np.random.default_rng().integers(4))
        return self.look(), {}


class Endless(Path):
    """Never ends by itself."""

    def step(self, action):
        observation, reward, _, *rest = super().step(action)
        return observation, reward, False, *rest


class Still(Path):
    """Nothing that is observed ever changes."""

    def look(self):
        return np.array([1.0, 0.5, 0.25], np.float32)


class Far(Path):
    """The last two of five numbers are all that changes."""

    observation_space = spaces.Box(-9.0, 9.0, (5,), np.float32)

    def look(self):
        return np.array([7, 7, 7, self.place, self.t / 10], np.float32)


class Film(Path):
    """A grey picture of bytes with its channel behind."""

    observation_space = spaces.Box(0, 255, (9, 10, 1), np.uint8)

    def look(self):
        picture = np.zeros((9, 10, 1), np.uint8)
        picture[3:6, self.place : self.place + 4] = 200
        return picture


class Ahead(Film):
    """The same with the channel in front."""

    observation_space = spaces.Box(0, 255, (1, 9, 10), np.uint8)

    def look(self):
        return super().look()[None, ..., 0]


class Lamps(Path):
    observation_space = spaces.MultiBinary(6)

    def look(self):
        return np.eye(6, dtype=np.int8)[self.place]


class Gauge(Path):
    observation_space = spaces.Box(-9.0, 9.0, (), np.float32)

    def look(self):
        return np.float32(self.place)


class Pieces(Path):
    observation_space = spaces.Dict({"place": spaces.Discrete(6), "t": spaces.Box(0, 1, (1,))})


class Several(Path):
    observation_space = spaces.MultiDiscrete([6, 31])


class Both(Path):
    observation_space = spaces.Tuple((spaces.Discrete(6), spaces.Discrete(31)))


class Colours(Path):
    observation_space = spaces.Box(0, 255, (9, 10, 3), np.uint8)


class FourParts(Path):
    def step(self, action):
        observation, reward, over, _, info = super().step(action)
        return observation, reward, over, info


class Alone(Path):
    def reset(self, *, seed=None, options=None):
        return super().reset(seed=seed)[0]


class Seedless(Path):
    def reset(self):
        return super().reset()


class Asks(Path):
    def __init__(self, width, height):
        self.width, self.height = width, height


class Lacks(Path):
    def __init__(self, render_mode=None):
        import no_such_package_here  # noqa: F401


class Breaks(Path):
    def __init__(self, render_mode=None):
        raise RuntimeError("no licence")


class Hidden(Path):
    """Publishes transitions in one of several forms."""

    observation_space = spaces.Discrete(6)
    initial_state_distrib = np.array([1, 1, 1, 1, 0, 0]) / 4

    def __init__(self, form="true"):
        true = {
            s: {
                a: [(1.0, self._to(s, a), 2.0 if self._to(s, a) == 5 else -0.1, self._to(s, a) == 5)]
                for a in (0, 1)
            }
            for s in range(6)
        }
        wrong = {s: {a: [(1.0, 0, 1.0, False)] for a in (0, 1)} for s in range(6)}
        array = np.zeros((2, 6, 6))
        self.P = {"true": true, "wrong": wrong, "array": array, "list": list(true.values()), "none": None}[
            form
        ]

    @staticmethod
    def _to(place, action):
        return min(5, max(0, place + (1 if action else -1)))

    def look(self):
        return self.place


for kind in list(globals().values()):
    if isinstance(kind, type) and issubclass(kind, Path) and f"{kind.__name__}-v0" not in gymnasium.registry:
        gymnasium.register(f"{kind.__name__}-v0", f"worlds:{kind.__name__}", max_episode_steps=30)
if "Unlimited-v0" not in gymnasium.registry:
    gymnasium.register("Unlimited-v0", "worlds:Path")
    gymnasium.register("Rated-v0", "worlds:Path", max_episode_steps=30, reward_threshold=1.5)
