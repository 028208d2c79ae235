"""Learning from rewards. Importing it registers this project's own environments with Gymnasium."""

import gymnasium

GUESS, ROAD, BANDIT, CHAIN, CORRIDOR, STAR = (
    f"paradigms/{name}-v0" for name in ("Guess", "Road", "Bandit", "Chain", "Corridor", "Star")
)

for _name, _made, _longest in (
    (GUESS, "guess:guess", 100),
    (ROAD, "road:Road", 200),
    (BANDIT, "worlds:Bandit", 1),
    (CHAIN, "worlds:Chain", 100),
    (CORRIDOR, "worlds:Corridor", 100),
    (STAR, "worlds:Star", 1),
):
    if _name not in gymnasium.registry:
        gymnasium.register(_name, entry_point=f"paradigms.rl.{_made}", max_episode_steps=_longest)
