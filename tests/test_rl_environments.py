"""Environments: seeds by identity, true final observations, exact replays, what DQN cannot play."""

import re

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces
from tiny import CHAIN, WALK

from paradigms.engine.streams import Streams
from paradigms.errors import Failed, UsageError
from paradigms.rl import making, observed
from paradigms.rl.environments import Environments
from paradigms.rl.episodes import play


def made(name=WALK, n=3, limit=None, seeds=None):
    seed = (lambda i, e: 1000 * i + e) if seeds is None else seeds
    return Environments([making.make(name, limit) for _ in range(n)], seed)


def acted(envs, steps, rng):
    return [envs.step(rng.integers(0, 2, len(envs)).tolist()) for _ in range(steps)]


@pytest.mark.parametrize("name", [WALK, CHAIN, "CartPole-v1", "FrozenLake-v1"])
def test_every_step_is_what_gymnasium_itself_answers(name):
    """Copy by copy against a plain loop, episode after episode."""
    envs, rng = made(name, n=2), np.random.default_rng(0)
    envs.start_all()
    plain = [making.make(name) for _ in range(2)]
    first = int(plain[0].observation_space.start) if envs.see.inputs != envs.see.width else 0
    seen = [np.copy(np.atleast_1d(plain[i].reset(seed=1000 * i)[0])) - first for i in range(2)]
    episode, earned = [0, 0], [0.0, 0.0]
    for _ in range(200):
        actions = rng.integers(0, 2, 2)
        np.testing.assert_allclose(envs.observation, np.stack(seen))
        step = envs.step(actions.tolist())
        for i in range(2):
            after, reward, terminated, truncated, _ = plain[i].step(int(actions[i]) + envs.first_action)
            after = np.copy(np.atleast_1d(after)) - first
            earned[i] += reward
            assert step.reward[i] == np.float32(reward)
            assert step.terminated[i] == terminated
            assert step.ended[i] == (terminated or truncated)
            np.testing.assert_allclose(step.after[i], after)  # the true one, also at the end
            if terminated or truncated:
                assert envs.last_return[i] == pytest.approx(earned[i])
                episode[i] += 1
                earned[i] = 0.0
                after = np.copy(np.atleast_1d(plain[i].reset(seed=1000 * i + episode[i])[0])) - first
            seen[i] = after
    assert min(episode) >= 3


def test_a_buffer_that_is_used_again_is_copied():
    envs, buffer = made(n=1), np.zeros(2, np.float32)
    kept = envs.see.keep(buffer)
    buffer[:] = 1
    assert not kept.any()
    envs.start_all()
    before = envs.observation.copy()
    step = envs.step([2])
    kept = step.after.copy()
    envs.step([2])
    assert np.array_equal(step.after, kept)
    assert not np.array_equal(before, kept)


