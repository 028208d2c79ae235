"""Making an environment, what is known of it, and the one line that says why it cannot be played."""

import gymnasium
import numpy as np
import pytest
import worlds
from gymnasium import wrappers
from tiny import WALK

from paradigms.errors import Failed, ParadigmsError, UsageError
from paradigms.rl import making, native, repeating
from paradigms.rl.dqn import DQN
from paradigms.rl.environments import Environments
from paradigms.rl.given import taken
from paradigms.rl.layers import altered, meddling
from paradigms.rl.optimum import best_return
from paradigms.rl.world import World


class Halved(gymnasium.RewardWrapper):
    def reward(self, reward):
        return reward / 2


class Glasses(gymnasium.ObservationWrapper):
    """Looks, and does nothing else."""

    def observation(self, observation):
        return observation


class Peeking(Glasses):
    """Looks twice: what follows an action is another thing."""

    def step(self, action):
        self.env.step(action)
        return super().step(action)


class Patient(wrappers.TimeLimit):
    def step(self, action):
        observation, reward, *rest = super().step(action)
        return observation, reward + 1, *rest


def cart(**changed):
    env = gymnasium.make("CartPole-v1")
    for name, value in changed.items():
        setattr(env.unwrapped, name, value)
    return env


# ---- CartPole in one call


@pytest.mark.parametrize(
    "made",
    [
        lambda: cart(gravity=3.7),
        lambda: cart(force_mag=10.5),
        lambda: cart(kinematics_integrator="semi-implicit"),
        lambda: cart(x_threshold=1.0),
        lambda: cart(step=cart().unwrapped.step),
        lambda: cart(extra=1),
        lambda: gymnasium.make("CartPole-v1", sutton_barto_reward=True),
        lambda: Patient(cart(), 90),
        lambda: Glasses(cart()),
    ],
    ids=["gravity", "force", "integrator", "track", "patched", "more", "reward", "limit", "wrapper"],
)  # fmt: skip
def test_a_cartpole_that_is_not_the_standard_one_is_played_itself(made):
    played = native.together(made, None, 3, lambda i, e: e)
    assert type(played) is Environments
    assert not World.of(made).together
    assert World.of(made).best.value is None or type(played.copies[0]) is Glasses


def test_a_cartpole_that_differs_from_copy_to_copy_is_played_itself():
    gravities = iter([9.8, 9.8, 9.8, 4.0, 4.0, 4.0])
    assert (
        type(native.together(lambda: cart(gravity=next(gravities)), None, 4, lambda i, e: e)) is Environments
    )


def test_a_patched_class_is_found_in_play(monkeypatch):
    own = native.CartPoleEnv.step

    def dearer(self, action):
        observation, reward, *rest = own(self, action)
        return observation, 2 * reward, *rest

    monkeypatch.setattr(native.CartPoleEnv, "step", dearer)
    assert type(native.together("CartPole-v1", None, 2, lambda i, e: e)) is Environments


@pytest.mark.parametrize("outer", [7, 70])
def test_the_shortest_of_several_limits_counts(outer):
    def made():
        return wrappers.TimeLimit(gymnasium.make("CartPole-v1", max_episode_steps=30), outer)

    played, least = native.together(made, None, 2, lambda i, e: e), min(30, outer)
    assert isinstance(played, native.CartPoles)
    assert played.physics.max_episode_steps == World.of(made).limit == World.of(made).best.value == least


# ---- references


def test_a_reference_needs_that_nothing_around_changes_rewards_or_transitions():
    for around in (Halved, Peeking, lambda e: Patient(e, 9), lambda e: wrappers.TransformReward(e, abs)):
        found = best_return(around(gymnasium.make("Hidden-v0")))
        assert found.value is None
        assert "may change rewards" in found.note
        assert best_return(around(gymnasium.make("Rated-v0"))).value is None
    for around in (Glasses, wrappers.RecordEpisodeStatistics, wrappers.TimeAwareObservation, lambda e: e):
        assert best_return(around(gymnasium.make("Rated-v0")))[:2] == (
            1.5,
            "the environment's reward threshold",
        )
    assert best_return(Glasses(gymnasium.make("Hidden-v0"))).value == pytest.approx(1.75)
    assert meddling(Glasses(Halved(gymnasium.make(WALK)))) == "Halved"
    assert World.of("CartPole-v1", 200).best.value == 200


