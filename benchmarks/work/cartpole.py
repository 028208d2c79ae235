"""DQN on CartPole-v1: this project's preset and stable-baselines3 with the zoo's settings.

The zoo's (rl-baselines3-zoo, hyperparams/dqn.yml): 50,000 steps, learning rate 2.3e-3, batch 64, memory
100,000, 1,000 steps before learning, γ 0.99, target every 10 steps, 128 updates after every 256 steps, ε to
0.04 over 16 % of the steps, network 256-256.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from benchmarks.task import Task, threads

ZOO = {
    "learning_rate": 2.3e-3,
    "batch_size": 64,
    "buffer_size": 100_000,
    "learning_starts": 1_000,
    "gamma": 0.99,
    "target_update_interval": 10,
    "train_freq": 256,
    "gradient_steps": 128,
    "exploration_fraction": 0.16,
    "exploration_final_eps": 0.04,
}
MATCHED = {
    "lr": 2.3e-3,
    "schedule": "constant",
    "hidden": (256, 256),
    "memory": 100_000,
    "envs": 2,
    "updates_per_step": 1,
    "target_every": 128,
    "n_step": 1,
    "double": False,
    "clip": 10.0,
}
"""The zoo's network, batch and number of updates for every step, in this project's words.

Its target is refreshed every 10 steps, but 256 steps are taken between two rounds of 128 updates, so the
network that it copies is new once in 128 updates.
"""


def ours(seeds: Sequence[int], samples: int, matched: bool = False, **options: Any) -> Task:
    from benchmarks.work.ours import learn, training

    def ready(samples: int) -> Any:
        return training("dqn", seeds, samples, **(MATCHED if matched else {}), **options)

    learn(ready(200))

    def judge(trained: Any) -> dict[str, float]:
        score = trained.learner.evaluate(trained.parameters, "test")["return"]
        return {"return": float(score.mean()), "solved": float((score >= 475).mean())}

    return Task(lambda pair: learn(ready(samples)), judge)


def sb3(seeds: Sequence[int], samples: int, every: int = 0) -> Task:
    """One seed after another; pair number p takes the seeds plus p times `every`."""
    import gymnasium
    import torch
    from stable_baselines3 import DQN

    torch.set_num_threads(threads())

    def fit(seed: int, samples: int, **changes: Any) -> Any:
        env = gymnasium.make("CartPole-v1")
        settings = ZOO | changes
        model = DQN(
            "MlpPolicy", env, seed=seed, device="cpu", policy_kwargs={"net_arch": [256, 256]}, **settings
        )
        return model.learn(samples)

    fit(0, 300, learning_starts=100, train_freq=128, gradient_steps=2)

    def judge(models: list[Any]) -> dict[str, float]:
        score = np.array([np.mean([_episode(model, i) for i in range(10)]) for model in models])
        return {"return": float(score.mean()), "solved": float((score >= 475).mean())}

    return Task(lambda pair: [fit(seed + pair * every, samples) for seed in seeds], judge)


def _episode(model: Any, seed: int) -> float:
    """The return of one greedy episode."""
    import gymnasium

    env = gymnasium.make("CartPole-v1")
    observation, _ = env.reset(seed=10_000 + seed)
    total, over = 0.0, False
    while not over:
        action = int(model.predict(observation, deterministic=True)[0])
        observation, reward, terminated, truncated, _ = env.step(action)
        total, over = total + float(reward), terminated or truncated
    return total
