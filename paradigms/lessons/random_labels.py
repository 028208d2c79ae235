"""Labels that mean nothing are learned too: it takes longer, and it is worth nothing."""
# fmt: off

from typing import Any

import numpy as np

from paradigms.course import Chart, Claim, Evidence, Lesson, Line, Predict, Sweep, above, below, within
from paradigms.course.spread import middle, reached

NOISE = (0.0, 0.5, 1.0)


def steps(e: Evidence, noise: Any) -> Any: return reached(_curve(e, noise)[0], _curve(e, noise)[1], 0.995)
def right(e: Evidence, noise: Any) -> Any: return e["labels"].where(label_noise=noise).last("accuracy")[0]


def _curve(e: Evidence, noise: Any) -> Any:
    at, values = e["labels"].where(label_noise=noise).curve("accuracy", "train")
    return at, values[0]


LESSON = Lesson(
    question="Can a network learn labels that mean nothing?",
    about="200 digits are learned three times by the same network: with their own labels, with half of them exchanged for wrong ones, and with all of them wrong, which label is drawn at random.",
    predict=(
        Predict("How many of the meaningless labels will it say in the end?", lambda e: f"{100 * middle(e['labels'].where(label_noise=1.0).last('accuracy', 'train')[0]):.0f} % of them."),
        Predict("How many times longer does that take?", lambda e: f"{middle(steps(e, 1.0) / steps(e, 0.0)):.2f} times the updates."),
    ),
    experiments=(Sweep("labels", "classification", {"label_noise": list(NOISE)}, {"labels": 200, "hidden": (256,), "lr": 0.002, "schedule": "constant", "l2": 0.0, "batch_size": 50, "samples": 75_000, "looks": 60}, {"samples": 40_000}, seeds=6, own=True),),
    charts=(lambda e: Chart("memory", f"Of meaningless labels {100 * middle(e['labels'].where(label_noise=1.0).last('accuracy', 'train')[0]):.0f} % are learned by heart", "updates", "labels said as told, training rows", [Line(f"{100 * noise:.0f} % wrong", _curve(e, noise)[0], _curve(e, noise)[1]) for noise in NOISE], log="x"),
            lambda e: Chart("worth", f"With meaningless labels {100 * middle(right(e, 1.0)):.0f} % of new rows are right, with their own {100 * middle(right(e, 0.0)):.0f} %", "share of wrong labels", "share right", [Line("test rows", NOISE, np.stack([right(e, n) for n in NOISE], 1)), Line("own rows, as told", NOISE, np.stack([e["labels"].where(label_noise=n).last("accuracy", "train")[0] for n in NOISE], 1))])),
    claims=(
        Claim("A network learns {value} of meaningless labels by heart.", "It says only {value} of meaningless labels.", lambda e: e["labels"].where(label_noise=1.0).last("accuracy", "train")[0], above(0.99), form="percent", anywhere=True),
        Claim("Meaningless labels take {value} times the updates of true ones.", "That takes {value} times the updates of true labels.", lambda e: steps(e, 1.0) / steps(e, 0.0), above(2), theory="1.5 to 3.5 on CIFAR-10 (Zhang et al. 2017)", anywhere=True),
        Claim("After meaningless labels {value} of answers on new rows are right; with true labels {control}.", "On new rows {value} of its answers are right.", lambda e: right(e, 1.0), below(0.15), theory="chance is 10 %, and these labels are never the true ones", control=lambda e: right(e, 0.0), form="percent", anywhere=True),
        Claim("With half of its labels wrong a network still says {value} of those that it was told.", "With half of them wrong it says {value} of the labels that it was told.", lambda e: e["labels"].where(label_noise=0.5).last("accuracy", "train")[0], above(0.99), form="percent", anywhere=True),
        Claim("Neither weights nor rows have become more or fewer, and yet accuracy on new rows goes from {control} to {value} with half of the labels wrong.", "With half of the labels wrong {value} are right on new rows.", lambda e: right(e, 0.5), within(0.3, 0.8), control=lambda e: right(e, 0.0), form="percent"),
    ),
    further=("paradigms lesson overfitting", "paradigms run supervised classification --labels 200 --label-noise 1 --dropout 0.5"),
    seconds=11,
)