@pytest.mark.parametrize("form", ["wrong", "array", "list", "none"])
def test_transitions_of_another_form_are_no_reference_and_no_error(form):
    world = World.of(gymnasium.make("Hidden-v0", form=form).spec)
    assert world.best.value is None
    assert bool(world.best.note) == (form != "none")


def test_a_threshold_is_that_of_what_was_registered():
    spec = gymnasium.spec("Rated-v0")
    assert World.of(spec).best.value == 1.5

    def changed():
        env = gymnasium.make(spec)
        env.unwrapped.places = 4
        return env

    assert World.of(changed).best.value is None


# ---- making


@pytest.mark.parametrize(
    ("name", "kind", "said"),
    [
        ("Asks-v0", Failed, "Asks-v0 could not be made: it needs 'width' and 'height'"),
        ("Breaks-v0", Failed, "could not be made: RuntimeError: no licence"),
        ("Lacks-v0", UsageError, "not installed: no_such_package_here"),
        ("ALE/Breakout-v5", UsageError, "ale-py"),
        ("not_there.at_all:X-v0", UsageError, "no module named 'not_there.at_all'"),
        ("Pieces-v0", UsageError, "observes a Dict.*FlattenObservation"),
        ("Both-v0", UsageError, "observes a Tuple.*FlattenObservation"),
        ("Several-v0", UsageError, "observes a MultiDiscrete.*FlattenObservation"),
        ("Colours-v0", UsageError, "GrayscaleObservation"),
    ],
)
def test_what_cannot_be_made_or_played_is_one_line(name, kind, said):
    with pytest.raises(kind, match=said) as caught:
        making.make(name)
    assert "\n" not in str(caught.value)


def test_what_a_function_makes_is_wrapped_by_the_function():
    """A name that nobody registered is no name to type."""
    with pytest.raises(UsageError, match=r"let the function .* give FlattenObservation\(env\)") as caught:
        making.make(lambda: gymnasium.make("Pieces-v0", disable_env_checker=True).unwrapped)
    assert "gymnasium.make(" not in str(caught.value)


def test_a_module_in_the_working_folder_is_found(tmp_path, monkeypatch):
    text = "import gymnasium, worlds\ngymnasium.register('Mine-v0', worlds.Path, max_episode_steps=9)\n"
    (tmp_path / "mine_alone.py").write_text(text)
    (tmp_path / "needs_more.py").write_text("import something_else_that_is_missing\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.path", [*__import__("sys").path])
    assert World.of("mine_alone:Mine-v0").limit == 9
    with pytest.raises(UsageError, match="something_else_that_is_missing"):
        making.make("needs_more:Mine-v0")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (None, "no environment"), (3, "no environment"),
        (worlds.Path(), "DQN\\(lambda: Path\\(\\)\\)"),
        (Halved(gymnasium.make("FrozenLake-v1", is_slippery=False)),
         "Halved cannot.*lambda: Halved\\(gymnasium.make\\('FrozenLake-v1', is_slippery=False\\)\\)"),
        (cart(length=0.7), "changed after it was made \\(length"),
    ],
)  # fmt: skip
def test_what_cannot_be_made_again_is_told_with_the_function_to_give(given, said):
    with pytest.raises(UsageError, match=said) as caught:
        World.of(taken(given))
    assert "\n" not in str(caught.value)


def test_a_vector_environment_is_named():
    many = gymnasium.make_vec("CartPole-v1", num_envs=2)
    with pytest.raises(UsageError, match="vector environment"):
        taken(many)
    with pytest.raises(UsageError, match="vector environment"):
        World.of(lambda: many)
    with pytest.raises(UsageError, match="gave None"):
        World.of(lambda: None)


def test_an_environment_that_was_played_is_taken_as_it_was_made():
    env = gymnasium.make("Rated-v0")
    env.reset()
    env.step(1)
    assert taken(env).id == "Rated-v0"
    assert altered(env, gymnasium.make("Rated-v0")) == []