def test_an_episodes_seed_hangs_on_identity_and_number_alone():
    streams, more = Streams(0, (4, 5)), Streams(0, (5,))

    def starts(streams, copies, actions):
        envs = made(
            n=len(streams.seeds) * copies,
            seeds=lambda i, e: streams.seed(i // copies, "environment", i % copies, e),
        )
        envs.start_all()
        found = {}
        for t in range(60):
            for i in range(len(envs)):
                if not envs.actions[i]:
                    found[streams.seeds[i // copies], i % copies, int(envs.episode[i])] = envs.observation[
                        i
                    ].copy()
            envs.step([actions(t, i) for i in range(len(envs))])
        return found

    one = starts(streams, 2, lambda t, i: (t + i) % 3)
    two = starts(more, 2, lambda t, i: 2 if t % 3 else 0)  # other company, other lengths of the episodes
    shared = [key for key in two if key in one]
    assert len(shared) >= 6
    assert all(np.array_equal(one[key], two[key]) for key in shared)
    assert len({tuple(start) for start in one.values()}) == len(one)


@pytest.mark.parametrize("name", [WALK, CHAIN, "FrozenLake-v1", "CartPole-v1"])
@pytest.mark.parametrize("steps", [0, 1, 12, 37])
def test_restore_plays_back_to_the_same_place(name, steps):
    envs, again = made(name), made(name)
    envs.start_all()
    acted(envs, steps, np.random.default_rng(1))
    state = envs.state()
    assert again.restore(state, envs.observation) == []
    for attribute in ("observation", "episode", "earned", "last_return"):
        np.testing.assert_array_equal(getattr(again, attribute), getattr(envs, attribute))
    assert again.actions == envs.actions
    assert again.state() == state
    for mine, other in zip(
        acted(envs, 30, np.random.default_rng(3)), acted(again, 30, np.random.default_rng(3)), strict=True
    ):
        for a, b in zip(vars(mine).values(), vars(other).values(), strict=True):
            np.testing.assert_array_equal(a, b)
    assert state["actions"] is not envs.actions  # the state is a copy


def test_a_limit_truncates_and_terminations_terminate():
    envs = made(CHAIN, n=1, limit=5)
    envs.start_all()
    ends = [envs.step([0]) for _ in range(5)]
    assert [bool(step.ended[0]) for step in ends] == [False] * 4 + [True]
    assert not any(step.terminated[0] for step in ends)
    envs.step([1])
    while not (step := envs.step([1])).ended[0]:
        pass
    assert step.terminated[0]
    assert step.after[0, 0] == 4
    assert step.reward[0] == 1


def test_discrete_spaces_count_from_zero_inside():
    envs = made(CHAIN, n=2)
    envs.start_all()
    assert envs.first_action == 3
    assert (envs.see.width, envs.see.inputs) == (1, 5)
    assert set(
        np.unique(np.concatenate([s.after for s in acted(envs, 40, np.random.default_rng(0))]))
    ) <= set(range(5))


def test_play_is_one_episode_of_each_with_its_return():
    envs = made(CHAIN, n=4, limit=6)
    played = play(envs, lambda seen: np.where(seen[:, 0] > 0, 1, 0), 6)
    for i in range(4):
        start = int(played.observations[0, i, 0])
        length = 4 - start if start else 6
        taken = played.actions[:, i]
        assert (taken[:length] == (1 if start else 0)).all()
        assert (taken[length:] == -1).all()
        assert np.isnan(played.observations[length:, i]).all()
        assert played.returns[i] == pytest.approx(1.0 if start else 0.3)
        assert played.cut[i] == (not start)
    assert len({int(start) for start in played.observations[0, :, 0]}) > 1


def test_play_stops_at_the_limit_without_an_end():
    played = play(made(WALK, n=2), lambda seen: np.ones(2, int), 3)
    assert played.observations.shape == (3, 2, 2)
    assert played.cut.all()


def test_continuous_actions_are_refused_in_one_line():
    with pytest.raises(UsageError) as caught:
        making.make("Pendulum-v1")
    assert str(caught.value).startswith("Pendulum-v1 has a Box action space; DQN needs Discrete.")


@pytest.mark.parametrize(
    ("name", "near"),
    [("CartPol-v1", "CartPole-v1"), ("Acrobat-v1", "Acrobot-v1"), ("CartPole-v9", "CartPole-v1")],
)
def test_an_unknown_environment_names_the_nearest(name, near):
    with pytest.raises(UsageError, match=f"unknown environment '{name}'.*{near}"):
        making.make(name)


def test_an_unknown_module_or_namespace_is_one_line_too():
    for name in ("nosuch:Thing-v0", "Nosuch/Thing-v0"):
        with pytest.raises(UsageError, match="unknown environment"):
            making.make(name)


class Picture(gymnasium.Env):
    observation_space = spaces.Box(0, 1, (4, 4, 3))
    action_space = spaces.Discrete(2)


class Needs(gymnasium.Env):
    def __init__(self):
        raise gymnasium.error.DependencyNotInstalled("Box2D is not installed")


for name, kind in (("tiny/Picture-v0", Picture), ("tiny/Needs-v0", Needs)):
    if name not in gymnasium.registry:
        gymnasium.register(name, entry_point=kind)


def test_colour_pictures_and_missing_packages_are_named():
    with pytest.raises(UsageError, match=r"tiny/Picture-v0 has Box\(4, 4, 3\) observations"):
        making.make("tiny/Picture-v0")
    with pytest.raises(UsageError, match=r"tiny/Needs-v0 needs a package.*Box2D"):
        making.make("tiny/Needs-v0")


def test_bounds_are_the_declared_range_and_nothing_where_none_is_declared():
    middle, reach = observed.bounds(gymnasium.make("MountainCar-v0").observation_space)
    assert middle == pytest.approx([-0.3, 0.0])
    assert reach == pytest.approx([0.9, 0.07])
    middle, reach = observed.bounds(gymnasium.make("CartPole-v1").observation_space)
    assert middle.tolist() == [0, 0, 0, 0]
    assert reach == pytest.approx([4.8, 1.0, 0.41887903, 1.0])


# ---- environments that do what they should not


class Ill(gymnasium.Env):
    """Well for three steps of every episode; what is wrong then is said by `ill`."""

    observation_space = spaces.Box(-np.inf, np.inf, (2,), np.float32)
    action_space = spaces.Discrete(2)

    def __init__(self, ill):
        self.ill, self.t = ill, 0

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        return np.zeros(2, np.float32), {}

    def step(self, action):
        self.t += 1
        if self.t < 3:
            return np.full(2, self.t, np.float32), 1.0, False, False, {}
        return self.ill()


ILL = {
    "raised ValueError: no": lambda: int("no"),
    "raised ZeroDivisionError": lambda: 1 / 0,
    "gave NaN in its observation": lambda: (np.full(2, np.nan), 1.0, False, False, {}),
    "gave a reward that is not a number": lambda: (np.zeros(2), float("nan"), False, False, {}),
    "gave an observation of shape (1,) instead of 2 numbers": lambda: (np.zeros(1), 0.0, False, False, {}),
    "gave an observation of shape (2, 2) instead of 2": lambda: (np.zeros((2, 2)), 0.0, False, False, {}),
    "raised ValueError: too many values to unpack": lambda: (np.zeros(2), 0.0, False, False, {}, 1),
    "raised TypeError": lambda: (np.zeros(2), None, False, False, {}),
    "raised RuntimeError: sensor lost": lambda: fails("sensor\n  lost.\n"),
    "aaa…": lambda: fails("a" * 1000),
}


def fails(said):
    raise RuntimeError(said)


@pytest.mark.parametrize("said", ILL)
def test_what_an_environment_does_wrong_is_named_with_whose_it_is_and_where(said):
    envs = Environments([Ill(lambda: (np.zeros(2), 1.0, True, False, {})), Ill(ILL[said])], lambda i, e: 0)
    envs.start_all()
    envs.step([0, 1])
    envs.step([0, 1])
    with pytest.raises(Failed) as error:
        envs.step([0, 1])
    assert said.replace("ValueError: no", "ValueError") in str(error.value)
    assert re.match(r"copy 1, step [23] of episode 0: Ill ", str(error.value))


def test_what_an_environment_does_as_it_is_closed_costs_no_result():
    ill = Ill(lambda: (np.zeros(2), 1.0, True, False, {}))
    ill.close = lambda: fails("closed twice")
    envs = Environments([ill], lambda i, e: 0)
    envs.start_all()
    envs.close()
    assert all(envs.closed)


def test_an_environment_that_does_not_repeat_itself_is_found_out():
    drawn = iter(range(100))

    def other():
        return np.full(2, next(drawn), np.float32), 1.0, False, False, {}

    envs = Environments([Ill(other), Ill(lambda: (np.ones(2), 0.0, False, False, {}))], lambda i, e: 0)
    envs.start_all()
    for _ in range(6):
        envs.step([0, 0])
    assert envs.restore(envs.state(), envs.observation.copy()) == [0]


def test_a_replay_that_ends_sooner_goes_on_with_a_new_episode():
    ends = iter([False, False, False, True])
    envs = Environments([Ill(lambda: (np.ones(2), 0.0, next(ends), False, {}))], lambda i, e: 0)
    envs.start_all()
    for _ in range(5):
        envs.step([0])
    assert envs.restore(envs.state(), envs.observation.copy()) == [0]
    assert envs.episode.tolist() == [1]
    assert envs.actions == [[]]
