"""How much should be left to chance, and which worlds chance cannot explore."""
# fmt: off

from typing import Any

import numpy as np

from paradigms.course import Calculation, Chart, Claim, Evidence, Lesson, Line, Predict, Sweep, above, below, within
from paradigms.course.drawn import bandits
from paradigms.course.spread import middle, slopes


def best(e: Evidence, epsilon: Any) -> Any: return e["testbed"]["best"][:, bandits.EPSILONS.index(epsilon)]
def doubling(e: Evidence) -> Any: return 2 ** slopes(bandits.LENGTHS, np.log2(e["chain"]["random"]))
def share(e: Evidence, epsilon: Any) -> Any: return e["cartpole"].where(epsilon=epsilon).last("return")[0]


LESSON = Lesson(
    question="How much should a learner leave to chance?",
    about="A learner that only takes what it believes best never learns that it was wrong. In the ten-armed testbed (Sutton & Barto) it takes a random arm with a chance of ε. An optimist leaves nothing to chance: it believes at first that everything pays more than it does, and takes what it believes highest until it knows better. "
    "In a chain the reward comes after n right moves in a row: chance alone needs 2ⁿ ln 2 episodes in the median.",
    predict=(
        Predict("Which ε finds the best arm most often in the end: 0, 0.01, 0.1 or 0.3?", lambda e: "{}: {:.0f} % of its last moves.".format(bandits.EPSILONS[int(middle(e["testbed"]["best"], 0).argmax())], 100 * middle(e["testbed"]["best"], 0).max())),
        Predict("Two more links in the chain: how many times the episodes?", lambda e: f"{middle(doubling(e)) ** 2:.1f} times, by chance; an optimist needs {middle(e['chain']['optimistic'][:, -1] - e['chain']['optimistic'][:, -2]):.1f} more."),
    ),
    experiments=(
        Calculation("testbed", bandits.testbed, 8, "ten arms, 200 runs a seed, 1,000 steps", "ε", hurried="ten arms, 50 runs a seed, 400 steps"),
        Calculation("chain", bandits.chain, 8, "tabular, a wrong move ends the episode", "length"),
        Sweep("cartpole", "dqn", {"epsilon": [0.0, 0.3]}, {"samples": 12_000, "exploration": 0.01, "eval_episodes": 20, "looks": 4}, {"samples": 4_000}, seeds=6),
    ),
    charts=(
        lambda e: Chart("testbed", f"A chance of 0.1 finds the best arm in {100 * middle(best(e, 0.1)):.0f} % of moves, none in {100 * middle(best(e, 0.0)):.0f} %", "ε, chance of a random arm", "best arm taken, share of last 100 steps", [Line("ε-greedy", [f"{one:g}" for one in bandits.EPSILONS], e["testbed"]["best"])], levels={"optimistic, no chance": float(middle(e["testbed"]["optimistic"]))}),
        lambda e: Chart("chain", f"Ten right moves in a row: by chance {middle(e['chain']['random'][:, -1]):.0f} episodes, by optimism {middle(e['chain']['optimistic'][:, -1]):.0f}", "right moves in a row", "episodes to the first reward", [Line("at random", bandits.LENGTHS, e["chain"]["random"]), Line("computed, 2ⁿ ln 2", bandits.LENGTHS, e["chain"]["computed"], computed=True), Line("optimistic", bandits.LENGTHS, e["chain"]["optimistic"])], log="y"),
    ),
    claims=(
        Claim("With ε = 0.1 the best arm is taken in {value} of the last moves, without chance in {control}.", "With ε = 0.1 the best arm is taken in {value} of the last moves.", lambda e: best(e, 0.1), within(0.75, 0.85), theory="about 80 % (Sutton & Barto, figure 2.2)", control=lambda e: best(e, 0.0), form="percent"),
        Claim("Three times as much chance costs: the best arm is then taken in {value} of the last moves.", "Three times as much chance gives {value}.", lambda e: best(e, 0.3), below(0.75), form="percent"),
        Claim("Optimism without any chance takes the best arm in {value} of the last moves.", "Optimism without any chance reaches {value}.", lambda e: e["testbed"]["optimistic"], above(0.8), theory="85.6 % in an earlier run of 2,000", form="percent"),
        Claim("In a chain every further link costs chance {value} times the episodes.", "Every further link costs chance {value} times the episodes.", doubling, within(1.85, 2.15), theory=2),
        Claim("An optimist needs {value} episodes for a chain of ten, chance {control}.", "An optimist needs {value} episodes for ten links.", lambda e: e["chain"]["optimistic"][:, -1], below(20), control=lambda e: e["chain"]["random"][:, -1]),
        Claim("CartPole does not show it: the return without chance is {value} times that with ε = 0.3. A pole falls into many states by itself.", "On CartPole the return without chance is {value} times that with 0.3.", lambda e: share(e, 0.0) / share(e, 0.3), above(0.3), naive=True),
    ),
    further=("paradigms sweep dqn --vary epsilon=0,0.04,0.3,1 --exploration 0.01", "paradigms lesson policy-variance"),
    seconds=12,
)
