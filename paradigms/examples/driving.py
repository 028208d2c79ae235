"""Driving: an agent that learns from leaving the road, beside rules that somebody wrote in an afternoon."""
# fmt: off

from typing import Any

import numpy as np

from paradigms.reports.words import number, percent
from paradigms.rl.road import EDGE, RULES, STEPS, Road, Rule
from paradigms.worked import Agent, Chart, Draw, Example, Line, Measure, Moved, Outcome, Rows, driver

ROADS, TRIALS, HALF = 20, 12, 150.0
"""Roads that everybody drives, others by which a rule is chosen, and centimetres from the middle to the edge."""


def rows(draw: Draw, seed: int) -> Rows:
    """Roads by their numbers: those that are driven, and others to choose a rule by."""
    numbers = draw.generator(seed).integers(10**6, 10**9, ROADS + TRIALS)
    return Rows({}, {"test": numbers[:ROADS], "trials": numbers[ROADS:]})


def play(one: Rows, moved: Moved) -> dict[str, Any]:
    """Where the car is at every step of every road, in half widths; nowhere once it has left the road, [E, T]."""
    return {"offset": driven(one.told["test"], moved)}


def driven(numbers: Any, moved: Moved) -> Any:
    """The same of roads by their numbers."""
    roads = [Road() for _ in numbers]
    seen = np.stack([road.reset(seed=int(number))[0] for road, number in zip(roads, numbers, strict=True)])
    offset, on = np.full((len(roads), STEPS), np.nan), np.ones(len(roads), bool)
    for step in range(STEPS):
        for at in np.flatnonzero(on):
            offset[at, step] = seen[at, 0]
        if not on.any():
            break
        for at, action in zip(np.flatnonzero(on), moved(seen[on]), strict=True):
            seen[at], _, over, _, _ = roads[at].step(np.int64(action))
            on[at] = not over
    return offset


def following(rule: Rule) -> Moved:
    return lambda seen: np.array([rule(one) for one in seen])


def straight(one: Rows) -> Moved:
    return lambda seen: np.ones(len(seen), np.int64)


def simple(one: Rows) -> Moved:
    return lambda seen: np.where(seen[:, 0] > 0, 0, 2)


def chosen(one: Rows) -> Moved:
    """The rule that goes furthest on other roads, and among such keeps to the middle."""
    return following(max(RULES, key=lambda rule: earned(driven(one.told["trials"], following(rule)))))


def earned(offset: Any) -> float:
    """1 − offset² a step, a road."""
    return float(np.nansum(1 - offset**2, 1).mean())


def finished(offset: Any) -> Any:
    """Which roads were driven to the end."""
    return np.isfinite(offset[:, -1])


def lost(o: Outcome, who: str) -> Any:
    """The share of roads that are still driven, by step, [R, X]."""
    return np.stack([np.isfinite(said["offset"][:, ::10]).mean(0) for said in o.answers[who]])


def ranked(o: Outcome) -> str:
    said = [o.than(one, "the best rule") for one in ("DQN", "PPO")]
    return f"DQN and PPO are {said[0]} it" if said[0] == said[1] else f"DQN is {said[0]} it, and PPO is {said[1]} it"


def practised(o: Outcome) -> str:
    dqn, ppo = (one.practice(o.draw) for one in (DQN, PPO))
    return f"The practice was {dqn:,} steps for DQN and {ppo:,} for PPO, as long as {dqn / STEPS:.0f} and {ppo / STEPS:.0f} whole roads, begun by leaving the road again and again."


ROAD = {"env": "paradigms/Road-v0"}
DQN, PPO = Agent("DQN", "dqn", 12_000, play, ROAD), Agent("PPO", "ppo", 30_000, play, ROAD)


EXAMPLE = Example(
    question="Can a car learn to stay on the road without being told how?",
    about=f"Somebody builds a small vehicle that has to follow a winding lane at constant speed: steer left, go straight on, or steer right, {STEPS} times. One way is to write down a rule. The other is to let it drive, and to count what it earns. Is the second worth its practice?",
    feedback="A reward for every step, the more the nearer the car is to the middle, and the end of the drive where it leaves the road. Nobody says which way to steer; what a turn of the wheel was worth shows some steps later, and only on the road that the car's own steering has brought it to.",
    source="The road is a simulation, with the rules below. A good score shows that the agent found our rule; it says nothing about your data.",
    rules=(
        f"Each road is two waves of random length and place. The edge is {HALF / 100:g} m from the middle; a step goes a tenth of the width ahead, and {STEPS} steps are a road. It is paradigms/Road-v0, a Gymnasium environment.",
        "Five numbers are seen: how far off the middle, which way the car points, and how the road bends here, in five steps and in ten. There is no slip, no delay, no other car.",
        f"Every seed has {ROADS} roads of its own, which all drive. Agents practise on others; the best of {len(RULES)} hand-written rules is chosen on {TRIALS} others.",
    ),
    rows=rows,
    tried=(
        driver("straight on", "baseline", play, straight),
        driver("towards the middle", "rule", play, simple, "a rule of one line: steer to the side where the middle is"),
        DQN,
        PPO,
        driver("the best rule", "reference", play, chosen, f"of {len(RULES)} that aim at a heading, ahead of the bend"),
    ),
    measures=(
        Measure("earned", f"1 − offset² a step, {STEPS} at most: what agents are rewarded with, a road", lambda one, said: earned(said["offset"]), lambda value: number(value, 4)),
        Measure("roads driven", "share of the roads that were driven to the end", lambda one, said: float(finished(said["offset"]).mean()), percent),
        Measure("off the middle", "centimetres, mean over the steps on the road", lambda one, said: float(HALF / EDGE * np.nanmean(np.abs(said["offset"]))), lambda value: f"{number(value, 2)} cm", lower_is_better=True),
    ),
    against=(("DQN", "PPO"), ("DQN", "the best rule"), ("PPO", "the best rule"), ("DQN", "towards the middle")),
    worth=(
        lambda o: f"After its practice {o.best} drives {o.said(o.best, 'roads driven')} of the roads to the end, {o.said(o.best, 'off the middle')} off the middle. Straight on it is {o.said('straight on', 'roads driven')}, and “steer to the side where the middle is” {o.said('towards the middle', 'roads driven')}.",
        lambda o: f"The best hand-written rule drives {o.said('the best rule', 'roads driven')}, {o.said('the best rule', 'off the middle')} off the middle, after no practice at all. By what is earned, {ranked(o)}.",
        practised,
    ),
    charts=(
        lambda o: Chart("roads", f"{o.best} drives {o.said(o.best, 'roads driven')} of the roads, straight on {o.said('straight on', 'roads driven')}", "step", "share of the roads that are still driven",
                        [Line(one.name, np.arange(0, STEPS, 10), lost(o, one.name)) for one in o.example.tried], limits=(-0.03, 1.03)),
        lambda o: Chart("middle", f"Off the middle: the best rule {o.said('the best rule', 'off the middle')}, {o.best} {o.said(o.best, 'off the middle')}", "who drives", "centimetres",
                        [Line("off the middle", [one.name for one in o.example.tried], np.stack([o[one.name, "off the middle"] for one in o.example.tried], 1))], points=True),
    ),
    never=(
        "On a road with people: it has learned by leaving the road, and where it has never been it has learned nothing.",
        "As a sign that learning beats rules: here a rule was easy to write. Where nobody can write one, nobody can check one either.",
        "With another vehicle: speed, wheels and delay are those of the simulation.",
    ),
    further=("paradigms run rl dqn --env paradigms/Road-v0", "paradigms lesson delayed-reward"),
    seconds=29,
)
