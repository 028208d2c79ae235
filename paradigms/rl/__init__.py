"""Learning from rewards. Importing it registers this project's own environment with Gymnasium."""

import gymnasium

GUESS = "paradigms/Guess-v0"

if GUESS not in gymnasium.registry:
    gymnasium.register(GUESS, entry_point="paradigms.rl.guess:guess", max_episode_steps=100)
