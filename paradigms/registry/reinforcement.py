"""An environment rewards what is done in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from paradigms.entries import PERCEPTRON, TRAINING, Entry, Feedback

_POWERS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _values(options: Mapping[str, Any]) -> str:
    """DQN's loss with the target that its options make."""
    n, gamma = options["n_step"], options["gamma"]
    power = "γ" + (str(n).translate(_POWERS) if n > 1 else "")
    rewards = "r" if n == 1 else "r₁ + γ r₂" if n == 2 else "r₁ + γ r₂ + γ² r₃"
    rewards = rewards if n <= 3 else f"Σᵢ γⁱ⁻¹ rᵢ over {n} rewards"
    best = "Q′(s′, argmax Q(s′, ·))" if options["double"] else "max Q′(s′, ·)"
    target = f"{rewards} + {power} {best}" if gamma else rewards
    form = "Huber({})" if options["q_loss"] == "huber" else "({})²"
    return "mean " + form.format(f"Q(s, a) − [{target}]") + (f", γ = {gamma:g}" if gamma else "")


def _rewards(moves: str, what: str) -> Feedback:
    """Rewards for what is done: what moves the aim, and what an agent makes of a reward."""
    return Feedback(
        "rewards from the environment, earned by its own actions",
        "1 reward",
        None,
        moves,
        f"Nobody tells it what to do: each action brings a reward, and {what}.",
    )


DQN = Entry(
    name="dqn",
    paradigm="reinforcement",
    task="dqn",
    title="DQN",
    module="paradigms.rl.dqn",
    view="dqn",
    metric="return",
    lower_is_better=False,
    loss="mean Huber(Q(s, a) − [r + γ Q′(s′, argmax Q(s′, ·))])",
    baseline="a uniformly random policy",
    reference="the environment's best return",
    feedback=_rewards(
        "the value it aims at is its own estimate, copied from time to time",
        "which action earned it stays open",
    ),
    options={name: value for name, value in TRAINING.items() if name != "epochs"}
    | PERCEPTRON
    | {
        "env": "CartPole-v1",
        "model": "mlp",
        "samples": 50_000,
        "batch_size": 64,
        "lr": 1e-3,
        "schedule": "hold",
        "hidden": (128, 128),
        "envs": 8,
        "gamma": 0.99,
        "memory": 50_000,
        "learning_starts": 1_000,
        "updates_per_step": 4,
        "target_every": 128,
        "epsilon": 0.04,
        "exploration": 0.16,
        "persistence": 1,
        "n_step": 1,
        "double": True,
        "scaled": False,
        "limit": None,
        "eval_episodes": 100,
        "q_loss": "huber",
    },
    quick={"samples": 8_000},
    variant="env",
    variants={
        "CartPole-v1": {
            "samples": 44_000,
            "hidden": (64, 64),
            "lr": 2e-3,
            "updates_per_step": 3,
            "n_step": 3,
            "double": False,
        },
        "Acrobot-v1": {"samples": 60_000, "lr": 1e-3},
        "MountainCar-v0": {
            "samples": 60_000,
            "hidden": (64, 64),
            "exploration": 0.4,
            "persistence": 40,
            "n_step": 8,
            "target_every": 256,
            "double": False,
            "scaled": True,
        },
        "FrozenLake-v1": {"samples": 40_000, "hidden": (64,), "exploration": 0.5, "updates_per_step": 2},
        "CliffWalking-v1": {"samples": 20_000, "hidden": (64,), "exploration": 0.5, "limit": 200},
        "paradigms/Road-v0": {
            "samples": 12_000,
            "hidden": (64, 64),
            "lr": 2e-3,
            "updates_per_step": 2,
            "n_step": 3,
        },
        "Taxi-v4": {"samples": 100_000, "hidden": (64,), "exploration": 0.5},
    },
    evaluations=24,
    formula=_values,
    summary="values of actions from rewards, on any Gymnasium environment with discrete actions",
    compared=True,
)

QLEARNING = Entry(
    name="qlearning",
    paradigm="reinforcement",
    task="table",
    title="Q-learning",
    model="table",
    module="paradigms.rl.qlearning",
    view="dqn",
    metric="return",
    lower_is_better=False,
    loss="½ mean (Q(s, a) − [r + γ max_a Q(s′, a)])²",
    baseline="a uniformly random policy",
    reference="the environment's best return",
    feedback=_rewards(
        "the value it aims at is its own estimate, of the best action that could follow",
        "it believes in the best that follows",
    ),
    options={name: value for name, value in TRAINING.items() if name not in ("epochs", "batch_size")}
    | {
        "env": "CliffWalking-v1",
        "samples": 20_000,
        "optimizer": "sgd",
        "lr": 0.2,
        "schedule": "linear",
        "envs": 1,
        "gamma": 1.0,
        "epsilon": 0.05,
        "exploration": 0.5,
        "limit": None,
        "eval_episodes": 100,
    },
    quick={"samples": 16_000},
    variant="env",
    variants={
        "CliffWalking-v1": {"limit": 200, "eval_episodes": 20},
        "FrozenLake-v1": {"samples": 40_000, "gamma": 0.99},
        "paradigms/Corridor-v0": {"gamma": 0.95},
        "Taxi-v4": {"samples": 200_000, "gamma": 0.99},
    },
    evaluations=24,
    summary="values of actions in a table, from the best that could follow",
)

SARSA = replace(
    QLEARNING,
    name="sarsa",
    title="SARSA",
    module="paradigms.rl.sarsa",
    loss="½ mean (Q(s, a) − [r + γ Q(s′, a′)])²",
    feedback=_rewards(
        "the value it aims at is its own estimate, of the action that it will take next",
        "it believes in what it does next",
    ),
    summary="values of actions in a table, from what is done next",
)

_POLICY = {
    "env": "CartPole-v1",
    "model": "mlp",
    "samples": 65_536,
    "hidden": (64, 64),
    "activation": "tanh",
    "schedule": "linear",
    "clip": 0.5,
    "envs": 8,
    "scaled": False,
    "limit": None,
    "eval_episodes": 100,
}

REINFORCE = replace(
    DQN,
    name="reinforce",
    task="policy",
    title="REINFORCE",
    module="paradigms.rl.reinforce",
    loss="−mean log π(a | s) Â + ½ mean (V(s) − G)²",
    feedback=_rewards(
        "what counts as better than expected moves with what it expects, and what it meets with its play",
        "acts after which more came than expected become likelier",
    ),
    options={name: value for name, value in TRAINING.items() if name not in ("epochs", "batch_size")}
    | PERCEPTRON
    | _POLICY
    | {"lr": 5e-3, "stretch": 32, "gamma": 0.99, "trace": 1.0},
    quick={"samples": 20_480},
    variants={"CartPole-v1": {"samples": 65_536}},
    formula=None,
    summary="a policy from rewards, every act used once: better than expected becomes likelier",
    compared=False,
)

PPO = replace(
    REINFORCE,
    name="ppo",
    title="PPO",
    module="paradigms.rl.ppo",
    loss="−mean min(ρ Â, clip(ρ, 1 ± c) Â) + ½ mean (V(s) − G)², ρ = π(a | s) / π_played(a | s)",
    options={name: value for name, value in TRAINING.items() if name != "epochs"}
    | PERCEPTRON
    | _POLICY
    | {"lr": 1e-3, "batch_size": 256, "stretch": 32, "passes": 20, "gamma": 0.98, "trace": 0.8},
    summary="a policy from rewards, each stretch of play used several times, and never left far behind",
)

ENTRIES = (DQN, QLEARNING, SARSA, REINFORCE, PPO)