def test_one_environment_handed_out_twice_is_found():
    one = gymnasium.make("Rated-v0")
    for made in (lambda: one, lambda: Glasses(one), lambda: wrappers.TimeLimit(one.unwrapped, 5)):
        with pytest.raises(UsageError, match="the same environment twice"):
            World.of(made)
    pool = [gymnasium.make("Rated-v0") for _ in range(3)]
    turn = iter(pool * 4)
    with pytest.raises(UsageError, match="the same environment twice"):
        native.together(lambda: next(turn), None, 5, lambda i, e: e)


def test_no_window_of_a_copy_opens():
    worlds.Path.drawn = 0
    shown = taken(gymnasium.make("Rated-v0", render_mode="human"))
    for made in (shown, lambda: gymnasium.make("Rated-v0", render_mode="human")):
        played = native.together(made, None, 2, lambda i, e: e)
        played.start_all()
        played.step([1, 0])
    assert worlds.Path.drawn == 0


# ---- limits, seeds, answers


def test_a_limit_that_nobody_declared_is_said():
    assert World.of("Unlimited-v0").notes == [
        "Unlimited-v0 sets no limit: episodes are cut after 1,000 steps (--limit)."
    ]
    assert World.of("Unlimited-v0", 50).notes == World.of("Rated-v0").notes == []


def test_who_does_not_follow_seeds_is_told():
    assert "reset(seed=…)" in repeating.doubts("Chance-v0", None)
    for name in ("Path-v0", "FrozenLake-v1", "CartPole-v1", "Film-v0"):
        assert repeating.doubts(name, None) is None
    assert repeating.pace("Path-v0", None) < 1


def walked(played):
    played.start_all()
    for action in (1, 0, 0, 0, 0, 0):
        played.step([action])


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Blind-v0", r"an infinite number in its observation \(observation 1\)"),
        ("Ruin-v0", "an infinite reward"),
        ("FourParts-v0", r"an old answer to step\(\)"),
        ("Alone-v0", r"an old answer to reset\(\)"),
        ("Seedless-v0", r"a reset\(\) that takes no seed"),
    ],
)
def test_answers_that_nobody_can_use_are_named(name, said):
    for made in (name, lambda: making.make(name).unwrapped):
        played = Environments([making.make(made)], lambda i, e: 1)
        with pytest.raises(Failed, match=f"{name} gave {said}"):
            walked(played)


def test_a_reward_may_stand_in_an_array_and_not_be_beyond_its_keeping():
    for reward, right in ((np.array([0.5]), True), (np.float32(0.5), True), (1e300, False)):
        env = wrappers.TransformReward(gymnasium.make("Path-v0"), lambda _, r=reward: r)
        played = Environments([env], lambda i, e: 1)
        played.start_all()
        if right:
            assert played.step([0]).reward[0] == 0.5
            continue
        with pytest.raises(ParadigmsError, match="more than float32 holds"):
            played.step([0])


@pytest.mark.parametrize(
    ("name", "width", "dtype"),
    [
        ("Film-v0", 90, np.uint8),
        ("Ahead-v0", 90, np.uint8),
        ("Lamps-v0", 6, np.uint8),
        ("Gauge-v0", 1, np.float32),
    ],
)
def test_these_observations_are_kept(name, width, dtype):
    see = World.of(name).see
    env = making.make(name)
    seen = env.reset(seed=3)[0]
    kept = see.keep(seen)
    assert kept.dtype == dtype
    assert kept.shape == (width,)
    assert np.array_equal(kept, np.ravel(seen))
    assert see.picture == ((9, 10) if width == 90 else None)


def test_bounds_of_a_million_and_more_are_none():
    from gymnasium import spaces

    from paradigms.rl.observed import bounds

    low = np.array([-1e6, -3e7, -2.0, -5.0], np.float32)
    middle, reach = bounds(spaces.Box(low, np.array([1e6, 1.0, 4.0, np.inf], np.float32)))
    assert middle.tolist() == [0, 0, 1, 0]
    assert reach.tolist() == [1, 1, 3, 1]


def test_every_copy_is_closed_once():
    closed = []

    class Counted(worlds.Path):
        def close(self):
            closed.append(id(self))

    from tiny import training

    one = training("dqn", env=lambda: wrappers.TimeLimit(Counted(), 6), seeds=(0, 1), eval_episodes=3)
    assert isinstance(one.learner, DQN)
    before = len(closed)
    one.learner.evaluate(one.parameters, "test")
    assert len(closed) - before == 6
