"""What an agent aims at is its own estimate: why that runs away, and what holds it."""
# fmt: off

from typing import Any

import numpy as np

from paradigms.course import Calculation, Chart, Claim, Evidence, Lesson, Line, Predict, Sweep, above, below
from paradigms.course.drawn import targets
from paradigms.course.spread import middle

RATES = [5e-4, 2e-3]
BOUND = 1 / (1 - 0.99)


def best(e: Evidence, every: Any, signal: Any = "return") -> Any:
    """At the rate with the better median return."""
    scores = e["agents"].where(target_every=every).last("return")
    at = int(np.median(scores, 1).argmax())
    if signal == "return":
        return scores[at]
    return np.nanmax(e["agents"].where(target_every=every, lr=e["agents"].where(target_every=every).values("lr")[at]).curve("q_value", "train")[1][0], 1)


def curve(e: Evidence, every: Any) -> Any:
    at, values = e["agents"].where(target_every=every, lr=2e-3).curve("q_value", "train")
    return at, values[0]


def linear(e: Evidence, every: Any) -> Any: return np.abs(e["linear"].where(target_every=every).last("q_value", "train")[0])


def wrong(e: Evidence, who: Any, episode: Any) -> Any: return e["maximum"][who][:, episode - 20 : episode].mean(1)


LESSON = Lesson(
    question="What happens to a learner that aims at its own estimates?",
    about="An agent's target is a reward plus what it believes of the next state. If that belief moves with every update, a step towards the target moves the target. A second network that is copied now and then holds it still. On CartPole no state is worth more than 1/(1 − γ) = 100. Baird's star is the same in miniature: seven states, values linear in eight weights, no reward at all, and moves learned from that the policy would not make.",
    predict=(
        Predict("The target network is copied after every update, so it is none. How high do predicted values climb?", lambda e: f"At the better of two rates to {middle(best(e, 1, 'q')):,.0f}, where 100 is the most that can be earned; copied every 128 updates to {middle(best(e, 128, 'q')):.0f}."),
        Predict("On Baird's star the weights begin with a length of 10.3. How long are they after 1,000 steps?", lambda e: f"{middle(e['star']['every'][:, 0]):.0f}, although all true values are 0; with a target held for 1,000 steps {middle(e['star']['every'][:, -1]):.1f}."),
    ),
    experiments=(
        Sweep("agents", "dqn", {"target_every": [1, 128], "lr": RATES}, {"env": "CartPole-v1", "samples": 16_000, "eval_episodes": 20, "looks": 20}, {"samples": 3_000, "lr": [2e-3]}),
        Sweep("linear", "dqn", {"target_every": [1, 1000]}, {"env": "paradigms/Star-v0", "model": "linear", "optimizer": "sgd", "lr": 0.01, "schedule": "constant", "q_loss": "squared", "samples": 4_000, "eval_episodes": 5, "looks": 10}, {"samples": 2_000}, seeds=6),
        Calculation("star", targets.star, 8, "Baird's star, γ 0.99, rate 0.01, 1,000 steps", "steps between copies, who is visited"),
        Calculation("maximum", targets.maximum, 8, "two moves, then ten; ε 0.1, rate 0.1", "single or double Q"),
    ),
    charts=(
        lambda e: Chart("agents", f"Without a target network predicted values reach {np.nanmax(middle(curve(e, 1)[1], 0)):,.0f} at a rate of 0.002; none is worth more than 100", "updates", "predicted value", [Line("no target network", *curve(e, 1)), Line("copied every 128", *curve(e, 128))], levels={"most that can be earned": BOUND}, log="y"),
        lambda e: Chart("star", f"In miniature: copied after every step, weights grow to {middle(e['star']['every'][:, 0]):.0f}; every 1,000, to {middle(e['star']['every'][:, -1]):.0f}", "steps between copies", "length of the weights", [Line("Baird's star", targets.EVERY, e["star"]["every"])], levels={"at the start": float(e["star"]["start"]), "on policy": float(middle(e["star"]["on_policy"]))}, log="xy"),
        lambda e: Chart("maximum", "Towards the hundredth episode single Q errs {:.0f} % of the time, double Q {:.0f} %".format(*(100 * middle(wrong(e, who, 100)) for who in ("single", "double"))), "episodes", "share of wrong first moves", [Line("single Q", e["maximum"]["episode"], e["maximum"]["single"]), Line("double Q", e["maximum"]["episode"], e["maximum"]["double"])], levels={"by chance alone": 0.05}),
    ),
    claims=(
        Claim("At the better of two rates, without a target network predicted values climb to {value}; with one held for 128 updates to {control}. None is worth more than 100.", "Without a target network predicted values climb to {value} only.", lambda e: best(e, 1, "q"), above(150), theory="at most 100 can be earned", control=lambda e: best(e, 128, "q")),
        Claim("With a target network predicted values stay near what can be earned: {value} at most.", "With it they climb to {value} too.", lambda e: best(e, 128, "q"), below(130), theory="at most 100"),
        Claim("The return with a target network is {value} times that without, each at its better rate of two.", "The return with it is {value} times that without.", lambda e: best(e, 128) / np.maximum(best(e, 1), 1), above(2)),
        Claim("On Baird's star the length of the weights goes from 10.3 to {value}; learned from the policy's own moves, to {control}.", "On Baird's star the weights end at {value}.", lambda e: e["star"]["every"][:, 0], above(50), control=lambda e: e["star"]["on_policy"]),
        Claim("With the target held for 100 steps the star's weights end at {value}.", "Held for 100 steps they end at {value}.", lambda e: e["star"]["every"][:, 2], below(60), control=lambda e: e["star"]["every"][:, 0]),
        Claim("Without aiming at its own estimates the star's weights stay at {value}.", "Without aiming at its own estimates they end at {value}.", lambda e: e["star"]["monte_carlo"], below(10.5), theory="no longer than 10.3 at the start"),
        Claim("Learned by DQN from a start near 0, linear values of the star reach {value}; with the target held for 1,000 updates {control}.", "Learned by DQN, linear values of the star reach {value}.", lambda e: linear(e, 1), above(5), theory="0 is their true value", control=lambda e: linear(e, 1000)),
        Claim("A maximum of noisy estimates is too high: in episodes 81 to 100 single Q takes the wrong first move {value} of the time, double Q {control}.", "In episodes 81 to 100 single Q takes the wrong first move {value} of the time.", lambda e: wrong(e, "single", 100), above(0.25), theory="5 % by chance", control=lambda e: wrong(e, "double", 100), form="percent"),
        Claim("No replica is reported diverged: {value} of them. All numbers stay finite, and wrong.", "{value} of the replicas diverged.", lambda e: float(e["agents"].where().diverged.mean()), below(0), form="percent", naive=True),
    ),
    further=("paradigms sweep dqn --vary target-every=1,8,128 --vary n-step=1,3 --seeds 20 --samples 30000", "Double-Q without a target network is single Q, to the bit. Why?", "paradigms sweep dqn --vary memory=64,50000", "paradigms run rl dqn --env paradigms/Star-v0 --model linear --optimizer sgd --lr 0.01 --q-loss squared --target-every 1"),
    seconds=36,
)
