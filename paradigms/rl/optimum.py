"""The best possible return, where it can be known: where nothing stands around that may change it."""

from __future__ import annotations

from typing import Any, NamedTuple

import gymnasium
import numpy as np
from gymnasium import spaces

from paradigms.rl.faults import shut
from paradigms.rl.layers import altered, layers, limit, meddling
from paradigms.rl.native import standard

EVERY_STEP = 1.0
"""What every step of CartPole earns, where the best that can be done is to reach the time limit."""
LARGEST = 5e7
"""Numbers of a table of transitions, states × actions × states, from which on none is made."""
TRIAL = 60
"""Steps that are played beside a table of transitions."""


class Best(NamedTuple):
    """The best expected return, where it comes from, why there is none, and the return that solves it."""

    value: float | None = None
    source: str | None = None
    note: str = ""
    threshold: float | None = None


class Table(NamedTuple):
    """Transitions [S, A, S], mean rewards [S, A], and where an episode starts [S]."""

    transition: np.ndarray
    reward: np.ndarray
    start: np.ndarray


def best_return(env: gymnasium.Env[Any, Any], copied: bool = True) -> Best:
    """The best expected return; `copied` says that Gymnasium made it from its specification alone."""
    found, spec = _best(env, copied), env.spec
    if spec is None or spec.reward_threshold is None or meddling(env) or not _as_registered(env, copied):
        return found
    whole = limit(env) == gymnasium.registry[spec.id].max_episode_steps
    return found._replace(threshold=float(spec.reward_threshold) if whole else None)


def _best(env: gymnasium.Env[Any, Any], copied: bool) -> Best:
    """Without the threshold.

    Nobody knows it where a wrapper may change rewards or transitions, whatever is published inside.
    """
    published = getattr(env.unwrapped, "P", None) is not None
    threshold = None if env.spec is None else env.spec.reward_threshold
    if who := meddling(env):
        known = published or threshold is not None
        said = f"{who} may change rewards or transitions, so that no best return is known."
        return Best(note=said if known else "")
    if published:
        found = table(env)
        if found is None:
            return Best(
                note="its transitions P are none that can be followed, so that no best return is known."
            )
        return Best(
            value_iteration(found, limit(env)), "value iteration on the environment's own transitions"
        )
    longest = limit(env)
    if standard(env) and longest is not None:
        return Best(EVERY_STEP * longest, "the environment's maximum")
    best = env.metadata.get("best_known")
    if best is not None and _as_registered(env, copied):
        return Best(*best)
    if threshold is None:
        return Best()
    if not _as_registered(env, copied):
        return Best(note="it is not as it was registered, so that its reward threshold is no best return.")
    return Best(float(threshold), "the environment's reward threshold")


def _as_registered(env: gymnasium.Env[Any, Any], copied: bool) -> bool:
    """Whether its arguments, and the attributes that it was made with, are those it was registered with."""
    spec = env.spec
    registered = None if spec is None else gymnasium.registry.get(spec.id)
    if spec is None or registered is None:
        return False
    mine, its = ({k: v for k, v in one.kwargs.items() if k != "render_mode"} for one in (spec, registered))
    if mine != its:
        return False
    if copied:
        return True
    other = gymnasium.make(registered, disable_env_checker=True)
    try:
        return type(other.unwrapped) is type(env.unwrapped) and not altered(env, other)
    finally:
        shut(other)


def table(env: gymnasium.Env[Any, Any]) -> Table | None:
    """The transitions that an environment publishes as `P[state][action] = [(p, after, reward, end), …]`.

    None where they have another form, where they are too many, or where the environment does not follow
    them. A time limit counts as a wrapper's, not as theirs.
    """
    base: Any = layers(env)[-1]
    try:
        states, actions = len(base.P), len(base.P[0])
        if states * actions * states > LARGEST or sorted(base.P) != list(range(states)):
            return None
        found = _read(base.P, states, actions, np.asarray(base.initial_state_distrib, float))
        return found if _sound(found) and _followed(base) else None
    except Exception:  # whatever else somebody calls P
        return None


def _read(known: Any, states: int, actions: int, start: np.ndarray) -> Table:
    transition, reward = np.zeros((states, actions, states)), np.zeros((states, actions))
    for state, per_action in known.items():
        if sorted(per_action) != list(range(actions)):
            raise ValueError
        for action, outcomes in per_action.items():
            if not np.isclose(sum(outcome[0] for outcome in outcomes), 1.0):
                raise ValueError
            for probability, after, gained, terminated in outcomes:
                reward[state, action] += probability * gained
                if not 0 <= after < states:
                    raise ValueError
                if not terminated:
                    transition[state, action, after] += probability
    return Table(transition, reward, start)


def _sound(found: Table) -> bool:
    right = found.start.shape == found.reward.shape[:1] and np.isclose(found.start.sum(), 1.0)
    return bool(right and np.isfinite(found.reward).all())


def _followed(base: Any) -> bool:
    """Whether a few steps are among the transitions that it publishes."""
    if not isinstance(base.observation_space, spaces.Discrete):
        return True  # what it shows is no state
    first, action_first = int(base.observation_space.start), int(base.action_space.start)
    actions = np.random.default_rng(0).integers(base.action_space.n, size=TRIAL).tolist()
    state = int(base.reset(seed=0)[0]) - first
    for action in actions:
        after, reward, terminated, truncated, _ = base.step(action + action_first)
        after = int(after) - first
        outcomes = [(int(s), float(r), bool(end)) for p, s, r, end in base.P[state][action] if p > 0]
        if not any(s == after and np.isclose(r, reward) and end == terminated for s, r, end in outcomes):
            return False
        state = int(base.reset()[0]) - first if terminated or truncated else after
    return True


def value_iteration(found: Table, longest: int | None, sweeps: int = 1000) -> float:
    """The best expected undiscounted return within the time limit (Bellman 1957).

    Values are iterated backwards from the last step, so the limit is exact: V_h(s) = max_a Σ p (r +
    V_{h−1}(s′)). Without a limit, `sweeps` steps.
    """
    value = np.zeros(len(found.start))
    for _ in range(longest or sweeps):
        before, value = value, (found.reward + found.transition @ value).max(1)
        if np.array_equal(before, value):
            break
    return float(found.start @ value)
