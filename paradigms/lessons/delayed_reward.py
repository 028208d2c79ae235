"""How far a reward travels back in one pass, and what longer targets, order and memory do to that."""
# fmt: off

from typing import Any

import numpy as np

from paradigms.course import Calculation, Chart, Claim, Evidence, Lesson, Line, Predict, Sweep, above, below, within
from paradigms.course.drawn import corridors
from paradigms.course.spread import middle, power, reached, tuned

COMPUTED = np.ceil(corridors.LENGTH / np.array(corridors.SPANS))


TEACHERS = ("answer", "at_once", "late")
SAID = ("the answer", "verdict at once", "verdict late")
SHOWN = {"dataset": "digits", "schedule": "constant", "hidden": (128,), "batch_size": 32, "looks": 40}
RIGHT = 0.8


def needed(e: Evidence, teacher: Any) -> Any:
    """Images to 80 % right on held-out ones, [R], each teacher at its best rate on the other seeds; at most its budget."""
    at, values = e[teacher].where().curve("accuracy")
    return 32 * tuned(np.minimum(reached(at, values, RIGHT), at[-1]))


def price(e: Evidence, teacher: Any) -> Any: return needed(e, teacher) / needed(e, "answer")
def faster(e: Evidence) -> Any: return e["maze"]["episodes"][:, -1, 0] / e["maze"]["episodes"][:, -1, 1]


LESSON = Lesson(
    question="How far does a reward travel in one pass?",
    about="Only the last of 80 states in a row is paid. Every other learns from what the next one believes, so the news walks back: one state a pass with one-step targets, k states with targets that sum k rewards.",
    predict=(
        Predict("How many passes until the first state knows, with one-step targets? With three?", lambda e: "{:.0f} and {:.0f}.".format(*e["passes"]["passes"][[0, 2]])),
        Predict("And if the states are gone through from the end?", lambda e: f"{float(e['passes']['backward']):.0f} pass: the news is handed on at once."),
        Predict("A learner guesses digits and hears right or wrong, but of the image before. How many times the images does it take to be right 80 % of the time, beside one who is told the answer?", lambda e: f"{middle(price(e, 'late')):.1f} times; heard at once {middle(price(e, 'at_once')):.1f} times."),
        Predict("And if a memory replays the states at random?", lambda e: f"About {middle(e['passes']['random']):.0f} times 80 draws; walking takes {e['passes']['passes'][0]:.0f} passes."),
    ),
    experiments=(
        Calculation("passes", corridors.passes, 8, "80 states, rate 1", "rewards summed, order"),
        Calculation("small_steps", corridors.small_steps, 1, "one-step targets, rate 0.1", "length"),
        Sweep("answer", "answer", {"lr": [0.004, 0.008, 0.016]}, SHOWN | {"samples": 3_200}, seeds=8),
        Sweep("at_once", "reward", {"lr": [0.001, 0.002, 0.004]}, SHOWN | {"samples": 9_600}, {"samples": 6_400}, seeds=8),
        Sweep("late", "reward", {"lr": [0.001, 0.002, 0.004]}, SHOWN | {"samples": 38_400, "delay": 1}, {"samples": 9_600}, seeds=8),
        Calculation("maze", corridors.maze, 8, "Q-learning, ε 0.2, γ 0.95, a reward at the far end only", "length, rewards summed"),
    ),
    charts=(
        lambda e: Chart("passes", f"One-step targets take {e['passes']['passes'][0]:.0f} passes, ten-step ones {e['passes']['passes'][4]:.0f}", "rewards summed", "passes until the first state knows", [Line("measured", corridors.SPANS, e["passes"]["passes"]), Line("computed, ⌈80/k⌉", corridors.SPANS, COMPUTED, computed=True)], levels={"backwards": float(e["passes"]["backward"]), "at random": float(middle(e["passes"]["random"]))}, log="xy"),
        lambda e: Chart("late", f"One image late a verdict costs {middle(price(e, 'late')):.1f} times the images, at once {middle(price(e, 'at_once')):.1f} times", "what it hears, each at its best rate", "images until 80 % are right", [Line("digits", SAID, np.stack([needed(e, one) for one in TEACHERS], 1))], log="y", points=True, caption="Of a seed that never is, all images that it saw."),
        lambda e: Chart("maze", f"In a world that must be explored three summed rewards take {middle(faster(e)):.1f} times fewer episodes", "states to the reward", "episodes until the policy is right", [Line(f"{k:.0f} reward{'s' * int(k > 1)} summed", corridors.DEPTHS, e["maze"]["episodes"][:, :, i]) for i, k in enumerate(e["maze"]["span"])], log="y"),
    ),
    claims=(
        Claim("A reward travels k states a pass: the passes are the computed ones, ⌈80/k⌉, {value} off at most.", "The passes are up to {value} off those computed.", lambda e: float(np.abs(e["passes"]["passes"] - COMPUTED).max()), below(0), theory=0),
        Claim("A verdict that comes one image late costs {value} times the images that the answer costs; at once {control} times.", "A verdict one image late costs {value} times the images.", lambda e: price(e, "late"), within(8, 40), theory="16 (12 to 23) in an earlier run at one rate", control=lambda e: price(e, "at_once"), new=True),
        Claim("Gone through backwards one pass is enough: {value}; forwards it takes {control}.", "Gone through backwards it takes {value} passes.", lambda e: float(e["passes"]["backward"]), below(1), theory=1, control=lambda e: float(e["passes"]["passes"][0])),
        Claim("Replayed at random the news takes {value} times 80 draws.", "Replayed at random it takes {value} times 80 draws.", lambda e: e["passes"]["random"], within(60, 100), theory="80: one in 80 draws is the one that is due"),
        Claim("At a rate of 0.1 the passes grow as the length to the power {value}.", "At a rate of 0.1 the passes grow as the length to the power {value}.", lambda e: power(corridors.LENGTHS, e["small_steps"]["passes"]), within(0.95, 1.05), theory=1),
        Claim("In a world that must be explored, summing three rewards takes {value} times fewer episodes.", "In a world that must be explored, summing three rewards takes only {value} times fewer episodes.", faster, above(1.1)),
    ),
    further=("paradigms run rl qlearning --env paradigms/Corridor-v0", "paradigms compare --same-data digits --delay 1", "paradigms sweep dqn --vary n-step=1,3,10 --env MountainCar-v0", "CartPole pays every step, so one step against three says nothing of delay there."),
    seconds=27,
)
